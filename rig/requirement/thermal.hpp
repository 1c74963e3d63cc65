#pragma once
#include "rig/requirement/origin.hpp"

namespace rig {

// What bounds the way from the pack's skin to its cells. Each number holds for all packs of a type.
struct Thermal {
  OriginInterval heat_capacity;  // of all cells, J/K
  OriginInterval conductance;    // from the cells to the skin, W/K
  OriginInterval resistance;     // heat by current squared at 25 degC, all time constants, Ohm
  OriginNumber cold_resistance;  // upper end of it at -20 degC, Ohm
  OriginNumber hysteresis;       // heat by current, V
  OriginInterval entropy;        // dU/dT of the pack, V/K
  OriginInterval sensor_lag;     // of the pack's own sensors, s
  OriginNumber spread;           // between a cell and the mean of the cells, K
  [[nodiscard]] bool can_fail() const noexcept {
    return heat_capacity.can_fail() && conductance.can_fail() && resistance.can_fail() && cold_resistance.can_fail() &&
           hysteresis.can_fail() && entropy.can_fail() && sensor_lag.can_fail() && spread.can_fail();
  }
};

// A number of the wrong kind, or one that no pack can have; mistakes go to diagnostics at its place.
void check_thermal(const Thermal& thermal, Diagnostics& diagnostics);

template <>
struct Fields<Thermal> {
  static void declare(Mapping<Thermal>& m);
};

}  // namespace rig
