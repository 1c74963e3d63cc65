#include "drivers/sim/circuit.hpp"

#include <algorithm>

namespace rig::sim {
namespace {

// Where the pack begins to take charge and to give discharge, V at the terminals. A closed bank of the other direction
// leaves only the body diode of the open one.
double takes_above(const PackPort& pack) noexcept { return pack.source + (pack.discharge_fet ? 0.0 : body_diode); }
double gives_below(const PackPort& pack) noexcept { return pack.source - (pack.charge_fet ? 0.0 : body_diode); }

double pack_current_at(const PackPort& pack, double voltage) noexcept {
  if (pack.charge_fet && voltage > takes_above(pack)) {
    return (voltage - takes_above(pack)) / pack.resistance;
  }
  if (pack.discharge_fet && voltage < gives_below(pack)) {
    return (voltage - gives_below(pack)) / pack.resistance;
  }
  return 0.0;
}

// The load's current at a voltage: an electronic load needs some to work with.
double load_current_at(const LoadPort& load, double voltage) noexcept {
  constexpr double least_voltage = 0.5;
  return load.on && voltage > least_voltage ? load.current : 0.0;
}

// No source: the pack feeds the load, or nothing does and the terminals show the pack through its leakage.
CircuitNode unsupplied(const PackPort& pack, const LoadPort& load) noexcept {
  CircuitNode node;
  const double rest = pack.charge_fet || pack.discharge_fet ? pack.source : 0.0;
  if (!load.on || load.current <= 0.0) {
    node.voltage = rest;
    return node;
  }
  if (!pack.discharge_fet) {
    return node;  // the load pulls the terminals down
  }
  double current = load.current;
  double voltage = gives_below(pack) - current * pack.resistance;
  if (voltage <= 0.0) {  // more than the pack can give; cells driven far below empty give nothing
    current = std::max(0.0, gives_below(pack) / pack.resistance);
    voltage = 0.0;
  }
  node.voltage = voltage;
  node.load_current = current;
  node.pack_current = -current;
  return node;
}

// The node with a load that takes its current whatever the voltage.
CircuitNode solve_constant_current(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept {
  const CircuitNode without = unsupplied(pack, load);
  // A supply that does not sink gives nothing while the terminals already stand above its voltage.
  if (!supply.on || supply.voltage <= without.voltage) {
    return without;
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
  } else if (into_pack < 0.0 && pack.discharge_fet) {
    node.voltage = std::max(0.0, gives_below(pack) + into_pack * pack.resistance);
    node.pack_current = into_pack;
    node.load_current = load.current;
  } else {
    node.load_current = supply.current;  // the load takes all that there is and pulls the terminals down
  }
  return node;
}

}  // namespace

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
  // Below its set voltage a supply gives all that it may.
  node.supply_current = supply.on && supply.voltage > node.voltage ? supply.current : 0.0;
  node.load_current = node.supply_current - node.pack_current;
  node.supply_regulates_voltage = false;
  return node;
}

}  // namespace rig::sim
