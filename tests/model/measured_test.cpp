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

}  // namespace
}  // namespace rig
