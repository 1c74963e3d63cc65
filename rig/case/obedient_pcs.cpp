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

bool in_window(const PcsCode& pcs, Duration elapsed) noexcept {
  constexpr Duration day = std::chrono::hours(24);
  const Duration clock = (pcs.time_of_day + elapsed) % day;
  const bool after = clock >= pcs.window_from;
  const bool before = clock < pcs.window_to;
  return pcs.window_from <= pcs.window_to ? after && before : after || before;
}

// A forced charge is served at once, a full one in its window; without a request only when no request is waited for.
bool wanted_by_pack(const PcsCode& pcs, Duration elapsed, const SignalTable& signals) noexcept {
  const auto asks = [&](SignalId id) { return signals[id].good() && signals[id].value != 0; };
  return !pcs.force_charge.valid() || asks(pcs.force_charge) ||
         (asks(pcs.full_charge_request) && in_window(pcs, elapsed));
}

}  // namespace

void ObedientPcs::limit(const PcsCode& pcs, Duration elapsed, const SignalTable& signals, CommandRow& wanted) noexcept {
  if (pcs.charge_allowed.valid()) {
    const bool charge = allowed(signals[pcs.charge_allowed], signals[pcs.charge_current_limit]) &&
                        wanted_by_pack(pcs, elapsed, signals);
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
