#include "drivers/can/bit_timing.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "rig/core/error.hpp"

namespace rig::can {
namespace {

using ::testing::HasSubstr;

// As the adapters say it of themselves.
constexpr TimingLimits bx_can{.segment1_max = 16, .segment2_max = 8, .jump_max = 4, .prescaler_max = 1024};
constexpr TimingLimits fd_can{.segment1_max = 256, .segment2_max = 128, .jump_max = 128, .prescaler_max = 512};
constexpr TimingLimits fd_data{.segment1_max = 32, .segment2_max = 16, .jump_max = 16, .prescaler_max = 32};

double rate_of(const BitTiming& t, double clock) { return clock / t.prescaler / t.quanta(); }
double sample_point_of(const BitTiming& t) { return 1000.0 * (t.quanta() - t.phase2) / t.quanta(); }

TEST(BitTiming, half_a_megabit_at_48_megahertz_is_what_linux_sets) {
  const BitTiming t = bit_timing(500'000, 48'000'000, bx_can);
  EXPECT_EQ(t.prescaler, 6U);
  EXPECT_EQ(t.propagation, 6U);
  EXPECT_EQ(t.phase1, 7U);
  EXPECT_EQ(t.phase2, 2U);
  EXPECT_EQ(t.jump, 1U);
}

TEST(BitTiming, a_controller_with_room_gets_the_finest_quanta) {
  const BitTiming t = bit_timing(500'000, 40'000'000, fd_can);
  EXPECT_EQ(t.prescaler, 1U);
  EXPECT_EQ(t.quanta(), 80U);
  EXPECT_EQ(t.phase2, 10U);
  EXPECT_EQ(t.jump, 5U);
}

TEST(BitTiming, all_usual_rates_are_hit_exactly_where_their_sample_point_is_usual) {
  for (const double clock : {48e6, 42e6, 40e6, 80e6}) {
    for (const std::uint32_t rate : {10'000U, 20'000U, 50'000U, 100'000U, 125'000U, 250'000U, 500'000U, 1'000'000U}) {
      SCOPED_TRACE(std::to_string(rate) + " at " + std::to_string(clock));
      const TimingLimits& limits = clock == 40e6 || clock == 80e6 ? fd_can : bx_can;
      const BitTiming t = bit_timing(rate, static_cast<std::uint32_t>(clock), limits);
      EXPECT_DOUBLE_EQ(rate_of(t, clock), rate);
      EXPECT_LE(sample_point_of(t), usual_sample_point(rate));
      EXPECT_GE(sample_point_of(t), usual_sample_point(rate) - 40);
      EXPECT_LE(t.propagation + t.phase1, limits.segment1_max);
      EXPECT_LE(t.phase2, limits.segment2_max);
      EXPECT_LE(t.prescaler, limits.prescaler_max);
    }
  }
}

TEST(BitTiming, the_sample_point_moves_forward_with_the_rate) {
  EXPECT_EQ(usual_sample_point(10'000), 875U);
  EXPECT_EQ(usual_sample_point(500'000), 875U);
  EXPECT_EQ(usual_sample_point(500'001), 800U);
  EXPECT_EQ(usual_sample_point(800'000), 800U);
  EXPECT_EQ(usual_sample_point(1'000'000), 750U);
  EXPECT_DOUBLE_EQ(sample_point_of(bit_timing(1'000'000, 48'000'000, bx_can)), 750.0);
  EXPECT_DOUBLE_EQ(sample_point_of(bit_timing(800'000, 40'000'000, fd_can)), 800.0);
}

TEST(BitTiming, the_data_phase_of_fd_is_computed_from_limits_of_its_own) {
  const BitTiming t = bit_timing(2'000'000, 40'000'000, fd_data);
  EXPECT_DOUBLE_EQ(rate_of(t, 40e6), 2e6);
  EXPECT_LE(t.propagation + t.phase1, 32U);
  EXPECT_LE(t.phase2, 16U);
}

TEST(BitTiming, a_rate_that_is_nearly_hit_is_taken_and_one_that_is_not_is_refused) {
  EXPECT_NEAR(rate_of(bit_timing(83'333, 48'000'000, bx_can), 48e6), 83'333, 83'333 * 0.005);
  try {
    bit_timing(930'000, 8'000'000, bx_can);
    FAIL() << "8 MHz cannot be divided down to 930 kbit/s";
  } catch (const RigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("930000 bit/s"));
    EXPECT_THAT(error.what(), HasSubstr("the closest is 888888 bit/s"));
  }
}

TEST(BitTiming, a_rate_beyond_the_prescaler_is_refused) {
  EXPECT_THROW(bit_timing(1'000, 48'000'000, bx_can), RigError);
  EXPECT_THROW(bit_timing(10'000'000, 48'000'000, bx_can), RigError);
}

TEST(BitTiming, limits_that_are_none_end_in_an_error_and_not_in_a_search_without_end) {
  EXPECT_THROW(bit_timing(500'000, 0, bx_can), RigError);
  EXPECT_THROW(bit_timing(0, 48'000'000, bx_can), RigError);
  EXPECT_THROW(bit_timing(500'000, 48'000'000, {.segment1_min = 0, .segment2_min = 0}), RigError);
  EXPECT_THROW(bit_timing(500'000, 48'000'000, {.segment1_max = 0xFFFFFFFF, .segment2_max = 0xFFFFFFFF}), RigError);
}

TEST(BitTiming, a_prescaler_that_goes_in_steps_is_kept_to_them) {
  TimingLimits even = bx_can;
  even.prescaler_min = even.prescaler_step = 2;
  EXPECT_EQ(bit_timing(250'000, 48'000'000, even).prescaler % 2, 0U);
}

}  // namespace
}  // namespace rig::can
