#pragma once
#include <cmath>
#include <cstdint>

#include "rig/core/time.hpp"

namespace rig {

// How far a value may be trusted. Stale is not good: nothing judges on it.
enum class Quality : std::uint8_t { never, good, stale, invalid };

// A value, the moment it was true at its source, and its quality.
struct Sample {
  double value = 0.0;
  TimePoint time{};
  Quality quality = Quality::never;
  [[nodiscard]] bool good() const noexcept { return quality == Quality::good; }
};

// Expanded uncertainty (k = 2, in base units): U(x) = absolute + relative * |x|. From the data sheet or the bench file.
struct Uncertainty {
  double absolute = 0.0;
  double relative = 0.0;
  [[nodiscard]] double at(double x) const noexcept { return absolute + relative * std::abs(x); }
};

}  // namespace rig
