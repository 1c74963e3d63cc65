// The rules of a direction and the windows that they open.
#include "rig/model/direction_model.hpp"

#include <algorithm>
#include <bit>

namespace rig {
namespace {

// A latency that is only an engineering default fails nothing that a patient observer would wait for, s.
constexpr double patience = 60.0;

Interval judged_latency(const OriginInterval& range) {
  return range.can_fail() ? range.interval() : Interval{0.0, patience};
}

// After an overdue action this much more is given before the reference goes on with the pack's own state, s.
constexpr double waiver_time = 1.0;

constexpr std::uint32_t bit(std::size_t i) noexcept { return 1u << i; }

}  // namespace

DirectionModel::DirectionModel(std::vector<ThresholdRule> rules, const Latencies& latencies)
    : rules_(std::move(rules)) {
  for (const auto& rule : rules_) {
    if (std::find(flags_.begin(), flags_.end(), rule.flag()) == flags_.end()) {
      flags_.push_back(rule.flag());
    }
  }
  if (rules_.size() > max_rules || outputs() > max_outputs) {
    throw RigError("a direction has at most " + std::to_string(max_rules) + " protections with " +
                   std::to_string(max_outputs - first_flag) + " flags");
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
      masks_[o] |= belongs ? bit(i) : 0u;
    }
  }
  for (std::size_t inputs = 0; inputs < lookers_.size(); ++inputs) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      lookers_[inputs] |= (rules_[i].trip_looks_at() & inputs) != 0 ? bit(i) : 0u;
    }
  }
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    latched_ |= rules_[i].latched() ? bit(i) : 0u;
  }
  for (std::size_t i = 0; i < outputs(); ++i) {
    longest_latency_ = std::max(longest_latency_, latency_[i].hi);
  }
}

void DirectionModel::restart(CellKnowledge knowledge) noexcept {
  for (auto& rule : rules_) {
    rule.restart(knowledge);
  }
  held_ = 0;
  powered_up_ = false;
  restart_state(0.0);
}

void DirectionModel::lose_power(double now) noexcept {
  held_ |= (causes_ | joined_) & sure_ & latched_;
  for (auto& rule : rules_) {
    rule.restart_pack(now);
  }
  restart_state(now);
  powered_up_ = true;
}

void DirectionModel::restart_state(double now) noexcept {
  state_ = State::unknown;
  began_ = now_ = now;
  deadline_ = -infinity;
  settled_at_ = -infinity;
  changed_ = true;
  woken_ = true;
  entered_ = {};
  leaving_ = {};
  causes_ = joined_ = sure_ = leaving_causes_ = due_ = waived_ = 0;
  since_.fill({});
  learning_ = -1;
  seen_.fill({});
  envelopes_.fill({});
}

// When rule i tripped, if it did.
Interval DirectionModel::acted(std::size_t i) const noexcept {
  const Window& window = (causes_ & bit(i)) != 0 ? entered_ : since_[i];
  return {window.lo, window.hi};
}

double DirectionModel::trip_must(std::size_t i) const noexcept {
  return (waived_ & bit(i)) != 0 ? infinity : rules_[i].trip().must_since();
}

void DirectionModel::watch(const RuleInputs& in) noexcept {
  now_ = in.now;
  step_ = in.step;
  bool news = now_ >= deadline_;
  if (woken_) {
    RuleInputs all = in;
    all.fresh = fresh::all;
    calm_.restart();
    watch_rules(all);
    news = true;
  } else if (in.fresh != 0) {
    news = watch_rules(in) || news;
  }
  changed_ = news;
  if (!news) {
    return;
  }
  woken_ = false;
  forget();
  if (state_ == State::blocked) {
    blocked_windows();
  } else {
    open_windows();
  }
  update_envelopes();
  plan();
}

bool DirectionModel::watch_rules(const RuleInputs& in) noexcept {
  bool news = false;
  const std::uint8_t stirred = calm_.follow(in);
  const std::uint32_t acting = causes_ | joined_;
  const std::uint32_t asked = lookers_[stirred] | (lookers_[in.fresh] & restless_) | acting;
  for (std::uint32_t left = asked; left != 0; left &= left - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(left));
    news = rules_[i].watch_trip(in) || news;
    if ((acting & bit(i)) != 0) {
      news = rules_[i].watch_release(in, acted(i)) || news;
    }
  }
  if (lookers_[stirred] != 0) {
    const RuleInputs zone = calm_.zone(in);
    for (std::uint32_t left = lookers_[stirred]; left != 0; left &= left - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      restless_ = rules_[i].calm_in(zone) ? restless_ & ~bit(i) : restless_ | bit(i);
    }
  }
  return news;
}

void DirectionModel::forget() noexcept {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    ThresholdRule& rule = rules_[i];
    rule.forget(now_, longest_latency_);
    if (!rule.trip().certain()) {
      waived_ &= ~bit(i);
    } else if (state_ != State::blocked && now_ > rule.trip().must_since() + longest_latency_ + waiver_time) {
      waived_ |= bit(i);
    }
  }
}

void DirectionModel::open_windows() noexcept {
  leaving_ = {};
  leaving_causes_ = due_ = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const double may = rules_[i].trip().may_since();
    leaving_causes_ |= may <= now_ ? bit(i) : 0u;
    leaving_.lo = std::min(leaving_.lo, may);
    due_ |= trip_must(i) <= now_ ? bit(i) : 0u;
    leaving_.hi = std::min(leaving_.hi, trip_must(i));
  }
}

// A rule that trips while another blocks the direction.
void DirectionModel::join(std::size_t i) noexcept {
  const Debounce& trip = rules_[i].trip();
  if (((causes_ | joined_) & bit(i)) == 0 && trip.may_since() <= now_) {
    joined_ |= bit(i);
    since_[i] = {trip.may_since(), infinity};
    rules_[i].restart_release();
    woken_ = true;  // its release has to be looked at, whatever is fresh
  }
  if (((causes_ | joined_) & bit(i)) != 0 && (sure_ & bit(i)) == 0 && trip_must(i) <= now_) {
    sure_ |= bit(i);
    since_[i].hi = std::min(since_[i].hi, trip_must(i));
    since_[i].lo = std::min(since_[i].lo, since_[i].hi);
  }
}

// The flag of rule i has been out since: at `time` the rule held nothing.
bool DirectionModel::surely_silent(std::size_t i, double time) const noexcept {
  for (std::size_t o = first_flag; o < outputs(); ++o) {
    if ((masks_[o] & bit(i)) != 0) {
      return seen_[o].blocked == Truth::no && seen_[o].time - latency_of(o).hi > time;
    }
  }
  return false;
}

// A rule that joined and has let go for sure.
void DirectionModel::part() noexcept {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const bool gone = rules_[i].release_must_since() + longest_latency_ < now_ && !rules_[i].trip().possible();
    if ((joined_ & bit(i)) != 0 && gone) {
      joined_ &= ~bit(i);
      sure_ &= ~bit(i);
      rules_[i].restart_trip();
      rules_[i].restart_release();
    }
  }
}

void DirectionModel::blocked_windows() noexcept {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    join(i);
  }
  part();
  // Of the causes one is enough, so the block may end when any of them may let go; a rule that has joined for sure
  // holds it. It has to end when all that may hold it have let go.
  leaving_ = {infinity, -infinity};
  double held = -infinity;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const bool caused = (causes_ & bit(i)) != 0;
    if (!caused && (joined_ & bit(i)) == 0) {
      continue;
    }
    const double may = rules_[i].release_may_since();
    if (caused) {
      leaving_.lo = std::min(leaving_.lo, may);
    }
    if ((sure_ & bit(i)) != 0) {
      held = std::max(held, may);
    }
    if (caused || (sure_ & bit(i)) != 0) {
      leaving_.hi = std::max(leaving_.hi, rules_[i].release_must_since());
    }
  }
  leaving_.lo = std::max(leaving_.lo, held);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if ((joined_ & ~sure_ & bit(i)) != 0 && !surely_silent(i, leaving_.hi + longest_latency_)) {
      leaving_.hi = std::max(leaving_.hi, rules_[i].release_must_since());
    }
  }
  const bool overdue = now_ > leaving_.hi + longest_latency_ + waiver_time;
  if (overdue) {
    leaving_.hi = infinity;
  }
}

// The next moment at which anything changes without a new input.
void DirectionModel::plan() noexcept {
  deadline_ = infinity;
  const auto consider = [&](double time) {
    if (time > now_) {
      deadline_ = std::min(deadline_, time);
    }
  };
  const auto consider_latencies = [&](double time) {
    if (time < infinity && time > -infinity) {
      consider(time);
      for (std::size_t o = 0; o < outputs(); ++o) {
        consider(time + latency_[o].lo);
        // Behind the longest latency, by more than the rounding of a sum.
        consider(time + latency_[o].hi + step_ + 1e-9);
      }
      consider(time + longest_latency_ + 1e-9);
      consider(time + longest_latency_ + waiver_time + 1e-9);
    }
  };
  consider_latencies(entered_.hi);
  consider_latencies(leaving_.lo);
  consider_latencies(leaving_.hi);
  const std::uint32_t acting = causes_ | joined_;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    consider(rules_[i].next(now_, longest_latency_));
    consider_latencies(rules_[i].trip().may_since());
    consider_latencies(rules_[i].trip().must_since());
    if ((acting & bit(i)) != 0) {
      consider_latencies(rules_[i].release_may_since());
      consider_latencies(rules_[i].release_must_since());
      consider_latencies(since_[i].hi);
    }
  }
}

}  // namespace rig
