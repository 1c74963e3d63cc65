// The front panel of manual 5.2.2 over time, and the start button.
#include <gtest/gtest.h>

#include "tests/sim/firmware_stand.hpp"

namespace rig::sim {
namespace {

int level_lights(const FirmwareStand& stand) {
  int count = 0;
  for (const double light : stand.firmware.lights().level) {
    count += light > 0;
  }
  return count;
}
double run_light(const FirmwareStand& stand) { return stand.firmware.lights().run; }

struct Rhythm {
  double on = 0, off = 0;  // s
};
// Of one full period that begins with the next edge.
template <class Light>
Rhythm rhythm(FirmwareStand& stand, double amps, Light light) {
  stand.run_until(20, amps, [&] { return light() == 0; });
  stand.run_until(20, amps, [&] { return light() > 0; });
  const double on = stand.run_until(20, amps, [&] { return light() == 0; });
  const double off = stand.run_until(20, amps, [&] { return light() > 0; });
  return {on, off};
}

TEST(Lights, standby_flashes_once_in_four_seconds_over_a_steady_level) {
  FirmwareStand stand;
  stand.start({.soc = 0.6});
  stand.run(1);
  const Rhythm seen = rhythm(stand, 0, [&] { return run_light(stand); });
  EXPECT_NEAR(seen.on, 0.25, 0.015);
  EXPECT_NEAR(seen.off, 3.75, 0.015);
  for (int i = 0; i < 1000; ++i) {
    stand.step(0);
    ASSERT_EQ(level_lights(stand), 4);
    ASSERT_EQ(stand.firmware.lights().alarm, 0);
  }
}

TEST(Lights, charging_is_steady_and_the_highest_level_light_flashes) {
  FirmwareStand stand;
  stand.start({.soc = 0.6});
  stand.run(3, 20);
  const Rhythm seen = rhythm(stand, 20, [&] { return stand.firmware.lights().level[3]; });
  EXPECT_NEAR(seen.on, 0.5, 0.015);
  EXPECT_NEAR(seen.off, 0.5, 0.015);
  for (int i = 0; i < 300; ++i) {
    stand.step(20);
    ASSERT_EQ(run_light(stand), 1);
    ASSERT_EQ(stand.firmware.lights().level[2], 1);
    ASSERT_EQ(stand.firmware.lights().level[4], 0);
  }
}

TEST(Lights, discharging_flashes_once_in_two_seconds) {
  FirmwareStand stand;
  stand.start({.soc = 0.6});
  stand.run(3, -20);
  const Rhythm seen = rhythm(stand, -20, [&] { return run_light(stand); });
  EXPECT_NEAR(seen.on, 0.5, 0.015);
  EXPECT_NEAR(seen.off, 1.5, 0.015);
}

TEST(Lights, full_shows_all_seven_steady_until_the_charger_stops) {
  FirmwareStand stand;
  stand.start({.soc = 1.0});
  stand.rest(0.9, 25);
  stand.run(5, 2);
  for (int i = 0; i < 300; ++i) {
    stand.step(2);
    ASSERT_EQ(level_lights(stand), 6);
    ASSERT_EQ(run_light(stand), 1);
  }
  stand.run(10, 0);
  EXPECT_LT(rhythm(stand, 0, [&] { return run_light(stand); }).on, 0.3) << "back in standby";
}

TEST(Lights, level_follows_the_table_of_the_manual) {
  for (const auto& [percent, count] : {std::pair{0.0, 1},
                                       {17.4, 1},
                                       {17.6, 2},
                                       {33.4, 2},
                                       {33.6, 3},
                                       {50.4, 3},
                                       {50.6, 4},
                                       {66.4, 4},
                                       {66.6, 5},
                                       {83.4, 5},
                                       {83.6, 6},
                                       {100.0, 6}}) {
    FirmwareStand stand;
    stand.start({.soc = percent / 100});
    stand.rest(0.5, 25);
    stand.run(0.2);
    EXPECT_EQ(level_lights(stand), count) << percent;
  }
}

TEST(Lights, a_protection_is_red_alone) {
  FirmwareStand stand;
  stand.rest(0.5, 58);
  stand.run(8);
  ASSERT_FALSE(stand.firmware.charge_fet());
  EXPECT_EQ(stand.firmware.lights().alarm, 1);
  EXPECT_EQ(level_lights(stand) + run_light(stand), 0);
}

TEST(Lights, under_voltage_and_off_are_dark) {
  FirmwareStand stand;
  stand.start({.soc = 0.004});
  stand.run(10, -10);
  ASSERT_FALSE(stand.firmware.discharge_fet());
  EXPECT_EQ(level_lights(stand) + run_light(stand) + stand.firmware.lights().alarm, 0);
  stand.start({.on = false});
  stand.run(5);
  EXPECT_EQ(level_lights(stand) + run_light(stand) + stand.firmware.lights().alarm, 0);
}

void press(FirmwareStand& stand, double seconds) {
  stand.button = true;
  stand.run(seconds);
  stand.button = false;
}

TEST(Button, three_seconds_start_the_pack_with_a_sweep_from_L7_to_L1) {
  FirmwareStand stand;
  stand.start({.on = false});
  press(stand, 2.9);
  stand.run(20);
  EXPECT_FALSE(stand.firmware.discharge_fet()) << "2.9 s are too short";
  EXPECT_EQ(stand.frame_count, 0u) << "who is off is silent";
  press(stand, 3.1);
  ASSERT_EQ(run_light(stand), 0) << "nothing before the release";
  stand.run(0.1);
  EXPECT_EQ(run_light(stand), 1);
  EXPECT_EQ(level_lights(stand), 0);
  for (int lit = 1; lit <= 6; ++lit) {
    stand.run(0.3);
    EXPECT_EQ(level_lights(stand), lit);
    EXPECT_EQ(stand.firmware.lights().level[static_cast<std::size_t>(6 - lit)], 1) << "downwards to L1";
  }
  stand.run(0.5);
  EXPECT_EQ(stand.firmware.lights().alarm, run_light(stand)) << "coding: L7 purple";
  const double took = stand.run_until(10, 0, [&] { return stand.firmware.discharge_fet(); });
  EXPECT_LT(took, 5);
  stand.run(2);
  EXPECT_GT(stand.frame_count, 8u);
}

TEST(Button, three_seconds_more_stop_it_with_a_sweep_from_L1_to_L7) {
  FirmwareStand stand;
  stand.run(2);
  press(stand, 3.1);
  const std::size_t sent = stand.frame_count;
  stand.run(0.1);
  EXPECT_EQ(stand.firmware.lights().level[0], 1);
  EXPECT_EQ(level_lights(stand), 1);
  stand.run(1.5);
  EXPECT_EQ(level_lights(stand), 6);
  EXPECT_EQ(run_light(stand), 0);
  stand.run(0.3);
  EXPECT_EQ(run_light(stand), 1);
  stand.run(2);
  EXPECT_EQ(level_lights(stand) + run_light(stand), 0);
  EXPECT_FALSE(stand.firmware.charge_fet());
  EXPECT_FALSE(stand.firmware.discharge_fet());
  EXPECT_EQ(stand.frame_count, sent) << "silent from the shutdown on";
}

TEST(Start, charges_the_inverter_through_the_resistor_first) {
  FirmwareStand stand;
  stand.start({.on = false});
  press(stand, 3.1);
  stand.run_until(10, 0, [&] { return stand.firmware.precharging(); });
  ASSERT_TRUE(stand.firmware.precharging());
  EXPECT_FALSE(stand.firmware.discharge_fet());
  const double took = stand.run_until(10, 0, [&] { return !stand.firmware.precharging(); });
  EXPECT_LE(took, 1.5);
  EXPECT_GE(stand.terminal, 0.9 * stand.battery() - 0.5);
  stand.run(0.2);
  EXPECT_TRUE(stand.firmware.discharge_fet());
}

TEST(Start, gives_up_after_three_tries_and_tries_again_after_a_minute) {
  FirmwareStand stand;
  stand.start({.on = false});
  stand.inverter = false;
  press(stand, 3.1);
  stand.run_until(10, 0, [&] { return stand.firmware.precharging(); });
  const double took = stand.run_until(30, 0, [&] { return !stand.firmware.precharging(); });
  EXPECT_NEAR(took, 3 * 1.5, 0.05);
  stand.run(2);
  EXPECT_FALSE(stand.firmware.discharge_fet());
  EXPECT_TRUE(stand.firmware.discharge_contact());
  EXPECT_TRUE(stand.protection(12)) << "an error of the BMS";
  EXPECT_EQ(stand.firmware.lights().alarm, 1);
  stand.inverter = true;
  stand.run(61);
  EXPECT_TRUE(stand.firmware.discharge_fet());
}

TEST(Start, a_voltage_from_outside_wakes_but_does_not_undo_a_shutdown) {
  FirmwareStand stand;
  stand.start({.on = false});
  stand.outside = 50.5;
  stand.run(20);
  EXPECT_FALSE(stand.firmware.discharge_fet());
  stand.outside = 51.5;
  stand.run(10);
  EXPECT_TRUE(stand.firmware.discharge_fet());
  press(stand, 3.1);
  stand.run(30);
  EXPECT_FALSE(stand.firmware.discharge_fet());
}

// 0.45 A lies between moving and resting: a pack goes on showing what it did, unless it was off meanwhile.
TEST(Lights, a_pack_that_starts_has_forgotten_what_it_did_before) {
  FirmwareStand stand;
  stand.start({.soc = 0.6});
  stand.run(3, -20);
  stand.run(5, -0.45);
  EXPECT_NEAR(rhythm(stand, -0.45, [&] { return run_light(stand); }).on, 0.5, 0.015) << "discharging still";
  stand.button = true;
  stand.run(3.1, -20);
  stand.button = false;
  stand.run(20, 0);
  EXPECT_EQ(run_light(stand), 0) << "off";
  press(stand, 3.1);
  stand.run(20, -0.45);
  EXPECT_NEAR(rhythm(stand, -0.45, [&] { return run_light(stand); }).on, 0.25, 0.015) << "standby";
}

}  // namespace
}  // namespace rig::sim
