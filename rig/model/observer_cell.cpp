#include "rig/model/observer_cell.hpp"

#include <array>

#include "rig/core/math.hpp"

namespace rig::observer_cell {
namespace {

struct Point {
  double soc, value;
};

// Naumann 2018 by way of SimSES (Sony US26650FTC1), rounded to 1 mV: two plateaus with the step between 70 % and 80 %.
constexpr std::array<Point, 36> ocv_table{
    {{0.0, 2.286},  {0.005, 2.684}, {0.01, 2.783}, {0.02, 2.895}, {0.03, 2.967},  {0.04, 3.021},
     {0.05, 3.065}, {0.06, 3.101},  {0.07, 3.132}, {0.08, 3.158}, {0.09, 3.181},  {0.10, 3.197},
     {0.12, 3.206}, {0.16, 3.215},  {0.20, 3.234}, {0.25, 3.255}, {0.30, 3.270},  {0.35, 3.283},
     {0.40, 3.292}, {0.45, 3.297},  {0.50, 3.300}, {0.60, 3.304}, {0.65, 3.306},  {0.70, 3.311},
     {0.75, 3.319}, {0.775, 3.326}, {0.80, 3.335}, {0.82, 3.339}, {0.85, 3.340},  {0.90, 3.343},
     {0.95, 3.345}, {0.97, 3.346},  {0.98, 3.349}, {0.99, 3.362}, {0.995, 3.396}, {1.0, 3.531}}};
constexpr std::array<Point, 9> hysteresis_table{{{0.04, 0.015},
                                                 {0.10, 0.0125},
                                                 {0.30, 0.0145},
                                                 {0.45, 0.0097},
                                                 {0.60, 0.0096},
                                                 {0.75, 0.0113},
                                                 {0.85, 0.0086},
                                                 {0.98, 0.011},
                                                 {1.0, 0.015}}};
constexpr std::array<Point, 9> entropy_table{{{0.0, -0.49e-3},
                                              {0.10, -0.164e-3},
                                              {0.20, -0.118e-3},
                                              {0.30, -0.044e-3},
                                              {0.40, 0.098e-3},
                                              {0.70, 0.145e-3},
                                              {0.80, 0.100e-3},
                                              {0.90, 0.084e-3},
                                              {1.0, 0.118e-3}}};
// Resistance against that at 50 %, 25 degC, discharging (same cell, its internal resistance): warm, and below 10 degC,
// where the end of a discharge grows stiff.
constexpr std::array<Point, 6> discharge_warm{
    {{0.10, 1.29}, {0.20, 1.05}, {0.40, 1.08}, {0.50, 1.0}, {0.70, 0.87}, {0.90, 0.90}}};
constexpr std::array<Point, 6> discharge_cold{
    {{0.10, 2.81}, {0.20, 1.17}, {0.40, 1.08}, {0.50, 1.0}, {0.70, 0.89}, {0.90, 0.89}}};
constexpr std::array<Point, 5> charge_shape{{{0.0, 0.79}, {0.20, 0.865}, {0.50, 0.93}, {0.70, 1.03}, {1.0, 1.12}}};

// The ohmic part holds the mean busbar (ACIR of EVE's LF105 with its terminals).
constexpr double r0_nominal = 0.40e-3, r1_nominal = 0.35e-3, r2_nominal = 0.45e-3;  // 1.2 mOhm in all (PyBaMM, EVE)
constexpr double gas_constant = 8.314;                                              // J/(mol K)
constexpr double kelvin = 273.15;

template <std::size_t n>
double held(const std::array<Point, n>& table, double soc) noexcept {
  if (soc <= table.front().soc) {
    return table.front().value;
  }
  for (std::size_t i = 1; i < n; ++i) {
    if (soc <= table[i].soc) {
      const Point& a = table[i - 1];
      const Point& b = table[i];
      return a.value + (b.value - a.value) * (soc - a.soc) / (b.soc - a.soc);
    }
  }
  return table.back().value;
}

// From one temperature to another with an activation energy, J/mol.
double arrhenius(double energy, double from, double to) noexcept {
  return exact_exp(energy / gas_constant * (1.0 / (to + kelvin) - 1.0 / (from + kelvin)));
}

// 25 to 10 degC 17.4 kJ/mol and above 25 degC 11.4 kJ/mol are measured; below 10 degC `cold` J/mol is judgement.
double temperature_factor(double celsius, double cold) noexcept {
  if (celsius >= 25.0) {
    return arrhenius(11.4e3, 25.0, celsius);
  }
  if (celsius >= 10.0) {
    return arrhenius(17.4e3, 25.0, celsius);
  }
  return arrhenius(17.4e3, 25.0, 10.0) * arrhenius(cold, 10.0, celsius);
}

}  // namespace

double ocv(double soc) noexcept {
  if (soc < 0.0) {
    return ocv_table[0].value + soc * (ocv_table[1].value - ocv_table[0].value) / ocv_table[1].soc;
  }
  if (soc > 1.0) {
    const Point& a = ocv_table[ocv_table.size() - 2];
    return ocv_table.back().value + (soc - 1.0) * (ocv_table.back().value - a.value) / (1.0 - a.soc);
  }
  return held(ocv_table, soc);
}

double slope(double soc) noexcept { return (ocv(soc + 0.005) - ocv(soc - 0.005)) / 0.01; }
double hysteresis(double soc) noexcept { return held(hysteresis_table, soc); }
double entropy(double soc) noexcept { return held(entropy_table, soc); }

Resistances resistances(double celsius, double half, double soc, bool charging) noexcept {
  const double t = std::clamp(celsius, -30.0, 70.0);
  double shape = held(charge_shape, soc);
  if (!charging) {
    const double cold = std::clamp((25.0 - t) / 15.0, 0.0, 1.0);
    shape = (1 - cold) * held(discharge_warm, soc) + cold * held(discharge_cold, soc);
  }
  const double ohmic = temperature_factor(t, 20e3) * shape;
  const double slow = temperature_factor(t, 28e3) * shape;
  // 7 % of table and lot; 2.3 % per K of temperature that is not known (uniform); the guess below 10 degC; the stiff
  // end of a discharge.
  const double unknown = 0.023 * half / 1.73;
  const double guess = t < 10.0 ? 0.004 * (10.0 - t) : 0.0;
  const double end = !charging && soc < 0.22 ? (t < 25.0 ? 0.20 : 0.08) : 0.0;
  const double spread = std::sqrt(0.07 * 0.07 + unknown * unknown + guess * guess + end * end);
  return {r0_nominal * ohmic, r1_nominal * slow, r2_nominal * slow, spread, std::sqrt(spread * spread + 0.08 * 0.08)};
}

// 0.4 % per K below 25 degC, 0.2 to 0.6 % per K published (SIL16, a 300 Ah pack's data sheet); never below 0.8.
Capacity capacity(double celsius, double half) noexcept {
  const double cold = std::max(25.0 - celsius, 0.0);
  return {std::max(1.0 - 0.004 * cold, 0.8), 0.001 * cold + 0.004 * half / 1.73};
}

}  // namespace rig::observer_cell
