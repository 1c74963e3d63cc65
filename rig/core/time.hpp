#pragma once
#include <chrono>
#include <cstdint>

namespace rig {

// Rig time: integer nanoseconds since the run began. now() is deleted on purpose: only a Clock (clock.hpp) produces
// time, so simulated and wall time cannot be mixed by accident.
struct RigTime {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<RigTime>;
  static constexpr bool is_steady = false;
  static time_point now() = delete;
};

using Duration = RigTime::duration;
using TimePoint = RigTime::time_point;

constexpr double to_seconds(Duration d) noexcept { return static_cast<double>(d.count()) / 1e9; }
constexpr double to_seconds(TimePoint t) noexcept { return to_seconds(t.time_since_epoch()); }
// Rounds to the nearest nanosecond; the caller has checked that |seconds| < 9e9.
constexpr Duration from_seconds(double seconds) noexcept {
  return Duration{static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5))};
}

// One turn of the loop. The base step b is fixed per run; start = index * b exactly, and a tick may span n base steps
// (step = n * b, the index then jumps by n). The Engine alone chooses n; every stage accepts n > 1.
struct Tick {
  std::int64_t index = 0;
  TimePoint start{};
  Duration step{};
  std::int64_t missed = 0;  // of its base steps, those before it that a wall clock missed: nobody looked then
};

}  // namespace rig
