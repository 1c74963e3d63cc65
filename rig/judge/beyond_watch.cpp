#include "rig/judge/beyond_watch.hpp"

namespace rig {

BeyondWatch::BeyondWatch(const Requirements& requirements, const SignalTable& table) {
  const auto bounds = [&](const std::string& name) {
    return std::pair{optional_signal(table, name + ".lo"), optional_signal(table, name + ".hi")};
  };
  const auto plain = [&](const std::string& name) {
    return std::pair{optional_signal(table, name), optional_signal(table, name)};
  };
  for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
    const RequirementRow& row = requirements.rows[r];
    const bool is_rule = row.kind == RowKind::protection || row.kind == RowKind::alarm || row.kind == RowKind::request;
    if (!is_rule || !row.threshold || row.input == RuleInput::time_since_full) {
      continue;
    }
    const auto [lo, hi] = is_current_input(row.input)                   ? plain("pack.current")
                          : row.input == RuleInput::highest_temperature ? bounds("model.hottest_cell")
                          : row.input == RuleInput::lowest_temperature  ? bounds("model.coldest_cell")
                          : row.input == RuleInput::reported_soc        ? plain("dut.soc")
                                                                        : bounds("pack.battery_voltage");
    const double scale = is_cell_input(row.input)                    ? 1.0 / requirements.cells
                         : row.input == RuleInput::discharge_current ? -1.0
                                                                     : 1.0;
    if (lo.valid() && hi.valid()) {
      rules_.push_back({r, lo, hi, scale, row.threshold->value(), row.side == Side::above});
      inputs_.add(lo);
      inputs_.add(hi);
    }
  }
}

void BeyondWatch::observe(const Tick& tick, const SignalTable& s) noexcept {
  if (!inputs_.written(s)) {
    return;
  }
  for (auto& rule : rules_) {
    const double value = rule.scale * 0.5 * (s[rule.lo].value + s[rule.hi].value);
    const bool beyond = rule.above ? value > rule.threshold : value < rule.threshold;
    if (beyond != rule.beyond) {
      rule.beyond = beyond;
      rule.since = tick.start;
    }
  }
}

std::optional<TimePoint> BeyondWatch::since(std::size_t row) const noexcept {
  for (const auto& rule : rules_) {
    if (rule.row == row) {
      return rule.beyond ? std::optional(rule.since) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace rig
