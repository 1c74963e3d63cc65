#include "rig/judge/period_check.hpp"

#include <algorithm>
#include <utility>

namespace rig {

PeriodCheck::PeriodCheck(const RequirementRow& row, std::size_t index, const SignalTable& table)
    : row_(index),
      period_(optional_signal(table, row.signal)),
      range_(row.range && row.range->can_fail() ? row.range->interval() : Interval{}),
      jitter_(at_most(row.jitter, row, "jitter", table)),
      gaps_(at_most(row.gaps, row, "gaps", table)),
      dialect_(dialect_of(row, table)),
      silent_(optional_signal(table, "model.may_be_silent")) {}

bool PeriodCheck::can_fail(const RequirementRow& row) {
  return (row.range && row.range->can_fail()) || (row.jitter && row.jitter->can_fail()) ||
         (row.gaps && row.gaps->can_fail());
}

PeriodCheck::SpokenDialect PeriodCheck::dialect_of(const RequirementRow& row, const SignalTable& table) {
  if (row.dialect.text.empty()) {
    return {};
  }
  const SignalId spoken = optional_signal(table, "dut.dialect");
  if (!spoken.valid()) {
    return {.known = false};
  }
  const auto& labels = table.spec(spoken).labels;
  const auto label = std::find(labels.begin(), labels.end(), row.dialect.text);
  return {.spoken = spoken, .wanted = static_cast<double>(label - labels.begin()), .known = label != labels.end()};
}

// dut.jitter.soc beside dut.period.soc.
PeriodCheck::AtMost PeriodCheck::at_most(const std::optional<OriginNumber>& limit, const RequirementRow& row,
                                         const char* kind, const SignalTable& table) {
  if (!limit || !limit->can_fail()) {
    return {};
  }
  const std::string frame = row.signal.substr(row.signal.rfind('.') + 1);
  return {.seen = optional_signal(table, std::string("dut.") + kind + "." + frame), .limit = limit->value()};
}

void PeriodCheck::add_to(SignalGroup& group) const {
  for (const SignalId id : {period_, jitter_.seen, gaps_.seen, dialect_.spoken}) {
    if (id.valid()) {
      group.add(id);
    }
  }
}

bool PeriodCheck::is_for_this_pack(const SignalTable& signals) const noexcept {
  return !dialect_.spoken.valid() ||
         (signals[dialect_.spoken].good() && signals[dialect_.spoken].value == dialect_.wanted);
}

void PeriodCheck::observe(const Tick& tick, const SignalTable& s, std::size_t index, DivergenceLog& log) noexcept {
  if (silent_.valid() && s[silent_].value != 0.0) {
    paused_ = true;
    last_ = s[period_].time;
    return;
  }
  if (!is_for_this_pack(s)) {
    return;
  }
  if (paused_) {
    paused_ = s[period_].time == last_;  // the first period afterwards is that of the silence
    last_ = s[period_].time;
    return;
  }
  observe_period(tick, s, index, log);
  observe(jitter_, Fault::jitter, tick, s, index, log);
  observe(gaps_, Fault::gaps, tick, s, index, log);
}

void PeriodCheck::observe_period(const Tick& tick, const SignalTable& s, std::size_t index,
                                 DivergenceLog& log) noexcept {
  const Sample& seen = s[period_];
  const double heard = to_seconds(tick.start - heard_from_);
  Interval allowed = range_;
  double period = 0.0;
  if (seen.quality == Quality::never) {
    period = heard;  // nothing came since the start
    if (period <= 3.0 * range_.hi) {
      return;
    }
  } else if (seen.time != last_) {
    last_ = seen.time;
    period = seen.value;
    judged_ = true;
    margin_ = std::min({margin_, period - range_.lo, range_.hi - period});
    // Both frames may have come a little late over a slow link.
    allowed = widened(range_, s.spec(period_).uncertainty.at(period));
    if (std::exchange(first_, false)) {
      allowed.lo = 0.0;  // the frame before the run's second one may have waited on its way since before the run
    }
  } else {
    period = std::min(heard, to_seconds(tick.start - seen.time));  // the frame that does not come
    if (period <= 3.0 * range_.hi) {
      return;
    }
  }
  if (!diverged_ && !allowed.contains(period)) {
    diverged_ = true;
    log.add(tick,
            {.fault = Fault::period, .row = row_, .check = index, .seen = period, .lo = range_.lo, .hi = range_.hi}, s);
  }
}

void PeriodCheck::observe(AtMost& what, Fault fault, const Tick& tick, const SignalTable& s, std::size_t index,
                          DivergenceLog& log) const noexcept {
  if (!what.seen.valid() || what.diverged || !s[what.seen].good()) {
    return;
  }
  const double seen = s[what.seen].value;
  if (seen - s.spec(what.seen).uncertainty.at(seen) > what.limit) {
    what.diverged = true;
    log.add(tick, {.fault = fault, .row = row_, .check = index, .seen = seen, .lo = 0.0, .hi = what.limit}, s);
  }
}

}  // namespace rig
