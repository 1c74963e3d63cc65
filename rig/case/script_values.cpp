#include <algorithm>

#include "rig/case/script.hpp"
#include "rig/core/quantity.hpp"

// The half of the Script that takes values (keep, measure) and the texts of its faults.
namespace rig {
namespace {

std::string duration_text(Duration d) { return format_rounded(to_seconds(d), dimension::time); }

}  // namespace

// A signal whose uncertainty changes during the run, such as a counter's, tells it in a companion signal.
void Script::know_companions(const Expression& value, const SignalTable& signals) {
  for (const SignalId input : value.inputs()) {
    const SignalSpec& spec = signals.spec(input);
    const auto companion = signals.find(spec.name + ".u");
    if (spec.origin == Origin::measured && companion &&
        std::ranges::none_of(known_, [&](const auto& k) { return k.signal == input; })) {
      companions_.emplace_back(*companion, known_.size());
      known_.push_back({input, 0.0});
    }
  }
}

void Script::look_at_companions(const SignalTable& signals) noexcept {
  for (const auto& [companion, place] : companions_) {
    known_[place].expanded = signals[companion].value;
  }
}

void Script::begin_events(const StepCode& step, const Tick& tick, const SignalTable& signals) noexcept {
  (void)tick;
  std::size_t i = 0;
  for (const KeepCode& code : step.keeps) {
    if (code.event) {
      EventState& state = events_[i++];
      state.history.restart();
      state.before = code.event->evaluate(signals).is_true();
      state.taken = false;
    }
  }
}

void Script::remember(const KeepCode& code, EventValue& history, const Tick& tick,
                      const SignalTable& signals) const noexcept {
  const Evaluation value = code.value.evaluate(signals);
  if (value.quality == Quality::good) {
    const bool current = current_.valid() && signals[current_].good();
    history.push({value.value, code.value.uncertainty(signals, known_), current ? signals[current_].value : 0.0,
                  value.time, current_.valid() ? signals[current_].time : value.time, tick.start});
  }
}

void Script::watch_events(const StepCode& step, const Tick& tick, SignalTable& signals) noexcept {
  std::size_t i = 0;
  look_at_companions(signals);
  for (const KeepCode& code : step.keeps) {
    if (!code.event) {
      continue;
    }
    EventState& state = events_[i++];
    if (state.taken) {
      continue;
    }
    if (state.history.due(tick.start)) {
      remember(code, state.history, tick, signals);
    }
    const Evaluation event = code.event->evaluate(signals);
    if (event.quality != Quality::good) {
      continue;  // whether it rose is seen when the data is back
    }
    const bool now = event.value != 0;
    if (now && !state.before) {
      if (const auto entry = state.history.at(event.time)) {
        keep(code.signal, code.uncertainty, entry->value, entry->uncertainty, entry->time, signals);
        state.taken = true;
        const Gap* gap = gap_at_event(entry->tick, tick.start);
        if (gap != nullptr && is_judged(code.signal)) {
          doubt(ScriptDoubt::About::kept, static_cast<std::size_t>(&code - step.keeps.data()), *gap);
        }
      }
    }
    state.before = now;
  }
}

void Script::take_values(const StepCode& step, const Tick& tick, SignalTable& signals) noexcept {
  look_at_companions(signals);
  for (const KeepCode& code : step.keeps) {
    if (!code.event) {
      const Evaluation value = code.value.evaluate(signals);
      if (value.quality == Quality::good) {
        keep(code.signal, code.uncertainty, value.value, code.value.uncertainty(signals, known_), value.time, signals);
      } else {
        signals.write(code.signal, value.value, tick.start, value.quality);
      }
    }
  }
  for (const std::uint32_t i : step.measures) {
    take_measure(program_.measures[i], tick, signals);
  }
}

void Script::take_measure(const CompiledMeasure& measure, const Tick& tick, SignalTable& signals) noexcept {
  look_at_companions(signals);
  const Evaluation value = measure.value.evaluate(signals);
  const TimePoint time = value.quality == Quality::good ? value.time : tick.start;
  signals.write(measure.signal, value.value, time, value.quality);
  if (measure.uncertainty.valid()) {
    signals.write(measure.uncertainty, measure.value.uncertainty(signals, known_), time, value.quality);
  }
}

void Script::keep(SignalId signal, SignalId uncertainty, double value, double expanded, TimePoint time,
                  SignalTable& signals) noexcept {
  signals.write(signal, value, time);
  if (uncertainty.valid()) {
    signals.write(uncertainty, expanded, time);
  }
  const auto known = std::ranges::find_if(known_, [&](const auto& k) { return k.signal == signal; });
  if (known != known_.end()) {
    known->expanded = expanded;
  }
}

ScriptFaultText Script::text(const ScriptFault& fault) const {
  const StepCode& step = program_.steps[fault.step];
  ScriptFaultText text;
  text.step = step.name;
  const std::string in_step = "in step '" + step.name + "' ";
  const std::string until = step.until ? step.until->text() : std::string();
  const std::string saw = witnesses_[fault.step].text();
  switch (fault.kind) {
    case ScriptFaultKind::timeout:
      text.rule = until;
      text.expected = until + " within " + duration_text(step.timeout);
      text.seen = saw;
      text.sentence =
          in_step + until + " did not come true within " + duration_text(step.timeout) + "; last seen: " + saw;
      break;
    case ScriptFaultKind::stale:
      if (fault.command.valid()) {
        text.rule = commands_.spec(fault.command).name;
        text.expected = "good data to compute " + text.rule + " from";
        text.seen = "data that is missing or too old";
        text.sentence = in_step + text.rule + " could not be computed: its data is missing or too old";
      } else {
        text.rule = until;
        text.expected = until + " within " + duration_text(step.timeout);
        text.seen = saw;
        text.sentence = in_step + "it could not be seen whether " + until + " came true: " + saw;
      }
      break;
    case ScriptFaultKind::refused: {
      const CommandSpec& spec = commands_.spec(fault.command);
      text.rule = spec.name;
      text.expected = spec.name + " from " + format_rounded(spec.range.lo, spec.dimension) + " to " +
                      format_rounded(spec.range.hi, spec.dimension);
      text.seen = format_rounded(fault.value, spec.dimension);
      text.sentence = in_step + spec.name + " came out as " + text.seen + ", outside the instrument's " +
                      format_rounded(spec.range.lo, spec.dimension) + " to " +
                      format_rounded(spec.range.hi, spec.dimension);
      break;
    }
    case ScriptFaultKind::undecided:
      text.rule = "expect";
      text.expected = "a decision within " + duration_text(step.longest);
      text.seen = "no decision";
      text.sentence = in_step + "an expectation was never decided";
      break;
    case ScriptFaultKind::case_timeout:
      text.rule = "timeout";
      text.expected = "all steps within " + duration_text(program_.timeout.value_or(Duration{}));
      text.seen = in_step + "after " + duration_text(fault.time - TimePoint{});
      text.sentence = "the steps took longer than " + duration_text(program_.timeout.value_or(Duration{})) +
                      "; the case ended " + in_step.substr(0, in_step.size() - 1);
      break;
    case ScriptFaultKind::stopped:
      text.rule = "stop";
      text.expected = "all steps";
      text.seen = "the run was stopped " + in_step.substr(0, in_step.size() - 1);
      text.sentence = text.seen;
      break;
  }
  return text;
}

}  // namespace rig
