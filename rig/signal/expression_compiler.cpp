#include "rig/signal/expression_compiler.hpp"

#include <algorithm>
#include <array>

#include "rig/core/quantity.hpp"

namespace rig {

std::optional<Expression> Expression::compile(const MarkedText& text, const ExpressionScope& scope,
                                              Diagnostics& diagnostics) {
  return ExpressionCompiler(text, scope, diagnostics).compile();
}

// Counts how deep the grammar is inside itself, so that "((((..." ends in a message and not in the stack's end.
class ExpressionCompiler::Nesting {
 public:
  explicit Nesting(ExpressionCompiler& compiler) : compiler_(compiler) {
    if (++compiler_.nesting_ > Expression::max_depth) {
      compiler_.error(compiler_.peek().offset, "this expression is nested deeper than 32 levels",
                      "keep a part of it under a name of its own");
      throw SyntaxError{};
    }
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() { --compiler_.nesting_; }

 private:
  ExpressionCompiler& compiler_;
};

ExpressionCompiler::ExpressionCompiler(const MarkedText& text, const ExpressionScope& scope, Diagnostics& diagnostics)
    : text_(text), scope_(scope), diagnostics_(diagnostics), tokens_(tokenize_expression(text.text)) {}

std::optional<Expression> ExpressionCompiler::compile() {
  try {
    if (peek().kind == Token::Kind::end) {
      error(0, "an expression is missing here");
      return std::nullopt;
    }
    Operand whole = parse_or();
    finish();
    if (whole.word) {
      reject_word(whole);
    }
    result_.dimension_ = whole.dimension;
  } catch (const SyntaxError&) {
    failed_ = true;
  }
  if (!failed_ && stack_depth() > Expression::max_depth) {
    error(0, "this expression needs more than 32 intermediate values", "keep a part of it under a name of its own");
  }
  if (failed_) {
    return std::nullopt;
  }
  result_.text_ = text_.text;
  for (const auto& step : result_.program_) {
    const SignalId id{step.signal};
    if (step.op == Op::push_signal && std::ranges::find(result_.inputs_, id) == result_.inputs_.end()) {
      result_.inputs_.push_back(id);
    }
  }
  result_.shape_ = Expression::shape_of(result_.program_);
  return std::move(result_);
}

// What stands behind a complete expression is an operator that is none, or a part that nothing joins.
void ExpressionCompiler::finish() {
  const Token& rest = peek();
  if (rest.kind == Token::Kind::end) {
    return;
  }
  if (rest.is(")")) {
    error(rest.offset, "this ')' closes nothing");
  } else if (rest.is("=")) {
    error(rest.offset, "'=' is no operator", "to compare, write '=='");
  } else if (rest.is("&&") || rest.is("||")) {
    error(rest.offset, "'" + std::string(rest.text) + "' is no operator", rest.is("&&") ? "write 'and'" : "write 'or'");
  } else if (rest.is(",")) {
    error(rest.offset, "a comma stands only between the arguments of min() and max()");
  } else if (rest.kind == Token::Kind::unknown) {
    error(rest.offset, "'" + std::string(rest.text) + "' belongs in no expression");
  } else {
    error(rest.offset, "an operator is missing before '" + std::string(rest.text) + "'");
  }
  throw SyntaxError{};
}

ExpressionCompiler::Operand ExpressionCompiler::parse_or() {
  const Nesting nesting(*this);
  Operand left = parse_and();
  while (peek().is("or")) {
    const Token sign = take();
    left = logic(std::move(left), sign, parse_and());
  }
  return left;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_and() {
  Operand left = parse_not();
  while (peek().is("and")) {
    const Token sign = take();
    left = logic(std::move(left), sign, parse_not());
  }
  return left;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_not() {
  if (!peek().is("not") && !peek().is("!")) {
    return parse_comparison();
  }
  const Nesting nesting(*this);
  const Token sign = take();
  if (sign.is("!")) {
    error(sign.offset, "'!' is no operator", "write 'not'");
    throw SyntaxError{};
  }
  Operand operand = parse_not();
  if (!require_truth(operand, "'not'")) {
    return poisoned(sign.offset);
  }
  operand.offset = sign.offset;
  return unary(Op::logical_not, std::move(operand), dimension::boolean);
}

namespace {
bool is_comparison(const ExpressionToken& token) {
  constexpr std::array<std::string_view, 6> signs{"<", "<=", ">", ">=", "==", "!="};
  return token.kind == ExpressionToken::Kind::symbol && std::ranges::find(signs, token.text) != signs.end();
}
}  // namespace

ExpressionCompiler::Operand ExpressionCompiler::parse_comparison() {
  Operand left = parse_sum();
  if (!is_comparison(peek())) {
    return left;
  }
  const Token sign = take();
  Operand result = compare(std::move(left), sign, parse_sum());
  if (is_comparison(peek())) {
    error(peek().offset, "comparisons cannot be chained", "write 'a < b and b < c'");
    throw SyntaxError{};
  }
  return result;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_sum() {
  Operand left = parse_product();
  while (peek().is("+") || peek().is("-")) {
    const Token sign = take();
    left = sum(std::move(left), sign, parse_product());
  }
  return left;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_product() {
  Operand left = parse_unary();
  while (peek().is("*") || peek().is("/")) {
    const Token sign = take();
    left = product(std::move(left), sign, parse_unary());
  }
  return left;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_unary() {
  if (!peek().is("-") && !peek().is("+")) {
    return parse_primary();
  }
  const Nesting nesting(*this);
  const Token sign = take();
  if (peek().kind == Token::Kind::number) {
    return parse_number(sign.is("-"), sign.offset);  // "-10 degC" is a literal: a point below zero
  }
  Operand operand = parse_unary();
  if (!require_quantity(operand, "a sign")) {
    return poisoned(sign.offset);
  }
  if (operand.dimension.point) {
    error(sign.offset, "a temperature (degC) has no opposite", "a difference is in K");
    return poisoned(sign.offset);
  }
  if (sign.is("+")) {
    return operand;
  }
  operand.offset = sign.offset;
  const Dimension dimension = operand.dimension;
  return unary(Op::negate, std::move(operand), dimension);
}

ExpressionCompiler::Operand ExpressionCompiler::parse_primary() {
  const Token& token = peek();
  switch (token.kind) {
    case Token::Kind::number:
      return parse_number(false, token.offset);
    case Token::Kind::parameter:
      return parse_parameter();
    case Token::Kind::name:
      return parse_name();
    case Token::Kind::end:
      error(token.offset, "the expression ends where a value is needed");
      throw SyntaxError{};
    case Token::Kind::symbol:
    case Token::Kind::unknown:
      break;
  }
  if (token.is("(")) {
    const std::size_t opened = take().offset;
    Operand inside = parse_or();
    expect_closed(opened, "'('");
    inside.offset = opened;
    return inside;
  }
  if (token.text == "$") {
    error(token.offset, "a parameter's name is missing behind '$'");
  } else {
    error(token.offset, "a value is missing before '" + std::string(token.text) + "'");
  }
  throw SyntaxError{};
}

bool ExpressionCompiler::take_if(std::string_view word) {
  if (!peek().is(word)) {
    return false;
  }
  ++at_;
  return true;
}

void ExpressionCompiler::expect_closed(std::size_t opened, const std::string& after) {
  if (take_if(")")) {
    return;
  }
  if (peek().kind == Token::Kind::end) {
    error(opened, "this '(' is never closed", "add a ')'");
    throw SyntaxError{};
  }
  if (is_comparison(peek())) {
    error(peek().offset, "comparisons cannot be chained", "write 'a < b and b < c'");
    throw SyntaxError{};
  }
  finish();
  error(peek().offset, "a ')' is missing after " + after);
  throw SyntaxError{};
}

void ExpressionCompiler::error(std::size_t offset, std::string message, std::string hint) {
  diagnostics_.error(place(offset), std::move(message), std::move(hint));
  failed_ = true;
}

// The mark is of the text's begin. Inside a text that is folded over lines or has escapes, the bytes of the file are
// others than those of the text: then the begin is the best that can be said.
SourceMark ExpressionCompiler::place(std::size_t offset) const {
  const SourceMark& begin = text_.mark;
  if (begin.source == nullptr || begin.line < 1) {
    return begin;
  }
  std::string_view rest = begin.source->text;
  for (int line = 1; line < begin.line; ++line) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      return begin;
    }
    rest.remove_prefix(end + 1);
  }
  const auto column = static_cast<std::size_t>(std::max(begin.column, 1) - 1);
  if (column > rest.size() || rest.substr(column, offset) != std::string_view(text_.text).substr(0, offset) ||
      rest.substr(column, offset).find('\n') != std::string_view::npos) {
    return begin;
  }
  return begin.shifted(static_cast<int>(offset));
}

}  // namespace rig
