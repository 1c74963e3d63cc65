#include "tests/plan/plan_fixture.hpp"

namespace rig::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Envelope = Planned;

constexpr const char* charge_at =
    "  - { set: { supply.voltage_set: %V, supply.current_set: %I, supply.output: on }, hold: 10 s }\n";

std::string charge(const std::string& volts, const std::string& amps, const std::string& output = "on") {
  std::string text = charge_at;
  text.replace(text.find("%V"), 2, volts);
  text.replace(text.find("%I"), 2, amps);
  text.replace(text.find("output: on") + 8, 2, output);
  return text;
}

TEST_F(Envelope, a_voltage_that_would_trip_the_bench_is_a_mistake_at_the_set_point) {
  plan(with_steps(charge("61 V", "5 A")));
  EXPECT_THAT(found,
              StartsWith("error 4:34: supply.voltage_set 61 V would trip the bench's limit 'terminal over-voltage': "
                         "never pack.voltage > 60 V; no case can widen a limit"));
}

TEST_F(Envelope, a_voltage_at_the_limit_does_not_trip_it) {
  plan(with_steps(charge("58 V", "5 A")));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_voltage_with_the_output_off_or_without_current_reaches_nothing) {
  plan(with_steps(charge("61 V", "5 A", "off")));
  EXPECT_EQ(found, "");
  plan(with_steps(charge("61 V", "0 A")));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_set_point_of_an_earlier_step_is_found_where_the_output_goes_on) {
  plan(
      with_steps("  - { set: { supply.voltage_set: 61 V, supply.current_set: 5 A }, hold: 1 s }\n"
                 "  - { set: { supply.output: on }, hold: 1 s }\n"));
  EXPECT_THAT(found, StartsWith("error 4:34: supply.voltage_set 61 V would trip"));
}

TEST_F(Envelope, a_ramp_counts_with_all_its_way) {
  const std::string begin = charge("50 V", "5 A");
  plan(with_steps(begin + "  - { ramp: { supply.voltage_set: { to: 62 V, rate: 1 V/s } } }\n"));
  EXPECT_THAT(found, StartsWith("warning 5:41: supply.voltage_set 62 V would trip"));
  plan(with_steps(begin + "  - { ramp: { supply.voltage_set: { to: 57 V, rate: 1 V/s } } }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_load_that_would_trip_the_bench_is_a_mistake) {
  plan(with_steps("  - { set: { load.current_set: 105 A, load.input: on }, hold: 10 s }\n"));
  EXPECT_THAT(found,
              HasSubstr("error 4:32: load.current_set 105 A would trip the bench's limit 'discharge over-current'"));
  plan(with_steps("  - { set: { load.current_set: 70 A, load.input: on }, hold: 10 s }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_charge_that_may_or_may_not_reach_the_limit_is_a_warning) {
  plan(with_steps(charge("56 V", "110 A")));
  EXPECT_THAT(found,
              StartsWith("warning 4:60: supply.current_set 110 A would trip the bench's limit 'charge over-current'"));
  EXPECT_THAT(found, HasSubstr("if the pack takes that much at 56 V"));
}

TEST_F(Envelope, a_load_beyond_its_power_is_a_mistake_when_no_pack_is_that_low) {
  const std::string weak =
      "  supply: { driver: sim.supply }\n  load: { driver: sim.load, power: 2 kW }\n  meter: { driver: sim.meter }\n";
  plan(with_steps("  - { set: { load.current_set: 50 A, load.input: on }, hold: 10 s }\n"), plan_bench(weak));
  EXPECT_THAT(found, StartsWith("error 4:32: load.current_set 50 A at 45.6 V to 56.16 V is 2280 W to 2808 W, load and "
                                "fixture stand 2000 W; at most 35 A"));
  plan(with_steps("  - { set: { load.current_set: 40 A, load.input: on }, hold: 10 s }\n"), plan_bench(weak));
  EXPECT_THAT(found, StartsWith("warning 4:32: load.current_set 40 A"));
  plan(with_steps("  - { set: { load.current_set: 35 A, load.input: on }, hold: 10 s }\n"), plan_bench(weak));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_limit_wider_than_the_bench_s_is_a_mistake) {
  const std::string idle = "  - { hold: 10 s }\n";
  plan(with_steps(idle, "50 %", "limits: { pack.voltage: [40 V, 61 V] }\n"));
  EXPECT_THAT(found,
              StartsWith("error 6:25: the case's limit 61 V of pack.voltage is wider than the bench's: 'terminal "
                         "over-voltage' trips at pack.voltage > 60 V"));
  plan(with_steps(idle, "50 %", "limits: { pack.voltage: [40 V, 60 V], pack.current: [-100 A, ~] }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_set_point_beyond_the_case_s_own_limit_is_a_warning) {
  plan(with_steps(charge("56 V", "5 A"), "50 %", "limits: { pack.voltage: [40 V, 55 V] }\n"));
  EXPECT_THAT(found,
              StartsWith("warning 4:34: supply.voltage_set 56 V is beyond the case's own limit of pack.voltage"));
  plan(with_steps(charge("55 V", "5 A"), "50 %", "limits: { pack.voltage: [40 V, 55 V] }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Envelope, a_voltage_at_which_no_protection_is_expected_any_more_is_a_warning) {
  plan(with_steps(charge("59 V", "5 A")));
  EXPECT_THAT(found, StartsWith("warning 4:34: supply.voltage_set 59 V is beyond 58.4 V"));
}

TEST_F(Envelope, a_current_above_the_rating_is_a_warning_when_it_lasts) {
  plan(with_steps("  - { set: { load.current_set: 80 A, load.input: on }, hold: 10 min }\n"));
  EXPECT_THAT(found,
              StartsWith("warning 4:32: load.current_set 80 A is above the pack's rating of 75 A for up to 10 min"));
  plan(with_steps("  - { set: { load.current_set: 75 A, load.input: on }, hold: 10 min }\n"));
  EXPECT_EQ(found, "");
}

}  // namespace
}  // namespace rig::test
