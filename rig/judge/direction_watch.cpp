#include "rig/judge/direction_watch.hpp"

#include <algorithm>

namespace rig {

DirectionWatch::DirectionWatch(const RuleTable& rules, std::size_t direction, const SignalTable& table,
                               std::size_t chatter_row)
    : direction_(direction), chatter_row_(chatter_row) {
  const std::string name = direction == 0 ? "model.charge." : "model.discharge.";
  state_id_ = optional_signal(table, name + "state");
  causes_id_ = optional_signal(table, name + "causes");
  due_id_ = optional_signal(table, name + "due");
  for (const SignalId id : {state_id_, causes_id_, due_id_}) {
    events_.add(id);
  }
  if (chatter_row != no_row) {
    chatter_rate_ = present(rules.row(chatter_row).range, rules.row(chatter_row)).interval().hi;
    battery_lo_id_ = optional_signal(table, "pack.battery_voltage.lo");
    battery_hi_id_ = optional_signal(table, "pack.battery_voltage.hi");
    for (std::size_t i = 0; battery_lo_id_.valid() && i < rules.protections(direction).size(); ++i) {
      add_return(rules, i);
    }
  }
  for (const std::size_t r : rules.protections(direction)) {
    const std::string rule = "model.rule." + rules.row(r).rule;
    const Parameter parameter{r, optional_signal(table, rule + ".lo"), optional_signal(table, rule + ".hi"), {}};
    if (parameter.lo.valid()) {
      parameters_.push_back(parameter);
      parameter_signals_.add(parameter.lo);
      parameter_signals_.add(parameter.hi);
    }
  }
}

void DirectionWatch::add_return(const RuleTable& rules, std::size_t protection) {
  const RequirementRow& row = rules.row(rules.protections(direction_)[protection]);
  const double cells = is_cell_input(row.input)                  ? rules.requirements().cells
                       : row.input == RuleInput::battery_voltage ? 1.0
                                                                 : 0.0;
  if (cells == 0.0) {
    return;
  }
  for (const ReleaseWay& way : row.release) {
    if (way.policy == ReleasePolicy::voltage) {
      const double half = way.tolerance ? way.tolerance->value() : row.tolerance ? row.tolerance->value() : 0.0;
      const double value = way.value.value();
      returns_.push_back({.cause = 1u << protection,
                          .battery = row.side == Side::above ? Interval{-infinity, (value + half) * cells}
                                                             : Interval{(value - half) * cells, infinity}});
    }
  }
}

// The battery may be where one of the possible causes lets go: then the pack did not toggle about its threshold. A
// heavy load on an empty, cold pack takes its voltage through the whole hysteresis each time.
bool DirectionWatch::may_let_go(const SignalTable& s) const noexcept {
  if (returns_.empty() || !s[battery_lo_id_].good() || !s[battery_hi_id_].good()) {
    return false;
  }
  return std::ranges::any_of(returns_, [&](const Return& r) {
    return (r.cause & blocked_by_) != 0 && s[battery_hi_id_].value >= r.battery.lo &&
           s[battery_lo_id_].value <= r.battery.hi;
  });
}

void DirectionWatch::count_time(TimePoint now) noexcept {
  if (state_ == state_open) {
    const double passed = to_seconds(now - counted_);
    open_time_ += passed;
    may_time_ += may_ ? passed : 0.0;
  }
  counted_ = now;
}

void DirectionWatch::change(const Tick& tick, double state, std::uint32_t causes, const SignalTable& s,
                            DivergenceLog& log) noexcept {
  if (was_open_) {
    if (state == state_blocked) {
      adopted_causes_ |= causes;
      single_causes_ |= (causes & (causes - 1)) == 0 ? causes : 0u;
      blocked_by_ = causes;
      came_back_ = false;
    } else if (came_back_) {
      transition_count_ = 0;
      state_ = state;
      return;
    }
    const double now = to_seconds(tick.start);
    const double oldest = transitions_[transition_count_ % transitions_.size()];
    transitions_[transition_count_++ % transitions_.size()] = now;
    const bool full = transition_count_ > transitions_.size();
    const double rate = full ? static_cast<double>(transitions_.size()) / std::max(now - oldest, 1e-3) : 0.0;
    if (rate > chatter_rate_ && !chatter_diverged_) {
      chatter_diverged_ = true;
      log.add(tick,
              {.fault = Fault::chatter,
               .row = chatter_row_,
               .check = direction_,
               .direction = direction_,
               .seen = rate,
               .lo = 0.0,
               .hi = chatter_rate_},
              s);
    }
  }
  was_open_ = was_open_ || state == state_open;
  state_ = state;
}

// One number of the pack, seen in several trips, has to be one number.
void DirectionWatch::check_parameters(const Tick& tick, const SignalTable& s, DivergenceLog& log) noexcept {
  for (auto& parameter : parameters_) {
    parameter.value = {s[parameter.lo].value, s[parameter.hi].value};
    if (parameter.value.empty() && !parameter.diverged) {
      parameter.diverged = true;
      log.add(tick,
              {.fault = Fault::parameter,
               .row = parameter.row,
               .direction = direction_,
               .lo = parameter.value.lo,
               .hi = parameter.value.hi},
              s);
    }
  }
}

void DirectionWatch::observe(const Tick& tick, const SignalTable& s, DivergenceLog& log) noexcept {
  if (!state_id_.valid() || !s[state_id_].good()) {
    return;
  }
  came_back_ = came_back_ || (state_ == state_blocked && may_let_go(s));
  if (first_ || events_.written(s)) {
    const double state = s[state_id_].value;
    const auto causes = static_cast<std::uint32_t>(s[causes_id_].value);
    const auto due = static_cast<std::uint32_t>(s[due_id_].value);
    count_time(tick.start);
    if (state != state_) {
      change(tick, state, causes, s, log);
    }
    if (state == state_open) {
      must_reached_ |= due;
      may_ = causes != 0 && due == 0;
    }
  }
  if (first_ || parameter_signals_.written(s)) {
    check_parameters(tick, s, log);
  }
  first_ = false;
}

void DirectionWatch::finish(TimePoint end) noexcept { count_time(end); }

Interval DirectionWatch::parameter(std::size_t row) const noexcept {
  for (const auto& parameter : parameters_) {
    if (parameter.row == row) {
      return parameter.value;
    }
  }
  return {};
}

}  // namespace rig
