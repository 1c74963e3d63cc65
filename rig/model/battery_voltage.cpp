#include "rig/model/battery_voltage.hpp"

#include <algorithm>

namespace rig {
namespace {
// I * R for a non-negative R.
Interval drop(Interval current, Interval resistance) noexcept {
  return {current.lo * (current.lo < 0 ? resistance.hi : resistance.lo),
          current.hi * (current.hi < 0 ? resistance.lo : resistance.hi)};
}
}  // namespace

// The resistance of cells grows by 28 kJ/mol at most, and the end of a discharge is stiffer still in the cold.
void BatteryVoltage::set_coldest(double celsius) noexcept {
  constexpr double room = 22.0;  // degC; what is not known is no reason to expect less
  constexpr double per_kelvin = 0.035, end_of_discharge = 1.6, cold = 15.0;  // K, over which the end grows stiff
  const double below = celsius > -infinity ? std::clamp(room - celsius, 0.0, 50.0) : 0.0;
  cold_ = exact_exp(per_kelvin * below);
  stiffness_ = cold_ * (1.0 + (end_of_discharge - 1.0) * std::min(1.0, below / cold));
}

// How much B is strained where it was last known; it relaxes from there, whatever time that takes.
void BatteryVoltage::note_strain(Interval current) noexcept {
  const double left = strain_ - std::max(0.0, looked_at_ - measured_at_) / forgotten_after;
  strain_ = std::max({1.0, left, std::max(-current.lo, current.hi) / relaxing_current});
  measured_at_ = looked_at_;
  charged_.add(looked_at_, current.hi);
  discharged_.add(looked_at_, -current.lo);
}

double BatteryVoltage::Strain::left(double now) const noexcept {
  return size * std::max(0.0, 1.0 - (now - at) / relaxed_after);
}

void BatteryVoltage::Strain::add(double now, double amps) noexcept {
  if (amps > conducting) {
    size = std::max(left(now), amps / relaxing_current);
    at = now;
  }
}

double BatteryVoltage::most_fall() const noexcept {
  return falls * (strain_ + (stiffness_ - 1.0) * charged_.left(measured_at_)) +
         std::min(most_drained, drains * (looked_at_ - measured_at_));
}

double BatteryVoltage::most_rise() const noexcept {
  return rises * (strain_ + (stiffness_ - 1.0) * discharged_.left(measured_at_));
}

// What a former current may still have done to cells since they were last known: after a discharge they rise, after a
// charge they fall.
double BatteryVoltage::rise() const noexcept { return rises * discharged_.left(measured_at_) * stiffness_; }
double BatteryVoltage::fall() const noexcept { return falls * charged_.left(measured_at_) * stiffness_; }

void BatteryVoltage::bound_rest(Interval reported) noexcept {
  highest_at_rest_ = infinity;
  lowest_at_rest_ = -infinity;
  if (has_last_) {
    // The inner ends of the last interval: the sample in which a path opened may already hold the jump of P. And what a
    // current the other way has left goes on under the last one.
    highest_at_rest_ = direction_ > 0   ? last_without_diode_.lo + rise()
                       : direction_ < 0 ? last_.hi + most_rise()
                                        : last_.hi + rise();
    lowest_at_rest_ = direction_ < 0   ? last_without_diode_.hi - fall()
                      : direction_ > 0 ? last_.lo - most_fall()
                                       : last_.lo - fall();
  }
  highest_at_rest_ = std::min(highest_at_rest_, reported.hi);
  lowest_at_rest_ = std::max(lowest_at_rest_, reported.lo);
}

// What was a doubt at the last estimate is none now. While B is unknown a pack may trip at any moment, and with a slow
// voltmeter no voltage would ever come at a moment that is sure.
bool BatteryVoltage::surer(Paths paths) const noexcept {
  return (paths.charge_surely_open && !paths_.charge_surely_open) ||
         (paths.discharge_surely_open && !paths_.discharge_surely_open);
}

void BatteryVoltage::estimate(Paths paths) noexcept {
  const VoltagePairs::Pair& pair = pairs_.newest();
  const Interval current = pair.current;
  paths_ = paths;
  time_ = pair.time;
  since_ = pair.since;
  Interval behind_path = pair.voltage - drop(current, resistance_);
  const bool connected = behind_path.hi > dead_terminals;
  const bool charging = current.lo > conducting && connected;
  const bool discharging =
      current.hi < -conducting && connected;  // through a resistor for the pre-charge P says nothing
  // Only a source that read back as off cannot have lifted P above B, only a load that is off cannot have pulled it
  // below.
  const bool idle = !charging && !discharging && pair.rests() && connected;
  const bool at_rest = idle && paths.charge_surely_open && paths.discharge_surely_open;
  independent_ = charging || discharging || at_rest;
  if (independent_) {
    last_without_diode_ = behind_path;
    if (charging && !paths.discharge_surely_open) {
      behind_path.lo -= diode;
    }
    if (discharging && !paths.charge_surely_open) {
      behind_path.hi += diode;
    }
    own_ = behind_path;
    last_ = behind_path;
    has_last_ = true;
    behind_diode_ = false;
    note_strain(current);
    direction_ = charging ? 1 : discharging ? -1 : 0;
    // Of the resistance, and of a current that moved while the voltage was read.
    drop_uncertainty_ =
        at_rest ? 0.0 : resistance_.width() * std::max(-current.lo, current.hi) + resistance_.hi * current.width();
    return;
  }
  // A pack that refuses a charge from the start: P follows B through the diode of the charge FET.
  if (idle && paths.discharge_surely_open && (!has_last_ || behind_diode_)) {
    own_ = last_ = {behind_path.lo, behind_path.hi + diode};
    has_last_ = behind_diode_ = true;
    note_strain(current);
    return;
  }
  own_ = has_last_ ? Interval{last_.lo - most_fall(), last_.hi + most_rise()} : Interval{};
  // Behind a FET that may be open B stands up to the drop of its body diode on the other side before a current flows,
  // as far as it has been there, or relaxes to there. A source is no sink: it may stand anywhere below a pack that does
  // not discharge.
  if (pair.source_on && pair.load_off && paths.discharge_surely_open) {
    const double above = paths.charge_surely_open ? 0.0 : diode;
    own_.hi = std::min(own_.hi, std::max(behind_path.hi, std::min(behind_path.hi + above, last_.hi + rise())));
  } else if (pair.load_on && pair.source_off) {
    const double below = paths.discharge_surely_open ? 0.0 : diode;
    own_.lo = std::max(own_.lo, std::min(behind_path.lo, std::max(behind_path.lo - below, last_.lo - fall())));
  }
}

void BatteryVoltage::update(const Measured& measured, Paths paths, Interval reported) noexcept {
  if (!measured.voltage.good || !measured.current.good) {
    own_ = {};
    independent_ = false;
    pairs_.restart();
  } else if (pairs_.update(measured)) {
    looked_at_ = measured.current.time;
    estimate(paths);
  } else if (pairs_.up_to_date() && surer(paths)) {
    estimate(paths);
  }
  const Interval both = intersect(own_, reported);
  value_ = both.empty() ? own_ : both;
  bound_rest(reported);
}

}  // namespace rig
