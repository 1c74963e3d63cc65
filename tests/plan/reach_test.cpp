#include "tests/plan/plan_fixture.hpp"

namespace rig::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Reach = Planned;

const std::string charging = "supply.voltage_set: 56 V, supply.current_set: 5 A, supply.output: on";

TEST_F(Reach, a_voltage_above_the_supply_s_is_never_reached) {
  const std::string set = "  - { set: { " + charging + " }, until: pack.voltage > ";
  plan(with_steps(set + "58 V, timeout: 30 h }\n"));
  EXPECT_THAT(found, StartsWith("error 4:93: this 'until' can never come true: while the step runs pack.voltage from "
                                "-0.3 V to 56.3 V"));
  plan(with_steps(set + "55.5 V, timeout: 30 h }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, a_refusal_needs_demand) {
  plan(with_steps("  - { until: pack.charge_refused, timeout: 1 h }\n  - { hold: 1 s }\n  - { hold: 1 s }\n"));
  EXPECT_THAT(found, StartsWith("error 4:14: this 'until' can never come true: while the step runs pack.charge_refused "
                                "stays off; refusal needs demand: switch supply.output on; the 2 steps behind it would "
                                "never be reached"));
  plan(
      with_steps("  - { set: { load.input: on, load.current_set: 5 A }, until: pack.charge_refused, timeout: 1 h }\n"));
  EXPECT_THAT(found, StartsWith("error 4:62: ")) << "the load is the other direction";
  plan(with_steps(
      "  - { set: { load.input: on, load.current_set: 20 A }, until: pack.discharge_refused, timeout: 1 h }\n", "8 %"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, a_refusal_that_the_step_before_may_have_left_is_only_a_warning) {
  plan(with_steps("  - { set: { " + charging +
                  " }, hold: 5 s }\n"
                  "  - { set: { supply.output: off }, until: pack.charge_refused, timeout: 1 h }\n"));
  EXPECT_THAT(found, StartsWith("warning 5:43: this 'until' can never come true"));
  EXPECT_THAT(found, HasSubstr("what the step before left behind"));
}

TEST_F(Reach, the_charge_does_not_move_by_itself) {
  plan(with_steps("  - { until: dut.soc > 60 %, timeout: 10 h }\n"));
  EXPECT_THAT(found, StartsWith("error 4:14: this 'until' can never come true: while the step runs dut.soc from "));
  plan(with_steps("  - { set: { " + charging + " }, until: dut.soc > 60 %, timeout: 10 h }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, a_charge_that_the_current_cannot_move_in_time_is_a_mistake_and_says_what_would_do) {
  const std::string until = "  - { set: { " + charging + " }, until: dut.soc > 97 %, timeout: ";
  plan(with_steps(until + "1 h }\n", "20 %"));
  EXPECT_THAT(found, StartsWith("error 4:93: this 'until' can never come true"));
  EXPECT_THAT(found, HasSubstr("a healthy pack needs about 16 h: raise the timeout or the current"));
  plan(with_steps(until + "20 h }\n", "20 %"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, a_timeout_that_only_a_sick_pack_keeps_is_a_warning) {
  plan(
      with_steps("  - { set: { supply.voltage_set: 57 V, supply.current_set: 5 A, supply.output: on }, until: "
                 "pack.charge_refused, timeout: 1 h }\n",
                 "60 %"));
  EXPECT_THAT(found, StartsWith("warning 4:123: this timeout of 1 h will most likely be missed"));
  EXPECT_THAT(found, HasSubstr("a healthy pack needs about 8"));
}

TEST_F(Reach, an_expectation_that_nothing_can_meet_is_a_mistake) {
  plan(with_steps("  - { expect: [{ that: pack.current > 45 A, within: 3 s }] }\n"));
  EXPECT_THAT(found, StartsWith("error 4:24: this expectation can never be met"));
  plan(with_steps(
      "  - { set: { supply.voltage_set: 56 V, supply.current_set: 50 A, supply.output: on }, expect: [{ that: "
      "pack.current > 45 A, within: 3 s }] }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, a_pack_does_not_warm_up_by_itself) {
  plan(with_steps("  - { until: dut.temperature > 50 degC, timeout: 10 h }\n"));
  EXPECT_THAT(found, StartsWith("error 4:14: this 'until' can never come true"));
  plan(with_steps("  - { until: dut.temperature > 28 degC or dut.soc < 55 %, timeout: 10 h }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, nothing_is_proven_about_what_the_plan_does_not_know) {
  plan(with_steps("  - { until: dut.full_charge_request, timeout: 10 min }\n"));
  EXPECT_EQ(found, "");
}

TEST_F(Reach, an_obedient_pcs_may_switch_off_what_was_switched_on) {
  const std::string steps =
      "  - { set: { " + charging + " }, hold: 1 s }\n  - { until: not supply.output, timeout: 1 h }\n";
  plan(with_steps(steps, "90 %", "pcs: obedient\n"));
  EXPECT_EQ(found.find("error"), std::string::npos) << found;
  plan(with_steps(steps, "90 %"));
  EXPECT_THAT(found, HasSubstr("error 5:14: this 'until' can never come true")) << "nobody else does";
}

TEST_F(Reach, only_the_first_dead_end_is_told) {
  plan(with_steps(
      "  - { until: pack.charge_refused, timeout: 1 h }\n  - { until: pack.discharge_refused, timeout: 1 h }\n"));
  EXPECT_THAT(found, HasSubstr("the step behind it"));
  EXPECT_EQ(found.find("discharge_refused"), std::string::npos);
}

TEST_F(Reach, a_case_s_timeout_shorter_than_its_steps_is_a_warning) {
  plan(with_steps("  - { hold: 2 h }\n", "50 %", "timeout: 1 h\n"));
  EXPECT_THAT(found, StartsWith("warning 6:10: the case's timeout of 1 h is shorter than its steps, about 2 h"));
  plan(with_steps("  - { hold: 2 h }\n", "50 %", "timeout: 3 h\n"));
  EXPECT_EQ(found, "");
}

}  // namespace
}  // namespace rig::test
