#pragma once
// What the role classes have in common: how their signals are declared and written.
#include <string>
#include <vector>

#include "rig/instrument/instrument.hpp"

namespace rig {

inline std::vector<std::string> regulation_labels() {
  return {"off", "constant_voltage", "constant_current", "constant_power"};
}

inline SignalSpec reading(Dimension dimension, Uncertainty uncertainty, Duration max_age, std::string help) {
  return {.dimension = dimension,
          .origin = Origin::measured,
          .help = std::move(help),
          .uncertainty = uncertainty,
          .max_age = max_age};
}

// A set-point as the instrument confirmed it.
inline SignalSpec confirmed(Dimension dimension, std::string help) {
  return {.dimension = dimension, .origin = Origin::commanded, .help = std::move(help)};
}

// U(V*I) from U(V) and U(I): both relative parts add, the absolute ones count at full scale of the other.
inline Uncertainty power_uncertainty(Uncertainty voltage, double full_voltage, Uncertainty current,
                                     double full_current) {
  return {voltage.absolute * full_current + current.absolute * full_voltage, voltage.relative + current.relative};
}

constexpr Quality quality_of(bool valid) noexcept { return valid ? Quality::good : Quality::invalid; }

// A read-back is written when it says something new.
inline void confirm(SignalTable& table, SignalId id, double value, TimePoint time) noexcept {
  const Sample& known = table[id];
  if (known.value != value || !known.good()) {
    table.write(id, value, time);
  }
}

}  // namespace rig
