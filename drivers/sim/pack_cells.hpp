#pragma once
#include <cstdint>

#include "drivers/sim/cell_curves.hpp"
#include "drivers/sim/cell_spread.hpp"
#include "drivers/sim/pack_thermal.hpp"

namespace rig::sim {

// Sixteen LFP cells in series: open-circuit voltage with entropy and one-state hysteresis (Plett), two RC branches,
// a busbar joint each, self-discharge and balancing resistors, in the heat of PackThermal. Current in A, charging
// positive; the same through all cells.
//
// Structure of arrays. What changes at each step is a handful of multiplications for each cell; what follows the
// temperature is brought up to date every half second, the tangent to the open-circuit voltage after each 10 ppm of a
// cell's charge.
class PackCells {
 public:
  // `path_resistance`, Ohm: FETs and shunt, which carry the current too and warm the case, but are outside the cells.
  void configure(const CellParameters& cells, const ThermalParameters& thermal, double path_resistance,
                 std::uint64_t seed);
  // At rest since long: no polarisation, hysteresis as after discharge or charge by half.
  void rest_at(double soc, double celsius, double spread_scale, int leading_cell, double leading_by);
  // After rest_at(): this cell (1..16) is hotter than the others, K.
  void heat_cell(int cell, double kelvin);

  // After rest_at(): what a life before has left. `capacity` is a share of the drawn one, `resistance` a factor.
  void age_to(double capacity, double resistance);
  // After rest_at(): it lies for so long, s, and gives `current`, A, to its electronics. An empty cell stays empty.
  void store(double seconds, double current);

  // Carries `current` for `dt` seconds (at most 1 s). The bare plant step.
  void step(double current, double dt) noexcept;

  // So long this current may flow in one step, s: what follows from temperature and SOC is due no sooner.
  [[nodiscard]] double steady_for(double current) const noexcept;

  // Sum of all cells without the drop over R0, V, and the sum of the R0 with the joints, Ohm: the pack's Thevenin
  // source.
  [[nodiscard]] double source_voltage() const noexcept { return source_; }
  [[nodiscard]] double series_resistance() const noexcept { return resistance_; }
  // Voltage of one cell with its joint at this current, V: what a sense wire sees.
  [[nodiscard]] double cell_voltage(std::size_t i, double current) const noexcept { return emf_[i] + current * r0_[i]; }
  [[nodiscard]] double cell_soc(std::size_t i) const noexcept { return soc_[i]; }
  [[nodiscard]] double mean_soc() const noexcept;
  [[nodiscard]] double temperature() const noexcept { return thermal_.mean(); }  // mean of the cells, degC
  [[nodiscard]] double cell_temperature(std::size_t i) const noexcept { return thermal_.cells()[i]; }
  [[nodiscard]] double skin_temperature() const noexcept { return thermal_.at_case(); }
  // Bit i: cell i + 1 is bled by its balancing resistor.
  void set_bleed(std::uint32_t mask) noexcept {
    due_ = due_ || mask != bleed_;
    bleed_ = mask;
  }
  void set_ambient(double celsius) noexcept { ambient_ = celsius; }
  [[nodiscard]] double ambient() const noexcept { return ambient_; }
  // Full cycles since rest_at(): charge that was drawn by the mean capacity.
  [[nodiscard]] double cycles() const noexcept { return cycles_; }
  [[nodiscard]] const DrawnCells& drawn() const noexcept { return drawn_; }

 private:
  // Seldom called, and kept out of the way of step(), which would not be inlined otherwise.
  [[gnu::cold, gnu::noinline]] void settle();
  void set_step(double dt) noexcept;
  // The resistances are those of the other direction.
  [[nodiscard]] bool turned(double current) const noexcept { return charging_ ? current < 0 : current > 0; }
  [[nodiscard]] bool refresh_is_due(double current) const noexcept;
  void refresh(double current) noexcept;
  void pass_heat() noexcept;
  void age() noexcept;
  void refresh_resistances() noexcept;
  void refresh_drain() noexcept;
  void touch_curve() noexcept;

  alignas(32) CellArray soc_{}, v1_{}, v2_{}, hysteresis_{}, emf_{};
  alignas(32) CellArray base_{}, slope_{}, half_gap_{};          // the tangent: emf = base + slope * soc + h * half gap
  alignas(32) CellArray inverse_capacity_{}, drain_{}, lost_{};  // 1/(A*s), SOC/s, J since the last refresh
  alignas(32) CellArray r0_{}, r1_{}, r2_{}, entropy_{}, bled_{}, leaked_{};  // Ohm, V/K, A

  double source_ = 0, resistance_ = 0;
  // What is left of both polarisations after a step of dt.
  struct Decay {
    double dt = -1, first = 0, second = 0;
  };
  Decay decay_, other_decay_;  // of this step and of the last one that was not as long
  double efficiency_ = 1, hysteresis_per_charge_ = 0, leak_per_kelvin_ = 0, path_resistance_ = 0;
  double untouched_ = 0, touch_after_ = 0;                      // A*s since the last tangent
  double elapsed_ = 0, passed_ = 0, squared_ = 0, wasted_ = 0;  // s, A*s, A^2*s, A*s since the last refresh
  double ambient_ = 25;
  double cycles_ = 0;
  double lived_capacity_ = 1, lived_resistance_ = 1;  // what a life before rest_at() has left
  std::uint32_t bleed_ = 0;
  bool charging_ = false, due_ = false;

  CellParameters parameters_;
  DrawnCells drawn_;
  CellCurves curves_;
  PackThermal thermal_;
};

}  // namespace rig::sim
