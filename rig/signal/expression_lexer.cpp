#include "rig/signal/expression_lexer.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

using Token = ExpressionToken;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_unit(char c) { return is_letter(c) || c == '%' || is_beyond_ascii(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && is_blank(text_[at_])) {
      ++at_;
    }
    if (at_ == text_.size()) {
      return {Token::Kind::end, {}, at_};
    }
    const char c = text_[at_];
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      return number();
    }
    if (is_letter(c) || c == '_') {
      return token(Token::Kind::name, name_end(at_));
    }
    if (c == '$' && is_name(peek(1))) {
      ++at_;
      Token result = token(Token::Kind::parameter, name_end(at_));
      --result.offset;
      return result;
    }
    return symbol();
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] char char_at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  Token token(Token::Kind kind, std::size_t end) {
    Token result{kind, text_.substr(at_, end - at_), at_};
    at_ = end;
    return result;
  }

  // A name and its parts: "pack.voltage". A dot that no name follows is not a part of it.
  [[nodiscard]] std::size_t name_end(std::size_t i) const {
    while (is_name(char_at(i)) || (char_at(i) == '.' && is_name(char_at(i + 1)))) {
      ++i;
    }
    return i;
  }

  [[nodiscard]] std::size_t digits_end(std::size_t i) const {
    while (is_digit(char_at(i))) {
      ++i;
    }
    return i;
  }

  Token number() {
    std::size_t end = digits_end(at_);
    if (char_at(end) == '.') {
      end = digits_end(end + 1);
    }
    if (char_at(end) == 'e' || char_at(end) == 'E') {
      const std::size_t sign = char_at(end + 1) == '-' || char_at(end + 1) == '+' ? 1 : 0;
      if (is_digit(char_at(end + 1 + sign))) {
        end = digits_end(end + 1 + sign);
      }
    }
    const std::size_t unit_end = find_unit_end(end);
    Token result = token(Token::Kind::number, unit_end > end ? unit_end : end);
    result.has_unit = unit_end > end;
    return result;
  }

  // Behind a number stands its unit, if a word follows that can be one; "and" and signal names cannot.
  [[nodiscard]] std::size_t find_unit_end(std::size_t number_end) const {
    std::size_t begin = number_end;
    while (is_blank(char_at(begin))) {
      ++begin;
    }
    const std::size_t atom = atom_end(begin);
    constexpr std::array<std::string_view, 5> words{"and", "or", "not", "at", "then"};
    if (atom == begin || std::find(words.begin(), words.end(), text_.substr(begin, atom - begin)) != words.end()) {
      return number_end;
    }
    std::size_t end = atom;
    // A composite unit has no blanks in it, so "3 V / s" divides and "3 V/s" is a rate.
    while (char_at(end) == '/' || char_at(end) == '*') {
      const std::size_t more = atom_end(end + 1);
      if (more == end + 1 || !parse_unit(text_.substr(end + 1, more - end - 1))) {
        break;
      }
      end = more;
    }
    return end;
  }

  // The end of a word that can be a unit; `begin` when it is part of a longer name such as cell01 or pack.voltage.
  [[nodiscard]] std::size_t atom_end(std::size_t begin) const {
    std::size_t end = begin;
    while (is_unit(char_at(end))) {
      ++end;
    }
    const bool name_goes_on = is_name(char_at(end)) || (char_at(end) == '.' && is_name(char_at(end + 1)));
    return name_goes_on || char_at(end) == '(' ? begin : end;
  }

  Token symbol() {
    constexpr std::array<std::string_view, 6> pairs{"<=", ">=", "==", "!=", "&&", "||"};
    const std::string_view two = text_.substr(at_, 2);
    if (std::find(pairs.begin(), pairs.end(), two) != pairs.end()) {
      return token(Token::Kind::symbol, at_ + 2);
    }
    constexpr std::string_view singles = "<>+-*/(),=!";
    if (singles.find(text_[at_]) != std::string_view::npos) {
      return token(Token::Kind::symbol, at_ + 1);
    }
    std::size_t end = at_ + 1;
    while (is_beyond_ascii(text_[at_]) && is_beyond_ascii(char_at(end))) {
      ++end;
    }
    return token(Token::Kind::unknown, end);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<ExpressionToken> tokenize_expression(std::string_view text) {
  Lexer lexer(text);
  std::vector<Token> result;
  do {
    result.push_back(lexer.next());
  } while (result.back().kind != Token::Kind::end);
  return result;
}

}  // namespace rig
