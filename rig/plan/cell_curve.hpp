#pragma once
#include "rig/core/math.hpp"

// A coarse LFP cell for planning alone: how long a charge takes and how much energy it needs. Nothing is judged by it.
namespace rig {

// Open-circuit voltage at 25 degC, V (Naumann 2018 by way of SimSES, rounded); beyond 0 and 1 the last slope goes on.
double planned_ocv(double soc) noexcept;

// Ohm per cell: what follows at once, and what builds up over minutes. Doubles from 25 degC to 0 degC.
struct PlannedResistance {
  double prompt = 0.0;
  double slow = 0.0;
};
PlannedResistance planned_resistance(double celsius) noexcept;

inline constexpr double planned_capacity = 103.0 * 3600;  // A*s; 100 Ah come out between full and 45.6 V
inline constexpr double planned_heat_capacity = 46e3;     // J/K, pack of 55 kg
inline constexpr double planned_conductance = 6.7;        // W/K to the air
inline constexpr double planned_polarisation = 200.0;     // s, between the 20 s and 400 s of such cells
inline constexpr double planned_tau = planned_heat_capacity / planned_conductance;  // 1.9 h

// How fast a chamber moves its air, K/s. `rated`: it says so itself; else a common one is assumed and nothing is
// proven.
struct ChamberRates {
  double heating = 2.0 / 60;
  double cooling = 1.5 / 60;
  bool rated = false;
  [[nodiscard]] double towards(double way) const noexcept { return way < 0 ? cooling : heating; }
};

// From which SOC to which others the voltage of one cell is ahead, for packs as they come: of 16 cells with 0.25 % the
// outermost is 1.8 sigma away.
inline constexpr double planned_spread = 0.0045;

}  // namespace rig
