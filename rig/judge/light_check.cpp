#include "rig/judge/light_check.hpp"

#include <algorithm>

namespace rig {
namespace {

// A frame and its flag may be this late, s; a sweep lasts no longer than some of its steps and its reason, the button,
// is read at once.
constexpr double patience = 3.0, patience_of_sweep = 0.3, patience_of_level = 1.5;
constexpr double longest_step = 0.5;  // s that count at most for one look

bool is_event(PanelPattern p) noexcept {
  return p == PanelPattern::sweep_up || p == PanelPattern::sweep_down || p == PanelPattern::coding;
}
bool is_sweep(PanelPattern p) noexcept { return p == PanelPattern::sweep_up || p == PanelPattern::sweep_down; }
bool shows_level(PanelPattern p) noexcept {
  return p == PanelPattern::standby || p == PanelPattern::charging || p == PanelPattern::full ||
         p == PanelPattern::discharging;
}

}  // namespace

LightCheck::LightCheck(const Requirements& requirements, const SignalTable& table, bool wanted) {
  if (!wanted) {
    return;
  }
  const auto id = [&](const char* name) { return optional_signal(table, name); };
  panel_ = id("lights.panel");
  run_ = id("lights.run");
  top_ = id("lights.top");
  color_ = id("lights.color");
  level_ = id("lights.level");
  may_ = id("model.lights.panel.may");
  level_lo_ = id("model.lights.level.lo");
  level_hi_ = id("model.lights.level.hi");
  for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
    const RequirementRow& row = requirements.rows[r];
    if (row.kind != RowKind::lights) {
      continue;
    }
    Row entry;
    entry.row = r;
    entry.pattern = row.panel.value_or(PanelPattern::unknown);
    const bool top = entry.pattern == PanelPattern::charging;
    const auto time = [&](const std::optional<OriginNumber>& nominal, const char* of_run, const char* of_top) {
      const std::string name = top ? of_top : of_run;
      Time result{.value = id(name.c_str()), .uncertainty = id((name + ".u").c_str())};
      if (nominal && nominal->can_fail() && row.tolerance && row.tolerance->can_fail()) {
        result.allowed = Interval::around(nominal->value(), nominal->value() * row.tolerance->value());
      }
      return result;
    };
    entry.on = time(row.on, "lights.run_on", "lights.top_on");
    entry.off = time(row.off, "lights.run_off", "lights.top_off");
    rows_.push_back(entry);
  }
}

bool LightCheck::judged() const noexcept { return any_judged_; }

bool LightCheck::judged(std::size_t row) const noexcept {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& r) { return r.row == row && r.judged; });
}

double LightCheck::margin(std::size_t row) const noexcept {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.row == row; });
  return found == rows_.end() ? infinity : found->margin;
}

LightCheck::Row* LightCheck::find(PanelPattern pattern) noexcept {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.pattern == pattern; });
  return found == rows_.end() ? nullptr : &*found;
}

// The row of what the pack had to show. Of several the one that demands most.
LightCheck::Row* LightCheck::row_of(std::uint32_t may, PanelPattern seen) noexcept {
  using enum PanelPattern;
  const std::array<PanelPattern, 9> work{red, discharging, full, charging, standby, dark, sweep_up, sweep_down, coding};
  const std::array<PanelPattern, 9> move{sweep_up, sweep_down, coding, red, discharging, full, charging, standby, dark};
  for (const PanelPattern pattern : is_sweep(seen) ? move : work) {
    Row* row = (may & panel_bit(pattern)) != 0 ? find(pattern) : nullptr;
    if (row != nullptr) {
      return row;
    }
  }
  return nullptr;
}

void LightCheck::diverge(const Tick& tick, const SignalTable& s, Row& row, Divergence divergence,
                         DivergenceLog& log) noexcept {
  if (row.diverged) {
    return;
  }
  row.diverged = row.judged = any_judged_ = true;
  divergence.row = row.row;
  divergence.lights = {s[panel_].value, s[run_].value, s[color_].value, s[top_].value,
                       s[level_].good() ? s[level_].value : -1.0};
  log.add(tick, divergence, s);
}

void LightCheck::observe_pattern(const Tick& tick, const SignalTable& s, double dt, DivergenceLog& log) noexcept {
  const auto seen = static_cast<PanelPattern>(static_cast<unsigned>(s[panel_].value));
  const auto may = static_cast<std::uint32_t>(s[may_].value);
  if (seen == PanelPattern::unknown) {
    return;
  }
  if ((may & panel_bit(seen)) != 0 || may == any_panel || may == 0) {
    pattern_off_ = 0.0;
    Row* row = find(seen);
    if (row != nullptr && (may == panel_bit(seen) || (is_event(seen) && may != any_panel))) {
      row->judged = any_judged_ = true;
    }
    return;
  }
  pattern_off_ += dt;
  if (pattern_off_ >= (is_sweep(seen) ? patience_of_sweep : patience)) {
    if (Row* row = row_of(may, seen)) {
      diverge(tick, s, *row,
              {.fault = Fault::lights_pattern, .row = no_row, .seen = s[panel_].value, .lo = s[may_].value}, log);
    }
  }
}

void LightCheck::observe_level(const Tick& tick, const SignalTable& s, double dt, DivergenceLog& log) noexcept {
  Row* row = find(PanelPattern::unknown);
  const auto seen = static_cast<PanelPattern>(static_cast<unsigned>(s[panel_].value));
  if (row == nullptr || !shows_level(seen) || !s[level_].good() || !level_lo_.valid()) {
    return;
  }
  const Interval allowed{s[level_lo_].value, s[level_hi_].value};
  if (allowed.contains(s[level_].value)) {
    level_off_ = 0.0;
    if (allowed.width() < 1.0) {
      row->judged = any_judged_ = true;
    }
    return;
  }
  level_off_ += dt;
  if (level_off_ >= patience_of_level) {
    diverge(tick, s, *row,
            {.fault = Fault::lights_level, .row = no_row, .seen = s[level_].value, .lo = allowed.lo, .hi = allowed.hi},
            log);
  }
}

void LightCheck::observe_time(const Tick& tick, const SignalTable& s, Row& row, Time& time,
                              DivergenceLog& log) noexcept {
  if (!time.value.valid() || time.allowed.width() >= infinity || !s[time.value].good() ||
      s[time.value].time == time.last) {
    return;
  }
  time.last = s[time.value].time;
  const double value = s[time.value].value;
  const double u = s[time.uncertainty].value;
  const double inside = std::min(value + u - time.allowed.lo, time.allowed.hi - (value - u));
  if (inside >= 0) {
    row.margin = std::min(row.margin, inside);
    return;
  }
  diverge(tick, s, row,
          {.fault = Fault::lights_time,
           .row = no_row,
           .check = &time == &row.on ? 0u : 1u,
           .seen = value,
           .lo = time.allowed.lo,
           .hi = time.allowed.hi},
          log);
}

void LightCheck::observe(const Tick& tick, const SignalTable& s, DivergenceLog& log) noexcept {
  const double now = to_seconds(tick.start);
  const double dt = std::clamp(now - last_, 0.0, longest_step);
  last_ = now;
  if (!s[panel_].good() || !s[may_].good()) {
    pattern_off_ = level_off_ = 0.0;
    return;
  }
  observe_pattern(tick, s, dt, log);
  observe_level(tick, s, dt, log);
  if (Row* row = find(static_cast<PanelPattern>(static_cast<unsigned>(s[panel_].value)));
      row != nullptr && row->pattern != PanelPattern::unknown) {
    observe_time(tick, s, *row, row->on, log);
    observe_time(tick, s, *row, row->off, log);
  }
}

}  // namespace rig
