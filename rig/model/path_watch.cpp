#include "rig/model/path_watch.hpp"

#include <algorithm>

namespace rig {
namespace {

// A path is refused when the terminals stand this far beyond B, V, and hardly any current flows, A, for this long, s
// (so that a voltage and a current sampled one after the other are not taken for it).
constexpr double refused_voltage = 0.1;
constexpr double refused_current = 0.5;
constexpr double refused_for = 0.1;

}  // namespace

void PathWatch::update(double now, const Measured& m, const BatteryVoltage& battery, bool twin_surely_open) noexcept {
  const Interval current = charge_ ? m.current.value : Interval{-m.current.value.hi, -m.current.value.lo};
  const Truth demand = charge_ ? m.charge_demand.value : m.discharge_demand.value;
  // Through the body diode of a blocked twin, current begins to flow only beyond its drop.
  const double margin = refused_voltage + battery.drop_uncertainty() + (twin_surely_open ? 0.0 : BatteryVoltage::diode);
  const bool beyond = charge_ ? m.voltage.latest.lo > battery.highest_at_rest() + margin
                              : m.voltage.latest.hi < battery.lowest_at_rest() - margin;
  // A reading near zero of boxes of the 300 A class is no better than an ampere: then it is none when it may be none.
  const double half = 0.5 * (current.hi - current.lo);
  const bool none = current.hi < std::max(refused_current, 2.0 * half);
  if (m.voltage.good && m.current.good && demand == Truth::yes && none && beyond) {
    refused_since_ = std::min(refused_since_, now);
  } else {
    refused_since_ = infinity;
  }
  const bool was_refused = refused_;
  const Truth was_blocked = blocked_;
  refused_ = now - refused_since_ >= refused_for;
  if (refused_) {
    if (!was_refused) {
      time_ = refused_since_;
    }
    blocked_ = Truth::yes;
  } else if (m.current.good && current.lo > refused_current) {
    time_ = blocked_ == Truth::no ? time_ : now;
    blocked_ = Truth::no;
  } else {
    blocked_ = Truth::unknown;
  }
  changed_ = first_ || refused_ != was_refused || blocked_ != was_blocked;
  first_ = false;
}

}  // namespace rig
