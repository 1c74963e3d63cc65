// From samples to intervals.
#include "rig/model/measured.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

class MeasuredTest : public testing::Test {
 protected:
  MeasuredTest() {
    current_ = table_.declare({.name = "pack.current", .source = "test"});
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
  SignalId current_;
  MeasuredReader reader_;
};

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

}  // namespace
}  // namespace rig
