#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/cell_tables.hpp"
#include "rig/core/fields.hpp"
#include "rig/core/units.hpp"

namespace rig::sim {

using JoulesPerKelvin = Quantity<1, 1, 1, -1>;
using WattsPerKelvin = Quantity<1, 1, 0, -1>;

// What the sixteen cells are made of and how far they differ; the draws come from the run's seed.
struct CellParameters {
  Coulombs capacity{103.0 * 3600.0};
  Ratio capacity_sigma{0.004};
  Ratio soc_sigma{0.0025};
  Ratio resistance_spread{0.025};
  Ratio charge_efficiency{0.999};
  Ratio hysteresis_rate{30.0};
  JoulesPerKelvin heat_capacity{46e3};
  WattsPerKelvin heat_loss{6.7};
};

// Where the cells begin.
struct CellStart {
  double soc = 0.5;
  double temperature = 25.0;  // degC, cells and ambient
  double spread = 1.0;        // scale of the drawn SOC spread
  int leading_cell = 0;       // 1..16, 0 = none
  double leading_by = 0.0;    // SOC
};

// Sixteen cells in series with one thermal node: per cell SOC, two RC elements and Plett's one-state hysteresis.
// Current is positive when charging, in A; voltages in V; temperatures in degC.
class CellStack {
 public:
  static constexpr std::size_t count = 16;
  using PerCell = std::array<double, count>;

  CellStack() { configure({}, 0); }
  void configure(const CellParameters& parameters, std::uint64_t seed);
  // Relaxed cells (RC elements empty, hysteresis in the middle) at one temperature.
  void reset(const CellStart& start) noexcept;

  // The bare plant step: `current` flows for `seconds` (at most about 0.1 s: the hysteresis is a first-order step and
  // the resistances are refreshed every 50 steps). `extra_heat` in W is what else warms the pack.
  void step(double current, double seconds, double extra_heat = 0.0) noexcept;

  // Voltage of all cells in series at no current, but with the RC elements as charged as they are now.
  [[nodiscard]] double open_voltage() const noexcept { return open_sum_; }
  [[nodiscard]] double resistance() const noexcept { return r0_sum_; }
  [[nodiscard]] double voltage(std::size_t cell, double current) const noexcept {
    return open_[cell] + current * r0_[cell];
  }
  [[nodiscard]] double soc(std::size_t cell) const noexcept { return soc_[cell]; }
  [[nodiscard]] double mean_soc() const noexcept;
  [[nodiscard]] double capacity(std::size_t cell) const noexcept { return 1.0 / per_charge_[cell]; }  // A*s
  [[nodiscard]] double temperature() const noexcept { return temperature_; }
  [[nodiscard]] double ambient() const noexcept { return ambient_; }

 private:
  void refresh(bool charging) noexcept;
  void set_step(double seconds) noexcept;
  void move(double current, double seconds) noexcept;
  void add_up() noexcept;

  // Changes each step.
  alignas(64) PerCell soc_{};
  PerCell v1_{}, v2_{}, h_{}, over_{}, open_{};
  // Refreshed every `refresh_every` steps and when the current turns round.
  PerCell r0_{}, b1r1_{}, b2r2_{}, half_gap_{}, entropic_{};
  // Drawn once.
  PerCell per_charge_{}, r_scale_{}, soc_draw_{};

  const OpenCircuitGrid* grid_ = &open_circuit_grid();
  CellParameters parameters_{};
  double open_sum_ = 0, over_sum_ = 0, r0_sum_ = 0, volts_per_kelvin_ = 0;
  double temperature_ = 25, ambient_ = 25;
  double seconds_ = 0, a1_ = 1, a2_ = 1;
  bool charging_ = false;
  int until_refresh_ = 0;
};

}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::CellParameters> {
  static void declare(Mapping<sim::CellParameters>& m);
};
