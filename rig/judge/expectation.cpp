#include "rig/judge/expectation.hpp"

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

std::string duration_text(Duration d) { return format_rounded(to_seconds(d), dimension::time); }
std::string moment_text(TimePoint t) {
  constexpr int digits = 9;
  return format_rounded(to_seconds(t), dimension::time, digits, "s");
}

}  // namespace

Expectation::Expectation(ExpectationSpec spec, const SignalTable& signals)
    : spec_(std::move(spec)), step_signal_(signals.require("script.step")), witness_(spec_.that, signals) {}

MonitorState Expectation::observe(const Tick& tick, const SignalTable& signals) noexcept {
  if (state_ == MonitorState::passed || state_ == MonitorState::failed) {
    return state_;
  }
  const Sample& step = signals[step_signal_];
  const bool its_step = step.quality == Quality::good && step.value == static_cast<double>(spec_.step);
  if (!its_step) {
    state_ = armed_ ? MonitorState::undecided : MonitorState::idle;
    return state_;
  }
  if (!armed_) {
    armed_ = true;
    armed_at_ = tick.start;
    state_ = MonitorState::pending;
    return state_;
  }
  if (tick.start >= first_look()) {
    look_across(tick, signals);
    state_ = look(tick.start, signals);
  }
  return state_;
}

// Before a look behind looks that were missed.
void Expectation::look_across(const Tick& tick, const SignalTable& signals) noexcept {
  const std::optional<Gap> gap = gap_before(tick);
  if (!gap || gap->last_missed() < first_look() || !spec_.that.evaluate(signals).is_true()) {
    return;
  }
  const bool the_first = !spec_.within && !looked_;
  const bool the_last = spec_.within && gap->first_missed() <= deadline() && tick.start > deadline();
  if (in_stretch_ && spec_.within && tick.start <= deadline()) {
    in_stretch_ = false;  // a new one may still begin in time
    doubt_.reset();
  } else if (in_stretch_ || the_first || the_last) {
    doubt_ = doubt_ ? doubt_ : gap;
  }
}

MonitorState Expectation::look(TimePoint now, const SignalTable& signals) noexcept {
  const Evaluation seen = spec_.that.evaluate(signals);
  if (seen.quality != Quality::good) {
    return look_bad(now, signals);
  }
  const bool first = !looked_;
  looked_ = true;
  if (seen.value == 0) {
    return look_false(now, signals);
  }
  // The first look comes a tick after the begin, which may be behind a deadline that is shorter.
  if (!in_stretch_ && spec_.within && now > deadline() && !first && !doubt_) {
    late_ = true;
    return fail(false, now, signals);
  }
  if (!in_stretch_ && !spec_.within && !first) {
    return fail(true, now, signals);  // a gap in the data: it cannot be said that it stayed true
  }
  return look_good_and_true(now, signals);
}

MonitorState Expectation::look_good_and_true(TimePoint now, const SignalTable& signals) noexcept {
  if (!in_stretch_) {
    in_stretch_ = true;
    stretch_begin_ = now;
  }
  if (now - stretch_begin_ < spec_.stays.value_or(Duration::zero())) {
    return MonitorState::pending;
  }
  return doubt_ ? fail(true, now, signals) : MonitorState::passed;
}

MonitorState Expectation::look_false(TimePoint now, const SignalTable& signals) noexcept {
  broke_ = broke_ || in_stretch_;
  in_stretch_ = false;
  doubt_.reset();
  // The look at the deadline itself is the last one that counts.
  if (!spec_.within || now >= deadline()) {
    return fail(false, now, signals);
  }
  return MonitorState::pending;
}

MonitorState Expectation::look_bad(TimePoint now, const SignalTable& signals) noexcept {
  in_stretch_ = false;
  const Duration wait = spec_.within ? Duration::zero() : patience;
  if (now >= deadline() + wait) {
    return fail(true, now, signals);
  }
  return MonitorState::undecided;
}

MonitorState Expectation::fail(bool stale, TimePoint now, const SignalTable& signals) noexcept {
  stale_ = stale;
  failed_at_ = now;
  witness_.take(signals);
  return MonitorState::failed;
}

bool Expectation::decided() const noexcept {
  return state_ == MonitorState::passed || (state_ == MonitorState::failed && !stale_);
}

std::string Expectation::wording() const {
  std::string text = spec_.that.text();
  text += spec_.within ? " within " + duration_text(*spec_.within) : "";
  text += spec_.stays ? " for " + duration_text(*spec_.stays) : "";
  text += spec_.after > Duration::zero() ? " after " + duration_text(spec_.after) : "";
  return text;
}

std::vector<Finding> Expectation::findings() const {
  if (state_ != MonitorState::failed) {
    return {};
  }
  Finding finding;
  finding.kind = stale_ ? FindingKind::stale : FindingKind::expectation;
  finding.verdict = stale_ ? Verdict::invalid : Verdict::fail;
  finding.time = failed_at_;
  finding.since = armed_at_;
  finding.rule = spec_.that.text();
  finding.signal = witness_.signal();
  finding.expected = wording();
  finding.seen = witness_.text();
  finding.step = spec_.step_name;
  const std::string begin = "in step '" + spec_.step_name + "' ";
  if (stale_ && doubt_) {
    finding.gap = doubt_;
    finding.time = doubt_->to;
    finding.since = doubt_->from;
    finding.seen = gap_text(*doubt_);
    finding.sentence = begin + "it could not be judged whether " + wording() + ": " + finding.seen;
  } else if (stale_) {
    finding.sentence = begin + "it could not be judged whether " + wording() + ": " + finding.seen;
  } else if (late_) {
    finding.sentence =
        begin + "expected " + wording() + "; it came true only at " + moment_text(failed_at_) + " with " + finding.seen;
  } else if (broke_) {
    finding.sentence = begin + "expected " + wording() + "; it was true and ended at " + moment_text(failed_at_) +
                       " with " + finding.seen;
  } else {
    finding.sentence = begin + "expected " + wording() + "; at " + moment_text(failed_at_) + " stood " + finding.seen;
  }
  return {finding};
}

}  // namespace rig
