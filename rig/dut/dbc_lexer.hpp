#pragma once
#include <span>
#include <string>
#include <string_view>

#include "rig/core/diagnostic.hpp"

namespace rig {

enum class DbcTokenKind { word, number, string, punctuation, open_string, bad, end };

struct DbcToken {
  DbcTokenKind kind = DbcTokenKind::end;
  std::string_view text;  // a string's text is without its quotes, escapes not yet resolved
  int line = 1;
  int column = 1;  // bytes, from 1
  [[nodiscard]] bool is(std::string_view word) const noexcept {
    return text == word && (kind == DbcTokenKind::word || kind == DbcTokenKind::punctuation);
  }
};

// Cuts a DBC text into words, numbers, "strings" (also over several lines) and single signs, one token ahead.
// `open_string` is a string that the end of the file cuts off, `bad` is a byte that has no place in a DBC.
class DbcLexer {
 public:
  explicit DbcLexer(std::string_view text);
  [[nodiscard]] const DbcToken& peek() const noexcept { return token_; }
  DbcToken next();
  // After NS_: skips the lines that hold a single word, which look like keywords but are only names of keywords.
  void skip_lines_of_one_word();

 private:
  void advance();
  void skip_blanks();
  void step(std::size_t bytes);
  std::string_view number() const;
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
  DbcToken token_;
};

// The words that begin a statement.
std::span<const std::string> dbc_statements();
bool is_dbc_statement(const DbcToken& token);

// A string token's text with \" resolved; as UTF-8, also where the file is in Windows-1252.
std::string dbc_text(std::string_view raw, bool is_utf8);

}  // namespace rig
