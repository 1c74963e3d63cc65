#include "drivers/sim/circuit.hpp"

#include <algorithm>

namespace rig::sim {
namespace {

// The load's current at a voltage: an electronic load needs some to work with.
double load_current_at(const LoadPort& load, double voltage) noexcept {
  return load.on ? load.current * std::clamp(voltage / load.least_voltage, 0.0, 1.0) : 0.0;
}

// No source: the pack feeds the load, or nothing does and the terminals show the pack through its leakage.
CircuitNode unsupplied(const PackPort& pack, const LoadPort& load) noexcept {
  CircuitNode node;
  if (!load.on || load.current <= 0.0) {
    node.voltage = pack.charge_fet || can_give(pack) ? pack.source : 0.0;
    return node;
  }
  const double emf = gives_below(pack);
  if (!can_give(pack) || emf <= 0.0) {
    return node;  // the load pulls the terminals down; cells driven far below empty give nothing
  }
  const double resistance = giving_resistance(pack);
  node.load_current = load.current;
  node.voltage = emf - load.current * resistance;
  if (node.voltage < load.least_voltage) {  // more than the pack can give: two resistances in series
    node.voltage = emf / (1.0 + resistance * load.current / load.least_voltage);
    node.load_current = load.current * node.voltage / load.least_voltage;
  }
  node.pack_current = -node.load_current;
  return node;
}

// The terminals stand above the voltage of a supply that can sink: it takes what is above it, as far as it may.
CircuitNode sinking(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept {
  CircuitNode node;
  node.pack_current = pack_current_at(pack, supply.voltage);
  node.load_current = load_current_at(load, supply.voltage);
  node.supply_current = node.pack_current + node.load_current;
  node.voltage = supply.voltage;
  node.supply_regulates_voltage = true;
  if (-node.supply_current <= supply.sink) {
    return node;
  }
  const double taken = load.on ? load.current : 0.0;
  node = unsupplied(pack, {true, taken + supply.sink, 0.0, load.least_voltage});
  const double share = supply.sink / (taken + supply.sink);
  node.supply_current = -share * node.load_current;
  node.load_current *= 1.0 - share;
  return node;
}

// The node with a load that takes its current whatever the voltage.
CircuitNode solve_constant_current(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept {
  // A supply that does not sink gives nothing while the terminals already stand above its voltage.
  const bool above = !supply.on || supply.voltage <= unsupplied(pack, load).voltage;
  if (above) {
    return supply.on && supply.sink > 0.0 ? sinking(pack, supply, load) : unsupplied(pack, load);
  }
  CircuitNode node;
  const double taken = load_current_at(load, supply.voltage);
  const double wanted = pack_current_at(pack, supply.voltage) + taken;
  if (wanted <= supply.current) {
    node.voltage = supply.voltage;
    node.supply_regulates_voltage = true;
    node.load_current = taken;
    node.pack_current = wanted - taken;
    node.supply_current = wanted;
    return node;
  }
  // Constant current: what the load leaves goes into the pack, what it takes more comes out of it.
  const double into_pack = supply.current - (load.on ? load.current : 0.0);
  node.supply_current = supply.current;
  if (into_pack >= 0.0 && pack.charge_fet) {
    node.voltage = takes_above(pack) + into_pack * pack.resistance;
    node.pack_current = into_pack;
    node.load_current = supply.current - into_pack;
  } else if (into_pack < 0.0 && can_give(pack)) {
    node.voltage = std::max(0.0, gives_below(pack) + into_pack * giving_resistance(pack));
    node.pack_current = into_pack;
    node.load_current = load.current;
  } else {
    node.load_current = supply.current;  // the load takes all that there is and pulls the terminals down
  }
  return node;
}

}  // namespace

double pack_current_at(const PackPort& pack, double voltage) noexcept {
  if (pack.charge_fet && voltage > takes_above(pack)) {
    return (voltage - takes_above(pack)) / pack.resistance;
  }
  if (can_give(pack) && voltage < gives_below(pack)) {
    return (voltage - gives_below(pack)) / giving_resistance(pack);
  }
  return 0.0;
}

CircuitNode solve(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept {
  if (!load.on || load.hold_voltage <= 0.0) {
    return solve_constant_current(pack, supply, load);
  }
  // The more a load takes, the lower the terminals: so it takes nothing, or all it may, or holds its voltage exactly.
  const CircuitNode idle = solve_constant_current(pack, supply, {});
  if (idle.voltage <= load.hold_voltage) {
    return idle;
  }
  CircuitNode node = solve_constant_current(pack, supply, load);
  if (node.voltage >= load.hold_voltage) {
    return node;
  }
  node.voltage = load.hold_voltage;
  node.pack_current = pack_current_at(pack, node.voltage);
  // Below its set voltage a supply gives all that it may, above it takes all that it may.
  if (supply.on) {
    node.supply_current = supply.voltage > node.voltage ? supply.current : -supply.sink;
  }
  node.load_current = node.supply_current - node.pack_current;
  node.supply_regulates_voltage = false;
  return node;
}

}  // namespace rig::sim
