// The set of causes of a block: who may hold it, who surely does, and whose threshold it tells.
#include <algorithm>

#include "rig/model/direction_model.hpp"

namespace rig {
namespace {

constexpr std::uint32_t bit(std::size_t i) noexcept { return 1u << i; }

}  // namespace

// While outputs still follow, the window of the decision narrows; when all have had their time, the input in that
// window, the delay earlier, is where the pack's own threshold lies.
void DirectionModel::learn(const InputHistories& histories) noexcept {
  if (learning_ < 0) {
    return;
  }
  ThresholdRule& rule = rules_[static_cast<std::size_t>(learning_)];
  const Interval delay = rule.trip().delay();
  if (!histories.battery.covers(entered_.lo - delay.hi)) {
    learning_ = -1;  // where the input came from was before the start: it tells no threshold
    return;
  }
  learned_ = rule.told_by(histories.between(entered_.lo - delay.hi, entered_.hi - delay.lo));
  if (now_ > entered_.hi + longest_latency_) {
    rule.learn(learned_);
    learning_ = -1;
    woken_ = true;
  }
}

void DirectionModel::narrow(Interval decided) noexcept {
  const Interval window = intersect({entered_.lo, entered_.hi}, decided);
  if (!window.empty() && now_ <= entered_.hi + longest_latency_) {
    woken_ = woken_ || window.lo > entered_.lo || window.hi < entered_.hi;
    entered_ = {window.lo, window.hi};
  }
}

// Another rule than those of `mask` surely holds the block.
bool DirectionModel::held_without(std::uint32_t mask) const noexcept {
  const std::uint32_t remaining = (causes_ | joined_) & ~mask;
  std::uint32_t shown = sure_;
  for (std::size_t o = first_flag; o < outputs(); ++o) {
    shown |= seen_[o].blocked == Truth::yes ? masks_[o] : 0u;
  }
  return (remaining & shown) != 0;
}

// The flags of `mask` went out. While another rule holds the direction, that is the end of a cause and not of the
// block.
void DirectionModel::let_go(std::uint32_t mask) noexcept {
  const std::uint32_t remaining = (causes_ | joined_) & ~mask;
  if (remaining == 0) {
    return;
  }
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if ((mask & (causes_ | joined_) & bit(i)) != 0) {
      rules_[i].restart_trip();
      rules_[i].restart_release();
    }
  }
  causes_ &= ~mask;
  joined_ &= ~mask;
  sure_ &= ~mask;
  if (causes_ == 0) {  // the rules that joined are the causes now
    causes_ = sure_ != 0 ? sure_ : joined_;
    joined_ &= ~causes_;
    sure_ = (causes_ & (causes_ - 1)) == 0 ? causes_ : sure_;
  }
  learning_ = -1;
  woken_ = true;
}

// A flag that has had its time and is not set clears its rules of being the cause, as long as another is left.
void DirectionModel::prune() noexcept {
  if (state_ != State::blocked) {
    return;
  }
  // A fault that the pack was found with is only suspected, so it is never what is left.
  const std::uint32_t firm = entered_.lo == -infinity ? ~latched_ | sure_ : ~0u;
  for (std::size_t o = first_flag; o < outputs(); ++o) {
    const double due = entered_.hi + latency_of(o).hi;
    const bool out = seen_[o].blocked == Truth::no && seen_[o].time > due;
    const std::uint32_t left = causes_ & ~masks_[o];
    const std::uint32_t named = causes_ & masks_[o] & firm;
    if (seen_[o].blocked == Truth::yes && named != 0 && (named & (named - 1)) == 0 && (sure_ & named) == 0) {
      sure_ |= named;
      woken_ = true;
    }
    if (out && (causes_ & masks_[o]) != 0 && (left & firm) != 0 && settled_at_ > now_) {
      for (std::size_t i = 0; i < rules_.size(); ++i) {
        if ((causes_ & masks_[o] & bit(i)) != 0) {
          rules_[i].restart_trip_from(entered_.lo);  // it was not the cause, and may act any moment: its input stands
        }
      }
      causes_ = left;
      if ((left & (left - 1)) == 0) {
        sure_ |= left;
      }
      woken_ = true;
    }
  }
}

// An output shows what it already should: it narrows the window of the decision, and a flag names who has joined.
void DirectionModel::follow(std::size_t o, Interval decided, bool edge) noexcept {
  if (!edge) {
    return;
  }
  const std::uint32_t joined = joined_ & masks_[o];
  const bool of_joined = o >= first_flag && (causes_ & masks_[o]) == 0;
  if (!of_joined) {
    narrow(decided);
  } else if (joined != 0 && (joined & (joined - 1)) == 0) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (joined == bit(i) && (sure_ & joined) == 0) {
        sure_ |= joined;
        since_[i] = {std::max(since_[i].lo, decided.lo), std::min(decided.hi, now_)};
        rules_[i].note_trip(now_, true);
        woken_ = true;
      }
    }
  }
}

}  // namespace rig
