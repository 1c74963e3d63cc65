#include "rig/model/threshold_rule.hpp"

namespace rig {
namespace {

// An engineering default cannot fail a pack: it may act at any moment of the range, and never must.
Interval judged(const OriginInterval& range) {
  return range.can_fail() ? range.interval() : Interval{range.interval().lo, infinity};
}

// How far one cell may stand from the mean on the plateau, where a release is looked for, V.
constexpr double plateau_spread = 0.05;

}  // namespace

ThresholdRule::ThresholdRule(const RequirementRow& row, int cells)
    : id_(row.id), name_(row.rule), flag_(row.flag), side_(row.side), input_(row.input), cells_(cells) {
  const OriginInterval& delay_field = present(row.delay, row);
  threshold_ = allowed_threshold(row);
  reachable_ = row.reachable.has_value() ? row.reachable->interval() : Interval{};
  Interval delay = judged(delay_field);
  if (!threshold_is_known(row)) {
    delay.hi = infinity;
  }
  if (!delay_field.can_fail()) {
    delay.lo = 0.0;
  }
  trip_ = Debounce(delay);
  const Interval release_delay = judged(present(row.release_delay, row));
  for (const auto& way : row.release) {
    const bool can_fail = way.value.can_fail() && way.tolerance.has_value() && way.tolerance->can_fail();
    ways_.push_back({way.policy, way.value.value(), way.tolerance ? way.tolerance->value() : 0.0, can_fail,
                     Debounce(release_delay)});
  }
}

void ThresholdRule::restart(CellKnowledge knowledge) noexcept {
  equalised_ = knowledge.equalised;
  found_ = {};
  trip_.restart();
  restart_release();
}

void ThresholdRule::restart_release() noexcept {
  for (auto& way : ways_) {
    way.debounce.restart();
  }
}

// What the rule's input may be when the battery is at `battery`. A single cell is bounded by the mean on one side; on
// the other a cell of a drawn pack may be far ahead where the curve is steep, and near the mean elsewhere.
Interval ThresholdRule::input(Interval battery) const noexcept {
  if (input_ == RuleInput::battery_voltage) {
    return battery;
  }
  const Interval mean{battery.lo / cells_, battery.hi / cells_};
  if (equalised_) {
    return input_ == RuleInput::highest_cell ? Interval{mean.lo, mean.hi + CellKnowledge::equal_spread}
                                             : Interval{mean.lo - CellKnowledge::equal_spread, mean.hi};
  }
  const bool steep = battery.hi >= reachable_.lo && battery.lo <= reachable_.hi;
  if (input_ == RuleInput::highest_cell) {
    return {mean.lo, steep ? infinity : mean.hi + plateau_spread};
  }
  return {steep ? -infinity : mean.lo - plateau_spread, mean.hi};
}

void ThresholdRule::watch_trip(const RuleInputs& in) noexcept {
  const Interval x = input(in.battery);
  // The pack's own threshold is one number: what earlier trips of this run proved narrows it.
  const Interval narrowed = intersect(threshold_, found_);
  const Interval threshold = narrowed.empty() ? threshold_ : narrowed;
  if (side_ == Side::above) {
    possible_ = x.hi > threshold.lo;
    certain_ = x.lo > threshold.hi;
  } else {
    possible_ = x.lo < threshold.hi;
    certain_ = x.hi < threshold.lo;
  }
  trip_.update(in.now, in.step, possible_, certain_);
}

void ThresholdRule::watch_release(const RuleInputs& in) noexcept {
  for (auto& way : ways_) {
    bool possible = true;
    bool certain = false;
    if (way.can_fail) {
      switch (way.policy) {
        case ReleasePolicy::voltage: {
          const Interval x = input(in.battery);
          possible = side_ == Side::above ? x.lo < way.value + way.tolerance : x.hi > way.value - way.tolerance;
          certain = side_ == Side::above ? x.hi < way.value - way.tolerance : x.lo > way.value + way.tolerance;
          break;
        }
        case ReleasePolicy::current: {
          // Reversed: discharging after an over-voltage, charging after an under-voltage.
          const Interval reversed = side_ == Side::above ? Interval{-in.current.hi, -in.current.lo} : in.current;
          possible = reversed.hi > way.value - way.tolerance;
          certain = reversed.lo > way.value + way.tolerance;
          break;
        }
        case ReleasePolicy::time:
        case ReleasePolicy::temperature:
          break;  // of rules that are not followed yet
        case ReleasePolicy::soc:
          possible =
              side_ == Side::above ? in.soc.lo < way.value + way.tolerance : in.soc.hi > way.value - way.tolerance;
          certain =
              side_ == Side::above ? in.soc.hi < way.value - way.tolerance : in.soc.lo > way.value + way.tolerance;
          break;
      }
    }
    way.debounce.update(in.now, in.step, possible, certain);
  }
}

double ThresholdRule::release_may_since() const noexcept {
  double earliest = infinity;
  for (const auto& way : ways_) {
    earliest = std::min(earliest, way.debounce.may_since());
  }
  return earliest;
}

double ThresholdRule::release_must_since() const noexcept {
  double latest = -infinity;
  for (const auto& way : ways_) {
    latest = std::max(latest, way.debounce.must_since());
  }
  return ways_.empty() ? infinity : latest;
}

void ThresholdRule::forget_release(double now, double patience) noexcept {
  for (auto& way : ways_) {
    way.debounce.forget(now, patience);
  }
}

void ThresholdRule::learn(Interval battery) noexcept { found_ = intersect(found_, battery); }

}  // namespace rig
