#include "rig/model/power_watch.hpp"

#include "rig/model/battery_voltage.hpp"
#include "rig/model/bounds_signal.hpp"

namespace rig {
namespace {

// Until a pack that stops is silent, s: its lights sweep, and its last frames grow old. One that is heard for longer
// has not taken the press for one.
constexpr double longest_stop = 20.0;
// A pack that never spoke since the start of the run is off, s.
constexpr double patience = 6.0;
// Less may be nothing to a pack, A.
constexpr double no_current = 1.0;
// How long a pack without a load may keep its terminals dead once it speaks, s.
constexpr double longest_start = 20.0;

// A pack that sleeps by itself has a row that says when; an engineering default permits it from its lower end on.
double sleep_of(const Requirements& requirements) {
  for (const RequirementRow& row : requirements.rows) {
    if (row.rule == "idle_sleep" && row.delay) {
      return row.delay->interval().lo;
    }
  }
  return infinity;
}

}  // namespace

PowerWatch::PowerWatch(const Requirements& requirements) : sleeps_after_(sleep_of(requirements)) {}

void PowerWatch::declare(SignalTable& table) {
  silent_id_ = table.declare({.name = "model.may_be_silent",
                              .dimension = dimension::boolean,
                              .origin = Origin::model,
                              .source = "reference",
                              .help = "the pack is off, or has a reason to be: nothing has to come from it"});
}

void PowerWatch::restart(bool off) noexcept {
  may_sleep_ = changed_ = heard_ = false;
  online_ = told_ = Truth::unknown;
  tenth_ = -1;
  unpublished_ = true;
  off_ = excused_ = off;
  press_.restart();
  stopping_ = -infinity;
  idle_since_ = 0.0;
}

bool PowerWatch::long_idle(double now, const Measured& m) noexcept {
  const bool flows = m.current.good && (m.current.latest.lo > no_current || m.current.latest.hi < -no_current);
  idle_since_ = flows ? now : idle_since_;
  return now - idle_since_ >= sleeps_after_;
}

// It speaks already, and its terminals are still dead: it pre-charges what hangs there, for as long as a load keeps
// them down.
bool PowerWatch::starts(double now, const Measured& m) const noexcept {
  const bool dead = m.voltage.good && m.voltage.latest.hi < BatteryVoltage::dead_terminals;
  const bool held_down = m.discharge_demand.value == Truth::yes;
  return off_ && dead && (held_down || now - idle_since_ < longest_start);
}

void PowerWatch::look(double now, const Measured& m) noexcept {
  const bool pressed = press_.ends(now, m.button.value == Truth::yes);
  if (m.online.value == Truth::yes) {
    if (online_ != Truth::yes) {
      stopping_ = -infinity;
      idle_since_ = now;
    }
    stopping_ = pressed ? now : stopping_;
    heard_ = true;
  }
  online_ = m.online.value == Truth::unknown ? online_ : m.online.value;
  may_sleep_ = long_idle(now, m);
  const bool leaves = now - stopping_ < longest_stop || may_sleep_;
  const bool silent = online_ == Truth::no;
  const bool off = silent ? heard_ || excused_ || now > patience : leaves || starts(now, m);
  // Silence stays excused that began with a reason.
  const bool excused = leaves || (online_ != Truth::yes && excused_);
  unpublished_ = unpublished_ || excused != excused_;
  excused_ = excused;
  changed_ = off != off_;
  off_ = off;
}

void PowerWatch::write_silent(const Tick& tick, SignalTable& table) const noexcept {
  table.write(silent_id_, excused_ ? 1.0 : 0.0, tick.start);
}

}  // namespace rig
