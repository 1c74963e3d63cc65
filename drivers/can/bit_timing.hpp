#pragma once
#include <cstdint>
#include <string>

namespace rig::can {

// What the controller of an adapter can be set to; time quanta but for the prescaler.
struct TimingLimits {
  std::uint32_t segment1_min = 1, segment1_max = 16;  // propagation and phase segment 1 together
  std::uint32_t segment2_min = 1, segment2_max = 8;
  std::uint32_t jump_max = 4;
  std::uint32_t prescaler_min = 1, prescaler_max = 1024, prescaler_step = 1;
};

struct BitTiming {
  std::uint32_t propagation = 0;
  std::uint32_t phase1 = 0;
  std::uint32_t phase2 = 0;
  std::uint32_t jump = 0;  // synchronisation jump width
  std::uint32_t prescaler = 0;
  [[nodiscard]] std::uint32_t quanta() const noexcept { return 1 + propagation + phase1 + phase2; }
};

// Where a bit is sampled, in 1/1000 of it, by rate: what CiA recommends and Linux does. All nodes of a bus should agree
// on it, and the pack's is not known.
std::uint32_t usual_sample_point(std::uint32_t bitrate) noexcept;

// The timing that comes closest to bit rate (bit/s) and sample point, of several the one with the most quanta to a bit,
// as Linux does it. Throws RigError when no setting comes within 0.5 % of the rate: what two nodes may differ by has to
// do for their crystals too.
BitTiming bit_timing(std::uint32_t bitrate, std::uint32_t clock_hz, const TimingLimits& limits,
                     std::uint32_t sample_point);
inline BitTiming bit_timing(std::uint32_t bitrate, std::uint32_t clock_hz, const TimingLimits& limits) {
  return bit_timing(bitrate, clock_hz, limits, usual_sample_point(bitrate));
}

}  // namespace rig::can
