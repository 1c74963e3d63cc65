#pragma once

namespace rig {

// One LFP cell of 100 Ah as the reference knows it, with how sure it is. Numbers of its own, coarse, from published
// measurements; never the virtual pack's tables. SOC runs from 0 to 1 between the ends of the curve at 25 degC, beyond
// them the last slope goes on. Volts, ohms, degC.
namespace observer_cell {

double ocv(double soc) noexcept;         // mean of the charge and discharge curves at 25 degC, V
double slope(double soc) noexcept;       // of the curve, over 1 % of SOC, V per unit of SOC
double hysteresis(double soc) noexcept;  // half of the gap between the curves, V
double entropy(double soc) noexcept;     // dU/dT, V/K

// Resistances at one temperature, SOC and direction.
struct Resistances {
  double r0, r1, r2;   // Ohm, r1 and r2 behind tau1 and tau2
  double spread;       // relative standard deviation of r0: table, lot, temperature
  double slow_spread;  // of r1 and r2, which depend on how long one waits
};
// `celsius` is known to +-`half` K.
Resistances resistances(double celsius, double half, double soc, bool charging) noexcept;

// Capacity against that at 25 degC, and its relative standard deviation beyond the lot's.
struct Capacity {
  double factor, sigma;
};
Capacity capacity(double celsius, double half) noexcept;

inline constexpr double tau1 = 20.0;   // s, charge transfer: 20 s to 30 s published (PyBaMM ECM example, GUTZ 25 s)
inline constexpr double tau2 = 400.0;  // s, diffusion: 30 min to rest (SimSES relaxation)
inline constexpr double gamma = 30.0;  // hysteresis turns over by 90 % in 7.7 % of SOC (Plett; 15 to 60 published)

}  // namespace observer_cell
}  // namespace rig
