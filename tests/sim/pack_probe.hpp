#pragma once
// The bare cells of a pack, as tests of the plant drive them.
#include <cmath>

#include "drivers/sim/pack_cells.hpp"

namespace rig::sim {

// Cells of exactly 100 Ah with the tables as published: those for which the tables predict what a pack does.
inline CellParameters table_cells() {
  CellParameters p = equal_cells();
  p.capacity = Coulombs{100.0 * 3600};
  p.cold_loss = Ratio{0};
  return p;
}

inline PackCells pack_of(const CellParameters& cells, double soc, double celsius = 25, std::uint64_t seed = 1,
                         const ThermalParameters& thermal = {}, double path_resistance = 0) {
  PackCells pack;
  pack.configure(cells, thermal, path_resistance, seed);
  pack.rest_at(soc, celsius, 1, 0, 0);
  return pack;
}

// At the ends of the string of cells, V.
inline double stack_voltage(const PackCells& pack, double current) {
  return pack.source_voltage() + current * pack.series_resistance();
}

inline void carry(PackCells& pack, double current, double seconds, double dt = 0.01) {
  const auto steps = std::lround(seconds / dt);
  for (long i = 0; i < steps; ++i) {
    pack.step(current, dt);
  }
}

struct Discharge {
  double ampere_hours = 0, watt_hours = 0;
};

// At constant current to a voltage; `path` (Ohm) lies between the cells and where both are measured.
inline Discharge discharge_to(PackCells& pack, double current, double until, double path = 0, double dt = 0.1) {
  Discharge d;
  pack.step(-current, dt);
  for (double u = 0; (u = stack_voltage(pack, -current) - current * path) > until;) {
    d.ampere_hours += current * dt / 3600;
    d.watt_hours += current * u * dt / 3600;
    pack.step(-current, dt);
  }
  return d;
}

// Seconds of constant current until the stack reaches `until`, V.
inline double charge_to(PackCells& pack, double current, double until, double dt = 0.01) {
  double seconds = 0;
  while (stack_voltage(pack, current) < until) {
    pack.step(current, dt);
    seconds += dt;
  }
  return seconds;
}

}  // namespace rig::sim
