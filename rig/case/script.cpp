#include "rig/case/script.hpp"

#include <algorithm>
#include <cmath>

#include "rig/case/signal_use.hpp"

namespace rig {
namespace {

// MonitorState of rig/judge/monitor.hpp as it stands in a judge column. The rooms do not include each other: the column
// is their interface, and tests/engine holds the numbers together.
constexpr double column_passed = 2;
constexpr double column_failed = 3;

// How much longer than its own time an expectation may stay undecided before the script gives it up.
constexpr Duration patience = std::chrono::seconds(5);
constexpr std::size_t most_doubts = 32;

bool waits_for_nothing(const StepCode& step) {
  return !step.hold && !step.until && step.ramps.empty() && step.expectations.empty();
}

}  // namespace

Script::Script(const Program& program, const SignalTable& signals, const CommandTable& commands, OutsidePort* outside)
    : program_(program),
      commands_(commands),
      outside_(outside),
      step_signal_(signals.require("script.step")),
      time_signal_(signals.require("script.time")),
      current_(signals.find("pack.current").value_or(SignalId{})),
      asked_(commands.size()),
      scratch_(commands.size()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(program.expectations.size(), program.places); ++i) {
    judged_.push_back(signals.require("judge.expect." + std::to_string(i)));
  }
  std::size_t most_ramps = 0;
  std::size_t most_events = 0;
  for (const StepCode& step : program.steps) {
    const auto events = std::ranges::count_if(step.keeps, [](const auto& k) { return k.event.has_value(); });
    most_events = std::max(most_events, static_cast<std::size_t>(events));
    most_ramps = std::max(most_ramps, step.ramps.size());
    witnesses_.push_back(step.until ? Witness(*step.until, signals) : Witness());
    for (const KeepCode& keep : step.keeps) {
      if (std::ranges::none_of(known_, [&](const auto& k) { return k.signal == keep.signal; })) {
        known_.push_back({keep.signal, 0.0});
      }
      know_companions(keep.value, signals);
    }
  }
  for (const OutsideCode& work : program.outside) {
    for (const OutsideCode::Return& given : work.returns) {
      if (std::ranges::none_of(known_, [&](const auto& k) { return k.signal == given.signal; })) {
        known_.push_back({given.signal, 0.0});
      }
    }
  }
  for (const CompiledMeasure& measure : program.measures) {
    know_companions(measure.value, signals);
  }
  ramps_.resize(most_ramps);
  events_.resize(most_events);
  faults_.resize(program.steps.size() - program.finally_begin + 2);
  doubts_.reserve(most_doubts);
  uses_time_ = uses(program, time_signal_);
}

void Script::advance(const Tick& tick, SignalTable& signals, CommandRow& wanted) noexcept {
  if (phase_ == Phase::idle) {
    std::ranges::copy(wanted.values(), asked_.begin());
    begin_steps(tick, signals);
  } else if (phase_ == Phase::waiting) {
    go_on_waiting(tick, signals);
  } else if (phase_ != Phase::done) {
    const bool told = uses_time_ || code().uses_time;
    if (told) {
      signals.write(time_signal_, to_seconds(tick.start - step_begin_), tick.start);
    }
    run_step(tick, signals);
    if (!told && phase_ == Phase::waiting) {  // whoever asks between two steps is told how long the last one took
      signals.write(time_signal_, to_seconds(tick.start - step_begin_), tick.start);
    }
  }
  want(tick, signals, wanted);
}

void Script::leave(TimePoint now, SignalTable& signals) const noexcept {
  if (signals[step_signal_].good()) {
    signals.write(step_signal_, step_, now, Quality::invalid);
  }
}

void Script::begin_steps(const Tick& tick, SignalTable& signals) noexcept {
  begin_ = tick.start;
  step_begin_ = tick.start;
  if (program_.open) {
    phase_ = Phase::waiting;
    go_on_waiting(tick, signals);
    return;
  }
  phase_ = Phase::steps;
  if (stop_) {
    report(ScriptFaultKind::stopped, tick, signals);
    leave_steps(tick, signals);
  } else {
    enter_or_finish(0, tick, signals);
  }
}

void Script::run_step(const Tick& tick, SignalTable& signals) noexcept {
  const StepCode& step = code();
  if (phase_ == Phase::steps) {
    if (stop_) {
      report(ScriptFaultKind::stopped, tick, signals);
      leave_steps(tick, signals);
      return;
    }
    if (program_.timeout && tick.start - begin_ >= *program_.timeout) {
      report(ScriptFaultKind::case_timeout, tick, signals);
      leave_steps(tick, signals);
      return;
    }
  }
  note_gap(tick);
  watch_events(step, tick, signals);
  const bool until_came_before = until_came_;
  const bool ramps_done = move_ramps(step, tick.start - step_begin_);
  const Progress until = look_at_until(step, tick, signals);
  const Progress expectations = look_at_expectations(step, tick, signals);
  const Progress outside = look_at_outside(step, tick, signals);
  if (until == Progress::failed || expectations == Progress::failed || outside == Progress::failed) {
    if (phase_ == Phase::steps) {
      leave_steps(tick, signals);
    } else {
      enter_or_finish(step_ + 1, tick, signals);
    }
    return;
  }
  const bool held = !step.hold || tick.start - step_begin_ >= *step.hold;
  const bool ramped = ramps_done || step.until;  // a ramp with an `until` ends where that comes true
  const bool waited = until == Progress::finished && expectations == Progress::finished;
  if (held && ramped && waited && outside == Progress::finished) {
    if (const auto gap = gap_before(tick)) {
      look_across(step, *gap, until_came_ && !until_came_before);
    }
    take_values(step, tick, signals);
    if (program_.open) {
      phase_ = Phase::waiting;
    } else {
      enter_or_finish(step_ + 1, tick, signals);
    }
  }
}

void Script::enter_or_finish(std::uint32_t step, const Tick& tick, SignalTable& signals) noexcept {
  if (phase_ == Phase::steps && step == program_.finally_begin) {
    for (const CompiledMeasure& measure : program_.measures) {
      if (!measure.step) {
        take_measure(measure, tick, signals);
      }
    }
    phase_ = Phase::finally;
  }
  // A step of `finally` whose set-points cannot be computed is skipped: the next one may still switch off.
  for (; step < program_.steps.size(); ++step) {
    enter(step, tick, signals);
    if (begin_settings(code(), tick, signals)) {
      begin_events(code(), tick, signals);
      if (code().outside && outside_ != nullptr) {
        outside_->begin(*code().outside, tick, signals);
      }
      if (program_.open && waits_for_nothing(code())) {
        phase_ = Phase::waiting;
      }
      return;
    }
    if (phase_ == Phase::steps) {
      leave_steps(tick, signals);
      return;
    }
  }
  phase_ = Phase::done;
  step_ = static_cast<std::uint32_t>(program_.steps.size());
  signals.write(step_signal_, step_, tick.start);
}

void Script::leave_steps(const Tick& tick, SignalTable& signals) noexcept {
  failed_ = true;
  step_failed_ = true;
  if (program_.open && !stop_) {  // whoever adds the steps decides how to go on
    phase_ = Phase::waiting;
    return;
  }
  phase_ = Phase::finally;
  enter_or_finish(static_cast<std::uint32_t>(program_.finally_begin), tick, signals);
}

void Script::enter(std::uint32_t step, const Tick& tick, SignalTable& signals) noexcept {
  step_ = step;
  step_begin_ = tick.start;
  until_came_ = false;
  next_look_ = tick.start + std::max(code().every, Duration{1});
  signals.write(step_signal_, step, tick.start);
  signals.write(time_signal_, 0.0, tick.start);
}

// All values first, then all at once: a step of which one set-point is refused changes nothing.
bool Script::begin_settings(const StepCode& step, const Tick& tick, const SignalTable& signals) noexcept {
  std::ranges::copy(asked_, scratch_.begin());
  for (const SettingCode& setting : step.settings) {
    double& value = scratch_[setting.command.index];
    if (setting.constant) {
      value = *setting.constant;
    } else if (!resolve(setting.command, setting.value, tick, signals, value)) {
      return false;
    }
  }
  for (std::size_t i = 0; i < step.ramps.size(); ++i) {
    const RampCode& ramp = step.ramps[i];
    ramps_[i] = {asked_[ramp.command.index], ramp.constant.value_or(0.0), false};
    if (!ramp.constant && !resolve(ramp.command, ramp.to, tick, signals, ramps_[i].to)) {
      return false;
    }
  }
  asked_.swap(scratch_);
  asks_anew_ = true;
  return true;
}

bool Script::resolve(CommandId command, const Expression& value, const Tick& tick, const SignalTable& signals,
                     double& out) noexcept {
  const Evaluation now = value.evaluate(signals);
  if (now.quality != Quality::good) {
    report(ScriptFaultKind::stale, tick, signals, command, now.value);
    return false;
  }
  if (!commands_.spec(command).range.contains(now.value) && !commands_.spec(command).dimension.boolean) {
    report(ScriptFaultKind::refused, tick, signals, command, now.value);
    return false;
  }
  out = now.value;
  return true;
}

// Every ramp is computed from its begin, so that it neither drifts nor depends on how long the ticks are.
bool Script::move_ramps(const StepCode& step, Duration elapsed) noexcept {
  bool all_done = true;
  asks_anew_ = asks_anew_ || !step.ramps.empty();
  for (std::size_t i = 0; i < step.ramps.size(); ++i) {
    RampState& state = ramps_[i];
    const double way = step.ramps[i].rate * to_seconds(elapsed);
    state.done = way >= std::abs(state.to - state.from);
    const double along = state.to >= state.from ? state.from + way : state.from - way;
    asked_[step.ramps[i].command.index] = state.done ? state.to : along;
    all_done = all_done && state.done;
  }
  return all_done;
}

Script::Progress Script::look_at_until(const StepCode& step, const Tick& tick, const SignalTable& signals) noexcept {
  if (!step.until || until_came_) {
    return Progress::finished;
  }
  const bool last_chance = tick.start - step_begin_ >= step.timeout;
  if (tick.start < next_look_ && !last_chance) {
    return Progress::busy;
  }
  if (step.every > Duration::zero()) {
    next_look_ += step.every * ((tick.start - next_look_) / step.every + 1);
  }
  const Evaluation now = step.until->evaluate(signals);
  if (now.is_true()) {
    until_came_ = true;
    return Progress::finished;
  }
  if (last_chance) {
    report(now.quality == Quality::good ? ScriptFaultKind::timeout : ScriptFaultKind::stale, tick, signals);
    return Progress::failed;
  }
  return Progress::busy;
}

// The columns hold what the judges said at the tick before.
Script::Progress Script::look_at_expectations(const StepCode& step, const Tick& tick,
                                              const SignalTable& signals) noexcept {
  bool all_passed = true;
  for (const std::uint32_t i : step.expectations) {
    const double state = signals[judged_[i]].value;
    if (state == column_failed) {
      return Progress::failed;
    }
    all_passed = all_passed && state == column_passed;
  }
  if (!all_passed && tick.start - step_begin_ > step.longest + patience) {
    report(ScriptFaultKind::undecided, tick, signals);
    return Progress::failed;
  }
  return all_passed ? Progress::finished : Progress::busy;
}

// Whoever does the work has the finding when it failed. What it gave back is a kept value from then on.
Script::Progress Script::look_at_outside(const StepCode& step, const Tick& tick, SignalTable& signals) noexcept {
  if (!step.outside) {
    return Progress::finished;
  }
  const OutsidePort::State state = outside_ == nullptr ? OutsidePort::State::failed : outside_->state();
  if (state != OutsidePort::State::done) {
    return state == OutsidePort::State::busy ? Progress::busy : Progress::failed;
  }
  const auto& returns = program_.outside[*step.outside].returns;
  for (std::size_t i = 0; i < returns.size(); ++i) {
    const OutsidePort::Given given = outside_->given(i);
    keep(returns[i].signal, returns[i].uncertainty, given.value, given.uncertainty, tick.start, signals);
  }
  return Progress::finished;
}

void Script::report(ScriptFaultKind kind, const Tick& tick, const SignalTable& signals, CommandId command,
                    double value) noexcept {
  if (fault_count_ == faults_.size()) {
    return;
  }
  faults_[fault_count_++] = {kind, step_, tick.start, step_begin_, command, value};
  witnesses_[step_].take(signals);
}

// What an obedient PCS has held back at the tick before is not what the case asks.
void Script::want(const Tick& tick, const SignalTable& signals, CommandRow& wanted) noexcept {
  if (!asks_anew_ && !program_.pcs) {
    return;
  }
  asks_anew_ = false;
  for (std::uint32_t i = 0; i < asked_.size(); ++i) {
    wanted.set({i}, asked_[i]);
  }
  if (program_.pcs) {
    ObedientPcs::limit(*program_.pcs, tick.start - begin_, signals, wanted);
  }
}

}  // namespace rig
