#include "rig/judge/limit_monitor.hpp"

#include "rig/core/quantity.hpp"
#include "rig/signal/expression_bounds.hpp"

namespace rig {
namespace {

std::string duration_text(Duration d) { return format_rounded(to_seconds(d), dimension::time); }
std::string moment_text(TimePoint t) {
  constexpr int digits = 9;
  return format_rounded(to_seconds(t), dimension::time, digits, "s");
}

}  // namespace

LimitMonitor::LimitMonitor(LimitSpec spec, const SignalTable& signals)
    : spec_(std::move(spec)),
      witness_(spec_.then ? *spec_.then : spec_.condition, signals),
      stale_witness_(spec_.condition, signals),
      last_look_({&spec_.condition, spec_.then ? &*spec_.then : &spec_.condition}, signals) {}

MonitorState LimitMonitor::observe(const Tick& tick, const SignalTable& signals) noexcept {
  if (violated_) {
    return MonitorState::failed;
  }
  const bool moved = !looked_ || spec_.condition.moved(signals) || (spec_.then && spec_.then->moved(signals));
  const std::optional<Gap> missed = gap_before(tick);
  if (!moved && !open_ && !gap_ && !missed) {
    return state_;  // no clock runs and nothing was written: it is as it was
  }
  looked_ = true;
  const bool armed = seen_;
  state_ = spec_.kind == LimitSpec::Kind::whenever ? watch_response(tick.start, armed ? missed : std::nullopt, signals)
                                                   : watch_simple(tick.start, signals);
  if (missed && armed && !violated_) {
    look_across(*missed, signals);
  }
  last_look_.note(signals);
  return state_;
}

// Ticks were missed while it was armed.
void LimitMonitor::look_across(const Gap& gap, const SignalTable& signals) noexcept {
  if (!spoiled_ && (gap.length() > patience || may_hide(gap, signals))) {
    spoiled_ = gap;
  }
}

bool LimitMonitor::may_hide(const Gap& gap, const SignalTable& signals) const noexcept {
  const Interval condition = last_look_.between(spec_.condition, signals);
  switch (spec_.kind) {
    case LimitSpec::Kind::never:
      return !surely_false(condition);
    case LimitSpec::Kind::always:
      return !surely_true(condition);
    case LimitSpec::Kind::whenever:
      break;
  }
  if (open_) {
    return false;  // the debt that stands is older than any in between
  }
  const bool paid_now = spec_.then->evaluate(signals).is_true() && gap.length() <= spec_.within;
  return !paid_now && !surely_false(condition) && !surely_true(last_look_.between(*spec_.then, signals));
}

MonitorState LimitMonitor::watch_simple(TimePoint now, const SignalTable& signals) noexcept {
  const Evaluation state = spec_.condition.evaluate(signals);
  if (state.quality != Quality::good) {
    return bad_data(now, signals);
  }
  seen_ = true;
  gap_ = false;
  decided_ = true;
  const bool wanted = spec_.kind == LimitSpec::Kind::always;
  if ((state.value != 0) != wanted) {
    return violated(now, now, signals);
  }
  return MonitorState::passed;
}

// Only the oldest debt counts: one B that is true pays for every A before it.
MonitorState LimitMonitor::watch_response(TimePoint now, const std::optional<Gap>& missed,
                                          const SignalTable& signals) noexcept {
  const Evaluation condition = spec_.condition.evaluate(signals);
  const Evaluation then = spec_.then ? spec_.then->evaluate(signals) : Evaluation{};
  const bool condition_known = condition.quality == Quality::good;
  const bool then_known = then.quality == Quality::good;
  if (condition_known && then_known) {
    seen_ = true;
    gap_ = false;
  }
  const bool then_moved = missed && !surely_false(last_look_.between(*spec_.then, signals));
  if (open_ && then_moved) {
    unseen_ = true;  // B came in the gap, nobody knows when, or may have come and gone
    debt_gap_ = missed;
  }
  if (condition_known && condition.value != 0 && !open_) {
    open_ = true;
    unseen_ = false;
    open_since_ = now;
    debt_gap_ = missed;
    open_from_ = missed && !surely_true(last_look_.between(*spec_.then, signals)) ? missed->from : now;
  }
  unseen_ = unseen_ || (open_ && !then_known);
  if (open_ && then_known) {
    const bool paid = then.value != 0;
    const bool late = paid ? now - open_since_ > spec_.within : now - open_since_ >= spec_.within;
    if (late && (!paid || !unseen_)) {
      return violated(open_since_, now, signals);
    }
    if (paid) {
      close_debt(late, now, signals);
    }
    open_ = !paid;
    decided_ = decided_ || (paid && !late);
  }
  if (!condition_known || (open_ && !then_known)) {
    return bad_data(now, signals);
  }
  gap_ = false;
  return open_ ? MonitorState::pending : decided_ ? MonitorState::passed : MonitorState::idle;
}

// B has come. Late, it may have come in time while nobody could see it; in time, A may have come earlier than it was
// seen.
void LimitMonitor::close_debt(bool late, TimePoint now, const SignalTable& signals) noexcept {
  if (debt_gap_ && now - open_from_ > spec_.within) {
    spoiled_ = spoiled_ ? spoiled_ : debt_gap_;
  } else if (late) {
    note_gap(open_since_, now, signals);
  }
  debt_gap_.reset();
}

MonitorState LimitMonitor::bad_data(TimePoint now, const SignalTable& signals) noexcept {
  if (!seen_) {
    return MonitorState::idle;
  }
  if (!gap_) {
    gap_ = true;
    gap_begin_ = now;
  }
  if (now - gap_begin_ > patience) {
    note_gap(gap_begin_, now, signals);
  }
  return MonitorState::undecided;
}

void LimitMonitor::note_gap(TimePoint since, TimePoint now, const SignalTable& signals) noexcept {
  if (!long_gap_) {
    long_gap_ = true;
    long_gap_at_ = now;
    long_gap_since_ = since;
    stale_witness_.take(signals);
  }
}

MonitorState LimitMonitor::violated(TimePoint since, TimePoint now, const SignalTable& signals) noexcept {
  violated_ = true;
  decided_ = true;
  violated_since_ = since;
  violated_at_ = now;
  witness_.take(signals);
  return MonitorState::failed;
}

std::string LimitMonitor::wording() const {
  switch (spec_.kind) {
    case LimitSpec::Kind::never:
      return "never " + spec_.condition.text();
    case LimitSpec::Kind::always:
      return "always " + spec_.condition.text();
    case LimitSpec::Kind::whenever:
      break;
  }
  return "whenever " + spec_.condition.text() + " then " + (spec_.then ? spec_.then->text() : std::string()) +
         (spec_.within > Duration::zero() ? " within " + duration_text(spec_.within) : "");
}

std::vector<Finding> LimitMonitor::findings() const {
  std::vector<Finding> result;
  Finding finding;
  finding.rule = wording();
  finding.expected = wording();
  if (violated_) {
    finding.kind = FindingKind::never;
    finding.verdict = Verdict::fail;
    finding.time = violated_at_;
    finding.since = violated_since_;
    finding.signal = witness_.signal();
    finding.seen = witness_.text();
    finding.sentence = wording() + ": violated at " + moment_text(violated_at_) + " with " + finding.seen;
    result.push_back(finding);
  }
  if (long_gap_) {
    finding.kind = FindingKind::stale;
    finding.verdict = Verdict::invalid;
    finding.time = long_gap_at_;
    finding.since = long_gap_since_;
    finding.signal = stale_witness_.signal();
    finding.seen = stale_witness_.text();
    finding.sentence =
        wording() + ": could not be judged from " + moment_text(long_gap_since_) + " on: " + finding.seen;
    result.push_back(finding);
  }
  if (spoiled_) {
    Finding missed;
    missed.kind = FindingKind::stale;
    missed.verdict = Verdict::invalid;
    missed.time = spoiled_->to;
    missed.since = spoiled_->from;
    missed.rule = missed.expected = wording();
    missed.signal = stale_witness_.signal();
    missed.seen = gap_text(*spoiled_);
    missed.sentence = wording() + ": could not be judged; " + missed.seen;
    missed.gap = spoiled_;
    result.push_back(missed);
  }
  return result;
}

}  // namespace rig
