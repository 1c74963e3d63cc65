#pragma once
#include <atomic>
#include <chrono>

#include "rig/core/time.hpp"

namespace rig {

// How rig time lies on wall time: it begins at an origin and runs `scale` times as fast. A scale other than 1 only
// makes sense where the whole bench runs so fast: against simulators that were started with the same one.
//
// Set up by one thread before others look; at() and wall() may then be called from any thread.
class Timeline {
 public:
  using WallTime = std::chrono::steady_clock::time_point;

  void set_scale(double scale) noexcept { scale_.store(scale, std::memory_order_relaxed); }
  void begin(WallTime origin) noexcept { origin_.store(origin.time_since_epoch().count(), std::memory_order_release); }
  [[nodiscard]] bool has_begun() const noexcept { return origin_.load(std::memory_order_acquire) != 0; }
  [[nodiscard]] double scale() const noexcept { return scale_.load(std::memory_order_relaxed); }

  // Moments before the origin are negative.
  [[nodiscard]] TimePoint at(WallTime moment) const noexcept {
    return TimePoint{scaled(moment.time_since_epoch() - origin(), scale())};
  }
  [[nodiscard]] WallTime wall(TimePoint moment) const noexcept {
    return WallTime{origin() + scaled(moment.time_since_epoch(), 1.0 / scale())};
  }

 private:
  [[nodiscard]] Duration origin() const noexcept { return Duration{origin_.load(std::memory_order_acquire)}; }
  // Exact at scale 1: a double has no room for the nanoseconds of a long run.
  static Duration scaled(Duration d, double factor) noexcept {
    return factor == 1.0 ? d : Duration{static_cast<std::int64_t>(static_cast<double>(d.count()) * factor)};
  }
  std::atomic<std::int64_t> origin_{0};  // ns of the monotonic clock
  std::atomic<double> scale_{1.0};
};

}  // namespace rig
