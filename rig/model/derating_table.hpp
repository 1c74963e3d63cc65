#pragma once
#include <vector>

#include "rig/core/math.hpp"

namespace rig {

// A limit over an input: straight between points, level beyond the first and the last. Two points at one input are a
// step; there both limits are right.
class DeratingTable {
 public:
  struct Point {
    double at;     // V or degC
    double limit;  // A
  };
  explicit DeratingTable(std::vector<Point> points) : points_(std::move(points)) {}
  // All limits that the curve has anywhere in `input`, A. An interval without bounds is the whole axis; an empty one is
  // read as its two ends.
  [[nodiscard]] Interval over(Interval input) const noexcept;

 private:
  [[nodiscard]] Interval at(double input) const noexcept;
  std::vector<Point> points_;
};

}  // namespace rig
