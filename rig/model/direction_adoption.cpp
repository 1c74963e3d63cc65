// How the reference follows what the pack showed.
#include <algorithm>

#include "rig/model/direction_model.hpp"

namespace rig {
namespace {

constexpr Truth negate(Truth truth) noexcept {
  return truth == Truth::unknown ? Truth::unknown : (truth == Truth::yes ? Truth::no : Truth::yes);
}

// A current limit below this is a zero, A (as sent in steps of 0.1 A).
constexpr double zero_limit = 0.1;
// Outputs that have to agree before the reference follows a pack against the rules.
constexpr int agreeing = 2;
// The start is settled when all outputs have been seen, or after this long with what there is, s; a flag that a
// dialect does not send is not waited for longer than the frames take that bring the others.
constexpr double settling_time = 5.0;
constexpr double flags_time = 2.5;

constexpr std::uint32_t bit(std::size_t i) noexcept { return 1u << i; }

}  // namespace

void DirectionModel::see(const Measured::Outputs& outputs, Truth path_blocked, double path_time,
                         bool surely_permitted) noexcept {
  seen_[out_path] = {shared_ && path_blocked == Truth::no ? Truth::unknown : path_blocked, path_time};
  seen_[out_permission] = {negate(outputs.allowed.value), outputs.allowed.time};
  Truth zero = Truth::unknown;
  if (outputs.limit.good) {
    // Derating alone may order nothing: only where it surely leaves something, a zero is a block (decision 0010).
    const bool is_zero = outputs.limit.latest.hi < zero_limit;
    zero = !is_zero ? Truth::no : surely_permitted ? Truth::yes : Truth::unknown;
  }
  seen_[out_limit] = {zero, outputs.limit.time};
  const bool of_others = contact_of_all_ && outputs.prohibited.value == Truth::yes && !own_contact_may_;
  seen_[out_contact] = {of_others ? Truth::unknown : outputs.prohibited.value, outputs.prohibited.time};
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    seen_[first_flag + i] = {outputs.flags[i].value, outputs.flags[i].time};
  }
}

// The pack is found in some state: the majority of what speaks for the whole direction says which one, and a flag that
// is set names its causes. A fault that the rig has seen is still there; one that it has not seen may be, and its flag
// says little.
void DirectionModel::settle_start() noexcept {
  int blocked = 0;
  int open = 0;
  bool complete = true;
  std::uint32_t named = 0;
  std::uint32_t suspected = 0;
  for (std::size_t o = out_permission; o < outputs(); ++o) {
    const Truth truth = seen_[o].blocked;
    const bool waited_for = o == out_limit ? false : o < first_flag || now_ < began_ + flags_time;
    complete = complete && (truth != Truth::unknown || !waited_for);
    if (o >= first_flag) {
      named |= truth == Truth::yes ? masks_[o] & ~latched_ : 0u;
      suspected |= truth == Truth::yes ? masks_[o] & latched_ : 0u;
    } else {
      blocked += truth == Truth::yes ? 1 : 0;
      open += truth == Truth::no ? 1 : 0;
    }
  }
  if (!complete && (now_ < began_ + settling_time || (blocked + open == 0 && named == 0))) {
    return;
  }
  if (held_ != 0) {
    enter(State::blocked, {-infinity, now_}, held_);
    sure_ = held_;
    return;
  }
  const bool is_blocked = blocked > open || (blocked == open && named != 0);
  const std::uint32_t any = (masks_[out_path] & ~latched_) != 0 ? masks_[out_path] & ~latched_ : masks_[out_path];
  enter(is_blocked ? State::blocked : State::open, {-infinity, now_},
        is_blocked ? (named != 0 ? named : any) | suspected : 0u);
  if (!is_blocked && !powered_up_) {
    entered_.hi = -infinity;  // it has stood like this for long; one that just starts says it before its FETs close
  }
}

void DirectionModel::begin_block(std::uint32_t causes) noexcept {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if ((causes & bit(i)) != 0) {
      const bool sure = causes == bit(i);
      rules_[i].restart_release();
      rules_[i].note_trip(now_, sure);
      if (sure) {
        sure_ = causes;
        learning_ = rules_[i].can_learn() && !contact_of_all_ ? static_cast<int>(i) : -1;
      }
    }
  }
}

void DirectionModel::enter(State state, Window window, std::uint32_t causes) noexcept {
  if (learning_ >= 0) {
    rules_[static_cast<std::size_t>(learning_)].learn(learned_);
  }
  const std::uint32_t before = causes_ | joined_;
  const bool found = state_ == State::unknown;  // what it was before the start is not known, nor for how long
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    // A rule that may have joined and has not let go may hold the direction on.
    const bool gone = state == State::blocked || rules_[i].release_may_since() <= now_ || (sure_ & bit(i)) != 0;
    if (!found && state == State::open && ((before & bit(i)) == 0 || gone)) {
      rules_[i].restart_trip_from(window.lo);
      rules_[i].restart_release();
    }
  }
  state_ = state;
  entered_ = window;
  leaving_ = {};
  causes_ = causes;
  joined_ = sure_ = leaving_causes_ = due_ = waived_ = 0;
  since_.fill({});
  learning_ = -1;
  learned_ = {};
  settled_at_ = window.hi + longest_latency_ + 1.0;
  woken_ = true;
  if (state == State::blocked) {
    begin_block(causes);
  }
}

// Returns true when the state was left.
bool DirectionModel::adopt_output(std::size_t o, Truth before) noexcept {
  const Seen& seen = seen_[o];
  const Interval latency = latency_of(o);
  const Interval decided{seen.time - latency.hi, seen.time - latency.lo};
  const bool edge = before != seen.blocked;
  const bool blocks = state_ == State::open;
  if (seen.blocked != (blocks ? Truth::yes : Truth::no)) {
    follow(o, decided, edge);
    return false;
  }
  // A reading that has not changed since before the state was entered says nothing about leaving it.
  const bool still = edge || (o < first_flag && seen.time > entered_.hi + longest_latency_);
  const bool of_flag = !blocks && o >= first_flag;
  if (of_flag && edge && held_without(masks_[o])) {
    let_go(masks_[o]);
    return false;
  }
  if (!still || now_ < leaving_.lo + latency.lo || (of_flag && ((causes_ | joined_) & masks_[o]) == 0)) {
    return false;
  }
  Interval window = intersect({leaving_.lo, std::min(leaving_.hi, now_)}, decided);
  if (window.empty()) {
    window = decided;
  }
  const std::uint32_t named = leaving_causes_ & masks_[o];
  enter(blocks ? State::blocked : State::open, {window.lo, window.hi}, blocks ? named : 0u);
  return true;
}

void DirectionModel::adopt(const Measured::Outputs& outputs, Truth path_blocked, double path_time,
                           bool surely_permitted, const InputHistories& histories) noexcept {
  const std::array<Seen, max_outputs> before = seen_;
  see(outputs, path_blocked, path_time, surely_permitted);
  if (state_ == State::unknown) {
    settle_start();
    return;
  }
  int against_the_rules = 0;
  bool flag_against = false;
  for (std::size_t o = 0; o < this->outputs(); ++o) {
    const Truth blocked = seen_[o].blocked;
    if (blocked == Truth::unknown) {
      continue;
    }
    const Envelope& e = envelopes_[o];
    const bool permitted = blocked == Truth::yes ? e.may : !e.must;
    const bool leaves = blocked == (state_ == State::open ? Truth::yes : Truth::no);
    if (leaves && !permitted) {
      against_the_rules += o < first_flag || !flag_against ? 1 : 0;  // of the flags one is enough
      flag_against = flag_against || o >= first_flag;
    } else if (adopt_output(o, before[o].blocked)) {
      return;
    }
  }
  if (against_the_rules >= agreeing) {
    const bool blocks = state_ == State::open;
    std::uint32_t named = 0;
    for (std::size_t o = first_flag; o < this->outputs(); ++o) {
      named |= seen_[o].blocked == Truth::yes ? masks_[o] : 0u;
    }
    enter(blocks ? State::blocked : State::open, {now_ - longest_latency_, now_},
          !blocks      ? 0u
          : named != 0 ? named
                       : masks_[out_path]);
    learning_ = -1;
    return;
  }
  prune();
  woken_ = woken_ || joined_ != 0;  // their flags may have told something
  learn(histories);
}

}  // namespace rig
