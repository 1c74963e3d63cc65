#include "drivers/sim/firmware_power.hpp"

#include <cmath>

#include "drivers/sim/firmware_due.hpp"
#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {
namespace {
constexpr double slack = 1e-9;  // s
constexpr double lights = 7;
constexpr double pcs_silence = 60;  // s; an inverter that says less is not there
}  // namespace

void Power::restart(double now, bool on) noexcept {
  enter(on ? PowerState::on : PowerState::off, now);
  button_ = pressed_ = false;
  woken_since_ = idle_since_ = -1;
  was_low_ = true;
  tries_ = 0;
  wants_stop_ = false;
}

// It acts when the button is released: who holds it for ever starts nothing.
bool Power::long_press(double now, bool button) noexcept {
  const bool down = button && !parameters_.button_dead;
  pressed_ = down && !button_;
  const bool released = !down && button_;
  button_ = down;
  if (pressed_) {
    down_since_ = now;
  }
  return released && now - down_since_ >= to_seconds(parameters_.press) - slack;
}

// A voltage from outside wakes, but one that was there all the time does not undo a shutdown.
bool Power::woken(double now, double terminal_voltage) noexcept {
  if (terminal_voltage < parameters_.wake_voltage.value()) {
    was_low_ = true;
    woken_since_ = -1;
    return false;
  }
  if (!was_low_) {
    return false;
  }
  woken_since_ = woken_since_ < 0 ? now : woken_since_;
  return now - woken_since_ >= to_seconds(parameters_.wake_delay) - slack;
}

void Power::precharge(double now, double terminal_voltage, double battery_voltage) noexcept {
  const StartParameters& p = parameters_;
  const bool near = terminal_voltage >= p.precharge_share.value() * battery_voltage ||
                    std::abs(battery_voltage - terminal_voltage) < p.precharge_difference.value();
  if ((near && battery_voltage > 0) || p.no_precharge) {
    enter(PowerState::on, now);
  } else if (now - since_ >= to_seconds(p.precharge_time) - slack) {
    enter(++tries_ < p.precharge_tries ? PowerState::precharge : PowerState::failed, now);
  }
}

// On, or on the way to it: who ends it, and whether the link still lets it work.
void Power::obey(double now, bool wanted, const LinkOrders& link) noexcept {
  const bool slave = link.follows && state_ != PowerState::refused;
  wants_stop_ = wants_stop_ || (wanted && !slave);
  if (link.stop || (wants_stop_ && link.slaves_off)) {
    wants_stop_ = false;
    stops_from_on_ = state_ == PowerState::on;
    enter(PowerState::sweep_down, now);
  } else if (link.refused && state_ != PowerState::refused) {
    enter(PowerState::refused, now);
  }
}

// Nobody needs it for long: it spares its cells. In a system of several packs the inverter is what counts.
void Power::doze(double now, const PowerSight& sight, const LinkOrders& link) noexcept {
  const StartParameters& p = parameters_;
  const bool idle = link.alone && std::abs(sight.current) < p.sleep_current.value() && sight.since_pcs > pcs_silence;
  idle_since_ = !idle ? -1 : idle_since_ < 0 ? now : idle_since_;
  if (idle && now - idle_since_ >= to_seconds(p.sleep_after) - slack) {
    woken_since_ = -1;
    was_low_ = false;
    enter(PowerState::asleep, now);
  }
}

// The button acts when it moves, which is not a matter of time.
double Power::due(double now, const PowerSight& sight) const noexcept {
  if (state_ != PowerState::on) {
    return now;
  }
  if (std::abs(sight.current) >= parameters_.sleep_current.value()) {
    return never_due;
  }
  return idle_since_ < 0 ? now + pcs_silence - sight.since_pcs : idle_since_ + to_seconds(parameters_.sleep_after);
}

void Power::run(double now, const PowerSight& sight, const LinkOrders& link) noexcept {
  const StartParameters& p = parameters_;
  const bool wanted = long_press(now, sight.button);
  const double lasted = now - since_ + slack;
  switch (state_) {
    case PowerState::asleep:
      if (sight.since_pcs < pcs_silence) {
        enter(PowerState::sweep_up, now);
        return;
      }
      [[fallthrough]];
    case PowerState::off:
      // What stands at the terminals of a slave is its neighbours' voltage: the link wakes it.
      if (wanted || (!link.follows && woken(now, sight.terminal_voltage))) {
        enter(PowerState::sweep_up, now);
      } else if (link.wake) {
        enter(PowerState::coding, now);
      }
      return;
    case PowerState::sweep_up:
      if (lasted >= lights * to_seconds(p.sweep_step)) {
        enter(PowerState::coding, now);
      }
      return;
    case PowerState::coding:
      if (!link.alone && link.refused) {
        enter(PowerState::refused, now);
      } else if (lasted >= to_seconds(p.coding) && (link.alone || link.coded)) {
        tries_ = 0;
        enter(PowerState::precharge, now);
      }
      return;
    case PowerState::sweep_down:
      if (lasted >= lights * to_seconds(p.sweep_step)) {
        was_low_ = false;
        woken_since_ = -1;
        enter(PowerState::off, now);
      }
      return;
    case PowerState::precharge:
      if (link.joins) {
        precharge(now, sight.terminal_voltage, sight.battery_voltage);
      } else {
        since_ = now;
      }
      break;
    case PowerState::refused:
      if (link.coded && !link.refused) {
        tries_ = 0;
        enter(PowerState::precharge, now);
      }
      break;
    case PowerState::failed:
      if (lasted >= to_seconds(p.precharge_retry)) {
        tries_ = 0;
        enter(PowerState::precharge, now);
      }
      break;
    case PowerState::on:
      doze(now, sight, link);
      if (state_ == PowerState::asleep) {
        return;
      }
      break;
  }
  obey(now, wanted, link);
}

}  // namespace rig::sim

namespace rig {
void Fields<sim::StartParameters>::declare(Mapping<sim::StartParameters>& m) {
  using S = sim::StartParameters;
  using sim::by_default, sim::option;
  m.optional("press", &S::press, option("the button has to be held for so long", "manual 5.2.1", 0.0, 60.0));
  m.optional("sweep_step", &S::sweep_step, option("from one light of the sweep to the next", by_default, 0.01, 10.0));
  m.optional("coding", &S::coding, option("coding with all lights flashing", by_default, 0.0, 60.0));
  m.optional("wake_voltage", &S::wake_voltage, option("at the terminals: turns on", "manual 9.1-1", 0.0, 100.0));
  m.optional("wake_delay", &S::wake_delay, option("which has to stand for so long", by_default, 0.0, 3600.0));
  m.optional("precharge_share", &S::precharge_share,
             option("of the battery's voltage: pre-charge is done", "class relatives (ENN)", 0.0, 1.0));
  m.optional("precharge_difference", &S::precharge_difference,
             option("or so near", "class relatives (FOX)", 0.0, 100.0));
  m.optional("precharge_time", &S::precharge_time,
             option("one try takes at most so long", "class relatives (ENN)", 0.0, 60.0));
  m.optional("precharge_tries", &S::precharge_tries, option("so many tries", "class relatives (FOX)", 1.0, 100.0));
  m.optional("sleep_after", &S::sleep_after,
             option("sleeps when nobody has needed it for so long", "class relatives (SEP)", 0.0, 1e7));
  m.optional("sleep_current", &S::sleep_current, option("less is no current", by_default, 0.0, 200.0));
  m.optional("precharge_retry", &S::precharge_retry, option("then again after so long", by_default, 0.0, 86400.0));
}
}  // namespace rig
