#pragma once
#include <algorithm>

#include "rig/core/math.hpp"

namespace rig {

// When a conforming pack may, and when it must, have decided that a condition has lasted long enough. Nobody knows how
// the pack debounces, so both ends are bounded: it may decide once the condition could have held for the shortest delay
// under the most permissive counter (a leaky one, which counts down as fast as it counts up); it must have decided once
// the condition surely held without a gap for the longest delay.
class Debounce {
 public:
  Debounce() = default;
  // Delay in seconds; hi = infinity: must never.
  explicit Debounce(Interval delay) : delay_(delay) {}

  void restart() noexcept {
    possible_for_ = 0;
    certain_for_ = 0;
    may_since_ = infinity;
    last_may_ = -infinity;
    must_since_ = infinity;
  }

  void update(double now, double step, bool possible, bool certain) noexcept {
    possible_for_ = std::clamp(possible_for_ + (possible ? step : -step), 0.0, delay_.lo + step);
    if (possible && possible_for_ >= delay_.lo) {
      may_since_ = std::min(may_since_, now);
      last_may_ = now;
    }
    certain_for_ = certain ? certain_for_ + step : 0.0;
    if (!certain) {
      must_since_ = infinity;
    } else if (certain_for_ >= delay_.hi) {
      must_since_ = std::min(must_since_, now);
    }
  }
  // Forgets a possible decision that nobody can see any more: `patience` s after it was last possible.
  void forget(double now, double patience) noexcept {
    if (now > last_may_ + patience) {
      may_since_ = infinity;
    }
  }

  [[nodiscard]] double may_since() const noexcept { return may_since_; }    // earliest decision, s; infinity: none
  [[nodiscard]] double must_since() const noexcept { return must_since_; }  // latest decision, s; infinity: none yet
  [[nodiscard]] Interval delay() const noexcept { return delay_; }

 private:
  Interval delay_{0.0, infinity};
  double possible_for_ = 0;
  double certain_for_ = 0;
  double may_since_ = infinity;
  double last_may_ = -infinity;
  double must_since_ = infinity;
};

}  // namespace rig
