#include "rig/lights/panel.hpp"

#include <algorithm>

namespace rig {
namespace {
// The level of the darkest sensor; one or two without power do not make a lit room dark.
double darkest(const std::array<double, lamp_count>& levels) noexcept {
  double all = 1.0, alive = 1.0;
  int zeros = 0;
  for (const double level : levels) {
    all = std::min(all, level);
    alive = level > 0.0 ? std::min(alive, level) : alive;
    zeros += level > 0.0 ? 0 : 1;
  }
  return zeros <= 2 && alive < 0.5 ? alive : all;
}

// Twice the longest period and a half: who has shown nothing that the manual has for so long shows something else. s.
constexpr double long_unknown = 12.0;
constexpr double look_every = 0.2 - 1e-6;  // s
}  // namespace

void Panel::restart() noexcept { *this = {}; }

void Panel::lose() noexcept {
  for (Lamp& lamp : lamps_) {
    lamp.restart();
  }
  sweep_.restart();
  pattern_ = PanelPattern::unknown;
  color_ = color_before_ = LightColor::unknown;
  level_known_ = false;
  last_ = looked_ = settled_ = -infinity;
}

const Lamp& Panel::run_lamp() const noexcept { return lamps_[color_ == LightColor::red ? red : blue]; }

const Lamp* Panel::top_lamp() const noexcept {
  return level_known_ && level_ > 0 ? &lamps_[static_cast<std::size_t>(level_ - 1)] : nullptr;
}

LampPattern Panel::top() const noexcept {
  const Lamp* lamp = top_lamp();
  return lamp != nullptr ? lamp->pattern() : level_known_ ? LampPattern::dark : LampPattern::unknown;
}

void Panel::count_level(double now) noexcept {
  level_ = 0;
  level_known_ = true;
  for (std::size_t i = 0; i < levels; ++i) {
    level_known_ = level_known_ && lamps_[i].sure();
    if (!lamps_[i].shown(now)) {
      continue;
    }
    level_known_ = level_known_ && level_ == static_cast<int>(i);  // a gap is no level
    ++level_;
  }
}

// As last lit: a flash has its colour also while it is dark. Both lamps are sampled together, but one may be seen a
// sample before the other.
void Panel::note_color(double now) noexcept {
  const Lamp& b = lamps_[blue];
  const Lamp& r = lamps_[red];
  if (!b.sure() || !r.sure()) {
    color_ = color_before_ = LightColor::unknown;
    return;
  }
  const LightColor is = b.lit() && r.lit() ? LightColor::purple
                        : r.lit()          ? LightColor::red
                        : b.lit()          ? LightColor::blue
                                           : LightColor::off;
  const bool out = b.pattern() == LampPattern::dark && r.dark_for(now) > Lamp::blink;
  if (is == color_before_ && (is != LightColor::off || out)) {
    color_ = is;
  }
  color_before_ = is;
}

bool Panel::others_are(LampPattern pattern, std::size_t count) const noexcept {
  return std::all_of(lamps_.begin(), lamps_.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const Lamp& lamp) { return lamp.pattern() == pattern; });
}

bool Panel::all_levels_dark(double now) const noexcept {
  return std::all_of(lamps_.begin(), lamps_.begin() + levels,
                     [&](const Lamp& lamp) { return lamp.dark_for(now) > Lamp::blink; });
}

// L7 blue with the level beside it.
PanelPattern Panel::working() const noexcept {
  const LampPattern run = lamps_[blue].pattern();
  if (!level_known_ || level_ == 0 || run == LampPattern::unknown) {
    return PanelPattern::unknown;  // without any level light the panel may just be going out
  }
  const auto count = static_cast<std::size_t>(level_);
  const LampPattern highest = top();
  if (highest == LampPattern::unknown) {
    return PanelPattern::unknown;
  }
  if (!others_are(LampPattern::steady, count - 1)) {
    const bool waits = std::any_of(lamps_.begin(), lamps_.begin() + static_cast<std::ptrdiff_t>(count),
                                   [](const Lamp& lamp) { return lamp.pattern() == LampPattern::unknown; });
    return waits ? PanelPattern::unknown : PanelPattern::other;
  }
  if (run == LampPattern::steady) {
    return highest == LampPattern::flash_2                     ? PanelPattern::charging
           : highest == LampPattern::steady && count == levels ? PanelPattern::full
                                                               : PanelPattern::other;
  }
  if (highest == LampPattern::steady && run == LampPattern::flash_1) {
    return PanelPattern::standby;
  }
  if (highest == LampPattern::steady && run == LampPattern::flash_3) {
    return PanelPattern::discharging;
  }
  return PanelPattern::other;
}

PanelPattern Panel::recognise(double now) const noexcept {
  if (sweep_.seen()) {
    return sweep_.pattern();
  }
  const Lamp& b = lamps_[blue];
  const Lamp& r = lamps_[red];
  if (b.pattern() == LampPattern::flash_2 && r.pattern() == LampPattern::flash_2) {
    return others_are(LampPattern::flash_2, levels) ? PanelPattern::coding : PanelPattern::unknown;
  }
  if (r.pattern() == LampPattern::steady) {
    // A light that is lit beside red is no question of waiting; one that may only just have gone out is.
    const bool others_dark = all_levels_dark(now) && b.dark_for(now) > Lamp::blink;
    const bool others_lit = b.pattern() == LampPattern::steady || others_are(LampPattern::steady, 1);
    return others_dark ? PanelPattern::red : others_lit ? PanelPattern::other : PanelPattern::unknown;
  }
  if (r.dark_for(now) <= Lamp::blink) {
    return PanelPattern::unknown;
  }
  if (all_levels_dark(now) && b.pattern() == LampPattern::dark) {
    return PanelPattern::dark;
  }
  return working();
}

bool Panel::same(double now, const std::array<double, lamp_count>& levels_seen) const noexcept {
  const bool color_waits = color_before_ != color_ && color_before_ != LightColor::off;  // for a second sample
  if (color_waits || now - looked_ > look_every || now - last_ > Lamp::longest_gap) {
    return false;
  }
  for (std::size_t i = 0; i < lamp_count; ++i) {
    if (!(levels_seen[i] > least_[i] && levels_seen[i] < most_[i])) {
      return false;
    }
  }
  return true;
}

void Panel::note_same() noexcept {
  for (std::size_t i = 0; i < lamp_count; ++i) {
    const Lamp& lamp = lamps_[i];
    least_[i] = !lamp.sure() ? infinity : lamp.lit() ? sensors_[i].lit_above(room_.level()) : -infinity;
    most_[i] = lamp.lit() ? infinity : sensors_[i].dark_below(room_.level());
  }
}

bool Panel::sample(double now, const std::array<double, lamp_count>& levels_seen) noexcept {
  if (same(now, levels_seen)) {
    last_ = now;
    return false;
  }
  for (const double level : levels_seen) {
    analog_ = analog_ || (level > 0.0 && level < 1.0);
  }
  room_.add(darkest(levels_seen), looked_ > -infinity ? now - looked_ : 0.0);
  looked_ = now;
  const bool slow = now - last_ > Lamp::longest_gap;
  const double before = last_;
  last_ = now;
  bool sure = true;
  std::uint32_t lit = 0;
  for (std::size_t i = 0; i < lamp_count; ++i) {
    lamps_[i].touch(before);
    lamps_[i].sample(now, sensors_[i].see(levels_seen[i], room_.level(), analog_));
    sure = sure && lamps_[i].sure();
    lit |= lamps_[i].lit() && i != red ? 1u << i : 0u;
  }
  if (sure && !lamps_[red].lit()) {
    sweep_.add(lit);
  } else {
    sweep_.restart();
  }
  count_level(now);
  note_color(now);
  pattern_ = sure ? recognise(now) : PanelPattern::unknown;
  if (!sure || slow || pattern_ != PanelPattern::unknown) {
    settled_ = now;
  } else if (now - settled_ > long_unknown) {
    pattern_ = PanelPattern::other;
  }
  note_same();
  return true;
}

}  // namespace rig
