// From samples to intervals.
#include "rig/model/measured.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rig/model/threshold_rule.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

class MeasuredTest : public testing::Test {
 protected:
  MeasuredTest() {
    current_ = table_.declare({.name = "pack.current", .source = "test"});
    allowed_ = table_.declare({.name = "dut.charge_allowed", .source = "test"});
    lamp_ = table_.declare({.name = "io.led1", .source = "test"});
    table_.seal();
    reader_.bind(table_, {}, {}, {});
  }
  const MeasuredValue& read(double value, double time) {
    table_.write(current_, value, TimePoint{from_seconds(time)});
    reader_.read(table_);
    table_.clear_changed();
    return reader_.measured().current;
  }
  SignalTable table_;
  SignalId current_, allowed_, lamp_;
  MeasuredReader reader_;
};

TEST_F(MeasuredTest, a_reading_is_news_in_one_tick_and_then_nothing_moves_until_the_next) {
  EXPECT_TRUE(read(3.0, 1.0).fresh);
  EXPECT_FALSE(reader_.quiet());
  EXPECT_TRUE(reader_.measured().electrical_read);
  for (const double lamp : {0.0, 1.0}) {  // nothing at all is written, or nothing that the reference looks at
    if (lamp > 0.0) {
      table_.write(lamp_, lamp, TimePoint{from_seconds(1.1)});
    }
    reader_.read(table_);
    table_.clear_changed();
    EXPECT_TRUE(reader_.quiet());
    EXPECT_FALSE(reader_.measured().electrical_read);
    EXPECT_FALSE(reader_.measured().current.fresh);
    EXPECT_EQ(reader_.measured().current.latest, Interval::point(3.0));
  }
  table_.write(allowed_, 1.0, TimePoint{from_seconds(1.2)});
  reader_.read(table_);
  EXPECT_FALSE(reader_.quiet());
  EXPECT_TRUE(reader_.measured().outputs_read);
  EXPECT_FALSE(reader_.measured().current.fresh);
  table_.clear_changed();
  table_.set_quality(current_, Quality::stale);
  reader_.read(table_);
  EXPECT_FALSE(reader_.quiet()) << "that something is not known any more is news";
  EXPECT_FALSE(reader_.measured().current.good);
}

TEST_F(MeasuredTest, between_two_samples_a_value_was_anywhere_between) {
  EXPECT_EQ(read(3.0, 1.0).value, Interval::point(3.0));
  const MeasuredValue& m = read(5.0, 1.2);
  EXPECT_EQ(m.value, (Interval{3.0, 5.0}));
  EXPECT_EQ(m.latest, Interval::point(5.0));
  EXPECT_DOUBLE_EQ(m.since, 1.0);
  EXPECT_DOUBLE_EQ(m.time, 1.2);
}

// The sum of a fast and a slow box has the time of the slow one: a pulse that only the fast one saw is not lost.
TEST_F(MeasuredTest, a_value_that_moved_without_a_new_time_is_remembered) {
  read(0.0, 1.0);
  EXPECT_EQ(read(225.0, 1.0).value, (Interval{0.0, 225.0}));
  const MeasuredValue& m = read(0.0, 1.0);
  EXPECT_FALSE(m.fresh);
  EXPECT_EQ(read(0.0, 1.2).value, (Interval{0.0, 225.0}));
  EXPECT_EQ(read(0.0, 1.4).value, Interval::point(0.0));
}

TEST(Measured, what_was_switched_after_the_last_reading_moves_the_current_already) {
  Measured m;
  m.current = {.value = {4.0, 5.0}, .time = 1.0, .good = true};
  m.charge_demand = {Truth::yes, 0.5};
  m.discharge_demand = {Truth::no, 0.5};
  EXPECT_EQ(m.current_now(), (Interval{4.0, 5.0})) << "switched before it was read";
  m.charge_demand = {Truth::no, 1.1};
  EXPECT_EQ(m.current_now(), (Interval{0.0, 5.0}));
  m.discharge_demand = {Truth::yes, 1.1};
  EXPECT_EQ(m.current_now(), (Interval{-infinity, 5.0}));
  m.charge_demand = {Truth::yes, 1.1};
  EXPECT_EQ(m.current_now(), (Interval{-infinity, infinity}));
}

// A reading every 200 ms that rose: the pack may have counted since the one before, and must since this one.
TEST(RuleInputs, what_a_sample_makes_possible_counts_from_the_one_before) {
  const Requirements requirements = profiled_requirements();
  for (const char* name : {"charge_oc", "pack_ov"}) {
    const auto row = std::find_if(requirements.rows.begin(), requirements.rows.end(),
                                  [&](const RequirementRow& r) { return r.rule == name; });
    ASSERT_NE(row, requirements.rows.end());
    ThresholdRule rule(*row, requirements.cells);
    RuleInputs in{.now = 9.0, .step = 0.01, .battery = Interval::point(52.0), .current = Interval::point(10.0)};
    rule.watch_trip(in);
    in.now = 10.0;
    in.battery = {52.0, 57.0};
    in.current = {10.0, 150.0};
    in.battery_since = in.current_since = 9.8;
    rule.watch_trip(in);
    EXPECT_NEAR(rule.trip().may_since(), 9.8 + rule.trip().delay().lo, 1e-9) << name;
    in.now = 10.2;
    in.battery = Interval::point(57.0);
    in.current = Interval::point(150.0);
    in.battery_since = in.current_since = 10.0;
    rule.watch_trip(in);
    EXPECT_NEAR(rule.trip().must_since(), 10.19 + rule.trip().delay().hi, 1e-9) << name;
  }
}

}  // namespace
}  // namespace rig
