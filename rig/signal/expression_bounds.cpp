#include "rig/signal/expression_bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rig {
namespace {

using Op = Expression::Op;

constexpr Interval yes{1, 1}, no{0, 0}, open{0, 1};

// 0 * infinity is no number: nothing is known then.
Interval product(Interval a, Interval b) {
  const double corners[] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi};
  if (std::any_of(std::begin(corners), std::end(corners), [](double x) { return std::isnan(x); })) {
    return {};
  }
  return {*std::min_element(std::begin(corners), std::end(corners)),
          *std::max_element(std::begin(corners), std::end(corners))};
}

Interval quotient(Interval a, Interval b) { return b.contains(0) ? Interval{} : product(a, {1 / b.hi, 1 / b.lo}); }

Interval magnitude(Interval a) {
  const double hi = std::max(std::abs(a.lo), std::abs(a.hi));
  return {a.contains(0) ? 0.0 : std::min(std::abs(a.lo), std::abs(a.hi)), hi};
}

Interval negated(Interval truth) { return {1 - truth.hi, 1 - truth.lo}; }
Interval less(Interval a, Interval b) { return a.hi < b.lo ? yes : a.lo >= b.hi ? no : open; }
Interval less_equal(Interval a, Interval b) { return a.hi <= b.lo ? yes : a.lo > b.hi ? no : open; }
Interval equal(Interval a, Interval b) {
  const bool points = a.lo == a.hi && b.lo == b.hi;
  return intersect(a, b).empty() ? no : points ? yes : open;
}

Interval binary(Op op, Interval a, Interval b) {
  switch (op) {
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return product(a, b);
    case Op::divide:
      return quotient(a, b);
    case Op::minimum:
      return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
    case Op::maximum:
    case Op::logical_or:
      return {std::max(a.lo, b.lo), std::max(a.hi, b.hi)};
    case Op::logical_and:
      return {std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
    case Op::less:
      return less(a, b);
    case Op::less_equal:
      return less_equal(a, b);
    case Op::greater:
      return less(b, a);
    case Op::greater_equal:
      return less_equal(b, a);
    case Op::equal:
      return equal(a, b);
    case Op::not_equal:
      return negated(equal(a, b));
    default:
      return {};
  }
}

// As deep as any expression: who asks inside the loop may not allocate.
class BoundsStack {
 public:
  void push_back(Interval value) noexcept { values_[size_++] = value; }
  void pop_back() noexcept { --size_; }
  [[nodiscard]] Interval& back() noexcept { return values_[size_ - 1]; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::array<Interval, Expression::max_depth> values_{};
  std::size_t size_ = 0;
};

}  // namespace

Interval expression_bounds(const Expression& expression, const std::function<Interval(SignalId)>& bounds) {
  BoundsStack stack;
  for (const Expression::Instruction& step : expression.program()) {
    switch (step.op) {
      case Op::push_constant:
        stack.push_back(Interval::point(step.constant));
        break;
      case Op::push_signal:
        stack.push_back(bounds(SignalId{step.signal}));
        break;
      case Op::negate:
        stack.back() = {-stack.back().hi, -stack.back().lo};
        break;
      case Op::absolute:
        stack.back() = magnitude(stack.back());
        break;
      case Op::logical_not:
        stack.back() = negated(stack.back());
        break;
      default: {
        const Interval b = stack.back();
        stack.pop_back();
        stack.back() = binary(step.op, stack.back(), b);
        break;
      }
    }
  }
  const Interval result = stack.empty() ? Interval{} : stack.back();
  return expression.dimension().boolean ? intersect(result, open) : result;
}

}  // namespace rig
