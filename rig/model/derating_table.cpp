#include "rig/model/derating_table.hpp"

namespace rig {

// One value, or the two ends of a step.
Interval DeratingTable::at(double input) const noexcept {
  if (input < points_.front().at) {
    return Interval::point(points_.front().limit);
  }
  if (input > points_.back().at) {
    return Interval::point(points_.back().limit);
  }
  Interval found{infinity, -infinity};
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const Point& b = points_[i];
    if (input == b.at) {
      found = hull(found, Interval::point(b.limit));
    } else if (i > 0 && points_[i - 1].at < input && input < b.at) {
      const Point& a = points_[i - 1];
      found = Interval::point(a.limit + (b.limit - a.limit) * (input - a.at) / (b.at - a.at));
    }
  }
  return found;
}

Interval DeratingTable::over(Interval input) const noexcept {
  if (points_.empty()) {
    return {};
  }
  Interval result = hull(at(input.lo), at(input.hi));
  for (const Point& point : points_) {
    if (input.contains(point.at)) {
      result = hull(result, Interval::point(point.limit));
    }
  }
  return result;
}

}  // namespace rig
