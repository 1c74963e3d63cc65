#include <algorithm>
#include <cmath>

#include "rig/core/quantity.hpp"
#include "rig/signal/expression_compiler.hpp"

namespace rig {
namespace {

constexpr Dimension difference = dimension::temperature_difference;

std::string words_of(const std::vector<std::string>& labels) {
  std::string result;
  for (const std::string& label : labels) {
    result += (result.empty() ? "" : ", ") + label;
  }
  return result;
}

// "a voltage", without the unit.
std::string short_name(Dimension dimension) {
  const std::string text = with_article(dimension);
  return std::string(text, 0, text.find(" ("));
}

}  // namespace

std::string with_article(Dimension dimension) {
  std::string text = describe(dimension);
  if (text.starts_with("a ")) {
    return text;
  }
  return (text.starts_with("e") ? "an " : "a ") + text;
}

ExpressionCompiler::Operand ExpressionCompiler::compare(Operand a, const Token& sign, Operand b) {
  Op op = Op::equal;
  const bool equality = sign.is("==") || sign.is("!=");
  if (sign.is("<")) {
    op = Op::less;
  } else if (sign.is("<=")) {
    op = Op::less_equal;
  } else if (sign.is(">")) {
    op = Op::greater;
  } else if (sign.is(">=")) {
    op = Op::greater_equal;
  } else if (sign.is("!=")) {
    op = Op::not_equal;
  }
  if (a.bad || b.bad) {
    return poisoned(a.offset);
  }
  // "off" is a truth value, but beside an enumeration it may be one of its words.
  const auto may_be_label = [](const Operand& o) { return o.word || o.source == "on" || o.source == "off"; };
  if (equality && ((a.labels != nullptr && may_be_label(b)) || (b.labels != nullptr && may_be_label(a)))) {
    const bool known = a.labels == nullptr ? match_label(b, a) : match_label(a, b);
    return known ? binary(op, std::move(a), b, dimension::boolean) : poisoned(a.offset);
  }
  if (equality && a.labels != nullptr && b.labels != nullptr && *a.labels == *b.labels) {
    return binary(op, std::move(a), b, dimension::boolean);
  }
  if (equality && a.dimension.boolean && b.dimension.boolean) {
    return binary(op, std::move(a), b, dimension::boolean);
  }
  const bool left = require_quantity(a, "'" + std::string(sign.text) + "'");
  const bool right = require_quantity(b, "'" + std::string(sign.text) + "'");
  if (!left || !right || !same_dimension(a, sign, b, "compares", "with")) {
    return poisoned(a.offset);
  }
  return binary(op, std::move(a), b, dimension::boolean);
}

ExpressionCompiler::Operand ExpressionCompiler::sum(Operand a, const Token& sign, Operand b) {
  const bool minus = sign.is("-");
  const std::string what = "'" + std::string(sign.text) + "'";
  const bool left = require_quantity(a, what);
  const bool right = require_quantity(b, what);
  if (!left || !right) {
    return poisoned(a.offset);
  }
  Dimension result = a.dimension;
  if (a.dimension.point && b.dimension.point) {
    if (!minus) {
      error(sign.offset, "two temperatures (degC) cannot be added", "a difference is in K");
      return poisoned(a.offset);
    }
    result = difference;
  } else if (a.dimension == difference && b.dimension.point) {
    if (minus) {
      error(sign.offset, "a temperature (degC) cannot be subtracted from a difference (K)");
      return poisoned(a.offset);
    }
    result = b.dimension;
  } else if (!(a.dimension.point && b.dimension == difference) &&
             !same_dimension(a, sign, b, minus ? "subtracts" : "adds", minus ? "from" : "and")) {
    return poisoned(a.offset);
  }
  return binary(minus ? Op::subtract : Op::add, std::move(a), b, result);
}

ExpressionCompiler::Operand ExpressionCompiler::product(Operand a, const Token& sign, Operand b) {
  const std::string what = "'" + std::string(sign.text) + "'";
  const bool left = require_quantity(a, what);
  const bool right = require_quantity(b, what);
  if (!left || !right) {
    return poisoned(a.offset);
  }
  for (const Operand* side : {&a, &b}) {
    if (side->dimension.point) {
      error(side->offset, "a temperature (degC) cannot be multiplied or divided", "a difference is in K");
      return poisoned(a.offset);
    }
  }
  const bool divide = sign.is("/");
  if (divide && b.constant == 0.0) {
    error(b.offset, "this divides by zero");
    return poisoned(a.offset);
  }
  const Dimension dimension = divide ? a.dimension / b.dimension : a.dimension * b.dimension;
  const auto senseless = [](std::int8_t exponent) { return exponent > 8 || exponent < -8; };
  if (senseless(dimension.volt) || senseless(dimension.ampere) || senseless(dimension.second) ||
      senseless(dimension.kelvin)) {
    error(sign.offset, "this product has no sensible unit");
    return poisoned(a.offset);
  }
  return binary(divide ? Op::divide : Op::multiply, std::move(a), b, dimension);
}

ExpressionCompiler::Operand ExpressionCompiler::extreme(Operand a, const Token& function, Operand b) {
  const std::string what = std::string(function.text) + "()";
  const bool left = require_quantity(a, what);
  const bool right = require_quantity(b, what);
  Token place = function;
  place.offset = b.offset;
  if (!left || !right || !same_dimension(a, place, b, what + " compares", "with")) {
    return poisoned(a.offset);
  }
  const Dimension dimension = a.dimension;
  return binary(function.text == "min" ? Op::minimum : Op::maximum, std::move(a), b, dimension);
}

ExpressionCompiler::Operand ExpressionCompiler::logic(Operand a, const Token& sign, Operand b) {
  const std::string what = "'" + std::string(sign.text) + "'";
  const bool left = require_truth(a, what);
  const bool right = require_truth(b, what);
  if (!left || !right) {
    return poisoned(a.offset);
  }
  return binary(sign.text == "and" ? Op::logical_and : Op::logical_or, std::move(a), b, dimension::boolean);
}

bool ExpressionCompiler::require_truth(Operand& operand, std::string_view what) {
  if (operand.word) {
    reject_word(operand);
  }
  if (operand.bad) {
    return false;
  }
  if (!operand.dimension.boolean) {
    error(operand.offset, std::string(what) + " needs truth values, this is " + with_article(operand.dimension),
          "compare it with something");
    return false;
  }
  return true;
}

bool ExpressionCompiler::require_quantity(Operand& operand, std::string_view what) {
  if (operand.word) {
    reject_word(operand);
  }
  if (operand.bad) {
    return false;
  }
  if (operand.labels != nullptr) {
    error(operand.offset, "'" + operand.source + "' is one of " + words_of(*operand.labels),
          "compare it with == or != and one of these words");
    return false;
  }
  if (operand.dimension.boolean) {
    error(operand.offset, std::string(what) + " needs quantities, this is a truth value");
    return false;
  }
  return true;
}

bool ExpressionCompiler::same_dimension(const Operand& a, const Token& sign, const Operand& b, const std::string& verb,
                                        const std::string& joint) {
  if (a.dimension == b.dimension) {
    return true;
  }
  for (const auto& [literal, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    if (literal->bare_number && literal->dimension == dimension::none && !other->dimension.boolean) {
      const std::string unit(base_unit(other->dimension));
      const std::string action = verb.ends_with("compares") ? "compared with"
                                 : verb == "adds"           ? "added to"
                                                            : "combined with";
      error(literal->offset, literal->source + " is " + action + " " + short_name(other->dimension),
            "write " + literal->source + " " + unit);
      return false;
    }
  }
  const bool swapped = verb == "subtracts";
  const Dimension first = swapped ? b.dimension : a.dimension;
  const Dimension second = swapped ? a.dimension : b.dimension;
  error(sign.offset, verb + " " + with_article(first) + " " + joint + " " + with_article(second));
  return false;
}

bool ExpressionCompiler::match_label(Operand& enumeration, Operand& word) {
  const auto& labels = *enumeration.labels;
  const auto found = std::ranges::find(labels, word.source);
  if (found == labels.end()) {
    error(word.offset, "'" + enumeration.source + "' is never '" + word.source + "'", suggestion(word.source, labels));
    return false;
  }
  result_.program_[word.code].constant = static_cast<double>(found - labels.begin());
  word.word = false;
  word.constant.reset();
  return true;
}

void ExpressionCompiler::reject_word(Operand& operand) {
  std::vector<std::string> known;
  for (const auto& [alias, signal] : scope_.aliases) {
    known.push_back(alias);
  }
  std::string near = nearest(operand.source, known);
  if (near.empty() && scope_.parameters.contains(operand.source)) {
    near = "$" + operand.source;
  }
  error(operand.offset, "'" + operand.source + "' is neither a signal nor a kept value",
        near.empty() ? parse_unit(operand.source) ? "a unit stands behind a number" : ""
                     : "did you mean '" + near + "'?");
  operand.word = false;
  operand.bad = true;
}

ExpressionCompiler::Operand ExpressionCompiler::binary(Op op, Operand a, const Operand& b, Dimension dimension) {
  a.dimension = dimension;
  a.labels = nullptr;
  a.source.clear();
  const bool plain = a.bare_number && b.bare_number;
  if (a.constant && b.constant) {
    const double value = Expression::apply(op, *a.constant, *b.constant);
    if (!std::isfinite(value)) {
      error(a.offset, "this is no finite number");
    }
    result_.program_.resize(a.code);
    Operand folded = constant(value, dimension, a.offset, {});
    folded.source = plain ? format_quantity(value, dimension::none) : "";
    folded.bare_number = plain && !dimension.boolean;
    return folded;
  }
  a.constant.reset();
  a.bare_number = false;
  result_.program_.push_back({op});
  return a;
}

ExpressionCompiler::Operand ExpressionCompiler::unary(Op op, Operand a, Dimension dimension) {
  a.dimension = dimension;
  a.source.clear();
  if (a.constant) {
    const bool plain = a.bare_number;
    const double value = Expression::apply(op, *a.constant, 0);
    result_.program_.resize(a.code);
    Operand folded = constant(value, dimension, a.offset, plain ? format_quantity(value, dimension::none) : "");
    folded.bare_number = plain;
    return folded;
  }
  result_.program_.push_back({op});
  return a;
}

ExpressionCompiler::Operand ExpressionCompiler::constant(double value, Dimension dimension, std::size_t offset,
                                                         std::string source) {
  Operand operand;
  operand.dimension = dimension;
  operand.offset = offset;
  operand.code = result_.program_.size();
  operand.constant = value;
  operand.source = std::move(source);
  result_.program_.push_back({Op::push_constant, 0, value});
  return operand;
}

ExpressionCompiler::Operand ExpressionCompiler::poisoned(std::size_t offset) {
  Operand operand;
  operand.offset = offset;
  operand.bad = true;
  return operand;
}

std::size_t ExpressionCompiler::stack_depth() const {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (const auto& step : result_.program_) {
    if (step.op == Op::push_constant || step.op == Op::push_signal) {
      deepest = std::max(deepest, ++depth);
    } else if (step.op != Op::negate && step.op != Op::absolute && step.op != Op::logical_not) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace rig
