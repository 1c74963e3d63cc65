#include "rig/dut/frame_rhythm.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace rig {
namespace {

FrameRhythm heard_at(const std::vector<double>& seconds) {
  FrameRhythm rhythm;
  for (const double s : seconds) {
    rhythm.note(TimePoint{from_seconds(s)});
  }
  return rhythm;
}

TEST(FrameRhythm, has_no_period_before_the_second_frame) {
  FrameRhythm rhythm;
  EXPECT_FALSE(rhythm.note(TimePoint{from_seconds(3.0)}));
  EXPECT_EQ(rhythm.jitter(), 0.0);
  EXPECT_TRUE(rhythm.note(TimePoint{from_seconds(4.25)}));
  EXPECT_DOUBLE_EQ(rhythm.period(), 1.25);
}

TEST(FrameRhythm, tells_the_jitter_of_the_last_periods_only) {
  EXPECT_NEAR(heard_at({0, 1, 2.1, 3, 4}).jitter(), 0.2, 1e-12);
  std::vector<double> calm{0, 1, 2.1, 3};
  for (int i = 4; i < 25; ++i) {
    calm.push_back(i);
  }
  EXPECT_NEAR(heard_at(calm).jitter(), 0.0, 1e-12);
}

TEST(FrameRhythm, counts_the_frames_that_were_left_out) {
  EXPECT_EQ(heard_at({0, 1, 2, 3, 4, 5.4, 6.4}).gaps(), 0u) << "late is not missing";
  EXPECT_EQ(heard_at({0, 1, 2, 3, 4, 6, 7}).gaps(), 1u);
  EXPECT_EQ(heard_at({0, 1, 2, 3, 4, 7.9, 9, 11}).gaps(), 4u);
}

TEST(FrameRhythm, does_not_take_the_first_gap_for_what_is_usual) {
  EXPECT_EQ(heard_at({0, 2, 3}).gaps(), 0u) << "nobody knows yet";
  EXPECT_EQ(heard_at({0, 2, 3, 4, 5, 6, 8}).gaps(), 1u);
}

TEST(FrameRhythm, begins_anew_after_a_pause) {
  EXPECT_EQ(heard_at({0, 1, 2, 3, 4, 5, 65, 66, 67}).gaps(), 0u) << "the pack was off";
  EXPECT_NEAR(heard_at({0, 1, 2, 3, 4, 5, 65, 66, 67}).jitter(), 0.0, 1e-12);
}

TEST(FrameRhythm, keeps_what_it_counted_over_an_interruption) {
  FrameRhythm rhythm = heard_at({0, 1, 2, 3, 4, 6, 7});
  rhythm.interrupt();
  EXPECT_FALSE(rhythm.note(TimePoint{from_seconds(9.2)}));
  EXPECT_EQ(rhythm.gaps(), 1u);
  EXPECT_TRUE(rhythm.note(TimePoint{from_seconds(10.2)}));
  EXPECT_NEAR(rhythm.jitter(), 0.0, 1e-12);
}

}  // namespace
}  // namespace rig
