#include "rig/core/math.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "rig/core/random.hpp"

namespace rig {
namespace {

double relative_error(double got, double want) {
  return want == 0 ? std::abs(got) : std::abs(got - want) / std::abs(want);
}

TEST(ExactMath, exp_agrees_with_the_library) {
  double worst = 0;
  for (double x = -708; x < 709.7; x += 0.00731) {
    worst = std::max(worst, relative_error(exact_exp(x), std::exp(x)));
  }
  for (double x = 1e-300; x < 1; x *= 1.7) {
    worst = std::max({worst, relative_error(exact_exp(x), std::exp(x)), relative_error(exact_exp(-x), std::exp(-x))});
  }
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(exact_exp(0), 1);
}

TEST(ExactMath, exp_saturates) {
  EXPECT_EQ(exact_exp(710), infinity);
  EXPECT_EQ(exact_exp(infinity), infinity);
  EXPECT_EQ(exact_exp(-infinity), 0);
  EXPECT_EQ(exact_exp(-746), 0);
  EXPECT_TRUE(std::isfinite(exact_exp(709.782712893383)));
  EXPECT_TRUE(std::isnan(exact_exp(std::nan(""))));
  for (double x = -745; x < -708; x += 0.01) {
    ASSERT_NEAR(exact_exp(x), std::exp(x), 5e-324);  // one step of the smallest numbers
  }
}

TEST(ExactMath, log_agrees_with_the_library) {
  double worst = 0;
  for (double x = 5e-324; x < 1e308; x *= 1.00137) {
    worst = std::max(worst, relative_error(exact_log(x), std::log(x)));
    if (x < 1e-320) {
      x *= 2;
    }
  }
  for (double x = 0.5; x < 2; x += 0.0000117) {
    worst = std::max(worst, relative_error(exact_log(x), std::log(x)));
  }
  for (double d = 1e-16; d < 0.1; d *= 1.1) {
    worst = std::max(
        {worst, relative_error(exact_log(1 + d), std::log(1 + d)), relative_error(exact_log(1 - d), std::log(1 - d))});
  }
  EXPECT_LT(worst, 1e-15);
  EXPECT_EQ(exact_log(1), 0);
}

TEST(ExactMath, log_knows_its_edges) {
  EXPECT_EQ(exact_log(0), -infinity);
  EXPECT_EQ(exact_log(infinity), infinity);
  EXPECT_TRUE(std::isnan(exact_log(-1)));
  EXPECT_TRUE(std::isnan(exact_log(std::nan(""))));
}

TEST(ExactMath, sin_agrees_with_the_library) {
  double worst = 0;
  Random random(3);
  for (int i = 0; i < 400000; ++i) {
    const double scale = i % 4 == 0 ? 4e8 : i % 4 == 1 ? 1e4 : i % 4 == 2 ? 10 : 1e-6;
    const double x = (2 * random.uniform() - 1) * scale;
    worst = std::max(worst, relative_error(exact_sin(x), std::sin(x)));
  }
  EXPECT_LT(worst, 1e-15);
}

TEST(ExactMath, sin_is_right_beside_its_zeros) {
  constexpr double pi = 3.14159265358979323846;
  double worst = 0;
  for (int k = 1; k < 120'000'000; k += 1 + k / 3) {
    const double x = k * pi;
    worst = std::max(
        {worst, relative_error(exact_sin(x), std::sin(x)), relative_error(exact_sin(-x * 0.5), std::sin(-x * 0.5))});
  }
  EXPECT_LT(worst, 1e-13);
  EXPECT_EQ(exact_sin(0), 0);
  EXPECT_EQ(exact_sin(1e-300), 1e-300);
  EXPECT_TRUE(std::isnan(exact_sin(4.1e8)));
  EXPECT_TRUE(std::isnan(exact_sin(infinity)));
  EXPECT_TRUE(std::isnan(exact_sin(std::nan(""))));
}

// The same bits on every CPU: a change of these is a change of every record.
TEST(ExactMath, keeps_its_bits) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  Random random(11);
  for (int i = 0; i < 10000; ++i) {
    const double x = 20 * random.uniform() - 10;
    for (const double y : {exact_exp(x), exact_log(x + 11), exact_sin(x)}) {
      hash = (hash ^ std::bit_cast<std::uint64_t>(y)) * 0x100000001b3ull;
    }
  }
  EXPECT_EQ(hash, 0xdf3c43b2579a293eull);
}

TEST(Interval, default_holds_everything_and_crossed_is_empty) {
  EXPECT_TRUE(Interval{}.contains(1e300));
  EXPECT_TRUE((Interval{1, 0}).empty());
  EXPECT_TRUE(intersect({0, 1}, {2, 3}).empty());
  EXPECT_EQ(hull({0, 1}, {2, 3}), (Interval{0, 3}));
  EXPECT_EQ((Interval{0, 1} - Interval{2, 3}), (Interval{-3, -1}));
  EXPECT_EQ(widened(Interval::point(5), 1), Interval::around(5, 1));
  EXPECT_FALSE((Interval{0, 1}).contains(std::nan("")));
}

}  // namespace
}  // namespace rig
