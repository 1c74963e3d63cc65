#pragma once

namespace rig::sim {

// The pack as seen from its terminals: a source behind a resistance and two FET banks with body diodes.
struct PackPort {
  double source = 0;      // V, sum of the cells without R0
  double resistance = 0;  // Ohm, cells and path
  bool charge_fet = true;
  bool discharge_fet = true;
  double precharge = 0;  // Ohm, > 0: the terminals are fed through this while the discharge bank is open
};

// A supply as it stands now: what it would hold and what it would give.
struct SupplyPort {
  bool on = false;
  double voltage = 0;  // V, what it regulates to
  double current = 0;  // A, most it gives (current and power limit)
  double sink = 0;     // A, most it takes when the terminals stand above its voltage; 0: it does not sink
};

struct LoadPort {
  bool on = false;
  double current = 0;       // A, what it takes while there is voltage
  double hold_voltage = 0;  // V, > 0: takes only as much as keeps the terminals at this voltage (CV)
  // Below this voltage its transistors are fully on: what it takes falls in proportion to the voltage.
  double least_voltage = 0.5;  // V
};

// A capacitor across the terminals, charged to a voltage; it may give or take charge for `dt` seconds.
struct CapacitorPort {
  double capacitance = 0;  // F
  double voltage = 0;      // V, at the begin of the step
  double dt = 0;           // s
};

struct CircuitNode {
  double voltage = 0;         // V at P+/P-
  double pack_current = 0;    // A into the pack
  double supply_current = 0;  // A out of the supply; negative when it sinks
  double load_current = 0;    // A into the load, its capacitor included
  bool supply_regulates_voltage = false;
};

// Drop of a body diode that carries current, V.
inline constexpr double body_diode = 0.7;

// Where a pack begins to take charge and to give discharge, V at the terminals. A closed bank of the other direction
// leaves only the body diode of the open one.
inline double takes_above(const PackPort& pack) noexcept {
  return pack.source + (pack.discharge_fet ? 0.0 : body_diode);
}
inline double gives_below(const PackPort& pack) noexcept { return pack.source - (pack.charge_fet ? 0.0 : body_diode); }
inline bool can_give(const PackPort& pack) noexcept { return pack.discharge_fet || pack.precharge > 0.0; }
inline double giving_resistance(const PackPort& pack) noexcept {
  return pack.resistance + (pack.discharge_fet ? 0.0 : pack.precharge);
}

// One node, solved in closed form.
CircuitNode solve(const PackPort& pack, const SupplyPort& supply, const LoadPort& load) noexcept;

// The same with a capacitor, searched for: the mean over the capacitor's step.
CircuitNode solve(const PackPort& pack, const SupplyPort& supply, const LoadPort& load,
                  const CapacitorPort& capacitor) noexcept;

// Current into the pack at a voltage at its terminals, A.
double pack_current_at(const PackPort& pack, double voltage) noexcept;

}  // namespace rig::sim
