// Whether the numbers that a pack tells about its charge fit each other.
#include "rig/model/soc_logic.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

constexpr Interval capacity{100.0 * 3600, 106.0 * 3600};  // A*s

MeasuredValue report(double time, double soc) {
  MeasuredValue value;
  value.latest = Interval::around(soc, 0.005);
  value.time = time;
  value.good = value.fresh = true;
  return value;
}

TEST(SocLogic, the_first_report_is_no_step) {
  SocLogic logic(capacity);
  logic.update(report(10.0, 0.5), {0.0, 0.0});
  EXPECT_FALSE(logic.has_step());
  logic.restart();
  logic.update(report(1.0, 0.9), {0.0, 0.0});
  EXPECT_FALSE(logic.has_step()) << "a report of the run before is none to step from";
}

TEST(SocLogic, a_correction_at_one_per_cent_a_second_is_allowed_and_a_jump_is_not) {
  SocLogic logic(capacity);
  logic.update(report(0.0, 0.50), {0.0, 0.0});
  logic.update(report(1.0, 0.51), {0.0, 0.0});
  ASSERT_TRUE(logic.has_step());
  EXPECT_NEAR(logic.step(), 0.01, 1e-12);
  EXPECT_TRUE(logic.allowed_step().contains(logic.step()));
  logic.update(report(2.0, 0.60), {0.0, 0.0});
  EXPECT_FALSE(logic.allowed_step().contains(logic.step())) << "10 % in a second";
}

// Each second alone could be 1 % that the report rounds up.
TEST(SocLogic, a_correction_that_creeps_too_fast_shows_over_some_seconds) {
  const auto found = [](double rate) {
    SocLogic logic(capacity);
    bool beyond = false;
    for (int second = 0; second < 10; ++second) {
      logic.update(report(second, std::round((0.5 + rate * second) * 100) / 100), {0.0, 0.0});
      beyond = beyond || (logic.has_step() && !widened(logic.allowed_step(), 0.01).contains(logic.step()));
    }
    return beyond;
  };
  EXPECT_FALSE(found(0.01));
  EXPECT_FALSE(found(0.0125));
  EXPECT_TRUE(found(0.02));
}

TEST(SocLogic, a_current_that_nobody_knew_is_stepped_over) {
  SocLogic logic(capacity);
  logic.update(report(0.0, 0.50), {0.0, 0.0});
  logic.update(report(1.0, 0.90), {-infinity, infinity});
  EXPECT_FALSE(logic.has_step());
  logic.update(report(2.0, 0.90), {0.0, 0.0});
  EXPECT_TRUE(logic.allowed_step().contains(logic.step()));
}

TEST(SocLogic, a_counter_that_begins_again_at_zero_has_jumped) {
  SocLogic logic(capacity);
  logic.update(report(0.0, 0.999), {5.0, 5.0});
  logic.update(report(1.0, 0.0), {5.0, 5.0});
  EXPECT_FALSE(logic.allowed_step().contains(logic.step()));
}

TEST(SocLogic, reports_that_were_lost_leave_time_for_a_longer_way) {
  SocLogic logic(capacity);
  logic.update(report(0.0, 0.50), {0.0, 0.0});
  logic.update(report(10.0, 0.60), {0.0, 0.0});
  EXPECT_TRUE(logic.allowed_step().contains(logic.step()));
}

TEST(SocLogic, a_current_carries_the_soc_on) {
  SocLogic still(capacity), driven(capacity);
  still.update(report(0.0, 0.50), {0.0, 0.0});
  driven.update(report(0.0, 0.50), {0.0, 0.0});
  still.update(report(60.0, 0.49), {0.0, 0.0});
  driven.update(report(60.0, 0.49), {-50.0, -50.0});
  EXPECT_NEAR(driven.allowed_step().hi - still.allowed_step().hi, 50.0 * 60.7 / capacity.lo, 1e-9);
}

TEST(SocLogic, what_is_left_is_the_soc_times_a_capacity_that_the_pack_can_have) {
  SocLogic logic(capacity);
  logic.update(report(0.0, 0.50), {0.0, 0.0});
  EXPECT_TRUE(logic.remaining(0.0).contains(0.50 * 103.0 * 3600));
  EXPECT_FALSE(logic.remaining(0.0).contains(0.50 * 80.0 * 3600)) << "counted with another capacity";
  logic.update(report(1.0, 0.0), {0.0, 0.0});
  EXPECT_EQ(logic.remaining(0.01).lo, 0.0) << "nothing is less than nothing";
}

}  // namespace
}  // namespace rig
