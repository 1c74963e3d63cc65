#include "rig/dut/dbc_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace rig {

double DbcReader::real(const char* what) {
  const DbcToken token = lexer_.peek();
  if (token.kind != DbcTokenKind::number) {
    wrong(token, what);
  }
  const std::string_view text = token.text.front() == '+' ? token.text.substr(1) : token.text;
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value)) {
    fail(token, fmt::format("'{}' is no number that can be used here", token.text), fmt::format("wanted: {}", what));
  }
  lexer_.next();
  return value;
}

std::uint64_t DbcReader::natural(const char* what, std::uint64_t most) {
  const DbcToken token = lexer_.peek();
  if (token.kind != DbcTokenKind::number) {
    wrong(token, what);
  }
  std::uint64_t value = 0;
  const char* const end = token.text.data() + token.text.size();
  const auto [stop, error] = std::from_chars(token.text.data(), end, value);
  if (error != std::errc{} || stop != end || value > most) {
    fail(token, fmt::format("'{}' is no whole number from 0 to {}", token.text, most), fmt::format("wanted: {}", what));
  }
  lexer_.next();
  return value;
}

DbcToken DbcReader::word(const char* what) {
  if (lexer_.peek().kind != DbcTokenKind::word) {
    wrong(lexer_.peek(), what);
  }
  return lexer_.next();
}

std::string DbcReader::string(const char* what) {
  if (lexer_.peek().kind != DbcTokenKind::string) {
    wrong(lexer_.peek(), what);
  }
  return dbc_text(lexer_.next().text, is_utf8_);
}

void DbcReader::expect(std::string_view sign) {
  if (!lexer_.peek().is(sign)) {
    wrong(lexer_.peek(), fmt::format("'{}'", sign));
  }
  lexer_.next();
}

void DbcReader::fail(const DbcToken& token, std::string message, std::string hint) {
  const SourceMark at = mark(token);
  if (token.kind == DbcTokenKind::open_string) {
    lexer_.next();  // it reaches to the end of the file: nothing follows that could be read
  }
  diagnostics_.error(at, std::move(message), std::move(hint));
  throw DbcSlip{};
}

void DbcReader::wrong(const DbcToken& token, const std::string& wanted) {
  const std::string hint = "wanted: " + wanted;
  switch (token.kind) {
    case DbcTokenKind::end:
      fail(token, "the file ends in the middle of a statement", hint + "; is the file cut off?");
    case DbcTokenKind::open_string:
      fail(token, "the file ends inside the text that begins here", "is a '\"' missing?");
    case DbcTokenKind::bad:
      fail(token, fmt::format("byte 0x{:02X} has no place here", static_cast<unsigned char>(token.text.front())), hint);
    case DbcTokenKind::string:
      fail(token, "a text in quotes has no place here", hint);
    default:
      fail(token, fmt::format("'{}' has no place here", token.text), hint);
  }
}

}  // namespace rig
