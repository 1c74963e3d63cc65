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
      temperature_checked_(optional_signal(table, "model.temperature.cross_checked")) {
  const auto bounds = [&](const std::string& name) {
    return Bounds{optional_signal(table, name + ".lo"), optional_signal(table, name + ".hi")};
  };
  battery_ = bounds("pack.battery_voltage");
  hottest_ = bounds("model.hottest_cell");
  coldest_ = bounds("model.coldest_cell");
  causes_ = {optional_signal(table, "model.charge.causes"), optional_signal(table, "model.discharge.causes")};
  due_ = {optional_signal(table, "model.charge.due"), optional_signal(table, "model.discharge.due")};
  state_ = {optional_signal(table, "model.charge.state"), optional_signal(table, "model.discharge.state")};
  divergences_.reserve(most);
}

void DivergenceLog::add(const Tick& tick, Divergence divergence, const SignalTable& s) noexcept {
  if (divergences_.size() == most) {
    return;
  }
  const auto value = [&](SignalId id, double otherwise) { return id.valid() ? s[id].value : otherwise; };
  const auto interval = [&](const Bounds& b) { return Interval{value(b.lo, -infinity), value(b.hi, infinity)}; };
  Circumstances& at = divergence.at;
  divergence.time = tick.start;
  at.battery = interval(battery_);
  at.hottest = interval(hottest_);
  at.coldest = interval(coldest_);
  at.current = value(current_, 0.0);
  at.voltage = value(voltage_, 0.0);
  at.soc = value(soc_, 0.0);
  at.step = value(step_, -1.0);
  at.temperature_checked = value(temperature_checked_, 0.0) != 0.0;
  for (std::size_t d = 0; d < 2; ++d) {
    at.causes[d] = static_cast<std::uint32_t>(value(causes_[d], 0.0));
    at.state[d] = value(state_[d], 0.0);
    at.due[d] = static_cast<std::uint32_t>(value(due_[d], 0.0));
  }
  divergences_.push_back(divergence);
}

}  // namespace rig
