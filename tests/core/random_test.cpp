#include "rig/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rig {
namespace {

// From an independent xoshiro256++ with splitmix64 seeding (Blackman and Vigna's reference, written in Python).
TEST(Random, gives_the_published_sequence) {
  Random random(42);
  for (const std::uint64_t expected :
       {0xd0764d4f4476689full, 0x519e4174576f3791ull, 0xfbe07cfb0c24ed8cull, 0xb37d9f600cd835b8ull}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(Random, streams_of_different_purposes_differ_and_repeat) {
  Random cells(1, "cells");
  Random again(1, "cells");
  Random noise(1, "noise");
  Random other_seed(2, "cells");
  const std::uint64_t first = cells.next();
  EXPECT_EQ(first, again.next());
  EXPECT_NE(first, noise.next());
  EXPECT_NE(first, other_seed.next());
}

TEST(Random, uniform_fills_its_range_evenly) {
  Random random(5);
  std::array<int, 20> bins{};
  constexpr int draws = 400000;
  for (int i = 0; i < draws; ++i) {
    const double x = random.uniform();
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    ++bins[static_cast<std::size_t>(x * 20)];
  }
  for (const int count : bins) {
    EXPECT_NEAR(count, draws / 20, 5 * std::sqrt(draws / 20));
  }
}

TEST(Random, normal_has_the_moments_it_promises) {
  Random random(6);
  constexpr int draws = 1'000'000;
  double sum = 0;
  double squares = 0;
  double fourths = 0;
  double covariance = 0;
  double last = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = random.normal();
    ASSERT_LT(std::abs(x), 4.9);
    sum += x;
    squares += x * x;
    fourths += x * x * x * x;
    covariance += x * last;
    last = x;
  }
  EXPECT_NEAR(sum / draws, 0, 0.005);
  EXPECT_NEAR(squares / draws, 1, 0.007);
  EXPECT_NEAR(fourths / draws - 3, -0.15, 0.03);
  EXPECT_NEAR(covariance / draws, 0, 0.005);
}

TEST(Random, normal_keeps_its_values) {
  Random random(42, "noise");
  for (const double expected : {-0.9697641124519509, 0.5210996398599052, -0.3658013323274202}) {
    EXPECT_EQ(random.normal(), expected);
  }
}

}  // namespace
}  // namespace rig
