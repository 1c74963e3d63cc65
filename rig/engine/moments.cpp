#include "rig/engine/moments.hpp"

namespace rig {
namespace {
// A path that was blocked before it was asked has no trip point: the terminals then stand where the supply is set.
constexpr double flowing = 0.2;  // A
}  // namespace

Moments::Moments(const SignalTable& signals, std::size_t steps) {
  const auto find = [&](const char* name) { return signals.find(name).value_or(SignalId{}); };
  step_ = find("script.step");
  charge_ = find("pack.charge_refused");
  discharge_ = find("pack.discharge_refused");
  voltage_ = find("pack.voltage");
  current_ = find("pack.current");
  if (voltage_.valid()) {
    voltage_uncertainty_ = signals.spec(voltage_).uncertainty;
  }
  steps_.reserve(steps + 2);
  refusals_.reserve(most_refusals);
  gaps_.reserve(most_gaps);
}

void Moments::note(const Gap& gap) noexcept {
  if (gaps_.size() < most_gaps) {
    gaps_.push_back(gap);
  }
}

void Moments::look(const Tick& tick, const SignalTable& signals) noexcept {
  if (step_.valid() && signals[step_].good()) {
    const auto step = static_cast<std::uint32_t>(signals[step_].value);
    if ((steps_.empty() || steps_.back().step != step) && steps_.size() < steps_.capacity()) {
      steps_.push_back({step, tick.start});
    }
  }
  if (voltage_.valid() && signals[voltage_].good() && history_.due(tick.start)) {
    const Sample& voltage = signals[voltage_];
    const double current = current_.valid() && signals[current_].good() ? signals[current_].value : 0.0;
    history_.push({.value = voltage.value,
                   .uncertainty = voltage_uncertainty_.at(voltage.value),
                   .current = current,
                   .time = voltage.time,
                   .flowed = current_.valid() ? signals[current_].time : voltage.time,
                   .tick = tick.start});
  }
  look_at(signals, charge_, charge_before_, true);
  look_at(signals, discharge_, discharge_before_, false);
}

void Moments::look_at(const SignalTable& signals, SignalId refused, bool& before, bool charge) noexcept {
  if (!refused.valid()) {
    return;
  }
  const bool now = signals[refused].good() && signals[refused].value != 0.0;
  if (now && !before) {
    note_refusal(signals[refused].time, charge);
  }
  before = now;
}

void Moments::note_refusal(TimePoint time, bool charge) noexcept {
  if (refusals_.size() >= most_refusals) {
    return;
  }
  Refusal refusal{.charge = charge, .time = time};
  const auto entry = history_.at(time);
  if (entry && (charge ? entry->current : -entry->current) > flowing) {
    refusal = {charge, entry->time, true, entry->value, entry->uncertainty};
  }
  refusals_.push_back(refusal);
}

}  // namespace rig
