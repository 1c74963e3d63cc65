#include "rig/bench/wiring.hpp"

#include <cmath>

namespace rig {
namespace {

// Signals with values of our choice, to see how an expression answers.
class Probe {
 public:
  Probe(const Expression& expression, const SignalTable& signals) : expression_(expression), table_(signals) {
    table_.seal();
    for (const SignalId id : expression.inputs()) {
      table_.write(id, 0.0, TimePoint{});
    }
  }
  double with(SignalId id, double value) {
    table_.write(id, value, TimePoint{});
    const double result = expression_.evaluate(table_).value;
    table_.write(id, 0.0, TimePoint{});
    return result;
  }
  double with_all(double first) {
    double value = first;
    for (const SignalId id : expression_.inputs()) {
      table_.write(id, value, TimePoint{});
      value *= -1.5;
    }
    return expression_.evaluate(table_).value;
  }
  double at_zero() { return expression_.evaluate(table_).value; }

 private:
  const Expression& expression_;
  SignalTable table_;
};

bool about_equal(double a, double b) { return std::abs(a - b) <= 1e-9 * (1.0 + std::abs(a) + std::abs(b)); }

}  // namespace

std::optional<Uncertainty> wired_uncertainty(const Expression& expression, const SignalTable& signals) {
  if (expression.dimension().boolean) {
    return Uncertainty{};
  }
  Probe probe(expression, signals);
  const double zero = probe.at_zero();
  constexpr double base = 10.0;
  double sum = zero;
  double value = base;
  double squares = 0.0;
  Uncertainty result;
  for (const SignalId id : expression.inputs()) {
    const double factor = probe.with(id, 1.0) - zero;
    if (!about_equal(probe.with(id, -2.0) - zero, -2.0 * factor)) {
      return std::nullopt;
    }
    const Uncertainty& own = signals.spec(id).uncertainty;
    squares += factor * own.absolute * factor * own.absolute;
    result.relative += factor != 0.0 ? own.relative : 0.0;
    sum += factor * value;
    value *= -1.5;
  }
  if (!about_equal(probe.with_all(base), sum)) {
    return std::nullopt;
  }
  result.absolute = std::sqrt(squares);
  return result;
}

}  // namespace rig
