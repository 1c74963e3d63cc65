#include "drivers/sim/pack_unit.hpp"

#include "drivers/sim/ageing.hpp"

namespace rig::sim {
namespace {
// What feeds the terminals while the pack pre-charges them, Ohm.
constexpr double precharge_resistance = 50.0;
}  // namespace

void PackUnit::configure(const PackParameters& parameters, double more_soc, std::uint64_t seed) {
  parameters_ = parameters;
  more_soc_ = more_soc;
  cells_.configure(parameters.cells, parameters.thermal, parameters.path_resistance.value(), seed);
  firmware_.configure(parameters.firmware, seed);
}

void PackUnit::preset(const StartState& start, int id, int packs) {
  const double soc = start.soc.value_or(parameters_.default_soc.value()) + more_soc_;
  const double celsius = start.temperature.value_or(parameters_.ambient.value());
  cells_.rest_at(soc, celsius, start.cell_spread.value_or(1.0), start.leading_cell.value_or(0), start.leading_by);
  if (start.hot_cell) {
    cells_.heat_cell(*start.hot_cell, start.hot_by);
  }
  double capacity = parameters_.cells.capacity.value();
  if (const auto life = life_of(start.age)) {
    cells_.age_to(life->capacity, life->resistance);
    capacity *= life->capacity;
  }
  // The firmware knows what it counted; what leaks, and what its own electronics take, passes no shunt.
  const double counted = cells_.mean_soc();
  const bool on = start.state != "off";
  cells_.store(start.stored, on ? parameters_.own_current.value() : 0.0);
  firmware_.restart({.soc = counted,
                     .capacity = capacity,
                     .since_full = start.since_full.value_or(0.0) + (on ? start.stored : 0.0),
                     .on = on,
                     .id = on ? id : 0,
                     .packs = on ? packs : 0});
  button = false;
  stand(cells_.source_voltage(), 0);
}

PackPort PackUnit::port() const noexcept {
  return {cells_.source_voltage(), cells_.series_resistance() + parameters_.path_resistance.value(),
          firmware_.charge_fet(), firmware_.discharge_fet(), firmware_.precharging() ? precharge_resistance : 0.0};
}

}  // namespace rig::sim
