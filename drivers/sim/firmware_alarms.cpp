#include "drivers/sim/firmware_alarms.hpp"

#include <cmath>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {

void Alarms::configure(const AlarmParameters& parameters, DebounceWord debounce) {
  *this = Alarms(parameters, debounce == DebounceWord::leaky);
}

template <class Rule>
bool Alarms::judge(Level& state, const Rule& rule, bool beyond, bool back, double now) noexcept {
  if (!rule.enabled) {
    return false;
  }
  const double delay = to_seconds(rule.delay);
  const double release_delay = to_seconds(rule.release_delay);
  double due = never_due;
  if (!state.raised) {
    if (state.rise.update(now, beyond, delay, leaky_)) {
      state.raised = true;
      state.fall.clear(now);
    }
    due = state.rise.due(delay);
  }
  if (state.raised) {
    if (state.fall.update(now, back, release_delay, false)) {
      state.raised = false;
      state.rise.clear(now);
    }
    due = state.raised ? state.fall.due(release_delay) : never_due;
  }
  due_ = std::min(due_, due);
  return state.raised;
}

template <class Q>
bool Alarms::above(Level& state, const AlarmRule<Q>& rule, double value, bool tripped, double now) noexcept {
  const bool beyond = parameters_.alarms_after_protections ? tripped : value > rule.threshold.value();
  return judge(state, rule, beyond, value <= rule.release.value(), now);
}
template <class Q>
bool Alarms::below(Level& state, const AlarmRule<Q>& rule, double value, bool tripped, double now) noexcept {
  const bool beyond = parameters_.alarms_after_protections ? tripped : value < rule.threshold.value();
  return judge(state, rule, beyond, value >= rule.release.value(), now);
}

bool Alarms::difference(const Scan& scan, double soc, double now) noexcept {
  const CellDifferenceAlarm& p = parameters_.alarm_cell_difference;
  const double spread = scan.highest_cell - scan.lowest_cell;
  const bool counts =
      std::abs(scan.current) < p.small_current.value() || (soc >= p.lowest_soc.value() && soc <= p.highest_soc.value());
  return judge(difference_, p, counts && spread > p.threshold.value(), spread <= p.release.value(), now);
}

void Alarms::update(double now, const Scan& scan, double soc, const Flags& tripped) noexcept {
  const AlarmParameters& p = parameters_;
  due_ = never_due;
  flags_.over_voltage = above(cell_ov_, p.alarm_cell_ov, scan.highest_cell, tripped.over_voltage, now);
  flags_.under_voltage = below(cell_uv_, p.alarm_cell_uv, scan.lowest_cell, tripped.under_voltage, now);
  flags_.charge_oc = above(charge_oc_, p.alarm_charge_oc, scan.current, tripped.charge_oc, now);
  flags_.discharge_oc = above(discharge_oc_, p.alarm_discharge_oc, -scan.current, tripped.discharge_oc, now);
  flags_.charge_ot = above(charge_ot_, p.alarm_charge_ot, scan.hottest, tripped.charge_ot, now);
  flags_.charge_ut = below(charge_ut_, p.alarm_charge_ut, scan.coldest, tripped.charge_ut, now);
  flags_.discharge_ot = above(discharge_ot_, p.alarm_discharge_ot, scan.hottest, tripped.discharge_ot, now);
  flags_.discharge_ut = below(discharge_ut_, p.alarm_discharge_ut, scan.coldest, tripped.discharge_ut, now);
  flags_.cell_difference = difference(scan, soc, now);
}

}  // namespace rig::sim

namespace rig {
namespace {
using sim::by_default, sim::option;

template <class Q>
void declare_alarm(Mapping<sim::AlarmRule<Q>>& m, double minimum, double maximum) {
  using R = sim::AlarmRule<Q>;
  m.optional("threshold", &R::threshold, option("raised beyond", "engineering default (SEP)", minimum, maximum));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", by_default, 0.0, 3600.0));
  m.optional("release", &R::release, option("cleared from here", "engineering default (SEP)", minimum, maximum));
  m.optional("release_delay", &R::release_delay, option("which has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("enabled", &R::enabled, option("the alarm is evaluated at all"));
}
}  // namespace

void Fields<sim::AlarmRule<Volts>>::declare(Mapping<sim::AlarmRule<Volts>>& m) { declare_alarm(m, 0.0, 10.0); }
void Fields<sim::AlarmRule<Amps>>::declare(Mapping<sim::AlarmRule<Amps>>& m) { declare_alarm(m, 0.0, 1000.0); }
void Fields<sim::AlarmRule<Celsius>>::declare(Mapping<sim::AlarmRule<Celsius>>& m) { declare_alarm(m, -60.0, 150.0); }

void Fields<sim::CellDifferenceAlarm>::declare(Mapping<sim::CellDifferenceAlarm>& m) {
  using R = sim::CellDifferenceAlarm;
  m.optional("threshold", &R::threshold,
             option("raised beyond this difference of two cells", "engineering default (SEP)", 0.0, 10.0));
  m.optional("delay", &R::delay, option("has to stand beyond for so long", by_default, 0.0, 3600.0));
  m.optional("release", &R::release, option("cleared from here", "engineering default (SEP)", 0.0, 10.0));
  m.optional("release_delay", &R::release_delay, option("which has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("small_current", &R::small_current,
             option("below this current it counts at every SOC", by_default, 0.0, 1000.0));
  m.optional("lowest_soc", &R::lowest_soc, option("from this SOC on it counts at every current", by_default, 0.0, 1.0));
  m.optional("highest_soc", &R::highest_soc, option("and up to this one", by_default, 0.0, 1.0));
  m.optional("enabled", &R::enabled, option("the alarm is evaluated at all"));
}

}  // namespace rig
