#pragma once
#include <functional>

#include "rig/core/math.hpp"
#include "rig/signal/expression.hpp"

namespace rig {

// What an expression can come to when each signal may lie anywhere inside its bounds. A truth value is an interval in
// [0, 1]: {1, 1} is true whatever happens, {0, 0} is false whatever happens. A signal that stands in the text twice
// counts as two, so the result may be wider than the truth and is never narrower: what it excludes is excluded.
Interval expression_bounds(const Expression& expression, const std::function<Interval(SignalId)>& bounds);

constexpr bool surely_true(Interval truth) noexcept { return truth.lo > 0.5; }
constexpr bool surely_false(Interval truth) noexcept { return truth.hi < 0.5; }

}  // namespace rig
