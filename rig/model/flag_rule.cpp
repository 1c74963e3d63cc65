#include "rig/model/flag_rule.hpp"

namespace rig {
namespace {

// A latency that is only an engineering default fails nothing that a patient observer would wait for, s.
constexpr double patience = 60.0;
// A flag that contradicts the rules is followed after this long, s; the divergence has been told by then.
constexpr double follow_after = 1.0;

}  // namespace

FlagRule::FlagRule(const RequirementRow& row, int cells, const OriginInterval& latency)
    : rule_(row, cells), latency_(latency.can_fail() ? latency.interval() : Interval{0.0, patience}) {}

void FlagRule::restart(CellKnowledge knowledge) noexcept {
  rule_.restart(knowledge);
  restart_state(0.0);
}

void FlagRule::lose_power(double now) noexcept {
  rule_.restart_pack(now);
  restart_state(now);
}

void FlagRule::restart_state(double now) noexcept {
  state_ = State::unknown;
  last_ = Truth::unknown;
  now_ = now;
  deadline_ = -infinity;
  against_since_ = infinity;
  entered_ = {-infinity, -infinity};
  envelope_ = {};
  woken_ = true;
  changed_ = true;
}

bool FlagRule::watch_rule(const RuleInputs& in) noexcept {
  const bool tripped = rule_.watch_trip(in);
  return state_ == State::on ? rule_.watch_release(in, entered_) || tripped : tripped;
}

void FlagRule::look(const RuleInputs& in) noexcept {
  bool news = now_ >= deadline_;
  if (woken_) {
    RuleInputs all = in;
    all.fresh = fresh::all;
    watch_rule(all);
    news = true;
  } else if (in.fresh != 0) {
    news = watch_rule(in) || news;
  }
  changed_ = news;
  if (news) {
    woken_ = false;
    rule_.forget(now_, latency_.hi);
    update_envelope();
    plan();
  }
}

void FlagRule::update_envelope() noexcept {
  const double latest = latency_.hi + step_;
  const bool arrived = now_ > entered_.hi + latest;
  const Debounce& trip = rule_.trip();
  switch (state_) {
    case State::unknown:
      envelope_ = {};
      break;
    case State::off:
      envelope_ = {!arrived || now_ >= trip.may_since() + latency_.lo, now_ > trip.must_since() + latest};
      break;
    case State::on: {
      const bool gone = now_ > rule_.release_must_since() + latest && !trip.possible();
      envelope_ = {!gone, arrived && now_ < rule_.release_may_since() + latency_.lo};
      break;
    }
  }
}

void FlagRule::plan() noexcept {
  deadline_ = rule_.next(now_, latency_.hi);
  for (const double time : {entered_.hi, rule_.trip().may_since(), rule_.trip().must_since(), rule_.release_may_since(),
                            rule_.release_must_since()}) {
    for (const double due : {time + latency_.lo, time + latency_.hi + step_ + 1e-9}) {
      deadline_ = due > now_ ? std::min(deadline_, due) : deadline_;
    }
  }
}

void FlagRule::enter(State state, Interval window) noexcept {
  const bool found = state_ == State::unknown;
  state_ = state;
  entered_ = window;
  against_since_ = infinity;
  woken_ = true;
  if (state == State::on) {
    rule_.restart_release();
  } else if (!found) {
    // The next of several packs has counted for itself all the while.
    rule_.restart_trip_from(rule_.any_pack() ? -infinity : window.lo);
  }
}

void FlagRule::adopt(const MeasuredTruth& seen, const InputHistories& histories) noexcept {
  const Truth before = last_;
  last_ = seen.value;
  if (seen.value == Truth::unknown) {
    return;
  }
  const bool on = seen.value == Truth::yes;
  if (state_ == State::unknown) {
    enter(on ? State::on : State::off, {-infinity, on ? now_ : -infinity});
    return;
  }
  if (on == (state_ == State::on)) {
    against_since_ = infinity;
    return;
  }
  const bool permitted = on ? envelope_.may : !envelope_.must;
  const Interval decided{seen.time - latency_.hi - step_, seen.time - latency_.lo};
  if (permitted && before != seen.value) {
    const Debounce& trip = rule_.trip();
    const Interval window = on ? intersect({trip.may_since(), std::min(trip.must_since(), now_)}, decided) : decided;
    // Where the input came from has to be known: what was before the start tells no threshold.
    const bool known = histories.battery.covers(window.lo - trip.delay().hi);
    if (on && known && rule_.can_learn() && !window.empty()) {
      rule_.learn(rule_.told_by(histories.between(window.lo - trip.delay().hi, window.hi - trip.delay().lo)));
    }
    enter(on ? State::on : State::off, window.empty() ? decided : window);
  } else if (!permitted) {
    against_since_ = std::min(against_since_, now_);
    if (now_ - against_since_ >= follow_after) {
      enter(on ? State::on : State::off, {now_ - latency_.hi, now_});
    }
  }
}

}  // namespace rig
