#include "rig/signal/expression.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rig/core/math.hpp"

namespace rig {
namespace {

using Op = Expression::Op;

// Quality in order of badness: stale data was once right, data that never came was not, invalid data is wrong.
constexpr int badness(Quality quality) noexcept {
  switch (quality) {
    case Quality::good:
      return 0;
    case Quality::stale:
      return 1;
    case Quality::never:
      return 2;
    case Quality::invalid:
      return 3;
  }
  return 3;
}
constexpr Quality worst(Quality a, Quality b) noexcept {
  return a == b || badness(a) >= badness(b) ? a : b;  // mostly both are good
}

constexpr TimePoint no_time = TimePoint::max();  // of a constant, so that std::min ignores it

struct Cell {
  double value;
  TimePoint time;
  Quality quality;
};

// `false and x` is false whatever x is, so only the deciding operand counts; the same with `true or x`.
Cell decide(const Cell& a, const Cell& b, bool deciding) noexcept {
  const auto decides = [deciding](const Cell& c) { return c.quality == Quality::good && (c.value != 0) == deciding; };
  if (decides(a) && decides(b)) {
    return {deciding ? 1.0 : 0.0, std::max(a.time, b.time), Quality::good};  // the younger alone would do
  }
  if (decides(a)) {
    return a;
  }
  if (decides(b)) {
    return b;
  }
  const bool value = deciding ? a.value != 0 || b.value != 0 : a.value != 0 && b.value != 0;
  return {value ? 1.0 : 0.0, std::min(a.time, b.time), worst(a.quality, b.quality)};
}

inline double apply_operator(Op op, double a, double b) noexcept {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return a * b;
    case Op::divide:
      return a / b;
    case Op::negate:
      return -a;
    case Op::absolute:
      return std::abs(a);
    case Op::minimum:
      return std::min(a, b);
    case Op::maximum:
      return std::max(a, b);
    case Op::less:
      return a < b ? 1 : 0;
    case Op::less_equal:
      return a <= b ? 1 : 0;
    case Op::greater:
      return a > b ? 1 : 0;
    case Op::greater_equal:
      return a >= b ? 1 : 0;
    case Op::equal:
      return a == b ? 1 : 0;
    case Op::not_equal:
      return a != b ? 1 : 0;
    case Op::logical_and:
      return a != 0 && b != 0 ? 1 : 0;
    case Op::logical_or:
      return a != 0 || b != 0 ? 1 : 0;
    case Op::logical_not:
      return a != 0 ? 0 : 1;
    case Op::push_constant:
    case Op::push_signal:
      break;
  }
  return a;
}

// An operator between two numbers.
Cell combine(Op op, const Cell& a, const Cell& b) noexcept {
  Cell result{apply_operator(op, a.value, b.value), std::min(a.time, b.time), worst(a.quality, b.quality)};
  if (op == Op::divide && !std::isfinite(result.value)) {
    result.quality = Quality::invalid;  // divided by zero: no number to judge on
  }
  return result;
}

Evaluation conclude(const Cell& result) noexcept {
  return {result.value, result.quality, result.time == no_time ? TimePoint{} : result.time};
}

constexpr bool is_unary(Op op) noexcept { return op == Op::negate || op == Op::absolute || op == Op::logical_not; }

}  // namespace

double Expression::apply(Op op, double a, double b) noexcept { return apply_operator(op, a, b); }

Expression::Shape Expression::shape_of(std::span<const Instruction> program) noexcept {
  const auto pushes = [](const Instruction& step) {
    return step.op == Op::push_constant || step.op == Op::push_signal;
  };
  const auto decides = [](const Instruction& step) { return step.op == Op::logical_and || step.op == Op::logical_or; };
  const auto one_operator = [&](std::size_t i) {
    return pushes(program[i]) && pushes(program[i + 1]) && !pushes(program[i + 2]) && !decides(program[i + 2]) &&
           !is_unary(program[i + 2].op);
  };
  if (program.size() == 1) {
    return Shape::operand;
  }
  if (program.size() == 3 && one_operator(0)) {
    return Shape::one;
  }
  return program.size() == 7 && one_operator(0) && one_operator(3) && decides(program[6]) ? Shape::two_decided
                                                                                          : Shape::any;
}

Evaluation Expression::evaluate(const SignalTable& signals) const noexcept {
  const auto operand = [&](const Instruction& step) -> Cell {
    if (step.op == Op::push_constant) {
      return {step.constant, no_time, Quality::good};
    }
    const Sample& sample = signals[SignalId{step.signal}];
    return {sample.value, sample.time, sample.quality};
  };
  const auto one_operator = [&](std::size_t i) {
    return combine(program_[i + 2].op, operand(program_[i]), operand(program_[i + 1]));
  };
  switch (shape_) {
    case Shape::operand:
      return conclude(operand(program_[0]));
    case Shape::one:
      return conclude(one_operator(0));
    case Shape::two_decided:
      return conclude(decide(one_operator(0), one_operator(3), program_[6].op == Op::logical_or));
    case Shape::any:
      break;
  }
  return evaluate_on_stack(signals);
}

Evaluation Expression::evaluate_on_stack(const SignalTable& signals) const noexcept {
  std::array<Cell, max_depth> stack;
  std::size_t top = 0;  // one past the topmost; compile() has checked the depth
  for (const Instruction& step : program_) {
    switch (step.op) {
      case Op::push_constant:
        stack[top++] = {step.constant, no_time, Quality::good};
        break;
      case Op::push_signal: {
        const Sample& sample = signals[SignalId{step.signal}];
        stack[top++] = {sample.value, sample.time, sample.quality};
        break;
      }
      case Op::negate:
      case Op::absolute:
      case Op::logical_not:
        stack[top - 1].value = apply(step.op, stack[top - 1].value, 0);
        break;
      case Op::logical_and:
      case Op::logical_or:
        --top;
        stack[top - 1] = decide(stack[top - 1], stack[top], step.op == Op::logical_or);
        break;
      default: {
        --top;
        stack[top - 1] = combine(step.op, stack[top - 1], stack[top]);
        break;
      }
    }
  }
  return conclude(stack[0]);
}

double Expression::uncertainty(const SignalTable& signals, std::span<const KnownUncertainty> known) const noexcept {
  if (dimension_.boolean) {
    return 0;
  }
  struct Dual {
    double value, slope;
  };
  double sum = 0;
  // One pass per input carries its partial derivative along, so that a signal that stands in the text twice counts
  // once.
  for (const SignalId input : inputs_) {
    std::array<Dual, max_depth> stack;
    std::size_t top = 0;
    for (const Instruction& step : program_) {
      if (step.op == Op::push_constant) {
        stack[top++] = {step.constant, 0};
        continue;
      }
      if (step.op == Op::push_signal) {
        stack[top++] = {signals[SignalId{step.signal}].value, step.signal == input.index ? 1.0 : 0.0};
        continue;
      }
      top -= is_unary(step.op) ? 0 : 1;
      Dual& a = stack[top - 1];
      const Dual b = is_unary(step.op) ? Dual{0, 0} : stack[top];
      double slope = 0;
      switch (step.op) {
        case Op::add:
          slope = a.slope + b.slope;
          break;
        case Op::subtract:
          slope = a.slope - b.slope;
          break;
        case Op::multiply:
          slope = a.slope * b.value + a.value * b.slope;
          break;
        case Op::divide:
          slope = (a.slope - a.value / b.value * b.slope) / b.value;
          break;
        case Op::negate:
          slope = -a.slope;
          break;
        case Op::absolute:
          slope = a.value < 0 ? -a.slope : a.slope;
          break;
        case Op::minimum:
          slope = a.value <= b.value ? a.slope : b.slope;
          break;
        case Op::maximum:
          slope = a.value >= b.value ? a.slope : b.slope;
          break;
        default:  // comparisons and logic: a step function
          break;
      }
      a = {apply(step.op, a.value, b.value), slope};
    }
    const auto own = std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.signal == input; });
    const double expanded =
        own != known.end() ? own->expanded : signals.spec(input).uncertainty.at(signals[input].value);
    sum += stack[0].slope * expanded * stack[0].slope * expanded;
  }
  return std::isnan(sum) ? infinity : std::sqrt(sum);  // divided by zero: nothing is known
}

}  // namespace rig
