#include "rig/judge/number_check.hpp"

#include <algorithm>
#include <utility>

namespace rig {

NumberCheck::NumberCheck(std::string signal, std::size_t direction, const SignalTable& table)
    : signal_(std::move(signal)),
      direction_(direction),
      seen_(optional_signal(table, signal_)),
      at_(optional_signal(table, "model." + signal_ + ".at")),
      row_lo_(optional_signal(table, "model." + signal_ + ".row_lo")),
      row_hi_(optional_signal(table, "model." + signal_ + ".row_hi")) {
  // What the reference itself found (its observer) stands beside what healthy cells allow.
  const std::string envelope = signal_.starts_with("model.") ? signal_ : "model." + signal_;
  lo_ = optional_signal(table, envelope + ".lo");
  hi_ = optional_signal(table, envelope + ".hi");
}

void NumberCheck::add_row(std::size_t row, RowKind kind) {
  rows_.push_back(row);
  named_.push_back(false);
  follows_state_ = follows_state_ || kind == RowKind::zero_limit;
}

bool NumberCheck::concerns(std::size_t row) const noexcept {
  return std::find(rows_.begin(), rows_.end(), row) != rows_.end();
}

std::size_t NumberCheck::of_kind(RowKind kind, const RuleTable& rules) const noexcept {
  for (const std::size_t r : rows_) {
    if (rules.row(r).kind == kind) {
      return r;
    }
  }
  return no_row;
}

std::size_t NumberCheck::named_row(SignalId hint, const SignalTable& s) noexcept {
  const bool named = hint.valid() && s[hint].good() && s[hint].value >= 0.0;
  return named ? static_cast<std::size_t>(s[hint].value) : no_row;
}

bool NumberCheck::named(std::size_t row) const noexcept {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i] == row) {
      return named_[i];
    }
  }
  return false;
}

std::size_t NumberCheck::row_of(double seen, Interval allowed, const SignalTable& s,
                                const RuleTable& rules) const noexcept {
  const std::size_t zero = of_kind(RowKind::zero_limit, rules);
  const std::size_t named = named_row(seen < allowed.lo ? row_lo_ : row_hi_, s);
  if (zero != no_row && (allowed.hi == 0.0 || (seen < allowed.lo && (seen == 0.0 || named == no_row)))) {
    return zero;
  }
  if (named != no_row) {
    return named;
  }
  const std::size_t range = of_kind(RowKind::sent_range, rules);
  const std::size_t power = of_kind(RowKind::sent_power, rules);
  const bool in_range =
      range != no_row && rules.row(range).range.has_value() && seen <= rules.row(range).range->interval().hi;
  if (in_range && power != no_row) {
    return power;
  }
  return range != no_row ? range : rows_.front();
}

bool NumberCheck::ends_are_about(const Awaited& number, const SignalTable& s) const noexcept {
  return s[at_].good() && s[at_].value == to_seconds(number.time);
}

// The reference takes up the first that comes while none waits, and so does this check.
void NumberCheck::look(const Tick& tick, const SignalTable& s) noexcept {
  const Sample& sample = s[seen_];
  if (!sample.good()) {
    return;
  }
  const bool passed_by = awaited_ && at_.valid() && s[at_].good() && s[at_].value > to_seconds(awaited_->time);
  if (passed_by) {
    awaited_.reset();  // this check began to look when another one waited
  }
  const bool news = sample.time != last_;
  last_ = sample.time;
  if (news && !awaited_) {
    awaited_ = Awaited{sample.value, sample.time, tick.start};
  }
}

void NumberCheck::observe(const Tick& tick, const SignalTable& s, std::size_t index, const RuleTable& rules,
                          DivergenceLog& log) noexcept {
  look(tick, s);
  if (!awaited_ || (at_.valid() && !ends_are_about(*awaited_, s))) {
    return;
  }
  const Awaited seen = *std::exchange(awaited_, std::nullopt);
  const Interval allowed{s[lo_].value, s[hi_].value};
  if (allowed.lo == -infinity && allowed.hi == infinity) {
    return;
  }
  const double u = s.spec(seen_).uncertainty.at(seen.value);
  if (follows_state_ && judged_ &&
      (!widened(allowed, u).contains(last_value_) || !widened(last_allowed_, u).contains(seen.value))) {
    turned_ = seen.tick;
  }
  last_value_ = seen.value;
  last_allowed_ = allowed;
  judged_ = true;
  if (const std::size_t named = named_row(row_hi_, s); named != no_row) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      named_[i] = named_[i] || rows_[i] == named;
    }
  }
  const double inside = std::min(seen.value + u - allowed.lo, allowed.hi - (seen.value - u));
  if (inside >= 0) {
    margin_ = std::min(margin_, inside);
    return;  // a divergence is told as such and may belong to another row of the same signal: it is no margin
  }
  if (!diverged_) {
    diverged_ = true;
    log.add(tick,
            {.fault = Fault::out_of_range,
             .row = row_of(seen.value, allowed, s, rules),
             .check = index,
             .direction = direction_,
             .seen = seen.value,
             .lo = allowed.lo,
             .hi = allowed.hi},
            s);
  }
}

}  // namespace rig
