// What each output of a direction may and must show, from the windows.
#include "rig/model/direction_model.hpp"

namespace rig {

// The path, the enable bit, the limit and the contact speak for all rules of the direction.
Envelope DirectionModel::direction_envelope(Interval latency) const noexcept {
  const bool may_leave = now_ >= leaving_.lo + latency.lo;
  const bool must_leave = now_ > leaving_.hi + latency.hi;
  const bool arrived = now_ > entered_.hi + latency.hi;
  switch (state_) {
    case State::open:
      return {may_leave || !arrived, must_leave};
    case State::blocked:
      return {!must_leave, arrived && !may_leave};
    case State::unknown:
      break;
  }
  return {};
}

// A flag speaks for the rules of its mask alone.
Envelope DirectionModel::flag_envelope(std::uint32_t mask, Interval latency) const noexcept {
  const bool arrived = now_ > entered_.hi + latency.hi;
  if (state_ == State::unknown) {
    return {};
  }
  // An error of the BMS itself may have reasons of which the rig sees nothing.
  const bool of_faults = (mask & ~latched_) == 0;
  Envelope e{!arrived || of_faults, false};
  if (state_ == State::open) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if ((mask & (1u << i)) != 0) {
        e.may = e.may || now_ >= rules_[i].trip().may_since() + latency.lo;
        e.must = e.must || now_ > trip_must(i) + latency.hi;
      }
    }
    return e;
  }
  const bool overdue = leaving_.hi == infinity;  // also of an event that was waived
  double first_release = infinity;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const std::uint32_t bit = 1u << i;
    if ((mask & (causes_ | joined_) & bit) == 0) {
      continue;
    }
    const double may_release = rules_[i].release_may_since();
    const double must_release = rules_[i].release_must_since();
    const bool begun = (causes_ & bit) != 0 || now_ >= since_[i].lo + latency.lo;
    e.may = e.may || (begun && (now_ <= must_release + latency.hi || overdue));
    if ((sure_ & bit) != 0) {
      // One of several possible causes that has to have acted by now need not have been the one that began the block.
      const bool began = (causes_ & bit) != 0 && ((causes_ & (causes_ - 1)) == 0 || since_[i].hi == infinity);
      const double since = began ? std::min(entered_.hi, since_[i].hi) : since_[i].hi;
      e.must = e.must || (now_ > since + latency.hi && now_ < may_release + latency.lo);
    }
    if ((causes_ & bit) != 0) {
      first_release = std::min(first_release, may_release);
    }
  }
  const bool alone = causes_ != 0 && (causes_ & ~mask) == 0;
  e.must = e.must || (alone && arrived && now_ < first_release + latency.lo);
  return e;
}

void DirectionModel::update_envelopes() noexcept {
  for (std::size_t o = 0; o < outputs(); ++o) {
    envelopes_[o] = o < first_flag ? direction_envelope(latency_of(o)) : flag_envelope(masks_[o], latency_of(o));
  }
  if (shared_ && state_ == State::blocked) {
    envelopes_[out_path].must = false;  // the others may go on, each by a reference of its own
  }
  own_contact_may_ = envelopes_[out_contact].may;
  envelopes_[out_contact].may = own_contact_may_ || contact_of_all_;
}

}  // namespace rig
