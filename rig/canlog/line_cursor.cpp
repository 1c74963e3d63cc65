#include "rig/canlog/line_cursor.hpp"

#include <fmt/format.h>

namespace rig {
namespace {
constexpr std::uint32_t error_marker = 0x20000000u;  // linux/can.h: CAN_ERR_FLAG
constexpr std::uint32_t largest_standard = 0x7FF;
constexpr std::uint32_t largest_extended = 0x1FFFFFFF;
constexpr std::int64_t most_seconds = 9'000'000'000;  // in nanoseconds a 64-bit number holds no more

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// The word at the place of the mistake, short enough for a message.
std::string found_text(std::string_view rest) {
  if (rest.empty()) {
    return "the end of the line";
  }
  std::size_t end = is_blank(rest.front()) ? 1 : 0;
  while (end < rest.size() && end < 24 && !is_blank(rest[end])) {
    ++end;
  }
  std::string text(rest.substr(0, end));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) {
      c = '?';
    }
  }
  return "'" + text + "'";
}
}  // namespace

bool is_hex_digit(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

unsigned hex_value(char c) noexcept {
  if (is_digit(c)) {
    return static_cast<unsigned>(c - '0');
  }
  return static_cast<unsigned>((c >= 'a' ? c - 'a' : c - 'A') + 10);
}

bool LineCursor::skip_blanks() noexcept {
  const std::size_t before = at_;
  while (!at_end() && is_blank(peek())) {
    ++at_;
  }
  return at_ != before;
}

bool LineCursor::take(char sign) noexcept {
  if (at_end() || peek() != sign) {
    return false;
  }
  ++at_;
  return true;
}

bool LineCursor::take(std::string_view word) noexcept {
  if (!rest().starts_with(word)) {
    return false;
  }
  at_ += word.size();
  return true;
}

void LineCursor::expect(char sign, std::string_view what) {
  if (!take(sign)) {
    fail(what);
  }
}

std::string_view LineCursor::word() noexcept {
  const std::size_t before = at_;
  while (!at_end() && !is_blank(peek())) {
    ++at_;
  }
  return line_.substr(before, at_ - before);
}

std::string_view LineCursor::digits() noexcept {
  const std::size_t before = at_;
  while (is_digit(peek())) {
    ++at_;
  }
  return line_.substr(before, at_ - before);
}

std::string_view LineCursor::hex_digits() noexcept {
  const std::size_t before = at_;
  while (is_hex_digit(peek())) {
    ++at_;
  }
  return line_.substr(before, at_ - before);
}

void LineCursor::fail(std::string_view expected, std::string hint) const {
  fail_at(column(), fmt::format("expected {}, found {}", expected, found_text(rest())), std::move(hint));
}

void LineCursor::fail_at(int column, std::string message, std::string hint) const {
  throw LineFault{column, std::move(message), std::move(hint)};
}

void take_seconds(LineCursor& cursor, LoggedFrame& frame) {
  const int start = cursor.column();
  const std::string_view whole = cursor.digits();
  if (whole.empty()) {
    cursor.fail("a time in seconds such as 1436509052.249713");
  }
  std::int64_t seconds = 0;
  for (const char c : whole) {
    seconds = seconds > most_seconds ? seconds : seconds * 10 + (c - '0');
  }
  if (seconds > most_seconds) {
    cursor.fail_at(start, fmt::format("expected a time of at most {} s, found {}", most_seconds, whole));
  }
  cursor.expect('.', "'.' and the decimals of the time");
  const int decimals_at = cursor.column();
  const std::string_view decimals = cursor.digits();
  if (decimals.empty() || decimals.size() > 9) {
    cursor.fail_at(decimals_at, fmt::format("expected 1 to 9 decimals of a second, found {}", decimals.size()));
  }
  std::int64_t fraction = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    fraction = fraction * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  }
  frame.has_time = true;
  frame.time_ns = seconds * 1'000'000'000 + fraction;
  frame.time_digits = static_cast<std::uint8_t>(decimals.size());
}

void take_identifier(LineCursor& cursor, LoggedFrame& frame) {
  const int start = cursor.column();
  const std::string_view text = cursor.hex_digits();
  if (text.empty()) {
    cursor.fail("an identifier in hex: 3 digits, or 8 of a 29-bit one");
  }
  if (text.size() > 8) {
    cursor.fail_at(start, fmt::format("expected an identifier of 3 or 8 hex digits, found {}", text.size()));
  }
  std::uint32_t value = 0;
  for (const char c : text) {
    value = value * 16 + hex_value(c);
  }
  frame.extended = text.size() > 3;
  frame.error = text.size() == 8 && (value & error_marker) != 0;
  frame.id = frame.error ? value & ~error_marker : value;
  if (frame.error) {
    frame.extended = false;
  }
  if (frame.id > (text.size() > 3 ? largest_extended : largest_standard)) {
    cursor.fail_at(start, fmt::format("expected an identifier of at most {}, found {}",
                                      text.size() > 3 ? "1FFFFFFF (29 bits)" : "7FF (11 bits)", text));
  }
}

}  // namespace rig
