#pragma once
#include <cstdint>

#include "rig/core/math.hpp"

namespace rig {

// A truth that may not be known now.
enum class Truth : std::uint8_t { unknown, no, yes };

// A measured number as the interval it lies in, with its own time.
struct MeasuredValue {
  Interval value;           // value +- U, hull with the sample before: holds at any moment since that one
  Interval latest;          // value +- U of the newest sample alone: holds at its own time
  double time = 0.0;        // s
  bool good = false;        // false: never came, stale or invalid; the interval then holds everything
  bool fresh = false;       // came since the last tick
  double since = infinity;  // s, of the sample before: `value` is about all that came after it
};
struct MeasuredTruth {
  Truth value = Truth::unknown;
  double time = 0.0;
};

}  // namespace rig
