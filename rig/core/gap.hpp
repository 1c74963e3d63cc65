#pragma once
#include <cmath>
#include <optional>
#include <string>

#include "rig/core/math.hpp"
#include "rig/core/time.hpp"

namespace rig {

// Looks at the bench that a wall clock missed, between two that it made.
struct Gap {
  TimePoint from{};         // the last look before
  TimePoint to{};           // the next one, by the tick that came late
  std::int64_t missed = 0;  // base steps

  [[nodiscard]] constexpr Duration length() const noexcept { return to - from; }
  // When the first and the last of the looks would have been that were missed.
  [[nodiscard]] constexpr TimePoint first_missed() const noexcept { return from + length() / (missed + 1); }
  [[nodiscard]] constexpr TimePoint last_missed() const noexcept { return to - length() / (missed + 1); }
  friend bool operator==(const Gap&, const Gap&) = default;
};

// The gap before a tick, if there is one.
constexpr std::optional<Gap> gap_before(const Tick& tick) noexcept {
  return tick.missed > 0 ? std::optional(Gap{tick.start - tick.step, tick.start, tick.missed}) : std::nullopt;
}

// Where a value may have been in a gap, by the readings on both sides: between them, and in doubt as far beyond each as
// it has moved.
inline Interval across(Interval before, Interval behind) noexcept {
  return widened(hull(before, behind), std::abs(behind.middle() - before.middle()));
}

// "3 ticks were missed: nothing was seen between 12.25 s and 12.45 s"
std::string gap_text(const Gap& gap);

}  // namespace rig
