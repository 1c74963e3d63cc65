#include "reports/truth_lanes.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {
constexpr Truth quiet{.may = false, .must = false, .known = true, .seen = false};
constexpr Truth allowed{.may = true, .must = false, .known = true, .seen = false};
constexpr Truth demanded{.may = true, .must = true, .known = true, .seen = false};

Truth seen(Truth truth) {
  truth.seen = true;
  return truth;
}

double length_of(const Intervals& intervals) {
  double sum = 0;
  for (const auto& [from, to] : intervals) {
    sum += to - from;
  }
  return sum;
}
}  // namespace

TEST(TruthLanes, tell_what_was_allowed_demanded_and_seen_and_what_was_wrong) {
  TruthLanes lanes({0, 10}, 1000);
  lanes.add(1, quiet);
  lanes.add(2, seen(quiet));
  lanes.add(3, seen(allowed));
  lanes.add(4, demanded);
  lanes.add(5, seen(demanded));
  lanes.add(6, {.may = true, .must = true, .known = false, .seen = false});
  lanes.add(8, quiet);
  const Strip strip = lanes.finish("pack.charge_blocked");
  EXPECT_EQ(strip.name, "pack.charge_blocked");
  EXPECT_EQ(strip.unknown, (Intervals{{0, 1}, {6, 8}})) << "before the first sample nothing is known";
  EXPECT_EQ(strip.wrong, (Intervals{{2, 3}}));
  EXPECT_EQ(strip.may, (Intervals{{3, 4}})) << "what is demanded has a lane of its own";
  EXPECT_EQ(strip.must, (Intervals{{4, 8}}));
  EXPECT_EQ(strip.seen, (Intervals{{3, 4}, {5, 6}}));
  EXPECT_EQ(strip.absent, (Intervals{{4, 5}})) << "where nothing is known nothing is absent";
}

TEST(TruthLanes, begin_with_what_held_before_the_window_and_end_with_it) {
  TruthLanes lanes({10, 20}, 1000);
  lanes.add(1, seen(quiet));
  lanes.add(2, seen(demanded));
  lanes.add(15, quiet);
  lanes.add(25, seen(quiet));
  const Strip strip = lanes.finish("x");
  EXPECT_EQ(strip.must, (Intervals{{10, 15}}));
  EXPECT_EQ(strip.seen, (Intervals{{10, 15}}));
  EXPECT_EQ(strip.wrong, Intervals{});
  EXPECT_EQ(strip.unknown, Intervals{});
}

// A value that comes and goes each tick for a day, and once for a single tick where it must not.
TEST(TruthLanes, keep_what_the_resolution_shows_and_a_wrong_tick_however_long_the_run) {
  constexpr std::size_t resolution = 100;
  constexpr double day = 24 * 3600;
  TruthLanes lanes({0, day}, resolution);
  const double odd = 0.6 * day;
  for (double t = 0; t < day; t += 0.1) {
    const bool on = static_cast<std::int64_t>(t * 10) % 2 == 0;
    lanes.add(t, on ? seen(allowed) : quiet);
    if (t < odd && odd <= t + 0.1) {
      lanes.add(t + 0.02, seen(quiet));
      lanes.add(t + 0.03, quiet);
    }
  }
  const Strip strip = lanes.finish("x");
  EXPECT_LE(strip.may.size(), resolution + 1);
  EXPECT_LE(strip.seen.size(), resolution + 1);
  ASSERT_EQ(strip.wrong.size(), 1u);
  EXPECT_NEAR(strip.wrong[0].first, odd, 0.2);
  EXPECT_NEAR(length_of(strip.wrong), 0.01, 1e-6) << "a gap is closed, but nothing wrong is invented";
  EXPECT_EQ(strip.absent, Intervals{});
}

}  // namespace rig
