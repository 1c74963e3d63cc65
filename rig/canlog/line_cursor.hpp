#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "rig/canlog/logged_frame.hpp"

namespace rig {

// Why a line of a log cannot be read: thrown by the parsers of lines, reported with its place by LogReader.
struct LineFault {
  int column = 1;       // bytes, from 1
  std::string message;  // what was expected and what was found
  std::string hint;     // what to try, may be empty
};

// Walks through one line and says what it expected and found when the line is something else.
class LineCursor {
 public:
  explicit LineCursor(std::string_view line) : line_(line) {}
  [[nodiscard]] bool at_end() const noexcept { return at_ == line_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : line_[at_]; }
  [[nodiscard]] std::string_view rest() const noexcept { return line_.substr(at_); }
  [[nodiscard]] int column() const noexcept { return static_cast<int>(at_) + 1; }

  void skip(std::size_t bytes) noexcept { at_ += bytes; }
  bool skip_blanks() noexcept;    // true when there were any
  bool take(char sign) noexcept;  // true when it stood here
  bool take(std::string_view word) noexcept;
  void expect(char sign, std::string_view what);
  std::string_view word() noexcept;  // up to the next blank, may be empty
  std::string_view digits() noexcept;
  std::string_view hex_digits() noexcept;

  [[noreturn]] void fail(std::string_view expected, std::string hint = {}) const;
  [[noreturn]] void fail_at(int column, std::string message, std::string hint = {}) const;

 private:
  std::string_view line_;
  std::size_t at_ = 0;
};

bool is_hex_digit(char c) noexcept;
unsigned hex_value(char c) noexcept;

// "12.345678": up to 9 decimals, so that nanoseconds hold it exactly.
void take_seconds(LineCursor& cursor, LoggedFrame& frame);
// Hex digits of an identifier: up to 3 of a standard frame, 8 of an extended one or an error frame.
void take_identifier(LineCursor& cursor, LoggedFrame& frame);

}  // namespace rig
