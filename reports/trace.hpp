#pragma once
#include <utility>
#include <vector>

#include "rig/record/reader.hpp"

namespace rig {

// A stretch of rig time in seconds.
struct Window {
  double from = 0;
  double to = 0;
  [[nodiscard]] double length() const noexcept { return to - from; }
};

struct TracePoint {
  double t = 0;  // s
  double v = 0;  // NaN: nothing is known from here on
};
using Trace = std::vector<TracePoint>;
using Intervals = std::vector<std::pair<double, double>>;  // s, in order, apart

// What a column shows in a window, with at most four points in each of `buckets` equal parts, the lowest and the
// highest among them: no spike is lost, whatever the length of the run. A value holds until the next sample. Samples
// that are not good break the trace.
Trace reduce(const ColumnData& data, Window window, std::size_t buckets);

// Where a truth value was good and true.
Intervals true_intervals(const ColumnData& data, Window window);

// Where it was not good, or not there yet: nothing can be said.
Intervals unknown_intervals(const ColumnData& data, Window window);

// Takes out where an envelope is infinite to both sides: it claims nothing there, and is not to be painted.
void blank_unbounded(ColumnData& lower, ColumnData& upper);

// Parts of a that are not in b.
Intervals without(const Intervals& a, const Intervals& b);

// The lowest and highest finite values of some traces; false when there are none.
bool widen(const Trace& trace, double& lowest, double& highest);

}  // namespace rig
