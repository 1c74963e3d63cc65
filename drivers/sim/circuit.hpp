#pragma once

namespace rig::sim {

// The pack as seen from its terminals: a source behind a resistance and two FET banks with body diodes.
struct PackPort {
  double source = 0;      // V, sum of the cells without R0
  double resistance = 0;  // Ohm, cells and path
  bool charge_fet = true;
  bool discharge_fet = true;
};

// A supply as it stands now: what it would hold and what it would give.
struct SupplyPort {
  bool on = false;
  double voltage = 0;  // V, what it regulates to
  double current = 0;  // A, most it gives (current and power limit)
};

struct LoadPort {
  bool on = false;
  double current = 0;       // A, what it takes while there is voltage
  double hold_voltage = 0;  // V, > 0: takes only as much as keeps the terminals at this voltage (CV)
};

struct CircuitNode {
  double voltage = 0;         // V at P+/P-
  double pack_current = 0;    // A into the pack
  double supply_current = 0;  // A out of the supply
  double load_current = 0;    // A into the load
  bool supply_regulates_voltage = false;
};

// Drop of a body diode that carries current, V.
inline constexpr double body_diode = 0.7;

// One node, solved in closed form.
CircuitNode solve(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept;

}  // namespace rig::sim
