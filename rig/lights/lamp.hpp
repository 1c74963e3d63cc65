#pragma once
#include "rig/core/math.hpp"
#include "rig/lights/light_level.hpp"
#include "rig/signal/light_words.hpp"

namespace rig {

// A time between two edges. Each edge lies somewhere between two samples, so the time is known to `u` (a bound, not a
// deviation: a flash that goes with the sampling repeats the same error).
struct LampTime {
  double value = 0.0, u = 0.0;  // s
  bool known = false;
};

// Once lit and once dark.
struct LampPeriod {
  LampTime on, off;
};

// One lamp over time: lit or dark, its edges, its times on and off, and the pattern that they make.
class Lamp {
 public:
  void restart() noexcept;
  // A sample at `now`, s. What happens between two samples further apart than longest_gap nobody knows: the pattern is
  // forgotten.
  void sample(double now, Seen seen) noexcept;

  // Samples up to `now` came and showed it as it was.
  void touch(double now) noexcept {
    if (sure_) {
      last_ = last_sure_ = now;
    }
  }

  [[nodiscard]] LampPattern pattern() const noexcept { return pattern_; }
  [[nodiscard]] bool sure() const noexcept { return sure_; }  // lit or dark, and which
  [[nodiscard]] bool lit() const noexcept { return sure_ && lit_; }
  // Lit, or dark for less than the off time of flash 2.
  [[nodiscard]] bool shown(double now) const noexcept { return sure_ && (lit_ || now - phase_since_ < blink); }
  [[nodiscard]] double dark_for(double now) const noexcept { return sure_ && !lit_ ? now - phase_since_ : 0.0; }
  // The times of a flash that goes on: of the last two whole periods when they were the same in both, as wide as both;
  // else they are not known. One of the two alone may look the same to somebody who samples seldom, though the pattern
  // has changed.
  [[nodiscard]] const LampPeriod& steady() const noexcept { return steady_; }
  // Edges since the last interruption; a new one may have changed steady().
  [[nodiscard]] int edges() const noexcept { return edges_; }

  static constexpr double blink = 0.8;  // s, longer than flash 2 is dark
  // Between two samples further apart than this the shortest flash (0.25 s, and a third less) may have come and gone.
  static constexpr double longest_gap = 0.165;  // s

 private:
  void forget() noexcept;
  void edge(double now, bool lit) noexcept;
  void end_period() noexcept;
  void classify() noexcept;
  [[nodiscard]] double patience() const noexcept;

  LampPattern pattern_ = LampPattern::unknown;
  bool sure_ = false, lit_ = false;
  double last_ = -infinity;       // last sample, s
  double last_sure_ = -infinity;  // last sample that was surely as lit_ says, s
  double phase_since_ = 0.0;      // s
  double phase_u_ = 0.0;          // s
  bool from_edge_ = false;        // the phase began with an edge that was seen
  LampTime on_, off_;             // the last ones
  LampPeriod before_;             // the last whole period
  LampPeriod steady_;
  int edges_ = 0;
  int odd_ = 0;  // periods in a row that fit nothing
};

}  // namespace rig
