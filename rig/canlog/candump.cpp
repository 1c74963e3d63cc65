#include "rig/canlog/candump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "rig/canlog/candump_time.hpp"
#include "rig/canlog/line_cursor.hpp"
#include "rig/instrument/fd_length.hpp"

namespace rig {
namespace {
constexpr std::uint8_t fd_switch = 1;   // linux/can.h: CANFD_BRS
constexpr std::uint8_t fd_passive = 2;  // CANFD_ESI

bool is_fd_length(std::size_t bytes) {
  return std::find(fd_lengths.begin(), fd_lengths.end(), bytes) != fd_lengths.end();
}

void take_channel(LineCursor& cursor, LoggedFrame& frame) {
  const int start = cursor.column();
  const std::string_view name = cursor.word();
  if (name.empty()) {
    cursor.fail("the interface such as can0");
  }
  if (name.find_first_of("#[]()") != std::string_view::npos || name.size() > 32) {
    cursor.fail_at(start, fmt::format("expected the interface such as can0, found '{}'", name.substr(0, 24)));
  }
  frame.channel = name;
  if (!cursor.skip_blanks()) {
    cursor.fail("a blank and the identifier");
  }
}

std::uint8_t take_byte(LineCursor& cursor) {
  const int start = cursor.column();
  const char high = cursor.peek();
  if (!is_hex_digit(high)) {
    cursor.fail("a byte of two hex digits");
  }
  cursor.skip(1);
  if (!is_hex_digit(cursor.peek())) {
    const bool cut = cursor.at_end();
    cursor.fail_at(start, fmt::format("expected two hex digits for each byte, found the single digit '{}'", high),
                   cut ? "is the line cut off?" : "");
  }
  const auto value = static_cast<std::uint8_t>(hex_value(high) * 16 + hex_value(cursor.peek()));
  cursor.skip(1);
  return value;
}

void check_length(const LineCursor& cursor, int start, const LoggedFrame& frame, std::size_t bytes) {
  if (frame.fd ? !is_fd_length(bytes) : bytes > 8) {
    cursor.fail_at(start,
                   frame.fd ? fmt::format("expected 0 to 8, 12, 16, 20, 24, 32, 48 or 64 bytes, found {}", bytes)
                            : fmt::format("expected at most 8 bytes in a classic frame, found {}", bytes),
                   frame.fd ? "" : "FD frames are written with ##");
  }
}

void take_data(LineCursor& cursor, LoggedFrame& frame) {
  const int start = cursor.column();
  std::size_t bytes = 0;
  while (is_hex_digit(cursor.peek()) || (bytes > 0 && cursor.peek() == '.')) {
    cursor.take('.');
    const std::uint8_t byte = take_byte(cursor);
    if (bytes == frame.payload.size()) {
      cursor.fail_at(start, "expected at most 64 bytes, found more");
    }
    frame.payload[bytes++] = byte;
  }
  check_length(cursor, start, frame, bytes);
  frame.length = static_cast<std::uint8_t>(bytes);
}

// "_9" after 8 bytes: the length code that a classic frame of 8 bytes was sent with.
void take_raw_code(LineCursor& cursor, LoggedFrame& frame) {
  if (frame.length != 8 || !cursor.take('_')) {
    return;
  }
  const int start = cursor.column();
  const std::string_view code = cursor.hex_digits();
  if (code.size() != 1 || hex_value(code.front()) < 9) {
    cursor.fail_at(start, fmt::format("expected a length code from 9 to F, found '{}'", code));
  }
  frame.raw_code = static_cast<std::uint8_t>(hex_value(code.front()));
}

// What follows the identifier's '#' in the form of log files.
void take_log_payload(LineCursor& cursor, LoggedFrame& frame) {
  if (cursor.take('#')) {
    frame.fd = true;
    if (!is_hex_digit(cursor.peek())) {
      cursor.fail("the hex digit of the FD flags");
    }
    const unsigned flags = hex_value(cursor.peek());
    cursor.skip(1);
    frame.bit_rate_switch = (flags & fd_switch) != 0;
    frame.sender_passive = (flags & fd_passive) != 0;
    take_data(cursor, frame);
  } else if (cursor.take('R') || cursor.take('r')) {
    frame.remote = true;
    const int start = cursor.column();
    const std::string_view length = cursor.digits();
    if (length.size() > 1 || length == "9") {
      cursor.fail_at(start, fmt::format("expected 0 to 8 bytes that are asked for, found {}", length));
    }
    frame.length = length.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(length.front() - '0');
    take_raw_code(cursor, frame);
  } else {
    take_data(cursor, frame);
    take_raw_code(cursor, frame);
  }
}

void take_direction(LineCursor& cursor, LoggedFrame& frame) {
  if (cursor.take('T')) {
    frame.direction = LoggedFrame::Direction::sent;
  } else if (cursor.take('R')) {
    frame.direction = LoggedFrame::Direction::received;
  } else {
    cursor.fail("T or R for the direction, or the end of the line");
  }
}

void take_log_line(LineCursor& cursor, LoggedFrame& frame) {
  take_identifier(cursor, frame);
  cursor.expect('#', "'#' after the identifier");
  take_log_payload(cursor, frame);
  const bool blank = cursor.skip_blanks();
  if (cursor.at_end()) {
    return;
  }
  if (!blank) {
    cursor.fail(frame.remote ? "the end of the line" : "hex digits of the data");
  }
  take_direction(cursor, frame);
  cursor.skip_blanks();
  if (!cursor.at_end()) {
    cursor.fail("the end of the line");
  }
}

// "RX - -": direction, bit rate switch, error state (candump -x).
void take_console_direction(LineCursor& cursor, LoggedFrame& frame) {
  const bool sent = cursor.rest().starts_with("TX ");
  if (!sent && !cursor.rest().starts_with("RX ")) {
    return;
  }
  cursor.skip(3);
  frame.direction = sent ? LoggedFrame::Direction::sent : LoggedFrame::Direction::received;
  for (const char flag : {'B', 'E'}) {
    cursor.skip_blanks();
    const bool set = cursor.take(flag);
    if (!set && !cursor.take('-')) {
      cursor.fail(fmt::format("'{}' or '-' after the direction", flag));
    }
    (flag == 'B' ? frame.bit_rate_switch : frame.sender_passive) = set;
  }
  cursor.skip_blanks();
}

// "[8]", of an FD frame "[08]" with two digits.
std::size_t take_console_length(LineCursor& cursor, LoggedFrame& frame) {
  cursor.expect('[', "the number of bytes such as [8]");
  const int start = cursor.column();
  const std::string_view text = cursor.digits();
  if (text.empty() || text.size() > 2) {
    cursor.fail_at(start, "expected the number of bytes such as [8], found " +
                              (text.empty() ? std::string("none") : std::string(text)));
  }
  frame.fd = text.size() == 2;
  std::size_t bytes = 0;
  for (const char c : text) {
    bytes = bytes * 10 + static_cast<std::size_t>(c - '0');
  }
  check_length(cursor, start, frame, bytes);
  cursor.expect(']', "']' after the number of bytes");
  return bytes;
}

// After the data: the characters of -a, or the word of an error frame. Both repeat what the bytes say.
void take_console_tail(LineCursor& cursor, LoggedFrame& frame) {
  cursor.skip_blanks();
  if (cursor.take("ERRORFRAME")) {
    if (!frame.error) {
      cursor.fail_at(cursor.column() - 10, "expected the marker 20000000 in the identifier of an error frame");
    }
    cursor.skip_blanks();
  }
  if (!cursor.at_end() && cursor.peek() != '\'') {
    cursor.fail(frame.length == 0 ? "the end of the line" : "the end of the line, or fewer bytes in [ ]");
  }
}

void take_console_line(LineCursor& cursor, LoggedFrame& frame) {
  take_console_direction(cursor, frame);
  take_identifier(cursor, frame);
  cursor.skip_blanks();
  const std::size_t bytes = take_console_length(cursor, frame);
  frame.length = static_cast<std::uint8_t>(bytes);
  if (!frame.fd) {  // the kernel keeps something else in this place
    frame.bit_rate_switch = frame.sender_passive = false;
  }
  cursor.skip_blanks();
  if (!frame.fd && cursor.take("remote request")) {
    frame.remote = true;
  }
  for (std::size_t i = 0; !frame.remote && i < bytes; ++i) {
    cursor.skip_blanks();
    if (!is_hex_digit(cursor.peek())) {
      const bool swapped = cursor.peek() == '`';
      cursor.fail(fmt::format("byte {} of {}", i + 1, bytes), swapped
                                                                  ? "bytes in swapped order (candump -S) cannot be read"
                                                                  : (cursor.at_end() ? "is the line cut off?" : ""));
    }
    frame.payload[i] = take_byte(cursor);
  }
  take_console_tail(cursor, frame);
}
}  // namespace

void parse_candump(std::string_view line, LoggedFrame& frame) {
  const std::size_t number = frame.line;
  frame = {};
  frame.line = number;
  LineCursor cursor(line);
  cursor.skip_blanks();
  take_candump_time(cursor, frame);
  take_channel(cursor, frame);
  LineCursor look = cursor;
  if (look.word().find('#') != std::string_view::npos) {
    take_log_line(cursor, frame);
    return;
  }
  if (cursor.rest().find('[') == std::string_view::npos) {
    cursor.fail("an identifier with its data such as 356#7A13F2FE, or 356 [4] 7A 13 F2 FE",
                "is the line cut off, or of another format?");
  }
  take_console_line(cursor, frame);
}

std::string candump_line(const LoggedFrame& frame) {
  std::string out;
  const auto to = std::back_inserter(out);
  const std::int64_t us = frame.time_ns / 1000;
  fmt::format_to(to, "({:010}.{:06}) {} ", us / 1'000'000, us % 1'000'000,
                 frame.channel.empty() ? std::string("can0") : frame.channel);
  if (frame.error) {
    fmt::format_to(to, "{:08X}#", frame.id | 0x20000000u);
  } else {
    fmt::format_to(to, "{:0{}X}#", frame.id, frame.extended ? 8 : 3);
  }
  if (frame.fd) {
    fmt::format_to(to, "#{:X}", (frame.bit_rate_switch ? fd_switch : 0) | (frame.sender_passive ? fd_passive : 0));
  }
  if (frame.remote) {
    out += 'R';
    if (frame.length > 0) {
      fmt::format_to(to, "{}", frame.length);
    }
  }
  for (const std::uint8_t byte : frame.data()) {
    fmt::format_to(to, "{:02X}", byte);
  }
  if (frame.raw_code != 0) {
    fmt::format_to(to, "_{:X}", frame.raw_code);
  }
  if (frame.direction != LoggedFrame::Direction::untold) {
    out += frame.direction == LoggedFrame::Direction::sent ? " T" : " R";
  }
  return out;
}

}  // namespace rig
