#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

namespace rig {

// Own exp and log for everything whose bits end in a record: glibc's differ between CPUs (FMA). Relative error < 1e-13
// over the whole range; exp saturates to 0 / inf like the library's. Built from +, -, *, / and exact bit operations.
// sin is for |x| <= 4e8 (two years of 1 Hz); beyond, where a phase means nothing any more, it is NaN.
double exact_exp(double x) noexcept;
double exact_log(double x) noexcept;
double exact_sin(double x) noexcept;

inline constexpr double infinity = std::numeric_limits<double>::infinity();

// A closed interval; lo > hi is the empty one. The default holds everything.
struct Interval {
  double lo = -infinity;
  double hi = infinity;
  static constexpr Interval point(double x) noexcept { return {x, x}; }
  static constexpr Interval around(double x, double half) noexcept { return {x - half, x + half}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return lo > hi; }
  [[nodiscard]] constexpr bool contains(double x) const noexcept { return lo <= x && x <= hi; }
  [[nodiscard]] constexpr double width() const noexcept { return hi - lo; }
  [[nodiscard]] constexpr double middle() const noexcept { return lo + (hi - lo) / 2; }
  friend constexpr Interval operator+(Interval a, Interval b) noexcept { return {a.lo + b.lo, a.hi + b.hi}; }
  friend constexpr Interval operator-(Interval a, Interval b) noexcept { return {a.lo - b.hi, a.hi - b.lo}; }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};
constexpr Interval hull(Interval a, Interval b) noexcept { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }
constexpr Interval intersect(Interval a, Interval b) noexcept { return {std::max(a.lo, b.lo), std::min(a.hi, b.hi)}; }
constexpr Interval widened(Interval a, double by) noexcept { return {a.lo - by, a.hi + by}; }

}  // namespace rig
