#include "rig/judge/divergence.hpp"

namespace rig {
namespace {
constexpr std::size_t most = 64;
}

DivergenceLog::DivergenceLog(const SignalTable& table)
    : current_(optional_signal(table, "pack.current")),
      voltage_(optional_signal(table, "pack.voltage")),
      soc_(optional_signal(table, "dut.soc")),
      step_(optional_signal(table, "script.step")),
      temperature_checked_(optional_signal(table, "model.temperature.cross_checked")),
      cells_checked_(optional_signal(table, "model.cells.cross_checked")) {
  const auto bounds = [&](const std::string& name) {
    return Bounds{optional_signal(table, name + ".lo"), optional_signal(table, name + ".hi")};
  };
  battery_ = bounds("pack.battery_voltage");
  hottest_ = bounds("model.hottest_cell");
  coldest_ = bounds("model.coldest_cell");
  highest_cell_ = bounds("model.highest_cell");
  lowest_cell_ = bounds("model.lowest_cell");
  causes_ = {optional_signal(table, "model.charge.causes"), optional_signal(table, "model.discharge.causes")};
  due_ = {optional_signal(table, "model.charge.due"), optional_signal(table, "model.discharge.due")};
  state_ = {optional_signal(table, "model.charge.state"), optional_signal(table, "model.discharge.state")};
  divergences_.reserve(most);
}

Interval Circumstances::input(RuleInput input, int cells) const noexcept {
  switch (input) {
    case RuleInput::charge_current:
      return {current, current};
    case RuleInput::discharge_current:
      return {-current, -current};
    case RuleInput::highest_temperature:
      return hottest;
    case RuleInput::lowest_temperature:
    case RuleInput::cell_temperature:
      return coldest;
    case RuleInput::highest_cell:
    case RuleInput::lowest_cell: {
      const Interval told = told_cell(input);
      return told.width() < infinity ? told : Interval{battery.lo / cells, battery.hi / cells};
    }
    case RuleInput::battery_voltage:
      return battery;
    case RuleInput::reported_soc:
      return {soc, soc};
    case RuleInput::time_since_full:
      break;
  }
  return {-infinity, infinity};
}

Circumstances DivergenceLog::look(const SignalTable& s) const noexcept {
  const auto value = [&](SignalId id, double otherwise) { return id.valid() ? s[id].value : otherwise; };
  const auto interval = [&](const Bounds& b) { return Interval{value(b.lo, -infinity), value(b.hi, infinity)}; };
  Circumstances at;
  at.battery = interval(battery_);
  at.hottest = interval(hottest_);
  at.coldest = interval(coldest_);
  at.current = value(current_, 0.0);
  at.voltage = value(voltage_, 0.0);
  at.soc = value(soc_, 0.0);
  at.step = value(step_, -1.0);
  at.highest_cell = interval(highest_cell_);
  at.lowest_cell = interval(lowest_cell_);
  at.temperature_checked = value(temperature_checked_, 0.0) != 0.0;
  at.cells_checked = value(cells_checked_, 0.0) != 0.0;
  for (std::size_t d = 0; d < 2; ++d) {
    at.causes[d] = static_cast<std::uint32_t>(value(causes_[d], 0.0));
    at.state[d] = value(state_[d], 0.0);
    at.due[d] = static_cast<std::uint32_t>(value(due_[d], 0.0));
  }
  return at;
}

void DivergenceLog::add(const Tick& tick, Divergence divergence, const SignalTable& s) noexcept {
  if (divergences_.size() < most) {
    divergence.time = tick.start;
    divergence.at = look(s);
    divergences_.push_back(divergence);
  }
}

}  // namespace rig
