// Which patterns a conforming pack may show, from what the rig knows.
#include "rig/model/light_expectation.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

using enum PanelPattern;

OriginInterval range(double lo, double hi, Dimension d, NumberOrigin origin = NumberOrigin::measured) {
  OriginInterval result;
  result.ends = {{lo, d}, {hi, d}};
  result.origin = origin;
  return result;
}

Requirements requirements(NumberOrigin origin = NumberOrigin::measured) {
  Requirements result;
  RequirementRow standby_row;
  standby_row.id = "LED-01";
  standby_row.kind = RowKind::lights;
  standby_row.panel = standby;
  standby_row.range = range(0.2, 0.8, dimension::current, origin);
  standby_row.delay = range(0.0, 2.7, dimension::time, origin);
  RequirementRow level;
  level.id = "LED-05";
  level.kind = RowKind::lights;
  level.table.emplace();
  int lights = 0;
  for (const double mark : {0.17, 0.33, 0.50, 0.66, 0.83, 1.0}) {
    level.table->points.push_back({{mark, dimension::none}, {static_cast<double>(++lights), dimension::none}});
  }
  level.tolerance.emplace();
  level.tolerance->quantity = {0.01, dimension::none};
  result.rows = {standby_row, level};
  return result;
}

MeasuredValue number(double value, double u = 0.1) {
  MeasuredValue result;
  result.value = result.latest = Interval::around(value, u);
  result.good = true;
  return result;
}

class Expecting {
 public:
  explicit Expecting(const Requirements& rows = requirements())
      : lights(rows, {"dut.protection.over_voltage"}, {"dut.protection.under_voltage", "dut.protection.discharge_oc"}) {
    table.declare({.name = "lights.panel"});
    lights.declare(table);
    table.seal();
    lights.restart();
    seen.charge.flags = {{Truth::no}};
    seen.discharge.flags = {{Truth::no}, {Truth::no}};
    seen.online.value = Truth::yes;
    seen.under_voltage.value = seen.over_voltage.value = seen.button.value = Truth::no;
    seen.current = number(0.0);
    seen.voltage = seen.reported_voltage = number(52.0);
    seen.reported_soc = number(0.45, 0.005);
  }
  Expecting& wait(double seconds) {
    for (const double end = now + seconds; now < end; now += 0.01) {
      lights.update(now, seen, may_sleep);
    }
    return *this;
  }
  [[nodiscard]] bool may(PanelPattern pattern) const { return (lights.may() & panel_bit(pattern)) != 0; }
  [[nodiscard]] bool only(PanelPattern pattern) const { return lights.may() == panel_bit(pattern); }
  void press(double seconds) {
    seen.button.value = Truth::yes;
    wait(seconds);
    seen.button.value = Truth::no;
    wait(0.1);
  }

  SignalTable table;
  LightExpectation lights;
  Measured seen;
  bool may_sleep = false;
  double now = 0.0;
};

TEST(LightExpectation, a_pack_whose_current_is_clear_has_no_choice) {
  Expecting pack;
  EXPECT_TRUE(pack.wait(20.0).only(standby));
  pack.seen.current = number(20.0);
  EXPECT_TRUE(pack.wait(20.0).only(charging));
  pack.seen.current = number(-20.0);
  EXPECT_TRUE(pack.wait(20.0).only(discharging));
}

TEST(LightExpectation, a_pack_that_may_have_gone_to_sleep_may_be_dark) {
  Expecting pack;
  pack.may_sleep = true;
  EXPECT_TRUE(pack.wait(20.0).may(PanelPattern::dark));
  EXPECT_TRUE(pack.may(standby));
}

TEST(LightExpectation, between_rest_and_moving_both_may_be) {
  Expecting pack;
  pack.seen.current = number(-0.5, 0.05);
  pack.wait(20.0);
  EXPECT_TRUE(pack.may(standby) && pack.may(discharging));
  EXPECT_FALSE(pack.may(charging));
}

// A pack with a hysteresis around rest goes on showing what it did last, until it has rested.
TEST(LightExpectation, behind_a_charge_a_small_current_the_other_way_may_still_be_charging) {
  Expecting pack;
  pack.seen.current = number(20.0);
  pack.wait(20.0);
  pack.seen.current = number(-0.5, 0.05);
  EXPECT_TRUE(pack.wait(60.0).may(charging));
  EXPECT_TRUE(pack.may(standby) && pack.may(discharging));
  pack.seen.current = number(0.0);
  pack.wait(20.0);
  pack.seen.current = number(-0.5, 0.05);
  EXPECT_FALSE(pack.wait(20.0).may(charging)) << "it has rested";
  pack.seen.current = number(20.0);
  pack.wait(20.0);
  pack.seen.current = number(-1.0, 0.05);
  EXPECT_FALSE(pack.wait(20.0).may(charging)) << "a clear current the other way";
  pack.seen.current = number(0.5, 0.05);
  EXPECT_TRUE(pack.wait(20.0).may(discharging)) << "the same behind a discharge";
}

TEST(LightExpectation, a_change_leaves_the_old_pattern_its_delay_and_no_more) {
  Expecting pack;
  pack.wait(20.0);
  pack.seen.current = number(-20.0);
  pack.wait(2.0);
  EXPECT_TRUE(pack.may(standby) && pack.may(discharging));
  pack.wait(2.7 + 2.5 + 5.3);
  EXPECT_TRUE(pack.only(discharging)) << "a pack that lags for longer is found";
}

// An empty pack that a heavy load takes into under-voltage and out of it every few seconds shows the pieces of two
// patterns.
TEST(LightExpectation, a_pack_that_goes_on_and_off_shows_pieces_of_patterns_until_it_settles) {
  Expecting pack;
  pack.wait(20.0);
  for (int i = 0; i < 5; ++i) {
    pack.seen.current = number(-97.0);
    pack.wait(3.0);
    EXPECT_EQ(pack.may(PanelPattern::other), i > 0) << "one change alone is none";
    pack.seen.current = number(0.0);
    pack.wait(3.0);
    EXPECT_TRUE(pack.may(PanelPattern::other));
  }
  pack.seen.current = number(-97.0);
  pack.wait(20.0);
  EXPECT_TRUE(pack.only(discharging));
}

TEST(LightExpectation, a_protection_is_red_and_under_voltage_is_dark) {
  Expecting pack;
  pack.seen.discharge.flags[1].value = Truth::yes;
  EXPECT_TRUE(pack.wait(20.0).only(red));
  pack.seen.discharge.flags[1].value = Truth::no;
  pack.seen.discharge.flags[0].value = pack.seen.under_voltage.value = Truth::yes;
  EXPECT_TRUE(pack.wait(20.0).only(dark));
  pack.seen.current = number(10.0);
  pack.wait(20.0);
  EXPECT_TRUE(pack.may(charging)) << "the manual speaks of a stopped discharge only";
  EXPECT_FALSE(pack.may(discharging) || pack.may(standby));
}

TEST(LightExpectation, of_the_direction_that_is_not_blocked_the_manual_leaves_the_choice) {
  Expecting pack;
  pack.seen.charge.flags[0].value = Truth::yes;
  pack.seen.current = number(-10.0);
  pack.wait(20.0);
  EXPECT_TRUE(pack.may(red) && pack.may(discharging));
  EXPECT_FALSE(pack.may(standby) || pack.may(charging));
}

TEST(LightExpectation, full_is_for_a_charge_at_a_hundred_per_cent) {
  Expecting pack;
  pack.seen.current = number(10.0);
  for (const auto& [soc, charges, full_too] : {std::tuple{0.97, true, false}, {0.99, true, true}, {1.0, false, true}}) {
    pack.seen.reported_soc = number(soc, 0.005);
    pack.wait(20.0);
    EXPECT_EQ(pack.may(charging), charges) << soc;
    EXPECT_EQ(pack.may(full), full_too) << soc;
  }
  pack.seen.current = number(0.0);
  EXPECT_TRUE(pack.wait(20.0).only(standby));
}

TEST(LightExpectation, the_level_is_open_by_one_per_cent_at_a_mark_and_nowhere_else) {
  Expecting pack;
  const auto level = [&](double soc) {
    pack.seen.reported_soc = number(soc, 0.005);
    pack.wait(10.0);
    return pack.lights.level();
  };
  EXPECT_EQ(level(0.0), Interval::point(1.0)) << "one light also at 0 %";
  EXPECT_EQ(level(0.16), Interval::point(1.0));
  EXPECT_EQ(level(0.17), (Interval{1.0, 2.0}));
  EXPECT_EQ(level(0.18), (Interval{1.0, 2.0}));
  EXPECT_EQ(level(0.19), Interval::point(2.0));
  EXPECT_EQ(level(0.66), (Interval{4.0, 5.0}));
  EXPECT_EQ(level(0.69), Interval::point(5.0));
  EXPECT_EQ(level(0.85), Interval::point(6.0));
  EXPECT_EQ(level(1.0), Interval::point(6.0));
}

TEST(LightExpectation, the_button_permits_the_sweep_of_its_direction) {
  Expecting pack;
  pack.wait(20.0);
  pack.press(3.5);
  EXPECT_TRUE(pack.may(sweep_down) && pack.may(dark));
  EXPECT_FALSE(pack.may(sweep_up)) << "a running pack is stopped";
  pack.seen.online.value = Truth::no;
  pack.seen.voltage = number(0.0);
  EXPECT_TRUE(pack.wait(40.0).only(dark));
  pack.press(2.0);
  EXPECT_TRUE(pack.only(dark)) << "a touch is no reason to light anything";
  pack.press(3.5);
  EXPECT_TRUE(pack.may(sweep_up) && pack.may(coding));
  EXPECT_FALSE(pack.may(sweep_down));
}

TEST(LightExpectation, a_pack_that_nobody_hears_or_anybody_may_switch_shows_what_it_likes) {
  Expecting pack;
  pack.wait(20.0);
  pack.seen.online.value = Truth::unknown;
  EXPECT_EQ(pack.wait(5.0).lights.may(), any_panel);
  pack.seen.online.value = Truth::yes;
  EXPECT_TRUE(pack.wait(20.0).only(standby));
  pack.seen.button.value = Truth::unknown;
  EXPECT_EQ(pack.wait(5.0).lights.may(), any_panel);
}

TEST(LightExpectation, engineering_defaults_alone_expect_nothing) {
  const Expecting pack(requirements(NumberOrigin::engineering_default));
  EXPECT_FALSE(pack.table.find("model.lights.panel.may").has_value());
}

}  // namespace
}  // namespace rig
