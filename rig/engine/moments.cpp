#include "rig/engine/moments.hpp"

namespace rig {

Moments::Moments(const SignalTable& signals, std::size_t steps) {
  const auto find = [&](const char* name) { return signals.find(name).value_or(SignalId{}); };
  step_ = find("script.step");
  charge_ = find("pack.charge_refused");
  discharge_ = find("pack.discharge_refused");
  voltage_ = find("pack.voltage");
  steps_.reserve(steps + 2);
  refusals_.reserve(most_refusals);
}

void Moments::look(const Tick& tick, const SignalTable& signals) noexcept {
  if (step_.valid() && signals[step_].good()) {
    const auto step = static_cast<std::uint32_t>(signals[step_].value);
    if ((steps_.empty() || steps_.back().step != step) && steps_.size() < steps_.capacity()) {
      steps_.push_back({step, tick.start});
    }
  }
  look_at(tick, signals, charge_, charge_before_, true);
  look_at(tick, signals, discharge_, discharge_before_, false);
}

void Moments::look_at(const Tick& tick, const SignalTable& signals, SignalId refused, bool& before,
                      bool charge) noexcept {
  if (!refused.valid()) {
    return;
  }
  const bool now = signals[refused].good() && signals[refused].value != 0.0;
  if (now && !before && refusals_.size() < most_refusals) {
    refusals_.push_back({charge, tick.start, voltage_.valid() ? signals[voltage_] : Sample{}});
  }
  before = now;
}

}  // namespace rig
