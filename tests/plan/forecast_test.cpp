#include "tests/plan/plan_fixture.hpp"

namespace rig::test {
namespace {

using testing::DoubleNear;

using Forecasting = Planned;

TEST_F(Forecasting, counts_what_flows_at_the_terminals) {
  const Forecast f =
      plan(with_steps("  - { set: { load.current_set: 50 A, load.input: on }, hold: 30 min }\n"
                      "  - { set: { load.input: off, supply.voltage_set: 56 V, supply.current_set: 20 A, "
                      "supply.output: on }, hold: 1 h }\n"));
  EXPECT_THAT(f.charge_out / 3600, DoubleNear(25, 0.1));
  EXPECT_THAT(f.charge_in / 3600, DoubleNear(20, 0.1));
  EXPECT_THAT(f.energy_out / 3600, DoubleNear(25 * 52, 30));
  EXPECT_THAT(f.energy_in / 3600, DoubleNear(20 * 53.5, 20));
  EXPECT_EQ(f.load_on, std::chrono::minutes(30));
  EXPECT_THAT(to_seconds(f.supply_on), DoubleNear(3600, 5));
  EXPECT_THAT(f.highest_discharge, DoubleNear(50, 0.01));
  EXPECT_THAT(f.highest_charge, DoubleNear(20, 0.01));
  EXPECT_THAT(to_seconds(f.expected), DoubleNear(5400, 2));
  EXPECT_TRUE(f.known);
}

TEST_F(Forecasting, an_until_on_charge_takes_as_long_as_the_charge_needs) {
  const Forecast f = plan(
      with_steps("  - { set: { load.current_set: 50 A, load.input: on }, until: dut.soc < 40 %, timeout: 2 h }\n"));
  EXPECT_THAT(to_seconds(f.expected), DoubleNear(0.1 * 103 / 50 * 3600, 40));
}

TEST_F(Forecasting, what_it_knows_nothing_of_takes_up_to_its_timeout) {
  const Forecast f = plan(with_steps("  - { until: dut.full_charge_request, timeout: 10 min }\n"));
  EXPECT_FALSE(f.known);
  EXPECT_EQ(f.expected, std::chrono::minutes(10));
  EXPECT_FALSE(f.steps.at(0).known);
}

TEST_F(Forecasting, a_kept_value_is_the_one_before_the_pack_opened) {
  const Forecast f = plan(with_steps(
      "  - { set: { supply.voltage_set: 57 V, supply.current_set: 5 A, supply.output: on }, until: "
      "pack.charge_refused, "
      "timeout: 2 h, keep: { trip: pack.voltage at pack.charge_refused } }\n"
      "  - { set: { supply.output: off, load.current_set: 5 A, load.input: on }, until: pack.voltage < trip - 100 mV, "
      "timeout: 1 h }\n",
      "97 %"));
  EXPECT_TRUE(f.known);
  EXPECT_EQ(found, "");
}

TEST_F(Forecasting, an_obedient_pcs_stays_inside_what_the_pack_permits) {
  const std::string step =
      "  - { set: { supply.voltage_set: 56 V, supply.current_set: 80 A, supply.output: on }, hold: 1 min }\n";
  EXPECT_GT(plan(with_steps(step)).highest_charge, 79.0);
  EXPECT_LT(plan(with_steps(step, "50 %", "pcs: obedient\n")).highest_charge, 50.1);
}

TEST_F(Forecasting, a_pcs_on_request_charges_only_while_the_pack_asks_for_it) {
  const std::string step =
      "  - { set: { supply.voltage_set: 56 V, supply.current_set: 20 A, supply.output: on }, hold: 1 min }\n";
  EXPECT_EQ(plan(with_steps(step, "50 %", "pcs: on_request\n")).charge_in, 0.0);
  EXPECT_GT(plan(with_steps(step, "5 %", "pcs: on_request\n")).charge_in, 1000.0);
}

TEST_F(Forecasting, repeats_count_each_turn) {
  const Forecast f = plan(with_steps("  - { repeat: { times: 5, steps: [{ hold: 1 min }, { hold: 2 min }] } }\n"));
  EXPECT_THAT(to_seconds(f.expected), DoubleNear(900, 10));
  EXPECT_EQ(f.steps.size(), 10u);
}

}  // namespace
}  // namespace rig::test
