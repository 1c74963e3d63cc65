#include "drivers/sim/pack_thermal.hpp"

namespace rig::sim {
namespace {
constexpr double count = static_cast<double>(cell_count);
}

void PackThermal::configure(const ThermalParameters& p) noexcept {
  to_case_.fill(p.cell_to_case.value());
  to_case_.front() += p.end_to_case.value();
  to_case_.back() += p.end_to_case.value();
  between_ = p.between_cells.value();
  // The parameter counts from the cells to the air; the way to the case and the way to the air are in series.
  const double all_to_case = count * p.cell_to_case.value() + 2 * p.end_to_case.value();
  to_ambient_ = 1 / (1 / p.to_ambient.value() - 1 / all_to_case);
  per_cell_capacity_ = 1 / p.cell_heat_capacity.value();
  per_case_capacity_ = 1 / (p.heat_capacity.value() - count * p.cell_heat_capacity.value());
}

void PackThermal::soak(double celsius) noexcept {
  cells_.fill(celsius);
  mean_ = case_ = celsius;
}

void PackThermal::warm(std::size_t cell, double kelvin) noexcept {
  cells_[cell] += kelvin;
  mean_ += kelvin / count;
}

void PackThermal::step(const CellArray& heat, double into_case, double ambient, double elapsed) noexcept {
  const double between = between_ * elapsed;
  double passed = 0;  // J from the neighbour before
  double out = 0;     // J into the case
  double sum = 0;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double on = i + 1 < cell_count ? between * (cells_[i] - cells_[i + 1]) : 0.0;
    const double lost = to_case_[i] * elapsed * (cells_[i] - case_);
    cells_[i] += (heat[i] + passed - on - lost) * per_cell_capacity_;
    passed = on;
    out += lost;
    sum += cells_[i];
  }
  case_ += (out + into_case - to_ambient_ * elapsed * (case_ - ambient)) * per_case_capacity_;
  mean_ = sum * (1 / count);
}

}  // namespace rig::sim
