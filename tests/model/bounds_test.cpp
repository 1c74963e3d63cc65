// The small parts of the reference, each by itself.
#include <gtest/gtest.h>

#include "rig/model/battery_voltage.hpp"
#include "rig/model/debounce.hpp"
#include "rig/model/history.hpp"

namespace rig {
namespace {

TEST(Debounce, may_after_the_shortest_delay_and_must_after_the_longest) {
  Debounce d({1.5, 2.5});
  EXPECT_EQ(d.may_since(), infinity);
  d.set(10.0, true, true);
  EXPECT_DOUBLE_EQ(d.may_since(), 11.5) << "known beforehand";
  EXPECT_DOUBLE_EQ(d.must_since(), 12.5);
  d.set(11.0, false, false);
  EXPECT_EQ(d.may_since(), infinity) << "the condition ended before its time";
  EXPECT_EQ(d.must_since(), infinity);
}

TEST(Debounce, what_came_between_two_samples_may_count_from_the_first_and_must_from_the_second) {
  Debounce d({0.2, 0.4});
  d.set({10.0, 10.3}, true, true);
  EXPECT_NEAR(d.may_since(), 10.2, 1e-9);
  EXPECT_NEAR(d.must_since(), 10.7, 1e-9);
  d.set({10.3, 10.5}, false, false);
  EXPECT_NEAR(d.may_since(), 10.2, 1e-9) << "it may have held until the second";
  d.set({9.0, 10.6}, true, false);
  EXPECT_NEAR(d.may_since(), 10.2, 1e-9) << "and never before what was known already";
}

TEST(Debounce, a_gap_ends_what_must_be_and_only_slows_what_may_be) {
  Debounce d({1.0, 1.0});
  d.set(0.0, true, true);
  d.set(0.9, false, false);
  d.set(1.0, true, true);
  EXPECT_NEAR(d.may_since(), 1.2, 1e-9) << "a leaky counter stands at 0.9 - 0.1 s";
  EXPECT_NEAR(d.must_since(), 2.0, 1e-9) << "the gap begins it anew";
}

TEST(Debounce, the_permissive_counter_does_not_fall_below_zero) {
  Debounce d({1.0, infinity});
  d.set(0.0, true, false);
  d.set(0.5, false, false);
  d.set(100.0, true, false);
  EXPECT_NEAR(d.may_since(), 101.0, 1e-9);
}

TEST(Debounce, at_a_start_the_condition_may_have_held_before) {
  Debounce d({2.0, 3.0});
  d.restart_unknown(0.0);
  d.set(0.0, true, true);
  EXPECT_DOUBLE_EQ(d.may_since(), 0.0);
  EXPECT_DOUBLE_EQ(d.must_since(), 3.0);
  d.set(5.0, false, false);
  d.forget(20.0, 1.0);
  d.set(20.0, true, true);
  EXPECT_DOUBLE_EQ(d.may_since(), 22.0) << "what began after the start is known";
}

TEST(Debounce, a_count_that_begins_anew_remembers_since_when_the_condition_could_hold) {
  Debounce d({2.0, 3.0});
  d.set(10.0, true, true);
  d.restart_from(9.0);
  EXPECT_DOUBLE_EQ(d.may_since(), 12.0);
  EXPECT_EQ(d.must_since(), infinity) << "it is not known that the pack counted before";
  d.restart_from(10.5);
  EXPECT_DOUBLE_EQ(d.may_since(), 12.5) << "nothing counts from before its new beginning";
  d.set(11.0, false, false);
  d.restart_from(9.0);
  EXPECT_EQ(d.may_since(), infinity);
}

TEST(Debounce, forgets_a_chance_that_nobody_used) {
  Debounce d({0.0, infinity});
  d.set(1.0, true, false);
  d.set(1.5, false, false);
  EXPECT_DOUBLE_EQ(d.forgets_at(3.0), 4.5);
  d.forget(4.0, 3.0);
  EXPECT_LT(d.may_since(), infinity);
  d.forget(4.6, 3.0);
  EXPECT_EQ(d.may_since(), infinity);
}

TEST(History, gives_the_hull_of_a_stretch_of_time) {
  History h;
  for (int i = 0; i < 1000; ++i) {
    h.add(i * 0.01, Interval::point(i * 0.01));
  }
  const Interval stretch = h.between(4.0, 5.0);
  EXPECT_NEAR(stretch.lo, 4.0, 0.1);
  EXPECT_NEAR(stretch.hi, 5.1, 0.1);
  EXPECT_GT(h.between(-100, 100).width(), 9.0);
}

TEST(History, a_sample_tells_of_the_time_since_the_one_before) {
  History h;
  h.add(1.0, Interval::point(5));
  h.add(1.25, Interval::point(5));
  h.add(1.38, Interval::point(5));  // nothing new yet
  h.add(1.25, 1.4, Interval{5, 9});
  EXPECT_EQ(h.between(1.28, 1.28), (Interval{5, 9}));
  EXPECT_EQ(h.between(1.0, 1.15), Interval::point(5)) << "before the one before";
  EXPECT_EQ(h.between(1.4, 1.4), (Interval{5, 9}));
}

TEST(History, knows_how_far_back_it_reaches) {
  History h;
  EXPECT_FALSE(h.covers(0.0));
  h.add(2.0, Interval::point(1));
  EXPECT_FALSE(h.covers(1.0)) << "before the start";
  EXPECT_TRUE(h.covers(2.0));
  h.add(100.0, Interval::point(1));
  EXPECT_FALSE(h.covers(2.0)) << "forgotten";
}

TEST(History, keeps_the_last_twenty_five_seconds_and_survives_a_long_pause) {
  History h;
  for (int i = 0; i < 10000; ++i) {
    h.add(i * 0.01, Interval::point(i * 0.01));
  }
  EXPECT_GT(h.between(0, 1).lo, 70.0) << "older is forgotten: the oldest known stands in";
  h.add(1e6, Interval::point(7));
  EXPECT_EQ(h.between(0, 2e6), Interval::point(7));
}

Measured measured(double volts, double amps, Truth source, Truth load) {
  Measured m;
  m.voltage = {
      .value = Interval::around(volts, 0.01), .latest = Interval::around(volts, 0.01), .good = true, .fresh = true};
  m.current = {
      .value = Interval::around(amps, 0.05), .latest = Interval::around(amps, 0.05), .good = true, .fresh = true};
  m.charge_demand.value = source;
  m.discharge_demand.value = load;
  return m;
}

TEST(BatteryVoltage, is_the_terminals_less_the_drop_while_current_flows) {
  BatteryVoltage b({0.002, 0.004});
  b.update(measured(56.0, 50, Truth::yes, Truth::no), {}, {});
  EXPECT_TRUE(b.independent());
  EXPECT_TRUE(b.value().contains(56.0 - 50 * 0.003));
  EXPECT_NEAR(b.value().width(), 50 * 0.002 + 0.02, 0.001);
  b.update(measured(46.0, -50, Truth::no, Truth::yes), {}, {});
  EXPECT_TRUE(b.value().contains(46.0 + 50 * 0.003));
}

TEST(BatteryVoltage, is_not_that_of_terminals_that_nothing_is_connected_to) {
  BatteryVoltage b({0.002, 0.004});
  b.update(measured(0.1, 0, Truth::no, Truth::no), {}, {});
  EXPECT_EQ(b.value().width(), infinity);
  b.update(measured(0.04, -1.03, Truth::no, Truth::yes), {}, {});
  EXPECT_EQ(b.value().width(), infinity) << "what a load draws through the resistor of a pre-charge";
  b.update(measured(40.0, 0, Truth::no, Truth::no), {}, {});
  EXPECT_TRUE(b.value().contains(40.0)) << "deeply discharged, and still a battery";
}

// A pack that stops while it charges: whether the current took the way of the diode is not known, and B is no lower.
TEST(BatteryVoltage, a_diode_that_may_have_conducted_lowers_no_upper_bound) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(53.0, 50, Truth::yes, Truth::no), {.charge_surely_open = true, .discharge_surely_open = false}, {});
  EXPECT_NEAR(b.value().lo, 53.0 - 50 * 0.003 - 0.9, 0.02);
  EXPECT_NEAR(b.highest_at_rest(), 53.0 - 50 * 0.003, 0.02);
}

// Both FETs are open and the supply comes up from nothing: no sink pulls it to where the battery is.
TEST(BatteryVoltage, a_source_may_stand_below_a_pack_that_does_not_discharge) {
  for (const bool discharges : {false, true}) {
    BatteryVoltage b({0.003, 0.003});
    b.update(measured(55.0, 0, Truth::no, Truth::no), {}, {});
    b.update(measured(50.0, 0, Truth::yes, Truth::no),
             {.charge_surely_open = false, .discharge_surely_open = discharges}, {});
    EXPECT_EQ(b.value().contains(55.0), !discharges);
  }
}

TEST(BatteryVoltage, goes_on_rising_under_a_short_charge_when_a_discharge_has_left_it_low) {
  BatteryVoltage b({0.003, 0.003});
  Measured m = measured(50.0, -75, Truth::no, Truth::yes);
  m.voltage.time = m.current.time = 10.0;
  b.update(m, {}, {});
  m = measured(53.0, 5, Truth::yes, Truth::no);
  m.voltage.time = m.current.time = 40.0;
  b.update(m, {}, {});
  EXPECT_GT(b.highest_at_rest(), 54.0);
}

TEST(BatteryVoltage, rises_the_more_after_a_discharge_the_colder_its_cells_are) {
  BatteryVoltage warm({0.003, 0.003}), cold({0.003, 0.003});
  cold.set_coldest(-15.0);
  warm.set_coldest(25.0);
  for (BatteryVoltage* b : {&warm, &cold}) {
    b->update(measured(45.0, -58, Truth::no, Truth::yes), {}, {});
  }
  EXPECT_LT(warm.highest_at_rest(), 48.0);
  EXPECT_GT(cold.highest_at_rest(), 51.0);
}

// Two boxes that never read at the same moment, the current always a little behind the voltage.
TEST(BatteryVoltage, a_current_that_is_always_a_little_late_covers_the_voltages_before_it) {
  BatteryVoltage b({0.002, 0.004});
  Measured m = measured(53.0, 50, Truth::yes, Truth::no);
  for (int i = 1; i <= 20; ++i) {
    const double now = 0.1 * i;
    m.voltage.time = now;
    m.voltage.fresh = true;
    m.current.fresh = i % 2 == 0;
    m.current.time = m.current.fresh ? now - 0.05 : m.current.time;
    b.update(m, {}, {});
  }
  EXPECT_TRUE(b.independent());
  EXPECT_TRUE(b.value().contains(53.0 - 50 * 0.003));
  EXPECT_NEAR(b.time(), 1.9, 0.11);
  // A source that was switched on while a voltage waited may have lifted it.
  BatteryVoltage rest({0.002, 0.004});
  Measured off = measured(52.0, 0, Truth::no, Truth::no);
  off.voltage.time = 1.0;
  rest.update(off, {}, {});
  EXPECT_EQ(rest.value().width(), infinity) << "no current of its moment yet";
  off.charge_demand.value = Truth::yes;
  off.voltage.fresh = false;
  rest.update(off, {}, {});
  off.charge_demand.value = Truth::no;
  off.current.time = 1.1;
  rest.update(off, {}, {});
  EXPECT_EQ(rest.value().width(), infinity) << "nobody knows which of both it was";
}

TEST(BatteryVoltage, a_voltage_counts_when_the_paths_become_sure_after_it_and_nothing_was_switched_on_since) {
  const BatteryVoltage::Paths unsure{.charge_surely_open = false, .discharge_surely_open = false};
  Measured m = measured(52.0, 0, Truth::no, Truth::no);
  BatteryVoltage b({0.002, 0.004});
  b.update(m, unsure, {});
  EXPECT_EQ(b.value().width(), infinity);
  m.voltage.fresh = false;
  b.update(m, {}, {});
  EXPECT_NEAR(b.value().middle(), 52.0, 0.001);
  m.voltage.fresh = true;
  BatteryVoltage late({0.002, 0.004});
  late.update(m, unsure, {});
  m.voltage.fresh = false;
  m.charge_demand.value = Truth::yes;
  late.update(m, unsure, {});
  m.charge_demand.value = Truth::no;
  late.update(m, {}, {});
  EXPECT_EQ(late.value().width(), infinity) << "a source was on meanwhile";
}

TEST(BatteryVoltage, a_body_diode_that_may_conduct_widens_it_on_its_side) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(53.0, -10, Truth::no, Truth::yes), {.charge_surely_open = false}, {});
  EXPECT_TRUE(b.value().contains(53.03));
  EXPECT_TRUE(b.value().contains(53.03 + 0.7));
  EXPECT_FALSE(b.value().contains(52.9));
}

TEST(BatteryVoltage, a_source_without_current_says_only_that_the_battery_is_not_above) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(56.0, 5, Truth::yes, Truth::no), {}, {});
  b.update(measured(57.0, 0, Truth::yes, Truth::no), {.charge_surely_open = false}, {});
  EXPECT_FALSE(b.independent());
  EXPECT_TRUE(b.value().contains(55.5)) << "it may have relaxed";
  EXPECT_LT(b.highest_at_rest(), 56.1) << "after charging it does not rise by itself";
}

// The charge FET is open, and its diode lets a discharge through only when B stands above P by its drop.
TEST(BatteryVoltage, may_stand_above_a_source_by_a_diode_where_it_has_been_before) {
  BatteryVoltage b({0.003, 0.003});
  const auto refusing = BatteryVoltage::Paths{.charge_surely_open = false};
  b.update(measured(54.4, 5, Truth::yes, Truth::no), {}, {});
  b.update(measured(53.7, 0, Truth::yes, Truth::no), refusing, {});
  EXPECT_TRUE(b.value().contains(54.3)) << b.value().hi;
  b.update(measured(58.0, 0, Truth::yes, Truth::no), refusing, {});
  EXPECT_LT(b.value().hi, 58.1) << "it has not been above that, so nothing is";
  BatteryVoltage low({0.003, 0.003});
  low.update(measured(45.4, -5, Truth::no, Truth::yes), {}, {});
  low.update(measured(46.1, 0, Truth::no, Truth::yes), {.discharge_surely_open = false}, {});
  EXPECT_TRUE(low.value().contains(45.45)) << low.value().lo;
}

Measured at(double seconds, Measured m) {
  m.voltage.time = m.current.time = seconds;
  return m;
}

// What was found over a night on a source that was too high: twice the current relaxes twice as far, and at the very
// top of the charge the little that the electronics take is volts.
TEST(BatteryVoltage, after_a_large_current_and_after_hours_it_may_have_fallen_further) {
  BatteryVoltage b({0.003, 0.003});
  const auto blocked = BatteryVoltage::Paths{.charge_surely_open = false};
  b.update(at(10, measured(56.2, 98, Truth::yes, Truth::no)), {}, {});
  b.update(at(11, measured(59.5, 0, Truth::yes, Truth::no)), blocked, {});
  EXPECT_LT(b.value().lo, 56.0 - 1.9 * BatteryVoltage::falls);
  EXPECT_GT(b.value().lo, 56.0 - 2.1 * BatteryVoltage::falls) << "a second after the current it is no further";
  b.update(at(3000, measured(59.5, 0, Truth::yes, Truth::no)), blocked, {});
  EXPECT_LT(b.value().lo, 56.0 - 1.9 * BatteryVoltage::falls) << "it relaxes for hours";
  b.update(at(20 * 3600, measured(59.5, 0, Truth::yes, Truth::no)), blocked, {});
  EXPECT_LT(b.value().lo, 53.0);
  BatteryVoltage gentle({0.003, 0.003});
  gentle.update(at(10, measured(56.2, 5, Truth::yes, Truth::no)), {}, {});
  gentle.update(at(11, measured(59.5, 0, Truth::yes, Truth::no)), blocked, {});
  EXPECT_GT(gentle.value().lo, 54.6);
}

TEST(BatteryVoltage, after_discharging_it_may_have_risen) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(45.6, -5, Truth::no, Truth::yes), {}, {});
  b.update(measured(0.0, 0, Truth::no, Truth::yes), {.discharge_surely_open = false}, {});
  EXPECT_TRUE(b.value().contains(46.7));
  EXPECT_GT(b.highest_at_rest(), 46.7);
  EXPECT_GT(b.lowest_at_rest(), 45.5);
}

TEST(BatteryVoltage, what_the_pack_reports_narrows_it_when_it_was_cross_checked) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(56.0, 5, Truth::yes, Truth::no), {}, {});
  b.update(measured(57.0, 0, Truth::yes, Truth::no), {.charge_surely_open = false}, {55.6, 55.9});
  EXPECT_GE(b.value().lo, 55.6);
  EXPECT_LE(b.value().hi, 55.9);
}

// The pack's voltage says where B is; whether a diode lies between P and B it does not say.
TEST(BatteryVoltage, what_the_pack_reports_leaves_the_drop_of_a_diode_as_uncertain_as_it_was) {
  BatteryVoltage b({0.003, 0.003});
  b.update(measured(52.1, -2, Truth::no, Truth::yes), {.charge_surely_open = false}, {52.8, 53.1});
  EXPECT_LT(b.value().width(), 0.3);
  EXPECT_GT(b.own().width(), 0.8);
}

TEST(BatteryVoltage, is_unknown_without_measurements) {
  BatteryVoltage b({0.003, 0.003});
  b.update(Measured{}, {}, {});
  EXPECT_EQ(b.value().hi, infinity);
}

}  // namespace
}  // namespace rig
