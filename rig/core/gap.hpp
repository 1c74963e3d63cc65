#pragma once
#include <optional>
#include <string>

#include "rig/core/time.hpp"

namespace rig {

// Looks at the bench that a wall clock missed, between two that it made.
struct Gap {
  TimePoint from{};         // the last look before
  TimePoint to{};           // the next one, by the tick that came late
  std::int64_t missed = 0;  // base steps

  [[nodiscard]] constexpr Duration length() const noexcept { return to - from; }
  friend bool operator==(const Gap&, const Gap&) = default;
};

// The base step of the run that a tick belongs to: its start is a whole number of them, exactly.
constexpr Duration base_step(const Tick& tick) noexcept {
  return tick.index > 0 ? tick.start.time_since_epoch() / tick.index : tick.step;
}

// The gap before a tick, if there is one: it then spans more than one base step.
constexpr std::optional<Gap> gap_before(const Tick& tick) noexcept {
  const Duration base = base_step(tick);
  if (base <= Duration::zero() || tick.step <= base) {
    return std::nullopt;
  }
  return Gap{tick.start - tick.step, tick.start, tick.step / base - 1};
}

// "3 ticks were missed: nothing was seen between 12.25 s and 12.45 s"
std::string gap_text(const Gap& gap);

}  // namespace rig
