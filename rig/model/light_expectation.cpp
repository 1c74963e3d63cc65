#include "rig/model/light_expectation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rig {
namespace {

constexpr double look_every = 0.1;  // s; all that it waits for takes longer
// A report is as old as its frame (1 s), the lights follow a decision within a second (default), s.
constexpr double lag = 2.5;
// And a flash is given up when the next one does not come: its longest off time, or on time, s. By pattern.
constexpr std::array<double, panel_patterns> given_up{0.0, 0.3, 5.3, 1.4, 1.4, 2.3, 1.4, 1.4, 1.0, 1.0, 0.0};
// Two changes of what the current does within this time, and what is seen lies across them: the slowest flash, and the
// recognition of one that came before, take that long, s.
constexpr double in_pieces = 10.0;
// The level changes with the SOC of the pack itself, which is reported once a second, s.
constexpr double level_lag = 4.0;
// The longest that sweep and coding take (5.2.1; 15 s to boot), s.
constexpr double longest_start = 25.0, longest_stop = 10.0, until_silent = 20.0;
// Volts from outside that may wake a pack (9.1-1 demands it from 51 V on).
constexpr double waking = 45.0;
constexpr double full_soc = 0.985, surely_full_soc = 0.995;

std::vector<bool> under_voltages(const std::vector<std::string>& flags) {
  std::vector<bool> result;
  for (const auto& flag : flags) {
    result.push_back(flag == "dut.protection.under_voltage");
  }
  return result;
}

}  // namespace

LightExpectation::LightExpectation(const Requirements& requirements, const std::vector<std::string>& charge_flags,
                                   const std::vector<std::string>& discharge_flags)
    : charge_under_(under_voltages(charge_flags)), discharge_under_(under_voltages(discharge_flags)) {
  for (const RequirementRow& row : requirements.rows) {
    if (row.kind != RowKind::lights) {
      continue;
    }
    if (row.panel == PanelPattern::standby && row.range && row.delay) {
      known_ = row.range->can_fail() && row.delay->can_fail();
      band_ = row.range->interval();
      delay_ = row.delay->interval().hi;
    }
    if (!row.panel && row.table && row.tolerance) {
      mark_count_ = std::min(row.table->points.size(), marks_.size());
      for (std::size_t i = 0; i < mark_count_; ++i) {
        marks_[i] = row.table->points[i][0].value;
      }
      mark_tolerance_ = row.tolerance->value();
    }
  }
}

void LightExpectation::declare(SignalTable& table) {
  may_id_ = {};
  if (!known_ || !table.find("lights.panel")) {
    return;
  }
  may_id_ = table.declare({.name = "model.lights.panel.may",
                           .origin = Origin::model,
                           .source = "reference",
                           .help = "what a conforming pack's lights may show, one bit for each value of lights.panel"});
  level_signal_.declare(table, "lights.level", dimension::none);
}

void LightExpectation::restart() noexcept {
  next_ = charging_ = resting_ = discharging_ = turned_ = before_turned_ = started_ = stopped_ = -infinity;
  direction_ = 0;
  press_.restart();
  allowed_.fill(-infinity);
  level_allowed_.fill(-infinity);
  may_ = any_panel;
  level_ = {0.0, 6.0};
  level_signal_.restart();
}

LightExpectation::Flags LightExpectation::flags_of(const Measured::Outputs& outputs,
                                                   const std::vector<bool>& is_under_voltage) const noexcept {
  Flags flags;
  for (std::size_t i = 0; i < outputs.flags.size(); ++i) {
    if (!is_under_voltage[i]) {
      flags.set = flags.set || outputs.flags[i].value == Truth::yes;
      flags.known = flags.known && outputs.flags[i].value != Truth::unknown;
    }
  }
  return flags;
}

void LightExpectation::note_current(double now, const Measured& m) noexcept {
  const Interval current = m.current.good ? m.current.value : Interval{};
  // Between rest and a clear current the other way a pack may still show what it did last.
  const bool rests = current.lo > -band_.lo && current.hi < band_.lo;
  const auto goes_on = [&](double since, double against) {
    return now - since <= delay_ && !rests && against < band_.hi;
  };
  charging_ = current.hi > band_.lo || goes_on(charging_, -current.hi) ? now : charging_;
  discharging_ = current.lo < -band_.lo || goes_on(discharging_, current.lo) ? now : discharging_;
  resting_ = current.lo < band_.hi && current.hi > -band_.hi ? now : resting_;
  const int direction = current.lo > band_.hi ? 1 : current.hi < -band_.hi ? -1 : rests ? 0 : direction_;
  if (direction != direction_) {
    direction_ = direction;
    before_turned_ = std::exchange(turned_, now);
  }
}

// A long press starts what is off and stops what is on; terminals that come alive from outside start it too.
void LightExpectation::note_button(double now, const Measured& m) noexcept {
  if (press_.ends(now, m.button.value == Truth::yes)) {
    const bool starting = now - started_ < longest_start;
    if (m.online.value == Truth::yes || starting) {
      stopped_ = now;
    }
    if (m.online.value != Truth::yes) {
      started_ = now;
    }
  }
  if (m.online.value == Truth::no && (!m.voltage.good || m.voltage.latest.hi > waking)) {
    started_ = now;
  }
}

double LightExpectation::count(double soc) const noexcept {
  std::size_t lights = 1;
  while (lights < mark_count_ && soc > marks_[lights - 1] + 1e-9) {
    ++lights;
  }
  return static_cast<double>(lights);
}

void LightExpectation::note_level(double now, const Measured& m) noexcept {
  Interval allowed{0.0, 6.0};
  if (m.reported_soc.good && mark_count_ > 0) {
    const double soc = m.reported_soc.latest.middle();
    allowed = {count(soc - mark_tolerance_), count(soc + mark_tolerance_)};
  }
  level_ = {6.0, 0.0};
  for (std::size_t i = 0; i <= 6; ++i) {
    const auto lights = static_cast<double>(i);
    if (lights >= allowed.lo && lights <= allowed.hi) {
      level_allowed_[i] = now;
    }
    if (now - level_allowed_[i] <= level_lag) {
      level_ = {std::min(level_.lo, lights), std::max(level_.hi, lights)};
    }
  }
}

std::uint32_t LightExpectation::moving(const Measured& m, bool charge) const noexcept {
  if (!charge) {
    return panel_bit(PanelPattern::discharging);
  }
  const double soc = m.reported_soc.latest.middle();
  const bool may_be_full = !m.reported_soc.good || soc >= full_soc;
  const bool may_be_less = !m.reported_soc.good || soc < surely_full_soc;
  return (may_be_full ? panel_bit(PanelPattern::full) : 0u) | (may_be_less ? panel_bit(PanelPattern::charging) : 0u);
}

// A pack that works: red with any protection but under-voltage, dark with that one, else by its current. Whether a pack
// that is charged while only discharging is blocked shows red or charging the manual does not say: both may be.
std::uint32_t LightExpectation::awake(const Measured& m) const noexcept {
  const double now = next_;
  const bool charges = now - charging_ <= delay_;
  const bool discharges = now - discharging_ <= delay_;
  const bool rests = now - resting_ <= delay_;
  const Flags charge = flags_of(m.charge, charge_under_);
  const Flags discharge = flags_of(m.discharge, discharge_under_);
  // FETs that are still open (pre-charge, or a failed one): terminals far below what the pack says it has. After an
  // under-voltage they are so too, and that has a pattern of its own.
  const bool open = m.under_voltage.value != Truth::yes && m.voltage.good && m.reported_voltage.good &&
                    m.voltage.latest.hi < 0.9 * m.reported_voltage.latest.lo;
  const bool under = m.under_voltage.value != Truth::no;
  std::uint32_t set = 0;
  if (charge.set || discharge.set || !charge.known || !discharge.known || open) {
    set |= panel_bit(PanelPattern::red);
  }
  if (under) {
    set |= panel_bit(PanelPattern::dark);
  }
  const bool clear = !charge.set && !discharge.set;
  if (charges && !charge.set) {
    set |= moving(m, true);
  }
  if (discharges && !discharge.set && m.under_voltage.value != Truth::yes) {
    set |= moving(m, false);
  }
  if (rests && clear && m.under_voltage.value != Truth::yes) {
    set |= panel_bit(PanelPattern::standby);
  }
  if (now - before_turned_ <= in_pieces) {
    set |= panel_bit(PanelPattern::other);
  }
  return set;
}

std::uint32_t LightExpectation::now_allowed(double now, const Measured& m, bool may_sleep) const noexcept {
  if (m.online.value == Truth::unknown || m.button.value == Truth::unknown) {
    return any_panel;  // nobody listens to the pack, or anybody may press its button
  }
  std::uint32_t set = 0;
  if (m.online.value == Truth::no || may_sleep || now - stopped_ <= until_silent) {
    set |= panel_bit(PanelPattern::dark);
  }
  if (now - started_ <= longest_start) {
    set |= panel_bit(PanelPattern::sweep_up) | panel_bit(PanelPattern::coding);
  }
  if (now - stopped_ <= longest_stop) {
    set |= panel_bit(PanelPattern::sweep_down);
  }
  return m.online.value == Truth::yes ? set | awake(m) : set;
}

void LightExpectation::update(double now, const Measured& m, bool may_sleep) noexcept {
  if (!may_id_.valid() || now < next_ + look_every) {
    return;
  }
  next_ = now;
  note_current(now, m);
  note_button(now, m);
  note_level(now, m);
  const std::uint32_t set = now_allowed(now, m, may_sleep);
  may_ = 0;
  for (std::size_t p = 0; p < panel_patterns; ++p) {
    const std::uint32_t bit = 1u << p;
    allowed_[p] = (set & bit) != 0 ? now : allowed_[p];
    may_ |= now - allowed_[p] <= lag + given_up[p] ? bit : 0u;
  }
  level_signal_.set(level_);
}

void LightExpectation::publish(const Tick& tick, SignalTable& table) noexcept {
  if (may_id_.valid() && next_ == to_seconds(tick.start)) {
    write_changed(table, may_id_, static_cast<double>(may_), tick.start);
    level_signal_.publish(tick, table);
  }
}

}  // namespace rig
