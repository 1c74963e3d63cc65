#include <algorithm>
#include <array>

#include "rig/core/quantity.hpp"
#include "rig/signal/expression_compiler.hpp"

// What stands between the operators: numbers, parameters, names, function calls.
namespace rig {

ExpressionCompiler::Operand ExpressionCompiler::parse_number(bool negative, std::size_t offset) {
  const Token token = take();
  const std::size_t end = token.offset + token.text.size();
  if (calls_ == 0 && !token.has_unit && peek().is(",") && peek().offset == end) {
    error(end, "a decimal is written with a point, not with a comma");
    throw SyntaxError{};
  }
  const auto parsed = parse_quantity(token.text);
  if (const auto* wrong = std::get_if<QuantityError>(&parsed)) {
    error(token.offset + wrong->offset, wrong->message);
    return poisoned(offset);
  }
  const auto& quantity = std::get<QuantityValue>(parsed);
  Operand result = constant(negative ? -quantity.value : quantity.value, quantity.dimension, offset,
                            (negative ? "-" : "") + std::string(token.text));
  result.bare_number = !token.has_unit;
  return result;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_parameter() {
  const Token token = take();
  const std::string name(token.text);
  const auto found = scope_.parameters.find(name);
  if (scope_.used_parameters != nullptr) {
    scope_.used_parameters->insert(name);
  }
  if (found != scope_.parameters.end()) {
    return constant(found->second.value, found->second.dimension, token.offset, "$" + name);
  }
  if (scope_.reported.contains("$" + name)) {
    failed_ = true;
    return poisoned(token.offset);
  }
  std::vector<std::string> names;
  for (const auto& [known, value] : scope_.parameters) {
    names.push_back(known);
  }
  const std::string near = nearest(name, names);
  error(token.offset, "there is no parameter '$" + name + "'",
        near.empty() ? "declare it under 'parameters'" : "did you mean '$" + near + "'?");
  return poisoned(token.offset);
}

ExpressionCompiler::Operand ExpressionCompiler::parse_name() {
  const Token token = take();
  if (token.text == "on" || token.text == "true") {
    return constant(1, dimension::boolean, token.offset, std::string(token.text));
  }
  if (token.text == "off" || token.text == "false") {
    return constant(0, dimension::boolean, token.offset, std::string(token.text));
  }
  if (peek().is("(")) {
    return parse_call(token);
  }
  constexpr std::array<std::string_view, 3> operators{"and", "or", "not"};
  if (std::ranges::find(operators, token.text) != operators.end()) {
    error(token.offset, "a value is missing before '" + std::string(token.text) + "'");
    throw SyntaxError{};
  }
  const std::string name(token.text);
  if (scope_.reported.contains(name)) {
    failed_ = true;
    return poisoned(token.offset);
  }
  const auto alias = scope_.aliases.find(name);
  const auto id = scope_.signals->find(alias == scope_.aliases.end() ? name : alias->second);
  if (id) {
    return signal_operand(token, *id);
  }
  if (name.find('.') == std::string::npos) {
    return plain_word(token);
  }
  const auto known = scope_.signals->names();
  const std::string near = nearest(name, known);
  error(token.offset, "the bench has no signal '" + name + "'",
        near.empty() ? "`gtxrig list signals` names them all" : "did you mean '" + near + "'?");
  return poisoned(token.offset);
}

ExpressionCompiler::Operand ExpressionCompiler::signal_operand(const Token& name, SignalId id) {
  const SignalSpec& spec = scope_.signals->spec(id);
  Operand operand;
  operand.dimension = spec.dimension;
  operand.offset = name.offset;
  operand.code = result_.program_.size();
  operand.source = name.text;
  operand.labels = spec.labels.empty() ? nullptr : &spec.labels;
  result_.program_.push_back({Op::push_signal, id.index, 0.0});
  return operand;
}

// Not yet wrong: it may name a value of the enumeration that it is compared with.
ExpressionCompiler::Operand ExpressionCompiler::plain_word(const Token& name) {
  Operand operand = constant(0, dimension::none, name.offset, std::string(name.text));
  operand.constant.reset();
  operand.word = true;
  return operand;
}

ExpressionCompiler::Operand ExpressionCompiler::parse_call(const Token& name) {
  const bool is_absolute = name.text == "abs";
  if (!is_absolute && name.text != "min" && name.text != "max") {
    const std::vector<std::string> known{"abs", "min", "max"};
    error(name.offset, "there is no function '" + std::string(name.text) + "'", suggestion(name.text, known));
    throw SyntaxError{};
  }
  const std::size_t opened = take().offset;
  ++calls_;
  Operand result = parse_or();
  if (is_absolute) {
    if (!require_quantity(result, "abs()")) {
      result = poisoned(name.offset);
    } else if (result.dimension.point) {
      error(result.offset, "a temperature (degC) has no magnitude", "a difference is in K");
      result = poisoned(name.offset);
    } else {
      const Dimension dimension = result.dimension;
      result = unary(Op::absolute, std::move(result), dimension);
    }
  } else if (!peek().is(",")) {
    error(peek().offset, std::string(name.text) + "() needs at least two arguments", "separate them with commas");
    throw SyntaxError{};
  }
  while (!is_absolute && take_if(",")) {
    result = extreme(std::move(result), name, parse_or());
  }
  if (is_absolute && peek().is(",")) {
    error(peek().offset, "abs() takes one argument");
    throw SyntaxError{};
  }
  --calls_;
  expect_closed(opened, std::string(name.text) + "(");
  result.offset = name.offset;
  return result;
}

}  // namespace rig
