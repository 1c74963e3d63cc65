#pragma once
#include "drivers/sim/cell_spread.hpp"

namespace rig::sim {

// A row of cells that warm their neighbours and the case around them; the case gives to the air. Temperatures in degC.
class PackThermal {
 public:
  void configure(const ThermalParameters& parameters) noexcept;
  void soak(double celsius) noexcept;                   // everything at one temperature
  void warm(std::size_t cell, double kelvin) noexcept;  // one cell alone
  // Each cell and the case have got so much heat, J, in `elapsed` seconds. Stable up to 100 s.
  void step(const CellArray& cells, double into_case, double ambient, double elapsed) noexcept;

  [[nodiscard]] const CellArray& cells() const noexcept { return cells_; }
  [[nodiscard]] double mean() const noexcept { return mean_; }
  [[nodiscard]] double at_case() const noexcept { return case_; }

 private:
  CellArray cells_{}, to_case_{};                         // degC, W/K
  double between_ = 0, to_ambient_ = 0;                   // W/K
  double per_cell_capacity_ = 0, per_case_capacity_ = 0;  // K/J
  double mean_ = 25, case_ = 25;
};

}  // namespace rig::sim
