#include "rig/judge/beyond_watch.hpp"

#include <algorithm>

namespace rig {
namespace {

// A charge that the pack reports comes with a frame, as the answer to it does, and a frame waits for whoever was late.
double shortest_delay(const RequirementRow& row) {
  if (row.input == RuleInput::reported_soc) {
    return infinity;
  }
  return row.delay && row.delay->can_fail() && threshold_is_known(row) ? row.delay->interval().lo : infinity;
}

double nearest_threshold(const RequirementRow& row) {
  const Interval allowed = allowed_threshold(row);
  return row.side == Side::above ? allowed.lo : allowed.hi;
}

}  // namespace

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
      input_of(lo, hi, scale)
          .rules.push_back(
              {r, row.threshold->value(), row.side == Side::above, nearest_threshold(row), shortest_delay(row)});
      signals_.add(lo);
      signals_.add(hi);
    }
  }
}

BeyondWatch::Input& BeyondWatch::input_of(SignalId lo, SignalId hi, double scale) {
  for (Input& input : inputs_) {
    if (input.lo == lo && input.hi == hi && input.scale == scale) {
      return input;
    }
  }
  return inputs_.emplace_back(Input{.lo = lo, .hi = hi, .scale = scale});
}

void BeyondWatch::Input::walk(double value, TimePoint now) noexcept {
  below = -infinity;
  above = infinity;
  bool between = value == value;  // on a threshold, and where there is no number, each tick is looked at
  for (Rule& rule : rules) {
    const bool beyond = rule.above ? value > rule.threshold : value < rule.threshold;
    if (beyond != rule.beyond) {
      rule.beyond = beyond;
      rule.since = now;
    }
    between = between && value != rule.threshold;
    if (rule.threshold < value) {
      below = std::max(below, rule.threshold);
    } else {
      above = std::min(above, rule.threshold);
    }
  }
  if (!between) {
    below = infinity;
    above = -infinity;
  }
}

std::size_t BeyondWatch::may_have_acted(const Gap& gap, const SignalTable& s) const noexcept {
  const double length = to_seconds(gap.length());
  for (const Input& input : inputs_) {
    const Interval moved = across(input.last, input.value(s));
    for (const Rule& rule : input.rules) {
      // Where there is no number, the input may be anywhere.
      const bool within = rule.above ? moved.hi <= rule.nearest : moved.lo >= rule.nearest;
      if (rule.delay <= length && !within) {
        return rule.row;
      }
    }
  }
  return no_row;
}

void BeyondWatch::observe(const Tick& tick, const SignalTable& s) noexcept {
  if (!signals_.written(s)) {
    return;
  }
  for (Input& input : inputs_) {
    input.last = input.value(s);
    const double value = input.scale * 0.5 * (s[input.lo].value + s[input.hi].value);
    if (!(value > input.below && value < input.above)) {
      input.walk(value, tick.start);
    }
  }
}

std::optional<TimePoint> BeyondWatch::since(std::size_t row) const noexcept {
  for (const Input& input : inputs_) {
    for (const Rule& rule : input.rules) {
      if (rule.row == row) {
        return rule.beyond ? std::optional(rule.since) : std::nullopt;
      }
    }
  }
  return std::nullopt;
}

}  // namespace rig
