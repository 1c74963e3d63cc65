#include "drivers/can/bit_timing.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "rig/core/error.hpp"

namespace rig::can {
namespace {

constexpr std::uint64_t tolerance = 200;  // one part of so many: 0.5 %

std::uint64_t distance(std::uint64_t a, std::uint64_t b) noexcept { return a > b ? a - b : b - a; }

// The two segments of a bit of so many quanta (without the one of synchronisation), and how far from the wanted sample
// point they put it, in 1/1000. It is never put behind the wanted one: there the next edge is near.
struct Split {
  std::uint32_t segment1 = 0, segment2 = 0;
  std::uint64_t error = std::numeric_limits<std::uint64_t>::max();
};

Split split(std::uint32_t both, std::uint32_t sample_point, const TimingLimits& limits) noexcept {
  Split best;
  for (const std::uint32_t later : {0U, 1U}) {
    const std::uint32_t total = both + 1;
    const std::uint32_t behind = both - std::min(both, sample_point * total / 1000);
    Split now;
    now.segment2 = std::clamp(behind + 1 - std::min(behind + 1, later), limits.segment2_min, limits.segment2_max);
    now.segment1 = both - std::min(both, now.segment2);
    if (now.segment1 > limits.segment1_max) {
      now.segment1 = limits.segment1_max;
      now.segment2 = both - now.segment1;
    }
    const std::uint64_t point = 1000ULL * (total - now.segment2) / total;
    now.error = distance(point, sample_point);
    const bool possible = point <= sample_point && now.segment1 >= limits.segment1_min &&
                          now.segment2 >= limits.segment2_min && now.segment2 <= limits.segment2_max;
    if (possible && now.error < best.error) {
      best = now;
    }
  }
  return best;
}

// The prescaler that makes a bit of so many quanta come closest to the rate.
std::optional<std::uint32_t> prescaler(std::uint64_t clock_hz, std::uint64_t per_second,
                                       const TimingLimits& limits) noexcept {
  const std::uint64_t step = std::max<std::uint32_t>(limits.prescaler_step, 1);
  const std::uint64_t nearest = (clock_hz + per_second / 2) / per_second;
  const std::uint64_t rounded = (nearest + step / 2) / step * step;
  if (rounded < limits.prescaler_min || rounded > limits.prescaler_max || rounded == 0) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(rounded);
}

// Whatever a device says about itself: the search below has to end.
bool is_plausible(const TimingLimits& limits) noexcept {
  constexpr std::uint32_t most = 4096;
  return limits.segment1_min > 0 && limits.segment2_min > 0 && limits.segment1_min <= limits.segment1_max &&
         limits.segment2_min <= limits.segment2_max && limits.segment1_max <= most && limits.segment2_max <= most;
}

[[noreturn]] void throw_unreachable(std::uint32_t bitrate, std::uint32_t clock_hz, const std::string& closest) {
  throw RigError("the adapter's CAN clock of " + std::to_string(clock_hz) + " Hz cannot be divided down to " +
                     std::to_string(bitrate) + " bit/s; " + closest,
                 "", "use another bit rate, or an adapter with another clock");
}

}  // namespace

std::uint32_t usual_sample_point(std::uint32_t bitrate) noexcept {
  if (bitrate > 800'000) {
    return 750;
  }
  return bitrate > 500'000 ? 800 : 875;
}

BitTiming bit_timing(std::uint32_t bitrate, std::uint32_t clock_hz, const TimingLimits& limits,
                     std::uint32_t sample_point) {
  if (bitrate == 0 || clock_hz == 0 || !is_plausible(limits)) {
    throw_unreachable(bitrate, clock_hz, "rate, clock or limits of its timing are none");
  }
  std::uint64_t best_rate = 0, best_rate_error = std::numeric_limits<std::uint64_t>::max();
  Split best;
  std::uint32_t best_prescaler = 0;
  for (std::uint32_t both = limits.segment1_max + limits.segment2_max;
       both >= limits.segment1_min + limits.segment2_min; --both) {
    const auto divider = prescaler(clock_hz, std::uint64_t{bitrate} * (both + 1), limits);
    const Split now = split(both, sample_point, limits);
    if (!divider || now.segment1 == 0) {
      continue;
    }
    const std::uint64_t rate = clock_hz / (std::uint64_t{*divider} * (both + 1));
    const std::uint64_t rate_error = distance(rate, bitrate);
    if (rate_error < best_rate_error || (rate_error == best_rate_error && now.error < best.error)) {
      best = now, best_rate = rate, best_rate_error = rate_error, best_prescaler = *divider;
    }
  }
  if (best_prescaler == 0) {
    throw_unreachable(bitrate, clock_hz, "no prescaler is small or large enough");
  }
  if (best_rate_error * tolerance > bitrate) {
    throw_unreachable(bitrate, clock_hz, "the closest is " + std::to_string(best_rate) + " bit/s");
  }
  BitTiming timing;
  timing.propagation = best.segment1 / 2;
  timing.phase1 = best.segment1 - timing.propagation;
  timing.phase2 = best.segment2;
  timing.prescaler = best_prescaler;
  // Half of what a late edge may cost, but at least one quantum.
  timing.jump = std::clamp(std::min(timing.phase1, timing.phase2 / 2), 1U, std::max(limits.jump_max, 1U));
  return timing;
}

}  // namespace rig::can
