#include "rig/judge/conformance.hpp"

#include <algorithm>

namespace rig {
namespace {

constexpr std::array<const char*, 2> direction_names{"charge", "discharge"};
constexpr double state_open = 1.0;
constexpr double state_blocked = 2.0;
constexpr std::size_t max_divergences = 64;

SignalId optional_id(const SignalTable& table, const std::string& name) {
  return table.find(name).value_or(SignalId{});
}

}  // namespace

Conformance::Conformance(const Requirements& requirements, const SignalTable& table, Options options)
    : requirements_(requirements), options_(std::move(options)) {
  divergences_.reserve(max_divergences);
  battery_lo_ = optional_id(table, "pack.battery_voltage.lo");
  battery_hi_ = optional_id(table, "pack.battery_voltage.hi");
  current_ = optional_id(table, "pack.current");
  voltage_ = optional_id(table, "pack.voltage");
  step_ = optional_id(table, "script.step");
  for (std::size_t d = 0; d < 2; ++d) {
    bind_direction(d, table);
    bind_truths(d, table);
  }
  bind_numbers(table);
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const auto& row = requirements_.rows[r];
    if (row.kind == RowKind::chatter && row.range && row.range->can_fail()) {
      chatter_row_ = r;
      chatter_rate_ = row.range->interval().hi;
    } else if (row.kind == RowKind::period && row.range && row.range->can_fail()) {
      const SignalId seen = optional_id(table, row.signal);
      if (seen.valid() && wanted(row.signal)) {
        periods_.push_back({r, seen, row.range->interval()});
      }
    }
  }
}

bool Conformance::wanted(const std::string& signal) const {
  return options_.outputs.empty() ||
         std::find(options_.outputs.begin(), options_.outputs.end(), signal) != options_.outputs.end();
}

void Conformance::bind_direction(std::size_t d, const SignalTable& table) {
  DirectionIds& ids = directions_[d];
  const std::string name = direction_names[d];
  ids.state = optional_id(table, "model." + name + ".state");
  ids.causes = optional_id(table, "model." + name + ".causes");
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const auto& row = requirements_.rows[r];
    if (static_cast<std::size_t>(row.direction) != d) {
      continue;
    }
    if (row.kind == RowKind::protection && dimension_of(row.input) == dimension::voltage) {
      ids.protections.push_back(r);
      ids.parameter_lo.push_back(optional_id(table, "model.rule." + row.rule + ".lo"));
      ids.parameter_hi.push_back(optional_id(table, "model.rule." + row.rule + ".hi"));
      ids.parameters.emplace_back();
    } else if (row.kind == RowKind::permission) {
      ids.permission_row = r;
    }
  }
}

void Conformance::bind_truths(std::size_t d, const SignalTable& table) {
  const std::string name = direction_names[d];
  const auto bind = [&](Output output, const std::string& signal, std::size_t row, std::uint32_t mask, bool inverted) {
    TruthCheck check{output,
                     d,
                     row,
                     mask,
                     optional_id(table, signal),
                     optional_id(table, "model." + signal + ".may"),
                     optional_id(table, "model." + signal + ".must"),
                     inverted,
                     signal};
    if (wanted(signal) && check.seen.valid() && check.may.valid()) {
      truths_.push_back(check);
    }
  };
  const std::uint32_t all = (1u << directions_[d].protections.size()) - 1u;
  bind(Output::path, "pack." + name + "_blocked", no_row, all, false);
  bind(Output::permission, "dut." + name + "_allowed", no_row, all, true);
  std::vector<std::string> flags;
  for (const std::size_t r : directions_[d].protections) {
    const std::string& flag = requirements_.rows[r].flag;
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) {
      flags.push_back(flag);
      std::uint32_t mask = 0;
      for (std::size_t i = 0; i < directions_[d].protections.size(); ++i) {
        mask |= requirements_.rows[directions_[d].protections[i]].flag == flag ? 1u << i : 0u;
      }
      bind(Output::flag, flag, no_row, mask, false);
    }
  }
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const auto& row = requirements_.rows[r];
    if (row.kind == RowKind::contact && static_cast<std::size_t>(row.direction) == d) {
      bind(Output::contact, row.signal, r, all, false);
    }
  }
}

void Conformance::bind_numbers(const SignalTable& table) {
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const auto& row = requirements_.rows[r];
    const bool is_number = row.kind == RowKind::sent_range || row.kind == RowKind::sent_power ||
                           row.kind == RowKind::zero_limit || row.kind == RowKind::sensing ||
                           row.kind == RowKind::plant;
    if (!is_number || !wanted(row.signal)) {
      continue;
    }
    const auto known = std::find_if(numbers_.begin(), numbers_.end(),
                                    [&](const NumberCheck& check) { return check.signal == row.signal; });
    if (known != numbers_.end()) {
      known->rows.push_back(r);
      continue;
    }
    NumberCheck check;
    check.signal = row.signal;
    check.rows = {r};
    check.seen = optional_id(table, row.signal);
    // What the reference itself found (its observer) stands beside what healthy cells allow.
    const std::string envelope = row.signal.starts_with("model.") ? row.signal : "model." + row.signal;
    check.lo = optional_id(table, envelope + ".lo");
    check.hi = optional_id(table, envelope + ".hi");
    check.direction = static_cast<std::size_t>(row.direction);
    if (check.seen.valid() && check.lo.valid()) {
      numbers_.push_back(std::move(check));
    }
  }
}

void Conformance::diverge(const Tick& tick, Divergence divergence, const SignalTable& s) noexcept {
  if (divergences_.size() == max_divergences) {
    return;
  }
  divergence.time = tick.start;
  const auto value = [&](SignalId id) { return id.valid() ? s[id].value : 0.0; };
  divergence.battery_lo = value(battery_lo_);
  divergence.battery_hi = value(battery_hi_);
  divergence.current = value(current_);
  divergence.voltage = value(voltage_);
  divergence.step = step_.valid() ? s[step_].value : -1.0;
  divergence.causes = static_cast<std::uint32_t>(value(directions_[divergence.direction].causes));
  divergences_.push_back(divergence);
}

void Conformance::observe_direction(const Tick& tick, std::size_t d, const SignalTable& s) noexcept {
  DirectionIds& ids = directions_[d];
  if (!ids.state.valid() || !s[ids.state].good()) {
    return;
  }
  const double step = to_seconds(tick.step);
  const double state = s[ids.state].value;
  const auto causes = static_cast<std::uint32_t>(s[ids.causes].value);
  if (state == state_open) {
    ids.open_time += step;
    ids.was_open = true;
  }
  if (state != static_cast<double>(ids.last_state)) {
    if (state == state_blocked && ids.was_open) {
      ids.adopted_causes |= causes;
    }
    if (ids.was_open) {
      const double now = to_seconds(tick.start);
      const double oldest = ids.transitions[ids.transition_count % ids.transitions.size()];
      ids.transitions[ids.transition_count++ % ids.transitions.size()] = now;
      const bool full = ids.transition_count > ids.transitions.size();
      const double rate = full ? static_cast<double>(ids.transitions.size()) / std::max(now - oldest, 1e-3) : 0.0;
      if (chatter_row_ != no_row && rate > chatter_rate_ && !chatter_diverged_[d]) {
        chatter_diverged_[d] = true;
        diverge(tick,
                {.fault = Fault::chatter,
                 .row = chatter_row_,
                 .check = d,
                 .direction = d,
                 .seen = rate,
                 .lo = 0.0,
                 .hi = chatter_rate_},
                s);
      }
    }
    ids.last_state = static_cast<std::uint32_t>(state);
  }
  // One number of the pack, seen in several trips, has to be one number.
  for (std::size_t i = 0; i < ids.parameter_lo.size(); ++i) {
    const double lo = s[ids.parameter_lo[i]].value;
    const double hi = s[ids.parameter_hi[i]].value;
    ids.parameters[i] = {lo, hi};
    if (lo > hi && (parameter_diverged_[d] & (1u << i)) == 0) {
      parameter_diverged_[d] |= 1u << i;
      diverge(tick,
              {.fault = Fault::parameter, .row = ids.protections[i], .check = i, .direction = d, .lo = lo, .hi = hi},
              s);
    }
  }
}

std::size_t Conformance::truth_row(const TruthCheck& check, Fault fault, std::uint32_t causes) const noexcept {
  if (check.row != no_row) {
    return check.row;
  }
  const DirectionIds& ids = directions_[check.direction];
  const DirectionIds& other = directions_[1 - check.direction];
  if (fault == Fault::no_cause && other.last_state == static_cast<std::uint32_t>(state_blocked) &&
      ids.permission_row != no_row) {
    return ids.permission_row;
  }
  for (std::size_t i = 0; i < ids.protections.size(); ++i) {
    if ((causes & (1u << i)) != 0 && (check.mask & (1u << i)) != 0) {
      return ids.protections[i];
    }
  }
  return ids.protections.empty() ? 0 : ids.protections.front();
}

void Conformance::observe_truth(const Tick& tick, TruthCheck& check, const SignalTable& s) noexcept {
  DirectionIds& ids = directions_[check.direction];
  const double state = s[ids.state].value;
  // In the sense "blocked", whatever the sense of the signal.
  const bool raw_may = s[check.may].value != 0.0;
  const bool raw_must = s[check.must].value != 0.0;
  const bool may = check.inverted ? !raw_must : raw_may;
  const bool must = check.inverted ? !raw_may : raw_must;
  if (check.output == Output::path && state == state_open) {
    ids.may_time += may && !must ? to_seconds(tick.step) : 0.0;
    ids.must_reached += must ? 1 : 0;
  }
  const Sample& seen = s[check.seen];
  if (!seen.good()) {
    undecided_ = undecided_ || (check.output != Output::path && (must || !may));
    return;
  }
  ++judged_;
  check.forced += must || !may ? 1 : 0;
  const bool blocked = (seen.value != 0.0) != check.inverted;
  if (check.diverged || (blocked ? may : !must)) {
    check.followed = blocked || (check.followed && state == state_blocked);
    return;
  }
  check.diverged = true;
  Fault fault = Fault::no_cause;
  if (blocked) {
    fault = state == state_blocked ? Fault::not_released : Fault::no_cause;
  } else if (state == state_open) {
    fault = Fault::not_blocked;
  } else {
    fault = check.followed ? Fault::released_early : Fault::not_followed;
  }
  const auto causes = static_cast<std::uint32_t>(s[ids.causes].value);
  diverge(tick,
          {.fault = fault,
           .row = truth_row(check, fault, causes),
           .check = static_cast<std::size_t>(&check - truths_.data()),
           .output = check.output,
           .direction = check.direction,
           .seen = seen.value},
          s);
}

std::size_t Conformance::number_row(const NumberCheck& check, double seen, double lo, double hi) const noexcept {
  const auto of_kind = [&](RowKind kind) {
    for (const std::size_t r : check.rows) {
      if (requirements_.rows[r].kind == kind) {
        return r;
      }
    }
    return no_row;
  };
  const std::size_t zero = of_kind(RowKind::zero_limit);
  if (zero != no_row && (hi == 0.0 || seen < lo)) {
    return zero;
  }
  const std::size_t range = of_kind(RowKind::sent_range);
  const std::size_t power = of_kind(RowKind::sent_power);
  if (power != no_row && range != no_row) {
    const auto& allowed = requirements_.rows[range].range;
    if (allowed.has_value() && seen <= allowed->interval().hi) {
      return power;
    }
  }
  return range != no_row ? range : check.rows.front();
}

void Conformance::observe_number(const Tick& tick, std::size_t index, const SignalTable& s) noexcept {
  NumberCheck& check = numbers_[index];
  const Sample& seen = s[check.seen];
  if (!seen.good() || (check.any && seen.time == check.last)) {
    return;
  }
  check.any = true;
  check.last = seen.time;
  const double lo = s[check.lo].value;
  const double hi = s[check.hi].value;
  if (lo == -infinity && hi == infinity) {
    return;
  }
  const double u = s.spec(check.seen).uncertainty.at(seen.value);
  ++judged_;
  ++check.judged;
  const double inside = std::min(seen.value + u - lo, hi - (seen.value - u));
  // A divergence is told as such and may belong to another row of the same signal: it is no margin.
  check.margin = inside < 0 ? check.margin : std::min(check.margin, inside);
  if (inside < 0 && !check.diverged) {
    check.diverged = true;
    diverge(tick,
            {.fault = Fault::out_of_range,
             .row = number_row(check, seen.value, lo, hi),
             .check = index,
             .direction = check.direction,
             .seen = seen.value,
             .lo = lo,
             .hi = hi},
            s);
  }
}

void Conformance::observe_period(const Tick& tick, std::size_t index, const SignalTable& s) noexcept {
  PeriodCheck& check = periods_[index];
  const Sample& seen = s[check.seen];
  const double now = to_seconds(tick.start);
  double period = 0.0;
  if (seen.quality == Quality::never) {
    period = now;  // nothing came since the start
    if (period <= 3.0 * check.range.hi) {
      return;
    }
  } else if (seen.time != check.last) {
    check.last = seen.time;
    period = seen.value;
    ++judged_;
    ++check.judged;
    check.margin = std::min({check.margin, period - check.range.lo, check.range.hi - period});
  } else {
    period = now - to_seconds(seen.time);  // the frame that does not come
    if (period <= 3.0 * check.range.hi) {
      return;
    }
  }
  if (!check.diverged && !check.range.contains(period)) {
    check.diverged = true;
    diverge(tick,
            {.fault = Fault::period,
             .row = check.row,
             .check = index,
             .seen = period,
             .lo = check.range.lo,
             .hi = check.range.hi},
            s);
  }
}

MonitorState Conformance::observe(const Tick& tick, const SignalTable& signals) noexcept {
  undecided_ = false;
  for (std::size_t d = 0; d < directions_.size(); ++d) {
    observe_direction(tick, d, signals);
  }
  for (auto& check : truths_) {
    observe_truth(tick, check, signals);
  }
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    observe_number(tick, i, signals);
  }
  for (std::size_t i = 0; i < periods_.size(); ++i) {
    observe_period(tick, i, signals);
  }
  if (!divergences_.empty()) {
    return MonitorState::failed;
  }
  return undecided_ ? MonitorState::undecided : MonitorState::pending;
}

}  // namespace rig
