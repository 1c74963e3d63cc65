#include <algorithm>

#include "drivers/sim/circuit.hpp"

namespace rig::sim {
namespace {

// A regulator's output resistance, Ohm: so small that nobody sees it, and the search below finds a slope.
constexpr double regulator = 1e-4;

double supply_current_at(const SupplyPort& supply, double voltage) noexcept {
  return supply.on ? std::clamp((supply.voltage - voltage) / regulator, -supply.sink, supply.current) : 0.0;
}

double load_current_at(const LoadPort& load, double voltage) noexcept {
  if (!load.on) {
    return 0.0;
  }
  const double most = load.current * std::clamp(voltage / load.least_voltage, 0.0, 1.0);
  return load.hold_voltage > 0.0 ? std::clamp((voltage - load.hold_voltage) / regulator, 0.0, most) : most;
}

}  // namespace

// The charge that comes to the node falls with the node's voltage: exactly one voltage balances it. Only a bench with
// an inverter's capacitor pays for the search.
CircuitNode solve(const PackPort& pack, const SupplyPort& supply, const LoadPort& load,
                  const CapacitorPort& capacitor) noexcept {
  if (capacitor.capacitance <= 0.0 || capacitor.dt <= 0.0) {
    return solve(pack, supply, load);
  }
  const double slope = capacitor.capacitance / capacitor.dt;
  const auto surplus = [&](double v) {
    return supply_current_at(supply, v) - pack_current_at(pack, v) - load_current_at(load, v) -
           slope * (v - capacitor.voltage);
  };
  double low = 0.0;
  double high = std::max({pack.source, supply.on ? supply.voltage : 0.0, capacitor.voltage}) + 1.0;
  for (int i = 0; i < 60; ++i) {  // to the last bits of 100 V
    const double middle = 0.5 * (low + high);
    (surplus(middle) > 0.0 ? low : high) = middle;
  }
  CircuitNode node;
  node.voltage = 0.5 * (low + high);
  node.pack_current = pack_current_at(pack, node.voltage);
  node.supply_current = supply_current_at(supply, node.voltage);
  node.load_current = node.supply_current - node.pack_current;
  node.supply_regulates_voltage =
      supply.on && node.supply_current < supply.current && node.supply_current > -supply.sink;
  return node;
}

}  // namespace rig::sim
