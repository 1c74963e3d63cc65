#include "drivers/sim/world.hpp"

#include <algorithm>

#include "drivers/sim/ageing.hpp"
#include "rig/core/math.hpp"

namespace rig::sim {
namespace {
// What feeds the terminals while the pack pre-charges them, Ohm.
constexpr double precharge_resistance = 50.0;

double towards(double from, double to, double most) noexcept { return from + std::clamp(to - from, -most, most); }
}  // namespace

void World::configure(const PackParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  cells_.configure(parameters.cells, parameters.thermal, parameters.path_resistance.value(), seed);
  firmware_.configure(parameters.firmware, seed);
  preset({});
}

void World::preset(const StartState& start) {
  const double soc = start.soc.value_or(parameters_.default_soc.value());
  const double celsius = start.temperature.value_or(parameters_.ambient.value());
  cells_.rest_at(soc, celsius, start.cell_spread.value_or(1.0), start.leading_cell.value_or(0), start.leading_by);
  if (start.hot_cell) {
    cells_.heat_cell(*start.hot_cell, start.hot_by);
  }
  double capacity = parameters_.cells.capacity.value();
  for (const LivedThrough& life : lives) {
    if (life.age == start.age) {
      cells_.age_to(life.capacity, life.resistance);
      capacity *= life.capacity;
    }
  }
  // The firmware knows what it counted; what leaks, and what its own electronics take, passes no shunt.
  const double counted = cells_.mean_soc();
  const bool on = start.state != "off";
  cells_.store(start.stored, on ? parameters_.own_current.value() : 0.0);
  start_temperature_ = celsius;
  chamber.soak(celsius);
  firmware_.restart({.soc = counted,
                     .capacity = capacity,
                     .since_full = start.since_full.value_or(0.0) + (on ? start.stored : 0.0),
                     .on = on});
  supply.set = {};
  supply.voltage = supply.current = supply.sink = 0;
  load.set = {};
  load.current = 0;
  bus = {};
  button = false;
  now_ = TimePoint{};
  started_ = false;
  node_ = {.voltage = cells_.source_voltage()};
}

void World::move_instruments(double dt) noexcept {
  if (supply.set.output) {
    // A unit that can sink begins at the voltage that it finds, else it would pull the pack down while it rises.
    supply.voltage = supply.bidirectional && supply.current == 0.0 ? std::min(node_.voltage, supply.set.voltage.value())
                                                                   : supply.voltage;
    supply.voltage = towards(supply.voltage, supply.set.voltage.value(), supply.voltage_slew * dt);
    supply.current = towards(supply.current, supply.set.current.value(), supply.current_slew * dt);
    supply.sink = supply.bidirectional ? towards(supply.sink, supply.sink_current, supply.current_slew * dt) : 0.0;
  } else {
    supply.voltage = supply.current = supply.sink = 0;
  }
  double wanted = 0;
  if (load.set.input) {
    const double voltage = std::max(node_.voltage, 1.0);
    wanted = load.set.mode == LoadMode::constant_power ? load.set.power.value() / voltage : load.set.current.value();
    wanted = std::min({wanted, load.rated_current, load.rated_power / voltage});
  }
  load.current = load.set.input ? towards(load.current, wanted, load.current_slew * dt) : 0.0;
}

void World::solve_terminals(double dt) noexcept {
  const PackPort pack{cells_.source_voltage(), cells_.series_resistance() + parameters_.path_resistance.value(),
                      firmware_.charge_fet(), firmware_.discharge_fet(),
                      firmware_.precharging() ? precharge_resistance : 0.0};
  SupplyPort source{supply.set.output, supply.voltage, supply.current};
  source.current = std::min(source.current, supply.set.power.value() / std::max(node_.voltage, 1.0));
  source.sink = supply.sink;
  const bool holds = load.set.mode == LoadMode::constant_voltage;
  const LoadPort sink{load.set.input, load.current, holds ? load.set.voltage.value() : 0.0, load.least_voltage};
  const CircuitNode before = node_;
  node_ = load.capacitance > 0.0 ? solve(pack, source, sink, {load.capacitance, before.voltage, dt})
                                 : solve(pack, source, sink);
  if (node_.supply_regulates_voltage && node_.supply_current == 0.0 && node_.voltage != before.voltage) {
    settle_unloaded(before, dt);
  }
}

// Nothing loads the supply: its terminals go to the set voltage as fast as its output stage settles. What it gave until
// now charges its capacitor before the regulator turns it down: the load dump.
void World::settle_unloaded(const CircuitNode& before, double dt) noexcept {
  const double dumped = std::max(before.supply_current, 0.0) * supply.response / supply.capacitance;
  const double begin = before.voltage + dumped;
  node_.voltage += (begin - node_.voltage) * exact_exp(-dt / supply.settling);
}

void World::step(double dt) noexcept {
  cells_.step(node_.pack_current - parameters_.own_current.value(), dt);
  move_instruments(dt);
  if (now_ >= next_task_) {
    next_task_ += world_step;
    firmware_.task(to_seconds(now_), to_seconds(world_step), cells_,
                   {node_.pack_current, node_.voltage, button, to_seconds(now_ - bus.last_keep_alive)});
    cells_.set_bleed(firmware_.bleeding());
  }
  if (now_ >= next_air_) {
    next_air_ += air_step;
    if (chamber.fitted()) {
      chamber.step(to_seconds(air_step));
      cells_.set_ambient(chamber.at_pack());
    }
  }
  solve_terminals(dt);
}

void World::switch_off_supply() noexcept {
  supply.set.output = false;
  supply.voltage = supply.current = supply.sink = 0;
  solve_terminals(0.0);
}

void World::switch_off_load() noexcept {
  load.set.input = false;
  load.current = 0;
  solve_terminals(0.0);
}

void World::move_to(const Tick& tick) noexcept {
  if (!started_) {
    started_ = true;
    now_ = tick.start;
    next_task_ = now_ + world_step;
    next_air_ = now_ + air_step;
    solve_terminals(to_seconds(world_step));
    return;
  }
  while (now_ < tick.start) {
    const Duration dt = std::min(next_task_, tick.start) - now_;
    now_ += dt;
    step(to_seconds(dt));
  }
}

}  // namespace rig::sim
