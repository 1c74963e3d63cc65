#include "rig/dut/dbc_lexer.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace rig {
namespace {
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_word(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr std::string_view signs = ":;|@+-()[],";

// What Windows-1252 has at 0x80 to 0x9F; 0 where it has nothing. Above it is Latin-1, the first 256 of Unicode.
constexpr std::array<unsigned, 32> windows_1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void add_windows_1252(unsigned char byte, std::string& text) {
  unsigned code = byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
  code = code == 0 ? unsigned{'?'} : code;
  if (code < 0x80) {
    text.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    text.push_back(static_cast<char>(0xC0 | (code >> 6)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    text.push_back(static_cast<char>(0xE0 | (code >> 12)));
    text.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}
}  // namespace

DbcLexer::DbcLexer(std::string_view text) : text_(text) {
  if (text_.starts_with("\xEF\xBB\xBF")) {
    text_.remove_prefix(3);
  }
  advance();
}

DbcToken DbcLexer::next() {
  const DbcToken result = token_;
  advance();
  return result;
}

void DbcLexer::step(std::size_t bytes) {
  for (; bytes > 0; --bytes, ++at_) {
    if (text_[at_] == '\n') {
      ++line_;
      column_ = 1;
    } else {
      ++column_;
    }
  }
}

void DbcLexer::skip_blanks() {
  while (at_ < text_.size()) {
    if (text_.substr(at_, 2) == "//") {  // not in the format's text, but some tools write it
      step(std::min(text_.find('\n', at_), text_.size()) - at_);
    } else if (is_blank(text_[at_])) {
      step(1);
    } else {
      return;
    }
  }
}

// The longest text at the cursor that begins like a number; whether it is one is decided where it is used, so that
// "12abc" and "1.2.3" are reported as bad numbers and not as two tokens.
std::string_view DbcLexer::number() const {
  std::size_t end = at_ + 1;
  while (end < text_.size()) {
    const char c = text_[end];
    const bool exponent_sign = (c == '+' || c == '-') && (text_[end - 1] == 'e' || text_[end - 1] == 'E') &&
                               end + 1 < text_.size() && is_digit(text_[end + 1]);
    if (!is_word(c) && c != '.' && !exponent_sign) {
      break;
    }
    ++end;
  }
  return text_.substr(at_, end - at_);
}

void DbcLexer::advance() {
  skip_blanks();
  token_ = {DbcTokenKind::end, {}, line_, column_};
  if (at_ == text_.size()) {
    return;
  }
  const char c = text_[at_];
  const bool sign_of_number = (c == '-' || c == '+') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
  if (c == '"') {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') {
      end += text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] == '"' ? 2 : 1;
    }
    const bool closed = end < text_.size();
    token_.kind = closed ? DbcTokenKind::string : DbcTokenKind::open_string;
    token_.text = text_.substr(at_ + 1, end - at_ - 1);
    step(end - at_ + (closed ? 1 : 0));
    return;
  }
  if (is_digit(c) || sign_of_number) {
    token_.kind = DbcTokenKind::number;
    token_.text = number();
  } else if (is_word(c)) {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) {
      ++end;
    }
    token_.kind = DbcTokenKind::word;
    token_.text = text_.substr(at_, end - at_);
  } else {
    token_.kind = signs.find(c) == std::string_view::npos ? DbcTokenKind::bad : DbcTokenKind::punctuation;
    token_.text = text_.substr(at_, 1);
  }
  step(token_.text.size());
}

void DbcLexer::skip_lines_of_one_word() {
  while (token_.kind == DbcTokenKind::word) {
    std::size_t end = at_;
    while (end < text_.size() && is_blank(text_[end]) && text_[end] != '\n') {
      ++end;
    }
    if (end < text_.size() && text_[end] != '\n') {
      return;
    }
    advance();
  }
}

std::span<const std::string> dbc_statements() {
  static const std::vector<std::string> words = {
      "VERSION",      "NS_",        "BS_",         "BU_",         "BO_",         "SG_",          "CM_",
      "VAL_",         "VAL_TABLE_", "BA_",         "BA_DEF_",     "BA_DEF_DEF_", "BA_DEF_REL_",  "BA_DEF_DEF_REL_",
      "BA_REL_",      "BA_SGTYPE_", "BO_TX_BU_",   "EV_",         "EV_DATA_",    "ENVVAR_DATA_", "BA_DEF_SGTYPE_",
      "SGTYPE_",      "CAT_",       "CAT_DEF_",    "SGTYPE_VAL_", "FILTER",      "SIG_GROUP_",   "SIG_TYPE_REF_",
      "SIG_VALTYPE_", "BU_SG_REL_", "SG_MUL_VAL_", "BU_EV_REL_",  "BU_BO_REL_"};
  return words;
}

bool is_dbc_statement(const DbcToken& token) {
  const auto words = dbc_statements();
  return token.kind == DbcTokenKind::word && std::find(words.begin(), words.end(), token.text) != words.end();
}

std::string dbc_text(std::string_view raw, bool is_utf8) {
  std::string result;
  result.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size() && raw[i + 1] == '"') {
      ++i;
    }
    if (is_utf8 || static_cast<unsigned char>(raw[i]) < 0x80) {
      result.push_back(raw[i]);
    } else {
      add_windows_1252(static_cast<unsigned char>(raw[i]), result);
    }
  }
  return result;
}

}  // namespace rig
