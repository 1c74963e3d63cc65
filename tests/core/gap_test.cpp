#include "rig/core/gap.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

using std::chrono::milliseconds;

TEST(GapBefore, a_tick_in_time_has_none) {
  EXPECT_FALSE(gap_before({0, TimePoint{}, milliseconds(50)}));
  EXPECT_FALSE(gap_before({7, TimePoint{milliseconds(350)}, milliseconds(50)}));
  EXPECT_FALSE(gap_before({7, TimePoint{milliseconds(350)}, milliseconds(200)})) << "a longer step misses nothing";
}

TEST(GapBefore, a_tick_that_came_late_tells_the_two_looks_beside_it) {
  const Tick tick{10, TimePoint{milliseconds(500)}, milliseconds(200), 3};
  const auto gap = gap_before(tick);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->from, TimePoint{milliseconds(300)});
  EXPECT_EQ(gap->to, tick.start);
  EXPECT_EQ(gap->missed, 3);
  EXPECT_EQ(gap->first_missed(), TimePoint{milliseconds(350)});
  EXPECT_EQ(gap->last_missed(), TimePoint{milliseconds(450)});
  EXPECT_EQ(gap_text(*gap), "3 ticks were missed: nothing was seen between 0.3 s and 0.5 s");
  EXPECT_EQ(gap_text({gap->from, TimePoint{milliseconds(400)}, 1}),
            "1 tick was missed: nothing was seen between 0.3 s and 0.4 s");
}

TEST(Across, reaches_as_far_beyond_both_readings_as_they_moved) {
  EXPECT_EQ(across({1.0, 1.0}, {3.0, 3.0}), (Interval{-1.0, 5.0}));
  EXPECT_EQ(across({2.9, 3.1}, {2.9, 3.1}), (Interval{2.9, 3.1})) << "what stands has not moved";
}

}  // namespace
}  // namespace rig
