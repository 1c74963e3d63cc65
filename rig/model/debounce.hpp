#pragma once
#include <algorithm>

#include "rig/core/math.hpp"

namespace rig {

// When a conforming pack may, and when it must, have decided that a condition has lasted long enough. Nobody knows how
// the pack debounces, so both ends are bounded: it may decide once the condition could have held for the shortest delay
// under the most permissive counter (a leaky one, which counts down as fast as it counts up); it must have decided once
// the condition surely held without a gap for the longest delay.
//
// It is told only of changes and says beforehand when its answers change (decision 0012).
class Debounce {
 public:
  Debounce() = default;
  // Delay in seconds; hi = infinity: must never.
  explicit Debounce(Interval delay) : delay_(delay) {}

  void restart() noexcept { *this = Debounce(delay_); }
  // At a start, at `now`, nobody knows for how long the condition has held already, as long as it holds.
  void restart_unknown(double now) noexcept {
    restart();
    count_ = delay_.lo;
    turned_ = now;
    started_ = true;
  }

  // The pack began to count anew at `now` at the earliest. A condition that could hold before anybody saw that it did
  // is not forgotten: of a retry into a short circuit the current is read before its contact.
  void restart_from(double now) noexcept {
    const bool possible = possible_;
    const double turned = turned_;
    restart();
    if (possible) {
      turn(std::max(turned, now), true);
    }
  }

  // From `since` on (s, never falling) the condition is so, until told otherwise.
  void set(double since, bool possible, bool certain) noexcept { set({since, since}, possible, certain); }
  // It became so at an unknown moment between two samples: what may be, may be from the first on, and what may be no
  // more, or surely is, from the second.
  void set(Interval window, bool possible, bool certain) noexcept {
    const double since = window.hi;
    if (possible != possible_) {
      turn(possible ? std::max(window.lo, turned_) : since, possible);
    } else if (started_ && !possible) {
      count_ = 0.0;  // it did not hold at the start
      started_ = false;
    }
    if (certain != certain_) {
      certain_ = certain;
      must_since_ = certain ? since + delay_.hi : infinity;
    }
  }
  // Forgets a possible decision that nobody can see any more: `patience` s after it was last possible.
  void forget(double now, double patience) noexcept {
    if (!possible_ && now >= last_may_ + patience) {
      reached_ = infinity;
    }
  }

  // Earliest decision, s: in the past, or in the future if the condition stays; infinity: none.
  [[nodiscard]] double may_since() const noexcept { return std::min(reached_, possible_ ? expected_ : infinity); }
  // Latest decision, s: as above.
  [[nodiscard]] double must_since() const noexcept { return must_since_; }
  // When forget() will have something to do, s.
  [[nodiscard]] double forgets_at(double patience) const noexcept {
    return possible_ || reached_ == infinity ? infinity : last_may_ + patience;
  }
  [[nodiscard]] bool possible() const noexcept { return possible_; }
  // Nothing is known yet of a condition that could hold since before the start.
  [[nodiscard]] bool waits_for_start() const noexcept { return started_ && !possible_; }
  [[nodiscard]] bool certain() const noexcept { return certain_; }
  [[nodiscard]] Interval delay() const noexcept { return delay_; }

 private:
  void turn(double since, bool possible) noexcept {
    if (possible_) {
      if (expected_ <= since) {
        reached_ = std::min(reached_, expected_);
        last_may_ = since;
      }
      count_ = started_ ? 0.0 : std::min(count_ + (since - turned_), delay_.lo);
      started_ = false;
    } else {
      count_ = std::max(count_ - (since - turned_), 0.0);
    }
    possible_ = possible;
    turned_ = since;
    expected_ = since + (delay_.lo - count_);
  }

  Interval delay_{0.0, infinity};
  bool possible_ = false;
  bool certain_ = false;
  bool started_ = false;        // it has not ended since the start
  double count_ = 0.0;          // of the permissive counter when it last turned, s
  double turned_ = 0.0;         // when that was, s
  double expected_ = infinity;  // when it reaches the shortest delay, s
  double reached_ = infinity;   // when it first reached it, s
  double last_may_ = -infinity;
  double must_since_ = infinity;
};

}  // namespace rig
