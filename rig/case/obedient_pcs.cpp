#include <algorithm>

#include "rig/case/script.hpp"

namespace rig {
namespace {

// Never more than `limit`, and never below zero.
void cap(CommandRow& wanted, CommandId command, double limit) noexcept {
  if (command.valid()) {
    wanted.set(command, std::min(wanted[command], std::max(limit, 0.0)));
  }
}

// What the pack says, or nothing when it says nothing that can be relied on.
double limit_of(const Sample& limit) noexcept { return limit.good() ? limit.value : 0.0; }

bool allowed(const Sample& permission, const Sample& current_limit) noexcept {
  return permission.good() && permission.value != 0 && limit_of(current_limit) > 0;
}

}  // namespace

void ObedientPcs::limit(const PcsCode& pcs, const SignalTable& signals, CommandRow& wanted) noexcept {
  if (pcs.charge_allowed.valid()) {
    const bool charge = allowed(signals[pcs.charge_allowed], signals[pcs.charge_current_limit]);
    const Sample& voltage_limit = signals[pcs.charge_voltage_limit];
    if (charge && voltage_limit.good()) {
      cap(wanted, pcs.supply_voltage, voltage_limit.value);
      cap(wanted, pcs.supply_current, signals[pcs.charge_current_limit].value);
    } else {
      cap(wanted, pcs.supply_current, 0);
      cap(wanted, pcs.supply_output, 0);
    }
  }
  if (pcs.discharge_allowed.valid()) {
    const double limit = limit_of(signals[pcs.discharge_current_limit]);
    const Sample& voltage = signals[pcs.voltage];
    if (allowed(signals[pcs.discharge_allowed], signals[pcs.discharge_current_limit])) {
      cap(wanted, pcs.load_current, limit);
      cap(wanted, pcs.load_power, voltage.good() ? limit * voltage.value : 0);
    } else {
      cap(wanted, pcs.load_current, 0);
      cap(wanted, pcs.load_power, 0);
      cap(wanted, pcs.load_input, 0);
    }
  }
}

}  // namespace rig
