#pragma once
#include <array>
#include <cstdint>

#include "drivers/sim/cell_tables.hpp"

namespace rig::sim {

inline constexpr std::size_t cell_count = 16;

// What distinguishes one virtual pack from the next.
struct CellSpread {
  double capacity = 103.0 * 3600;    // A*s; about 103 Ah so that 100 Ah come out at the terminals
  double capacity_sigma = 0.004;     // relative, clipped at 2 %
  double soc_sigma = 0.0025;         // of the initial SOC
  double resistance_spread = 0.025;  // relative, uniform
};

// Sixteen LFP cells in series: two RC branches, one-state hysteresis (Plett), entropy, and one thermal node for the
// pack. Structure of arrays; no transcendental function in step(); resistances and the thermal node are refreshed every
// 0.1 s. Current in A, charging positive; the same through all cells.
class PackCells {
 public:
  void draw(std::uint64_t seed, const CellSpread& spread);
  // At rest since long: no polarisation, hysteresis as after discharge or charge by half.
  void rest_at(double soc, double celsius, double spread_scale, int leading_cell, double leading_by);

  // Carries `current` for `dt` seconds (at most 0.1 s). The bare plant step.
  void step(double current, double dt) noexcept;

  // Sum of all cells without the drop over R0, V, and the sum of the R0, Ohm: the Thevenin source of the pack.
  [[nodiscard]] double source_voltage() const noexcept { return source_; }
  [[nodiscard]] double series_resistance() const noexcept { return resistance_; }
  // Terminal voltage of one cell at this current, V.
  [[nodiscard]] double cell_voltage(std::size_t i, double current) const noexcept { return emf_[i] + current * r0_[i]; }
  [[nodiscard]] double mean_soc() const noexcept;
  [[nodiscard]] double temperature() const noexcept { return temperature_; }  // mean of the cells, degC
  [[nodiscard]] double cell_temperature(std::size_t) const noexcept { return temperature_; }
  [[nodiscard]] double skin_temperature() const noexcept { return temperature_; }
  // Bit i: cell i + 1 is bled by its balancing resistor.
  void set_bleed(std::uint32_t) noexcept {}
  void set_ambient(double celsius) noexcept { ambient_ = celsius; }
  [[nodiscard]] double ambient() const noexcept { return ambient_; }

 private:
  using Array = std::array<double, cell_count>;
  void set_step(double dt) noexcept;
  void refresh(double current, double elapsed) noexcept;

  Array soc_{}, v1_{}, v2_{}, hysteresis_{}, emf_{};
  Array inverse_capacity_{}, resistance_scale_{}, soc_offset_{};
  Array r0_{}, r1_{}, r2_{};
  double source_ = 0, resistance_ = 0;
  double temperature_ = 25, ambient_ = 25, heat_ = 0;
  double dt_ = 0, decay1_ = 0, decay2_ = 0;
  double since_refresh_ = 0;
  bool charging_ = false;
};

}  // namespace rig::sim
