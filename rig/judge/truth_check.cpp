#include "rig/judge/truth_check.hpp"

namespace rig {

TruthCheck::TruthCheck(Spec spec, const SignalTable& table)
    : spec_(std::move(spec)),
      seen_(optional_signal(table, spec_.signal)),
      may_(optional_signal(table, "model." + spec_.signal + ".may")),
      must_(optional_signal(table, "model." + spec_.signal + ".must")) {}

void TruthCheck::add_to(SignalGroup& group) const {
  group.add(may_);
  group.add(must_);
  if (!sampled()) {
    group.add(seen_);
  }
}

std::size_t TruthCheck::row_of(const Spec& spec, Fault fault, const Circumstances& at,
                               const RuleTable& rules) noexcept {
  if (spec.row != no_row) {
    return spec.row;
  }
  const std::size_t twin = 1 - spec.direction;
  const bool twin_blocked = at.state[twin] == DirectionWatch::state_blocked &&
                            (at.causes[twin] & rules.permission_causes(spec.direction)) != 0;
  const bool of_flag = spec.output == Output::flag || spec.output == Output::shared;
  if (fault == Fault::no_cause && twin_blocked && !of_flag && rules.permission(spec.direction) != no_row) {
    return rules.permission(spec.direction);
  }
  for (std::size_t k = 0; k < 2; ++k) {
    const std::size_t d = k == 0 ? spec.direction : 1 - spec.direction;
    if ((at.causes[d] & spec.masks[d]) != 0) {
      return rules.protection(d, spec.masks[d], at.due[d], at.causes[d]);
    }
  }
  return rules.protection(spec.direction, spec.masks[spec.direction], 0, 0);
}

Fault TruthCheck::fault_of(bool shown, double state) const noexcept {
  const bool of_event = spec_.output != Output::alarm && spec_.output != Output::shared;
  if (!of_event) {
    return shown ? (followed_ ? Fault::not_released : Fault::no_cause)
                 : (followed_ ? Fault::released_early : Fault::not_blocked);
  }
  const bool blocked = state == DirectionWatch::state_blocked;
  if (shown) {
    return blocked && followed_ ? Fault::not_released : Fault::no_cause;
  }
  if (!blocked) {
    return Fault::not_blocked;
  }
  return followed_ ? Fault::released_early : Fault::not_followed;
}

void TruthCheck::observe(const Tick& tick, const SignalTable& s, double state, std::size_t index,
                         DivergenceLog& log) noexcept {
  // In the sense "blocked", whatever the sense of the signal.
  const bool raw_may = s[may_].value != 0.0;
  const bool raw_must = s[must_].value != 0.0;
  const bool may = spec_.inverted ? !raw_must : raw_may;
  const bool must = spec_.inverted ? !raw_may : raw_must;
  was_due_ = was_due_ || must;
  const Sample& seen = s[seen_];
  const bool known_before = judged_;
  last_value_ = seen.value;
  last_quality_ = seen.quality;
  if (!seen.good()) {
    // What a dialect never sends is not looked at; what came and went stale is missing.
    undecided_ = spec_.output != Output::path && seen.quality != Quality::never && (must || !may);
    return;
  }
  undecided_ = false;
  judged_ = true;
  forced_ = forced_ || must || !may;
  const bool shown = (seen.value != 0.0) != spec_.inverted;
  if (known_before && shown != shown_) {
    turned_ = tick.start;
  }
  shown_ = shown;
  if (diverged_ || (shown ? may : !must)) {
    const bool holds = spec_.output == Output::alarm || spec_.output == Output::shared
                           ? false
                           : followed_ && state == DirectionWatch::state_blocked;
    followed_ = shown || holds;
    return;
  }
  diverged_ = true;
  Divergence divergence{.fault = fault_of(shown, state),
                        .row = spec_.row,
                        .check = index,
                        .output = spec_.output,
                        .direction = spec_.direction,
                        .seen = seen.value};
  log.add(tick, divergence, s);
}

}  // namespace rig
