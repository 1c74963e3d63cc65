#include "rig/canlog/vector_asc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "rig/canlog/line_cursor.hpp"
#include "rig/instrument/fd_length.hpp"

namespace rig {
namespace {
std::optional<std::uint32_t> number(std::string_view text, int base) {
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// The next word, after its blanks.
std::string_view next_word(LineCursor& cursor) {
  cursor.skip_blanks();
  return cursor.word();
}

std::uint32_t next_number(LineCursor& cursor, int base, std::uint32_t most, std::string_view what) {
  cursor.skip_blanks();
  const LineCursor at = cursor;
  const auto value = number(cursor.word(), base);
  if (!value || *value > most) {
    at.fail(what);
  }
  return *value;
}

// "356" or "18EB3410x".
bool take_id(std::string_view text, int base, LoggedFrame& frame) {
  frame.extended = text.ends_with('x') || text.ends_with('X');
  if (frame.extended) {
    text.remove_suffix(1);
  }
  const auto id = number(text, base);
  if (!id || *id > (frame.extended ? 0x1FFFFFFFu : 0x7FFu)) {
    return false;
  }
  frame.id = *id;
  return true;
}

void take_id_or_fail(LineCursor& cursor, int base, LoggedFrame& frame) {
  cursor.skip_blanks();
  const LineCursor at = cursor;
  if (!take_id(cursor.word(), base, frame)) {
    at.fail("an identifier of 11 bits, or of 29 bits with an 'x' behind it");
  }
}

bool take_direction(LineCursor& cursor, LoggedFrame& frame) {
  const std::string_view word = next_word(cursor);
  frame.direction = word == "Tx" || word == "TxRq" ? LoggedFrame::Direction::sent : LoggedFrame::Direction::received;
  return word == "Rx" || word == "Tx" || word == "TxRq";
}

void take_bytes(LineCursor& cursor, int base, LoggedFrame& frame) {
  for (std::size_t i = 0; i < frame.length; ++i) {
    cursor.skip_blanks();
    if (cursor.at_end()) {
      cursor.fail(fmt::format("byte {} of {}", i + 1, frame.length), "is the line cut off?");
    }
    frame.payload[i] =
        static_cast<std::uint8_t>(next_number(cursor, base, 255, fmt::format("byte {} of {}", i + 1, frame.length)));
  }
}

// The numbers of a CANFD event behind its data: duration, length, flags ... Bit 12 of the flags says that it was an FD
// frame; without flags it is taken for one.
bool says_fd(LineCursor& cursor) {
  next_word(cursor);
  next_word(cursor);
  const auto flags = number(next_word(cursor), 16);
  return !flags || (*flags & 0x1000u) != 0;
}

// The length code and the number of bytes; they have to mean the same.
std::uint32_t take_fd_length(LineCursor& cursor, LoggedFrame& frame) {
  const std::uint32_t code = next_number(cursor, 16, 15, "the length code, 0 to f");
  cursor.skip_blanks();
  const LineCursor at = cursor;
  frame.length = static_cast<std::uint8_t>(next_number(cursor, 10, 64, "the number of bytes, 0 to 64"));
  const std::uint32_t meant = fd_lengths.at(code);
  if (frame.length != meant && frame.length != std::min(meant, 8U) && frame.length != 0) {
    at.fail(fmt::format("{} bytes, as the length code {:x} says", meant, code));
  }
  return code;
}

void take_fd(LineCursor& cursor, int base, LoggedFrame& frame) {
  frame.channel = std::to_string(next_number(cursor, 10, 255, "the channel, a number"));
  if (!take_direction(cursor, frame)) {
    cursor.fail("Rx or Tx before this");
  }
  LineCursor ahead = cursor;
  if (next_word(ahead) == "ErrorFrame") {
    frame.error = true;
    frame.direction = LoggedFrame::Direction::untold;
    return;
  }
  take_id_or_fail(cursor, base, frame);
  // A symbolic name may stand here; what follows is a flag, one digit.
  LineCursor look = cursor;
  const std::string_view word = next_word(look);
  if (word != "0" && word != "1") {
    cursor = look;
  }
  frame.bit_rate_switch = next_number(cursor, 10, 1, "the bit rate switch, 0 or 1") != 0;
  frame.sender_passive = next_number(cursor, 10, 1, "the error state, 0 or 1") != 0;
  cursor.skip_blanks();
  const LineCursor at = cursor;
  const std::uint32_t code = take_fd_length(cursor, frame);
  take_bytes(cursor, base, frame);
  frame.fd = says_fd(cursor);
  if (frame.fd ? frame.length != fd_lengths.at(code) : frame.length > 8) {
    at.fail(
        fmt::format("as many bytes as the length code {:x} says in {} frame", code, frame.fd ? "an FD" : "a classic"));
  }
  if (!frame.fd) {
    frame.bit_rate_switch = frame.sender_passive = false;
    frame.remote = frame.length == 0 && code > 0;  // what is asked for is a length without bytes
    frame.length = frame.remote ? static_cast<std::uint8_t>(std::min(code, 8U)) : frame.length;
  }
}

bool take_classic(LineCursor& cursor, std::string_view channel, int base, LoggedFrame& frame) {
  frame.channel = channel;
  const std::string_view id = next_word(cursor);
  if (id == "ErrorFrame") {
    frame.error = true;
    return true;
  }
  if (!take_id(id, base, frame) || !take_direction(cursor, frame)) {
    return false;  // another event: "Statistic:", a J1939 line ...
  }
  const std::string_view kind = next_word(cursor);
  if (kind == "r") {
    frame.remote = true;
    cursor.skip_blanks();
    if (is_hex_digit(cursor.peek())) {
      frame.length = static_cast<std::uint8_t>(next_number(cursor, base, 8, "the number of bytes, 0 to 8"));
    }
    return true;
  }
  if (kind != "d") {
    cursor.fail("d (data) or r (request) before this");
  }
  frame.length = static_cast<std::uint8_t>(next_number(cursor, base, 8, "the number of bytes, 0 to 8"));
  take_bytes(cursor, base, frame);
  return true;
}
}  // namespace

bool VectorAsc::begins(std::string_view line) noexcept {
  return line.starts_with("date ") || line.starts_with("base ") || line.starts_with("// version");
}

bool VectorAsc::parse(std::string_view line, LoggedFrame& frame) {
  const std::size_t number_of_line = frame.line;
  frame = {};
  frame.line = number_of_line;
  LineCursor cursor(line);
  cursor.skip_blanks();
  if (cursor.rest().starts_with("base ")) {
    hex_ = cursor.rest().find("dec") == std::string_view::npos;
    relative_ = cursor.rest().find("relative") != std::string_view::npos;
    return false;
  }
  if (cursor.peek() < '0' || cursor.peek() > '9') {
    return false;
  }
  take_seconds(cursor, frame);
  if (relative_) {
    frame.time_ns += before_ns_;
  }
  before_ns_ = frame.time_ns;
  const int base = hex_ ? 16 : 10;
  const std::string_view channel = next_word(cursor);
  if (channel == "CANFD") {
    take_fd(cursor, base, frame);
    return true;
  }
  return number(channel, 10) && take_classic(cursor, channel, base, frame);
}

}  // namespace rig
