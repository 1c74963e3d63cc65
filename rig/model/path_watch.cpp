#include "rig/model/path_watch.hpp"

#include <algorithm>

namespace rig {
namespace {

// A path is refused when the terminals stand this far beyond B, V, and hardly any current flows, A, and when both say
// so again this much later, s: a current that was read before the voltage rose says nothing, however long a slow box
// lets it stand.
constexpr double refused_voltage = 0.1;
constexpr double refused_current = 0.5;
constexpr double refused_for = 0.1;
constexpr double slack = 1e-9;  // s, rounding of a difference of times

}  // namespace

void PathWatch::update(double now, const Measured& m, const BatteryVoltage& battery, bool twin_surely_open) noexcept {
  const auto inwards = [this](Interval i) { return charge_ ? i : Interval{-i.hi, -i.lo}; };
  const Interval current = inwards(m.current.value);  // since the reading before
  const Interval latest = inwards(m.current.latest);
  const Truth demand = charge_ ? m.charge_demand.value : m.discharge_demand.value;
  // Through the body diode of a blocked twin, current begins to flow only beyond its drop.
  const double margin = refused_voltage + battery.drop_uncertainty() + (twin_surely_open ? 0.0 : BatteryVoltage::diode);
  const bool beyond = charge_ ? m.voltage.latest.lo > battery.highest_at_rest() + margin
                              : m.voltage.latest.hi < battery.lowest_at_rest() - margin;
  // A reading near zero of boxes of the 300 A class is no better than an ampere: then it is none when it may be none.
  const bool none = latest.hi < std::max(refused_current, latest.width());
  if (m.voltage.good && m.current.good && demand == Truth::yes && none && beyond) {
    refused_since_ = std::min(refused_since_, now);
  } else {
    refused_since_ = infinity;
  }
  const bool was_refused = refused_;
  const Truth was_blocked = blocked_;
  refused_ = std::min(m.voltage.time, m.current.time) - refused_since_ >= refused_for - slack;
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
