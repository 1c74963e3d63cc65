#include <gtest/gtest.h>

#include "rig/core/clock.hpp"
#include "rig/core/lateness.hpp"
#include "rig/core/timeline.hpp"

namespace rig {
namespace {
using namespace std::chrono_literals;

TEST(LatenessTest, quantiles_are_near_the_values_and_the_maximum_is_exact) {
  Lateness lateness;
  for (int i = 1; i <= 1000; ++i) {
    lateness.add(std::chrono::microseconds(i));
  }
  EXPECT_EQ(lateness.total(), 1000U);
  EXPECT_EQ(lateness.max(), 1ms);
  EXPECT_NEAR(to_seconds(lateness.quantile(0.5)), 500e-6, 0.07 * 500e-6);
  EXPECT_NEAR(to_seconds(lateness.quantile(0.99)), 990e-6, 0.07 * 990e-6);
  EXPECT_EQ(lateness.quantile(1.0), 1ms);
}

TEST(LatenessTest, one_late_tick_in_a_thousand_is_seen_at_p999_only_when_it_is_one) {
  Lateness lateness;
  for (int i = 0; i < 999; ++i) {
    lateness.add(10us);
  }
  lateness.add(20ms);
  EXPECT_LT(lateness.quantile(0.99), 12us);
  EXPECT_EQ(lateness.quantile(0.9995), 20ms);
}

TEST(LatenessTest, early_counts_as_on_time) {
  Lateness lateness;
  lateness.add(-5us);
  EXPECT_EQ(lateness.max(), 0ns);
  EXPECT_EQ(lateness.quantile(0.5), 0ns);
}

// Arming a box may fail before the clock is started; the way out waits on it all the same.
TEST(WallClockTest, a_clock_that_was_never_started_misses_nothing) {
  Timeline timeline;
  timeline.begin(std::chrono::steady_clock::now() - 1s);
  WallClock clock(timeline);
  EXPECT_EQ(clock.wait_until(TimePoint{}), 0);
}

// A process that was stopped has threads of links that were stopped too: they get a moment to read what waits for them.
TEST(WallClockTest, a_clock_that_stood_for_long_lets_the_links_catch_up_before_its_tick) {
  Timeline timeline;
  WallClock clock(timeline);
  clock.start(10ms);
  timeline.begin(std::chrono::steady_clock::now() - 1s);
  EXPECT_GE(clock.wait_until(TimePoint{}), 102) << "1 s that was slept through and 20 ms for the links";
}

TEST(TimelineTest, at_scale_one_no_nanosecond_is_lost_in_a_year) {
  Timeline timeline;
  const Timeline::WallTime origin{Duration{1'234'567'891}};
  timeline.begin(origin);
  const Duration year = std::chrono::hours(8760) + 1ns;
  EXPECT_EQ(timeline.at(origin + year), TimePoint{year});
  EXPECT_EQ(timeline.wall(TimePoint{year}), origin + year);
}

TEST(TimelineTest, rig_time_runs_faster_than_wall_time_by_its_scale) {
  Timeline timeline;
  timeline.set_scale(5.0);
  const Timeline::WallTime origin{1s};
  timeline.begin(origin);
  EXPECT_EQ(timeline.at(origin + 2s), TimePoint{10s});
  EXPECT_EQ(timeline.wall(TimePoint{10s}), origin + 2s);
  EXPECT_EQ(timeline.at(origin - 1s), TimePoint{-5s});
}

}  // namespace
}  // namespace rig
