#include <algorithm>

#include "rig/case/script.hpp"
#include "rig/case/signal_use.hpp"
#include "rig/core/quantity.hpp"

// The part of the Script that knows of missed ticks: where the moment matters and was not seen, a pass would say too
// much.
namespace rig {
namespace {

// A stimulus may be longer than its step says by so much of it.
constexpr int share_of_hold = 10;
// An entry of an EventValue may be older than the look before a gap by its spacing.
constexpr Duration spacing = std::chrono::milliseconds(10);

}  // namespace

void Script::note_gap(const Tick& tick) noexcept {
  if (const auto gap = gap_before(tick)) {
    gaps_[gap_count_++ % gaps_.size()] = *gap;
  }
}

void Script::doubt(ScriptDoubt::About about, std::size_t value, const Gap& gap) noexcept {
  if (doubts_.size() < doubts_.capacity()) {
    doubts_.push_back({about, step_, value, gap});
  }
}

// Whether a verdict hangs on what a step kept. In an open program whoever adds the steps may judge it.
bool Script::is_judged(SignalId kept) const noexcept {
  const auto in = [&](const Expression& e) { return uses(e, kept); };
  return program_.open ||
         std::ranges::any_of(program_.measures, [&](const auto& m) { return m.limits && in(m.value); }) ||
         std::ranges::any_of(program_.expectations, [&](const auto& e) { return in(e.that); }) ||
         std::ranges::any_of(program_.watches,
                             [&](const auto& w) { return in(w.condition) || (w.then && in(*w.then)); });
}

// The step ends at a tick that came late.
void Script::look_across(const StepCode& step, const Gap& gap, bool until_came) noexcept {
  const Duration last_missed = gap.last_missed() - step_begin_;
  const Duration last_seen = gap.from - step_begin_;
  if (until_came && last_missed >= step.timeout) {
    doubt(ScriptDoubt::About::until, 0, gap);
  }
  if (step.hold && last_seen < *step.hold && last_missed - *step.hold > *step.hold / share_of_hold) {
    doubt(ScriptDoubt::About::hold, 0, gap);
  }
  if (!until_came) {
    return;
  }
  for (std::size_t k = 0; k < step.keeps.size(); ++k) {
    if (!step.keeps[k].event && is_judged(step.keeps[k].signal)) {
      doubt(ScriptDoubt::About::kept, k, gap);
    }
  }
  for (const std::uint32_t m : step.measures) {
    if (program_.measures[m].limits) {
      doubt(ScriptDoubt::About::measured, m, gap);
    }
  }
}

// The gap in which an event may have been whose value was looked at at `seen`, the last look before it, if there is
// one. `now`: the tick in which it showed.
const Gap* Script::gap_at_event(TimePoint seen, TimePoint now) const noexcept {
  for (std::size_t i = 0; i < std::min(gap_count_, gaps_.size()); ++i) {
    const Gap& gap = gaps_[i];
    if (gap.to == now || (seen < gap.to && seen + spacing >= gap.from)) {
      return &gap;
    }
  }
  return nullptr;
}

std::string Script::sentence(const ScriptDoubt& doubt) const {
  const StepCode& step = program_.steps[doubt.step];
  const std::string in_step = "in step '" + step.name + "' ";
  const auto time = [](Duration d) { return format_rounded(to_seconds(d), dimension::time); };
  std::string text;
  switch (doubt.about) {
    case ScriptDoubt::About::until:
      text = "it could not be seen whether " + step.until->text() + " came true within " + time(step.timeout);
      break;
    case ScriptDoubt::About::kept:
      text = "it could not be seen when to take " + step.keeps[doubt.value].name;
      break;
    case ScriptDoubt::About::measured:
      text = "it could not be seen when to take " + program_.measures[doubt.value].id;
      break;
    case ScriptDoubt::About::hold:
      text = "what was set stood for longer than " + time(*step.hold);
      break;
  }
  return in_step + text + ": " + gap_text(doubt.gap);
}

}  // namespace rig
