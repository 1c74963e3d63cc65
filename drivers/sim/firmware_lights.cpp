#include "drivers/sim/firmware_lights.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {
namespace {

struct Phase {
  bool lit = true;
  double left = 1e9;  // s until it changes
};

Phase phase_of(const Flash& flash, double lasted) noexcept {
  const double on = to_seconds(flash.on);
  const double period = on + to_seconds(flash.off);
  if (period <= 0) {
    return {};
  }
  constexpr double slack = 1e-6;  // s, so that the edge itself belongs to what follows
  const double position = lasted + slack - period * std::floor((lasted + slack) / period);
  const bool lit = position < on;
  return {lit, (lit ? on : period) - position + slack};
}

}  // namespace

void FrontPanel::restart(double now) noexcept {
  pattern_ = Pattern::dark;
  direction_ = Direction::rest;
  pattern_since_ = now;
  other_since_ = -1;
  next_change_ = now;
  lights_ = {};
}

// A pack that starts does not know what it did before.
void FrontPanel::wake() noexcept {
  direction_ = Direction::rest;
  other_since_ = -1;
}

// Charging, discharging or neither, with a hysteresis so that ripple around zero does not make the lights nervous.
void FrontPanel::follow_current(double now, double current) noexcept {
  const LightParameters& p = parameters_;
  const double moving = p.moving_current.value();
  Direction next = direction_;
  if (current > moving) {
    next = Direction::charge;
  } else if (current < -moving) {
    next = Direction::discharge;
  } else if (std::abs(current) < p.resting_current.value()) {
    next = Direction::rest;
  }
  if (next == direction_) {
    other_since_ = -1;
    return;
  }
  other_since_ = other_since_ < 0 ? now : other_since_;
  if (now - other_since_ >= to_seconds(next == Direction::rest ? p.resting_delay : p.moving_delay) - 1e-9) {
    direction_ = next;
    other_since_ = -1;
  }
}

FrontPanel::Pattern FrontPanel::pattern(const LightSight& sight) const noexcept {
  switch (sight.power) {
    case PowerState::off:
    case PowerState::asleep:
      return Pattern::dark;
    case PowerState::sweep_up:
      return Pattern::sweep_up;
    case PowerState::sweep_down:
      return Pattern::sweep_down;
    case PowerState::coding:
      return Pattern::coding;
    case PowerState::failed:
    case PowerState::refused:
      return parameters_.no_red ? Pattern::standby : Pattern::red;
    case PowerState::precharge:
    case PowerState::on:
      break;
  }
  if (sight.protection && !parameters_.no_red) {
    return Pattern::red;
  }
  if (sight.under_voltage && !parameters_.lit_when_empty) {
    return Pattern::dark;
  }
  if (direction_ == Direction::charge) {
    return sight.soc >= 0.995 && !parameters_.never_full ? Pattern::full : Pattern::charging;
  }
  return direction_ == Direction::discharge ? Pattern::discharging : Pattern::standby;
}

// How many of the six are lit: SOC rounded to whole per cent, then the manual's table; 0 % still shows one.
std::size_t FrontPanel::level(double soc) const noexcept {
  const LightParameters& p = parameters_;
  const auto percent = std::llround(soc * 100.0);
  std::size_t count = 1;
  for (const std::int64_t highest : {p.level1, p.level2, p.level3, p.level4, p.level5}) {
    count += percent > highest ? 1 : 0;
  }
  return count;
}

// One light after the other, and those before stay lit: L7 to L1 when it starts, L1 to L7 when it ends.
void FrontPanel::sweep(double now, const LightSight& sight, bool up) noexcept {
  const auto reached = static_cast<int>((now - sight.since) / sight.sweep_step + 1e-6);
  next_change_ = sight.since + (reached + 1) * sight.sweep_step;
  lights_ = {};
  for (int i = 0; i < 7; ++i) {
    if (i <= reached) {
      const int light = up ? 6 - i : i;  // 6 is L7
      (light == 6 ? lights_.run : lights_.level[static_cast<std::size_t>(light)]) = 1;
    }
  }
}

void FrontPanel::show(double now, const LightSight& sight) noexcept {
  const LightParameters& p = parameters_;
  const double lasted = now - pattern_since_;
  const auto flash = [&](const Flash& times) {
    const Phase phase = phase_of(times, lasted);
    next_change_ = now + phase.left;
    return phase.lit || p.steady_only ? 1.0 : 0.0;
  };
  next_change_ = 1e18;
  switch (pattern_) {
    case Pattern::sweep_up:
    case Pattern::sweep_down:
      return sweep(now, sight, (pattern_ == Pattern::sweep_up) != p.sweep_reversed);
    case Pattern::dark:
      lights_ = {};
      return;
    case Pattern::coding:
      lights_.run = flash(p.charging);
      lights_.alarm = p.blue_coding ? 0.0 : lights_.run;
      lights_.level.fill(lights_.run);
      return;
    case Pattern::red:
      lights_ = {.alarm = 1};
      return;
    case Pattern::standby:
    case Pattern::charging:
    case Pattern::full:
    case Pattern::discharging:
      break;
  }
  const std::size_t count = pattern_ == Pattern::full ? lights_.level.size() : level(sight.soc);
  lights_ = {.run = 1};
  std::fill_n(lights_.level.begin(), count, 1.0);
  if (pattern_ == Pattern::charging) {
    lights_.level[count - 1] = flash(p.charging);
  } else if (pattern_ == Pattern::standby) {
    lights_.run = flash(p.standby);
  } else if (pattern_ == Pattern::discharging) {
    lights_.run = flash(p.discharging);
  }
  if (p.red_for_blue) {
    std::swap(lights_.run, lights_.alarm);
  }
}

void FrontPanel::run(double now, const LightSight& sight) noexcept {
  follow_current(now, sight.current);
  const Pattern next = pattern(sight);
  if (next != pattern_) {
    pattern_ = next;
    pattern_since_ = now;
  }
  show(now, sight);
}

}  // namespace rig::sim

namespace rig {
using sim::by_default, sim::option;

void Fields<sim::Flash>::declare(Mapping<sim::Flash>& m) {
  m.optional("on", &sim::Flash::on, option("lit for so long", "manual 5.2.2", 0.0, 60.0));
  m.optional("off", &sim::Flash::off, option("dark for so long", "manual 5.2.2", 0.0, 60.0));
}

void Fields<sim::LightParameters>::declare(Mapping<sim::LightParameters>& m) {
  using L = sim::LightParameters;
  constexpr const char* manual = "manual 5.2.2";
  m.optional("standby", &L::standby, option("flash 1, L7 in standby", manual));
  m.optional("charging", &L::charging, option("flash 2, the highest level light while charging", manual));
  m.optional("discharging", &L::discharging, option("flash 3, L7 while discharging", manual));
  m.optional("level1", &L::level1, option("highest per cent of one light", manual, 0.0, 100.0));
  m.optional("level2", &L::level2, option("of two", manual, 0.0, 100.0));
  m.optional("level3", &L::level3, option("of three", manual, 0.0, 100.0));
  m.optional("level4", &L::level4, option("of four", manual, 0.0, 100.0));
  m.optional("level5", &L::level5, option("of five", manual, 0.0, 100.0));
  m.optional("moving_current", &L::moving_current, option("more is charging or discharging", by_default, 0.0, 200.0));
  m.optional("moving_delay", &L::moving_delay, option("which has to stand for so long", by_default, 0.0, 600.0));
  m.optional("resting_current", &L::resting_current, option("less is standby", by_default, 0.0, 200.0));
  m.optional("resting_delay", &L::resting_delay, option("which has to stand for so long", by_default, 0.0, 600.0));
}

}  // namespace rig
