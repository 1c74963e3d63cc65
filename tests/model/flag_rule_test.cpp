// One alarm or request by itself.
#include <gtest/gtest.h>

#include "rig/model/flag_rule.hpp"
#include "tests/model/resting_inputs.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

TEST(FlagRule, shows_between_the_shortest_and_the_longest_delay_and_goes_out_likewise) {
  const Requirements r = profiled_requirements();
  FlagRule alarm(*r.find("GTX-OC-04"), r.cells, r.latency.flag);
  InputHistories histories;
  alarm.restart({});
  alarm.watch(quiet(0.0));
  alarm.adopt({Truth::no, 0.0}, histories);
  const auto at = [&](double now, double amps) {
    alarm.watch(with_current(now, amps));
    return alarm.envelope();
  };
  at(0.01, 0);
  at(10.0, 60);
  EXPECT_FALSE(at(13.6, 60).may);
  EXPECT_TRUE(at(13.8, 60).may);
  EXPECT_FALSE(at(17.9, 60).must);
  EXPECT_TRUE(at(18.1, 60).must);
  alarm.adopt({Truth::yes, 18.1}, histories);
  EXPECT_TRUE(at(25.0, 60).must);
  at(30.0, 40);
  EXPECT_FALSE(at(30.2, 40).must) << "below 50 A it may go out";
  EXPECT_TRUE(at(30.2, 40).may);
  EXPECT_FALSE(at(38.5, 40).may) << "6.5 s and the frame's 1.5 s later it has to be out";
}

}  // namespace
}  // namespace rig
