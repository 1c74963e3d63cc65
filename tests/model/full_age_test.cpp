// Since when the pack was last full.
#include <gtest/gtest.h>

#include "rig/model/full_age.hpp"

namespace rig {
namespace {

TEST(FullAge, is_open_to_the_past_until_the_case_or_a_full_charge_tells) {
  FullAge age(0.97);
  age.restart(std::nullopt);
  EXPECT_EQ(age.value(10.0), (Interval{10.0, infinity}));
  age.restart(1000.0);
  EXPECT_EQ(age.value(10.0), (Interval{1010.0, 1010.0}));
  age.update(20.0, {0.965, 0.975});
  EXPECT_EQ(age.value(30.0), (Interval{10.0, 1030.0})) << "97 % as sent may be 96.6 %";
  age.update(40.0, {0.975, 0.985});
  EXPECT_EQ(age.value(50.0), (Interval{10.0, 10.0}));
}

}  // namespace
}  // namespace rig
