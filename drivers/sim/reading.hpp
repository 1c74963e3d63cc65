#pragma once
#include <cmath>

#include "rig/core/random.hpp"
#include "rig/core/time.hpp"
#include "rig/signal/sample.hpp"

namespace rig::sim {

// How an instrument of a class reads: a gain and an offset of its own inside the class, noise, a resolution.
struct ReadingClass {
  double gain = 0;        // relative, the unit's own error lies within +-gain
  double offset = 0;      // in the unit of the reading, within +-offset
  double noise = 0;       // standard deviation of one reading
  double resolution = 0;  // step of the display
  // What the data sheet declares (k = 2), never exceeded by the sum of all of them: noise counts with 5 sigma, which
  // rig::Random::normal() never reaches.
  [[nodiscard]] Uncertainty uncertainty() const noexcept { return {offset + 5.0 * noise + 0.5 * resolution, gain}; }
};

class Reader {
 public:
  Reader(ReadingClass reading_class, std::uint64_t seed, std::string_view purpose)
      : class_(reading_class), random_(seed, purpose) {
    gain_ = 1.0 + class_.gain * 0.9 * (2 * random_.uniform() - 1);
    offset_ = class_.offset * 0.9 * (2 * random_.uniform() - 1);
    per_resolution_ = class_.resolution > 0 ? 1.0 / class_.resolution : 0.0;
  }
  double read(double truth) noexcept {
    const double value = truth * gain_ + offset_ + random_.normal() * class_.noise;
    return class_.resolution > 0 ? std::floor(value * per_resolution_ + 0.5) * class_.resolution : value;
  }

 private:
  ReadingClass class_;
  Random random_;
  double gain_ = 1.0;
  double offset_ = 0.0;
  double per_resolution_ = 0.0;
};

// When an instrument that is read every `period` has news. The first reading comes at once.
class ReadingClock {
 public:
  explicit ReadingClock(Duration period) : period_(period) {}
  bool due(TimePoint now) noexcept {
    if (now < next_) {
      return false;
    }
    // Keeps the grid when ticks are shorter than the period, and reads at each tick when they are longer.
    next_ = next_ + period_ <= now ? now + period_ : next_ + period_;
    return true;
  }

 private:
  Duration period_;
  TimePoint next_{};
};

}  // namespace rig::sim
