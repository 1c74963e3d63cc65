#include "rig/model/battery_voltage.hpp"

namespace rig {
namespace {
// I * R for a non-negative R.
Interval drop(Interval current, Interval resistance) noexcept {
  return {current.lo * (current.lo < 0 ? resistance.hi : resistance.lo),
          current.hi * (current.hi < 0 ? resistance.lo : resistance.hi)};
}
}  // namespace

void BatteryVoltage::bound_rest(Interval reported) noexcept {
  highest_at_rest_ = infinity;
  lowest_at_rest_ = -infinity;
  if (has_last_) {
    // The inner ends of the last interval: the sample in which a path opened may already hold the jump of P.
    highest_at_rest_ = direction_ > 0 ? last_.lo : direction_ < 0 ? last_.hi + rises : last_.hi;
    lowest_at_rest_ = direction_ < 0 ? last_.hi : direction_ > 0 ? last_.lo - falls : last_.lo;
  }
  highest_at_rest_ = std::min(highest_at_rest_, reported.hi);
  lowest_at_rest_ = std::max(lowest_at_rest_, reported.lo);
}

void BatteryVoltage::update(const Measured& measured, Paths paths, Interval reported) noexcept {
  independent_ = false;
  if (!measured.voltage.good || !measured.current.good) {
    value_ = reported;
    return;
  }
  const Interval current = measured.current.value;
  Interval behind_path = measured.voltage.value - drop(current, resistance_);
  const bool charging = current.lo > conducting;
  const bool discharging = current.hi < -conducting;
  if (charging || discharging) {
    if (charging && !paths.discharge_surely_open) {
      behind_path.lo -= diode;
    }
    if (discharging && !paths.charge_surely_open) {
      behind_path.hi += diode;
    }
    value_ = behind_path;
    last_ = behind_path;
    has_last_ = true;
    independent_ = true;
    direction_ = charging ? 1 : -1;
    drop_uncertainty_ = resistance_.width() * std::max(-current.lo, current.hi);
  } else {
    const Interval relaxed = has_last_ ? Interval{last_.lo - falls, last_.hi + rises} : Interval{};
    // Only a source that read back as off cannot have lifted P above B, only a load that is off cannot have pulled it
    // below.
    const bool no_source = measured.charge_demand.value == Truth::no;
    const bool no_load = measured.discharge_demand.value == Truth::no;
    if (no_source && no_load && paths.charge_surely_open && paths.discharge_surely_open) {
      value_ = behind_path;
      last_ = behind_path;
      has_last_ = true;
      independent_ = true;
      direction_ = 0;
      drop_uncertainty_ = 0.0;
    } else if (measured.charge_demand.value == Truth::yes && no_load) {
      value_ = {relaxed.lo, std::min(relaxed.hi, behind_path.hi)};
    } else if (measured.discharge_demand.value == Truth::yes && no_source) {
      value_ = {std::max(relaxed.lo, behind_path.lo), relaxed.hi};
    } else {
      value_ = relaxed;
    }
  }
  const Interval both = intersect(value_, reported);
  if (!both.empty()) {
    value_ = both;
  }
  bound_rest(reported);
}

}  // namespace rig
