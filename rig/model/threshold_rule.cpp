#include "rig/model/threshold_rule.hpp"

#include <algorithm>

namespace rig {
namespace {

// An engineering default cannot fail a pack: it may act at any moment of the range, and never must.
Interval judged(const OriginInterval& range) {
  return range.can_fail() ? range.interval() : Interval{range.interval().lo, infinity};
}

// A locked pack may come back from here on, A of current the other way: that is what its user does to free it.
constexpr double unlocking_current = 0.5;

// Behind a step of the current a cell may have been anywhere: that tells no threshold, V.
constexpr double most_blurred = 0.1;

std::uint8_t release_looks_at(ReleasePolicy policy, std::uint8_t own) {
  switch (policy) {
    case ReleasePolicy::current:
      return fresh::current;
    case ReleasePolicy::soc:
      return fresh::soc;
    case ReleasePolicy::time:
      return 0;
    default:
      return own;
  }
}

}  // namespace

TripLock::TripLock(const std::optional<LockRule>& lock, bool any_pack) : any_pack_(any_pack) {
  if (lock) {
    after_ = static_cast<std::size_t>(lock->after);
    within_ = lock->within.value();
    can_fail_ = lock->within.can_fail();
  }
}

void TripLock::note(double time, bool sure) noexcept {
  if (after_ == 0) {
    return;
  }
  trips_[count_++ % most] = {time, sure};
  std::size_t possible = 0;
  std::size_t certain = 0;
  for (std::size_t i = 0; i < std::min(count_, most); ++i) {
    const bool counts = time - trips_[i].time < within_;
    possible += counts ? 1 : 0;
    certain += counts && trips_[i].sure ? 1 : 0;
  }
  // Behind the trip of one pack those of the others are not seen.
  may_ = possible >= (any_pack_ ? std::min<std::size_t>(after_, 2) : after_) || !can_fail_;
  must_ = certain >= after_ && can_fail_ && !any_pack_;  // the trips may have been those of different packs
}

void TripLock::freed() noexcept {
  for (Trip& trip : trips_) {
    trip.sure = false;
  }
}

ThresholdRule::ThresholdRule(const RequirementRow& row, int cells)
    : id_(row.id),
      name_(row.rule),
      flag_(row.flag),
      shared_flag_(row.shared_flag),
      side_(row.side),
      charging_(row.direction == Direction::charge),
      latched_(row.latched),
      any_pack_(row.any_pack),
      bounds_(row, cells),
      threshold_(allowed_threshold(row)),
      lock_(row.lock, row.any_pack),
      release_delay_(row.latched ? Interval{infinity, infinity} : judged(present(row.release_delay, row))),
      unlock_{ReleasePolicy::current,         unlocking_current,        0.0, true,
              fresh::current | fresh::button, Debounce({0.0, infinity})} {
  const OriginInterval& delay_field = present(row.delay, row);
  Interval delay = judged(delay_field);
  if (!threshold_is_known(row)) {
    delay.hi = infinity;
  }
  if (!delay_field.can_fail()) {
    delay.lo = 0.0;
  }
  trip_ = Debounce(delay);
  for (const auto& way : row.release) {
    const bool can_fail = way.value.can_fail() && way.tolerance.has_value() && way.tolerance->can_fail();
    ways_.push_back({way.policy, way.value.value(), way.tolerance ? way.tolerance->value() : 0.0, can_fail,
                     release_looks_at(way.policy, bounds_.looks_at()), Debounce(release_delay_)});
    looks_at_ |= ways_.back().looks_at;
  }
  looks_at_ |= bounds_.looks_at();
}

void ThresholdRule::restart(CellKnowledge knowledge) noexcept {
  bounds_.restart(knowledge);
  found_ = {};
  restart_pack(0.0);
}

void ThresholdRule::restart_pack(double now) noexcept {
  trip_.restart_unknown(now);
  lock_.restart();
  restart_release();
}

void ThresholdRule::restart_release() noexcept {
  for (auto& way : ways_) {
    way.debounce.restart();
  }
  unlock_.debounce.restart();
  retry_ = {infinity, infinity};
  may_act_until_ = -infinity;
}

ThresholdRule::Answer ThresholdRule::trip_answer(const RuleInputs& in) const noexcept {
  const Interval x = bounds_.value(in);
  // The pack's own threshold is one number: what earlier trips of this run proved narrows it.
  const Interval narrowed = intersect(threshold_, found_);
  const Interval threshold = narrowed.empty() ? threshold_ : narrowed;
  const bool above = side_ == Side::above;
  return {above ? x.hi > threshold.lo : x.lo < threshold.hi, above ? x.lo > threshold.hi : x.hi < threshold.lo};
}

bool ThresholdRule::look_at_trip(const RuleInputs& in) noexcept {
  const auto [possible, certain] = trip_answer(in);
  if (possible == trip_.possible() && certain == trip_.certain() && !trip_.waits_for_start()) {
    return false;
  }
  trip_.set(in.since(bounds_.looks_at()), possible, certain);
  return true;
}

// A narrower input is bounded by a narrower interval: what is impossible, or certain, in the whole zone is so
// everywhere in it; what is merely possible may be neither. But of cells that the pack tells: where their sum
// contradicts them, it alone counts.
bool ThresholdRule::calm_in(const RuleInputs& zone) const noexcept {
  const bool told =
      is_cell_input(bounds_.kind()) && (zone.highest_cell.width() < infinity || zone.lowest_cell.width() < infinity);
  const auto [possible, certain] = trip_answer(zone);
  return !told && possible == certain && possible == trip_.possible() && certain == trip_.certain() &&
         !trip_.waits_for_start();
}

ThresholdRule::Answer ThresholdRule::release_by_input(const Way& way, Interval x) const noexcept {
  // Of a time since full a high SOC is the way back; of all else a release lies on the other side of the trip.
  const bool rises = side_ == Side::below || bounds_.kind() == RuleInput::time_since_full;
  return rises ? Answer{x.hi > way.value - way.tolerance, x.lo > way.value + way.tolerance}
               : Answer{x.lo < way.value + way.tolerance, x.hi < way.value - way.tolerance};
}

ThresholdRule::Answer ThresholdRule::release_answer(const Way& way, const RuleInputs& in) const noexcept {
  if (!way.can_fail) {
    return {};
  }
  if (way.policy == ReleasePolicy::soc) {
    return release_by_input(way, in.soc);
  }
  if (way.policy == ReleasePolicy::current && !is_current_input(bounds_.kind())) {
    const Interval reversed = charging_ ? Interval{-in.current.hi, -in.current.lo} : in.current;
    return {reversed.hi > way.value - way.tolerance, reversed.lo > way.value + way.tolerance};
  }
  return release_by_input(way, bounds_.value(in));
}

// After a while the pack tries again, unless it is locked.
bool ThresholdRule::watch_time(Way& way, Interval acted) noexcept {
  Interval retry{acted.lo, infinity};
  if (way.can_fail) {
    retry = {acted.lo + way.value - way.tolerance + release_delay_.lo,
             acted.hi + way.value + way.tolerance + release_delay_.hi};
  }
  if (lock_.may()) {
    retry.hi = infinity;
  }
  if (lock_.must()) {
    retry.lo = infinity;
  }
  const bool changed = !(retry == retry_);
  retry_ = retry;
  return changed;
}

bool ThresholdRule::watch_release(const RuleInputs& in, Interval acted) noexcept {
  bool changed = false;
  if (any_pack_) {  // while the current of all would do for it, the next of them may act, and the last one counts
    may_act_until_ = trip_.possible() ? in.now : may_act_until_;
    acted.hi = trip_.possible() ? infinity : std::max(acted.hi, may_act_until_);
  }
  const auto answer = [&](Way& way, Answer now) {
    if (now.possible != way.debounce.possible() || now.certain != way.debounce.certain()) {
      way.debounce.set(in.since(way.looks_at), now.possible, now.certain);
      changed = true;
    }
  };
  for (auto& way : ways_) {
    if (way.policy == ReleasePolicy::time) {
      changed = watch_time(way, acted) || changed;
    } else if ((in.fresh & way.looks_at) != 0) {
      answer(way, release_answer(way, in));
    }
  }
  if (lock_.may() && (in.fresh & unlock_.looks_at) != 0) {
    const Interval reversed = charging_ ? Interval{-in.current.hi, -in.current.lo} : in.current;
    const bool frees = in.button || reversed.hi > unlock_.value;
    answer(unlock_, {frees, false});
    if (frees) {
      lock_.freed();
    }
  }
  return changed;
}

double ThresholdRule::release_may_since() const noexcept {
  double earliest = std::min(retry_.lo, unlock_.debounce.may_since());
  for (const auto& way : ways_) {
    earliest = way.policy == ReleasePolicy::time ? earliest : std::min(earliest, way.debounce.may_since());
  }
  return earliest;
}

double ThresholdRule::release_must_since() const noexcept {
  double latest = -infinity;
  for (const auto& way : ways_) {
    latest = std::max(latest, way.policy == ReleasePolicy::time ? retry_.hi : way.debounce.must_since());
  }
  return ways_.empty() ? infinity : latest;
}

void ThresholdRule::forget(double now, double patience) noexcept {
  trip_.forget(now, patience);
  for (auto& way : ways_) {
    way.debounce.forget(now, patience);
  }
  unlock_.debounce.forget(now, patience);
}

double ThresholdRule::next(double now, double patience) const noexcept {
  double soonest = infinity;
  const auto consider = [&](double time) {
    if (time > now) {
      soonest = std::min(soonest, time);
    }
  };
  const auto consider_all = [&](const Debounce& debounce) {
    consider(debounce.may_since());
    consider(debounce.must_since());
    consider(debounce.forgets_at(patience));
  };
  consider_all(trip_);
  for (const auto& way : ways_) {
    consider_all(way.debounce);
  }
  consider_all(unlock_.debounce);
  consider(retry_.lo);
  consider(retry_.hi);
  return soonest;
}

// Of a reported SOC the pack alone knows the fraction: it tells no threshold. Nor does a trip of any one of several
// packs: the next one may be another's, or the same one's with another share of the current.
bool ThresholdRule::can_learn() const noexcept {
  if (any_pack_) {
    return false;
  }
  return bounds_.kind() == RuleInput::battery_voltage || is_current_input(bounds_.kind()) ||
         is_temperature_input(bounds_.kind()) || is_cell_input(bounds_.kind());
}

// A single cell that the pack does not tell is only bounded.
Interval ThresholdRule::told_by(const RuleInputs& then) const noexcept {
  const Interval cell = bounds_.kind() == RuleInput::highest_cell ? then.highest_cell : then.lowest_cell;
  return is_cell_input(bounds_.kind()) && cell.width() > most_blurred ? Interval{} : bounds_.value(then);
}

}  // namespace rig
