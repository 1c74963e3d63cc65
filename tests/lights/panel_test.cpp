// What a panel shows, from its light sensors: with noise, light of the room, unequal gains, jitter, lost samples.
#include "rig/lights/panel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "rig/core/random.hpp"

namespace rig {
namespace {

using Levels = std::array<double, lamp_count>;  // L1 to L6, L7 blue, L7 red; 0 dark to 1 full
constexpr std::size_t blue = 6, red = 7;

struct Sight {
  double period = 0.05, jitter = 0.0;  // s
  double room = 0.05, room_later = -1.0;
  double noise = 0.017;  // half width
  double gain_spread = 0.1, gain = 1.0;
  double soft = 0.0;  // s that a lamp needs to come on, and to go off
  double until = 30.0;
  double steps = 255.0;
  std::function<bool(double)> lost = [](double) { return false; };
};

bool flash(double t, double on, double off) { return t - (on + off) * std::floor((t + 1e-9) / (on + off)) < on - 1e-9; }

Levels panel(int level, bool run, bool alarm = false) {
  Levels lamps{};
  std::fill_n(lamps.begin(), level, 1.0);
  lamps[blue] = run ? 1.0 : 0.0;
  lamps[red] = alarm ? 1.0 : 0.0;
  return lamps;
}
Levels standby(double t) { return panel(3, flash(t, 0.25, 3.75)); }
Levels discharging(double t) { return panel(3, flash(t, 0.5, 1.5)); }
Levels charging(double t) {
  Levels lamps = panel(3, true);
  lamps[2] = flash(t, 0.5, 0.5) ? 1.0 : 0.0;
  return lamps;
}

// Looks at `lamps` through the sensors and returns the panel at the end; `each` sees it after every sample.
Panel look(
    const std::function<Levels(double)>& lamps, const Sight& sight = {},
    const std::function<void(double, const Panel&)>& each = [](double, const Panel&) {}) {
  Panel result;
  Random random(7, "sensors");
  Levels gains{};
  for (double& gain : gains) {
    gain = sight.gain * (1.0 - sight.gain_spread * random.uniform());
  }
  Levels light = lamps(0.0);
  double next = 0.0;
  const double fine = 0.005;
  const auto steps = static_cast<int>(std::ceil(sight.until / fine));
  for (int k = 0; k < steps; ++k) {
    const double t = k * fine;
    const Levels wanted = lamps(t);
    for (std::size_t i = 0; i < lamp_count; ++i) {
      const double step = sight.soft > 0 ? fine / sight.soft : 1.0;
      light[i] += std::clamp(wanted[i] - light[i], -step, step);
    }
    if (t < next - 1e-9) {
      continue;
    }
    next = t + sight.period + sight.jitter * (2.0 * random.uniform() - 1.0);
    if (sight.lost(t)) {
      continue;
    }
    const double room =
        sight.room_later < 0 ? sight.room : sight.room + (sight.room_later - sight.room) * t / sight.until;
    Levels seen{};
    for (std::size_t i = 0; i < lamp_count; ++i) {
      const double level = (room + (1.0 - room) * light[i]) * gains[i] + sight.noise * (2.0 * random.uniform() - 1.0);
      seen[i] = std::floor(std::clamp(level, 0.0, 1.0) * sight.steps + 0.5) / sight.steps;
    }
    result.sample(t, seen);
    each(t, result);
  }
  return result;
}

// The words that a panel was given, each once.
std::uint32_t words(const std::function<Levels(double)>& lamps, const Sight& sight = {}) {
  std::uint32_t seen = 0;
  (void)look(lamps, sight, [&](double, const Panel& p) { seen |= panel_bit(p.pattern()); });
  return seen & ~panel_bit(PanelPattern::unknown);
}

std::vector<Sight> sights() {
  return {{},
          {.room = 0.4},
          {.room = 0.02, .room_later = 0.45},
          {.room = 0.45, .room_later = 0.0},
          {.room = 0.0, .noise = 0.0},
          {.noise = 0.05},
          {.gain_spread = 0.3, .gain = 0.8},
          {.jitter = 0.02},
          {.period = 0.1},
          {.soft = 0.1},
          {.noise = 0.0, .gain_spread = 0.0, .steps = 1.0},
          {.lost = [](double t) { return flash(t + 0.02, 0.04, 0.71); }}};
}

TEST(Panel, each_pattern_is_told_under_every_sight_and_no_other_one) {
  for (std::size_t i = 0; i < sights().size(); ++i) {
    const Sight sight = sights()[i];
    EXPECT_EQ(words(standby, sight), panel_bit(PanelPattern::standby)) << i;
    EXPECT_EQ(words(charging, sight), panel_bit(PanelPattern::charging)) << i;
    EXPECT_EQ(words(discharging, sight), panel_bit(PanelPattern::discharging)) << i;
    EXPECT_EQ(words([](double) { return panel(6, true); }, sight), panel_bit(PanelPattern::full)) << i;
    EXPECT_EQ(words([](double) { return panel(0, false, true); }, sight), panel_bit(PanelPattern::red)) << i;
    EXPECT_EQ(words([](double) { return panel(0, false); }, sight), panel_bit(PanelPattern::dark)) << i;
    EXPECT_EQ(words(
                  [](double t) {
                    const bool on = flash(t, 0.5, 0.5);
                    return panel(on ? 6 : 0, on, on);
                  },
                  sight),
              panel_bit(PanelPattern::coding))
        << i;
  }
}

TEST(Panel, the_colour_of_a_flash_is_its_colour_while_it_is_dark_too) {
  const auto colors = [](const std::function<Levels(double)>& lamps) {
    std::uint32_t seen = 0;
    (void)look(lamps, {},
               [&](double t, const Panel& p) { seen |= t > 5.5 ? 1u << static_cast<unsigned>(p.color()) : 0; });
    return seen;
  };
  EXPECT_EQ(colors(standby), 1u << static_cast<unsigned>(LightColor::blue));
  EXPECT_EQ(colors([](double) { return panel(0, false, true); }), 1u << static_cast<unsigned>(LightColor::red));
  EXPECT_EQ(colors([](double) { return panel(0, false); }), 1u << static_cast<unsigned>(LightColor::off));
  EXPECT_EQ(colors([](double t) { return panel(0, flash(t, 0.5, 0.5), flash(t, 0.5, 0.5)); }),
            1u << static_cast<unsigned>(LightColor::purple));
}

TEST(Panel, a_flash_that_is_seen_in_two_samples_has_a_colour) {
  const auto between = [](double t) { return standby(t + 3.86); };  // lit at 0.2 s and 0.3 s, and so on
  const Panel seen = look(between, {.period = 0.1, .noise = 0.0, .gain_spread = 0.0, .steps = 1.0});
  EXPECT_EQ(seen.color(), LightColor::blue);
}

TEST(Panel, counts_the_level_and_refuses_one_with_a_gap) {
  for (int level = 1; level <= 6; ++level) {
    const Panel seen = look([&](double t) { return panel(level, flash(t, 0.5, 1.5)); });
    EXPECT_TRUE(seen.level_known());
    EXPECT_EQ(seen.level(), level);
  }
  const auto gap = [](double t) {
    Levels lamps = discharging(t);
    lamps[1] = 0.0;
    return lamps;
  };
  EXPECT_FALSE(look(gap).level_known());
  EXPECT_EQ(words(gap) & panel_bit(PanelPattern::discharging), 0u);
}

TEST(Panel, tells_a_sweep_and_its_direction) {
  const auto sweep = [](bool up, double step) {
    return [=](double t) {
      Levels lamps{};
      const auto reached = static_cast<int>((t - 1.0) / step);
      for (int i = 0; t >= 1.0 && i <= reached && i < 7; ++i) {
        lamps[static_cast<std::size_t>(up ? 6 - i : i)] = 1.0;
      }
      return t < 1.0 + 7.0 * step ? lamps : panel(0, false);
    };
  };
  for (const double step : {0.2, 0.3, 0.7}) {
    EXPECT_NE(words(sweep(true, step)) & panel_bit(PanelPattern::sweep_up), 0u) << step;
    EXPECT_EQ(words(sweep(true, step)) & panel_bit(PanelPattern::sweep_down), 0u) << step;
    EXPECT_NE(words(sweep(false, step)) & panel_bit(PanelPattern::sweep_down), 0u) << step;
    EXPECT_EQ(words(sweep(false, step)) & panel_bit(PanelPattern::sweep_up), 0u) << step;
  }
}

// Whatever the phase of the samples, the true time lies inside what is said, and that is about as wide as the samples.
TEST(Panel, a_time_is_true_within_its_uncertainty) {
  for (const double period : {0.02, 0.05, 0.09, 0.13}) {
    for (const double off : {1.41, 1.5, 1.63}) {
      const Panel seen = look([&](double t) { return panel(3, flash(t + 0.4, 0.47, off)); }, {.period = period});
      const auto& [lit, dark] = seen.run_lamp().steady();
      ASSERT_TRUE(lit.known && dark.known) << period;
      EXPECT_NEAR(lit.value, 0.47, lit.u + 0.011) << period;
      EXPECT_NEAR(dark.value, off, dark.u + 0.011) << period;
      EXPECT_LE(lit.u, 1.5 * period + 0.011) << period;
      EXPECT_GE(lit.u, period - 0.011) << "an edge lies anywhere between two samples";
    }
  }
}

TEST(Panel, a_wrong_time_is_measured_as_long_as_it_is_like_the_right_one) {
  EXPECT_EQ(look([](double t) { return panel(3, flash(t, 0.25, 4.7)); }).pattern(), PanelPattern::standby);
  EXPECT_NEAR(look([](double t) { return panel(3, flash(t, 0.65, 1.5)); }).run_lamp().steady().on.value, 0.65, 0.051);
}

TEST(Panel, a_flash_that_the_manual_does_not_have_is_another_one) {
  EXPECT_EQ(words([](double t) { return panel(3, flash(t, 0.15, 0.2)); }), panel_bit(PanelPattern::other));
  EXPECT_NE(words([](double t) { return panel(3, flash(t, 0.25, 7.0)); }) & panel_bit(PanelPattern::other), 0u);
  EXPECT_EQ(words([](double t) { return panel(3, flash(t, 0.5, 0.5)); }), panel_bit(PanelPattern::other))
      << "flash 2 is for the level light";
  EXPECT_EQ(words([](double) { return panel(3, true, true); }) & ~panel_bit(PanelPattern::other), 0u)
      << "purple, steady";
  EXPECT_EQ(words([](double) { return panel(2, false, true); }), panel_bit(PanelPattern::other))
      << "red beside a level";
}

TEST(Panel, samples_too_far_apart_tell_unknown_and_never_a_wrong_pattern) {
  for (const double period : {0.25, 0.3, 0.5, 1.0}) {
    const Sight slow{.period = period, .until = 120.0};
    EXPECT_EQ(words(standby, slow), 0u) << period;
    EXPECT_EQ(words(charging, slow), 0u) << period;
    EXPECT_EQ(words([](double) { return panel(0, false); }, slow), 0u)
        << "a flash of 0.25 s may hide between two samples";
  }
}

TEST(Panel, a_hole_in_the_samples_is_forgotten_and_not_bridged) {
  const Sight hole{.until = 20.3, .lost = [](double t) { return t > 20.0 && t < 20.2; }};
  EXPECT_EQ(look(standby, hole).pattern(), PanelPattern::unknown);
  const Sight later{.until = 40.0, .lost = [](double t) { return t > 20.0 && t < 20.2; }};
  EXPECT_EQ(look(standby, later).pattern(), PanelPattern::standby);
}

TEST(Panel, a_sensor_that_tells_nothing_leaves_the_pattern_unknown) {
  const auto with = [](std::size_t sensor, double level, double room) {
    Panel seen;
    for (int i = 0; i < 600; ++i) {
      Levels levels = standby(0.05 * i);
      for (double& each : levels) {
        each = 0.95 * (room + (1.0 - room) * each);
      }
      levels[sensor] = level;
      seen.sample(0.05 * i, levels);
    }
    return seen.pattern();
  };
  EXPECT_EQ(with(5, 0.0475, 0.05), PanelPattern::standby) << "as it should be";
  EXPECT_EQ(with(5, 1.0, 0.05), PanelPattern::unknown) << "saturated";
  EXPECT_EQ(with(5, 0.0, 0.05), PanelPattern::unknown) << "without power, where all others see the room";
  EXPECT_EQ(with(5, 0.3, 0.05), PanelPattern::unknown) << "neither dark nor lit";
  EXPECT_EQ(with(5, 0.9, 0.9), PanelPattern::unknown) << "the room is as bright as the lamps";
}

TEST(Panel, a_change_from_one_pattern_to_another_shows_no_third_one) {
  const std::array<std::function<Levels(double)>, 5> all{standby, charging, discharging,
                                                         [](double) { return panel(0, false, true); },
                                                         [](double) { return panel(0, false); }};
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = 0; b < all.size(); ++b) {
      for (const double at : {10.0, 10.13, 10.61, 11.3, 12.2}) {
        const auto change = [&](double t) { return t < at ? all[a](t) : all[b](t - at); };
        EXPECT_EQ(words(change) & ~(words(all[a]) | words(all[b])), 0u) << a << " to " << b << " at " << at;
      }
    }
  }
}

// A time that a change cut short must not be told as one of the new pattern.
TEST(Panel, no_time_is_told_that_a_change_cut_short) {
  for (int i = 0; i < 37; ++i) {
    const double at = 10.0 + 0.11 * i;
    (void)look([&](double t) { return t < at ? standby(t) : discharging(t - at); }, {},
               [&](double t, const Panel& p) {
                 const LampTime& off = p.run_lamp().steady().off;
                 if (off.known) {
                   const double truth = t < at + 0.1 ? 3.75 : 1.5;
                   EXPECT_TRUE(std::abs(off.value - truth) < 0.11 || std::abs(off.value - 3.75) < 0.11)
                       << at << " " << t;
                 }
               });
  }
}

// Ten times a second a flash of 0.25 s may look like one of 0.4 s, and the pattern is still told as the one before: a
// healthy pack that went to standby was accused of a short flash.
// A pack that begins its flash anew, as when the next level light comes on.
TEST(Panel, one_flash_that_was_cut_short_is_nobodys_short_flash) {
  for (const double period : {0.02, 0.05, 0.1}) {
    for (int i = 0; i < 40; ++i) {
      const double anew = 10.6 + 0.01 * i;  // dark since 10.5 s
      const auto lamps = [&](double t) {
        Levels lit = panel(3, true);
        lit[2] = flash(t < anew ? t : t - anew, 0.5, 0.5) ? 1.0 : 0.0;
        return lit;
      };
      (void)look(lamps, {.period = period, .noise = 0.0, .gain_spread = 0.0, .steps = 1.0},
                 [&](double t, const Panel& p) {
                   const LampTime& off = p.lamp(2).steady().off;
                   EXPECT_TRUE(!off.known || off.value + off.u > 0.45) << period << " " << anew << " " << t;
                 });
    }
  }
}

TEST(Panel, whoever_samples_seldom_does_not_mistake_the_next_pattern_for_a_wrong_time) {
  for (int i = 0; i < 40; ++i) {
    const double at = 12.0 + 0.05 * i;
    (void)look([&](double t) { return t < at ? discharging(t) : standby(t - at); }, {.period = 0.1},
               [&](double t, const Panel& p) {
                 const LampTime& on = p.run_lamp().steady().on;
                 if (on.known && p.pattern() != PanelPattern::unknown) {
                   const double truth = p.pattern() == PanelPattern::standby ? 0.25 : 0.5;
                   EXPECT_NEAR(on.value, truth, on.u + 0.011) << at << " " << t;
                 }
               });
  }
}

}  // namespace
}  // namespace rig
