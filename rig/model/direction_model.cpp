#include "rig/model/direction_model.hpp"

#include <algorithm>

namespace rig {
namespace {

// A latency that is only an engineering default fails nothing that a patient observer would wait for, s.
constexpr double patience = 60.0;

Interval judged_latency(const OriginInterval& range) {
  return range.can_fail() ? range.interval() : Interval{0.0, patience};
}

constexpr Truth negate(Truth truth) noexcept {
  return truth == Truth::unknown ? Truth::unknown : (truth == Truth::yes ? Truth::no : Truth::yes);
}

// A current limit below this is a zero, A (as sent in steps of 0.1 A).
constexpr double zero_limit = 0.1;
// Outputs that have to agree before the reference follows a pack against the rules.
constexpr int agreeing = 2;
// The start is settled when all outputs have been seen, or after this long with what there is, s.
constexpr double settling_time = 5.0;
// After an overdue action this much more is given before the reference goes on with the pack's own state, s.
constexpr double waiver_time = 1.0;

}  // namespace

DirectionModel::DirectionModel(std::vector<ThresholdRule> rules, const Latencies& latencies)
    : rules_(std::move(rules)) {
  for (const auto& rule : rules_) {
    if (std::find(flags_.begin(), flags_.end(), rule.flag()) == flags_.end()) {
      flags_.push_back(rule.flag());
    }
  }
  latency_[out_path] = judged_latency(latencies.path);
  latency_[out_permission] = judged_latency(latencies.permission);
  latency_[out_limit] = judged_latency(latencies.limit);
  latency_[out_contact] = judged_latency(latencies.contact);
  for (std::size_t i = first_flag; i < outputs(); ++i) {
    latency_[i] = judged_latency(latencies.flag);
  }
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    for (std::size_t o = 0; o < outputs(); ++o) {
      const bool belongs = o < first_flag || rules_[i].flag() == flags_[o - first_flag];
      masks_[o] |= belongs ? 1u << i : 0u;
    }
  }
  for (std::size_t i = 0; i < outputs(); ++i) {
    longest_latency_ = std::max(longest_latency_, latency_[i].hi);
  }
}

void DirectionModel::restart(CellKnowledge knowledge) noexcept {
  for (auto& rule : rules_) {
    rule.restart(knowledge);
  }
  state_ = State::unknown;
  now_ = 0.0;
  entered_ = {};
  leaving_ = {};
  waived_ = false;
  causes_ = 0;
  leaving_causes_ = 0;
  adopted_ = 0;
  learning_ = -1;
  seen_.fill({});
  envelopes_.fill({});
}

bool DirectionModel::surely_open() const noexcept {
  return state_ == State::open && leaving_.lo == infinity && now_ > entered_.hi + longest_latency_;
}

void DirectionModel::watch(const RuleInputs& in) noexcept {
  now_ = in.now;
  step_ = in.step;
  if (state_ == State::blocked) {
    watch_blocked(in);
  } else {
    watch_open(in);
  }
  update_envelopes();
}

void DirectionModel::watch_open(const RuleInputs& in) noexcept {
  leaving_ = {};
  leaving_causes_ = 0;
  bool certain = false;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    ThresholdRule& rule = rules_[i];
    rule.watch_trip(in);
    rule.forget_trip(now_, longest_latency_);
    certain = certain || rule.certain();
    const Debounce& trip = rule.trip();
    if (trip.may_since() < infinity) {
      leaving_causes_ |= 1u << i;
      leaving_.lo = std::min(leaving_.lo, trip.may_since());
    }
    leaving_.hi = std::min(leaving_.hi, trip.must_since());
  }
  waived_ = certain && (waived_ || now_ > leaving_.hi + longest_latency_ + waiver_time);
  if (waived_) {
    leaving_.hi = infinity;
  }
}

void DirectionModel::watch_blocked(const RuleInputs& in) noexcept {
  leaving_ = {};
  leaving_.hi = -infinity;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if ((causes_ & (1u << i)) == 0) {
      continue;
    }
    ThresholdRule& rule = rules_[i];
    rule.watch_release(in);
    rule.forget_release(now_, longest_latency_);
    leaving_.lo = std::min(leaving_.lo, rule.release_may_since());
    leaving_.hi = std::max(leaving_.hi, rule.release_must_since());
  }
  waived_ = leaving_.hi < infinity && (waived_ || now_ > leaving_.hi + longest_latency_ + waiver_time);
  if (waived_) {
    leaving_.hi = infinity;
  }
}

void DirectionModel::update_envelopes() noexcept {
  for (std::size_t o = 0; o < outputs(); ++o) {
    Envelope& e = envelopes_[o];
    const Interval latency = latency_of(o);
    const bool may_leave = leaving_.lo < infinity && now_ >= leaving_.lo + latency.lo;
    const bool must_leave = leaving_.hi < infinity && now_ > leaving_.hi + latency.hi;
    const bool arrived = now_ > entered_.hi + latency.hi;
    const std::uint32_t mask = masks_[o];
    switch (state_) {
      case State::unknown:
        e = {true, false};
        break;
      case State::open:
        e.may = (may_leave && (leaving_causes_ & mask) != 0) || !arrived;
        e.must = must_leave && (leaving_causes_ & ~mask) == 0;
        break;
      case State::blocked:
        e.may = !must_leave && ((causes_ & mask) != 0 || !arrived);
        e.must = arrived && !may_leave && (causes_ & ~mask) == 0;
        break;
    }
  }
}

void DirectionModel::see(const Measured::Outputs& outputs, Truth path_blocked, double path_time) noexcept {
  seen_[out_path] = {path_blocked, path_time};
  seen_[out_permission] = {negate(outputs.allowed.value), outputs.allowed.time};
  Truth zero = Truth::unknown;
  if (outputs.limit.good) {
    zero = outputs.limit.latest.hi < zero_limit ? Truth::yes : Truth::no;
  }
  seen_[out_limit] = {zero, outputs.limit.time};
  seen_[out_contact] = {outputs.prohibited.value, outputs.prohibited.time};
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    seen_[first_flag + i] = {outputs.flags[i].value, outputs.flags[i].time};
  }
}

// The pack is found in some state: the majority of its outputs says which one, and the others have to agree.
void DirectionModel::settle_start() noexcept {
  int blocked = 0;
  int open = 0;
  for (std::size_t o = out_permission; o < outputs(); ++o) {
    blocked += seen_[o].blocked == Truth::yes ? 1 : 0;
    open += seen_[o].blocked == Truth::no ? 1 : 0;
  }
  const bool complete = blocked + open == static_cast<int>(outputs()) - 1;
  if (!complete && (now_ < settling_time || blocked + open == 0)) {
    return;
  }
  const bool is_blocked = blocked > open;
  enter(is_blocked ? State::blocked : State::open, {-infinity, now_}, is_blocked ? masks_[out_path] : 0);
  if (!is_blocked) {
    entered_.hi = -infinity;
  }
}

void DirectionModel::enter(State state, Window window, std::uint32_t causes) noexcept {
  if (learning_ >= 0) {
    rules_[static_cast<std::size_t>(learning_)].learn(learned_);
  }
  state_ = state;
  entered_ = window;
  causes_ = causes;
  leaving_ = {};
  leaving_causes_ = 0;
  waived_ = false;
  for (auto& rule : rules_) {
    rule.restart_trip();
    rule.restart_release();
  }
  learning_ = -1;
  learned_ = {};
  if (state == State::blocked) {
    ++adopted_;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (causes == (1u << i) && !rules_[i].is_cell_rule()) {
        learning_ = static_cast<int>(i);
      }
    }
  }
}

// While outputs still follow, the window of the decision narrows; when all have had their time, the battery voltage in
// that window, the delay earlier, is where the pack's own threshold lies.
void DirectionModel::learn(const History& battery) noexcept {
  if (learning_ < 0) {
    return;
  }
  ThresholdRule& rule = rules_[static_cast<std::size_t>(learning_)];
  const Interval delay = rule.trip().delay();
  learned_ = battery.between(entered_.lo - delay.hi, entered_.hi - delay.lo);
  if (now_ > entered_.hi + longest_latency_) {
    rule.learn(learned_);
    learning_ = -1;
  }
}

void DirectionModel::adopt(const Measured::Outputs& outputs, Truth path_blocked, double path_time,
                           const History& battery) noexcept {
  const std::array<Seen, max_outputs> before = seen_;
  see(outputs, path_blocked, path_time);
  if (state_ == State::unknown) {
    settle_start();
    return;
  }
  const Truth leaving_truth = state_ == State::open ? Truth::yes : Truth::no;
  int against_the_rules = 0;
  for (std::size_t o = 0; o < this->outputs(); ++o) {
    const Seen& seen = seen_[o];
    if (seen.blocked == Truth::unknown) {
      continue;
    }
    const Envelope& e = envelopes_[o];
    const bool permitted = seen.blocked == Truth::yes ? e.may : !e.must;
    const bool edge = before[o].blocked != seen.blocked;
    const Interval latency = latency_of(o);
    const Interval decided{seen.time - latency.hi, seen.time - latency.lo};
    if (seen.blocked == leaving_truth) {
      if (!permitted) {
        ++against_the_rules;
      } else if (edge && leaving_.lo < infinity && now_ >= leaving_.lo + latency.lo) {
        Interval window = intersect({leaving_.lo, std::min(leaving_.hi, now_)}, decided);
        if (window.empty()) {
          window = decided;
        }
        const bool blocks = state_ == State::open;
        enter(blocks ? State::blocked : State::open, {window.lo, window.hi}, blocks ? leaving_causes_ : 0);
        return;
      }
    } else if (edge) {
      const Interval window = intersect({entered_.lo, entered_.hi}, decided);
      if (!window.empty() && now_ <= entered_.hi + longest_latency_) {
        entered_.lo = window.lo;
        entered_.hi = window.hi;
      }
    }
  }
  if (against_the_rules >= agreeing) {
    const bool blocks = state_ == State::open;
    enter(blocks ? State::blocked : State::open, {now_ - longest_latency_, now_}, blocks ? masks_[out_path] : 0);
    learning_ = -1;
    return;
  }
  learn(battery);
}

}  // namespace rig
