// A start state as the keys of an object, for a bench at the far end of a line.
#include "rig/instrument/start_state.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "rig/core/error.hpp"

namespace rig {
namespace {

using testing::HasSubstr;

TEST(StartState, every_member_comes_back) {
  const StartState start{.soc = 0.3,
                         .temperature = -7.5,
                         .state = "off",
                         .cell_spread = 0.5,
                         .leading_cell = 3,
                         .leading_by = 0.02,
                         .hot_cell = 6,
                         .hot_by = 10.0,
                         .since_full = 86400.0,
                         .stored = 3600.0,
                         .age = "2000 cycles"};
  nlohmann::json object;
  write_start_state(start, object);
  EXPECT_EQ(object.size(), 11u);
  const StartState back = read_start_state(object);
  nlohmann::json again;
  write_start_state(back, again);
  EXPECT_EQ(again, object);
  EXPECT_EQ(back.hot_cell, 6);
  EXPECT_EQ(back.stored, 3600.0);
  EXPECT_EQ(back.age, "2000 cycles");
}

TEST(StartState, what_is_not_given_stays_open) {
  const StartState start = read_start_state(nlohmann::json{{"soc", 0.4}});
  EXPECT_EQ(start.soc, 0.4);
  EXPECT_FALSE(start.temperature || start.hot_cell || start.since_full);
  EXPECT_EQ(start.state, "standby");
}

TEST(StartState, what_is_none_is_an_error_that_says_why) {
  const auto error = [](const nlohmann::json& object) {
    try {
      read_start_state(object);
    } catch (const RigError& e) {
      return std::string(e.what());
    }
    return std::string("none");
  };
  EXPECT_THAT(error({{"socc", 0.4}}), HasSubstr("no 'socc'"));
  EXPECT_THAT(error({{"soc", "half"}}), HasSubstr("'soc' cannot be \"half\""));
  EXPECT_THAT(error({{"soc", 40}}), HasSubstr("no pack can begin like this"));
  EXPECT_THAT(error({{"state", "asleep"}}), HasSubstr("no pack can begin like this"));
  EXPECT_THAT(error({{"hot_cell", 17}}), HasSubstr("no pack can begin like this"));
  EXPECT_THAT(error({{"stored", -1}}), HasSubstr("no pack can begin like this"));
}

}  // namespace
}  // namespace rig
