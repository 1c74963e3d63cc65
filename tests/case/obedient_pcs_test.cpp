#include "tests/case/stage.hpp"

namespace rig {
namespace {

TEST(ObedientPcs, stays_inside_what_the_pack_permits) {
  Stage stage(
      "case: x\npcs: obedient\nsteps: [{ set: { supply.voltage_set: 58 V, supply.current_set: 50 A, supply.output: on, "
      "load.current_set: 60 A, load.power_set: 4 kW, load.input: on }, hold: 10 s }]\n"
      "always: [{ never: pack.voltage > 99 V }]\n");
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0);  // the pack has said nothing yet
  EXPECT_EQ(stage.wanted("load.input"), 0);
  stage.write("dut.charge_allowed", 1);
  stage.write("dut.discharge_allowed", 1);
  stage.write("dut.charge_voltage_limit", 56);
  stage.write("dut.charge_current_limit", 20);
  stage.write("dut.discharge_current_limit", 50);
  stage.write("pack.voltage", 50);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 1);
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 56);
  EXPECT_EQ(stage.wanted("supply.current_set"), 20);
  EXPECT_EQ(stage.wanted("load.current_set"), 50);
  EXPECT_EQ(stage.wanted("load.power_set"), 2500);
  stage.write("dut.charge_current_limit", 0);
  stage.write("dut.discharge_allowed", 0);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0);
  EXPECT_EQ(stage.wanted("supply.current_set"), 0);
  EXPECT_EQ(stage.wanted("load.input"), 0);
  stage.write("dut.charge_current_limit", 60);
  stage.write("dut.charge_voltage_limit", 60);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 58);
  EXPECT_EQ(stage.wanted("supply.current_set"), 50);
  stage.write("dut.charge_voltage_limit", 60, Quality::stale);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0);
}

TEST(ObedientPcs, charges_on_request_when_the_pack_asks_in_full_only_in_the_window) {
  Stage stage(
      "case: x\nstart: { time_of_day: 23.5 h }\npcs: on_request\nfull_charge_window: { from: 23.75 h, to: 0.25 h }\n"
      "steps: [{ set: { supply.voltage_set: 56 V, supply.current_set: 50 A, supply.output: on }, hold: 2 h }]\n"
      "always: [{ never: pack.voltage > 99 V }]\n");
  for (const char* name : {"dut.charge_allowed", "dut.discharge_allowed", "dut.force_charge"}) {
    stage.write(name, 1);
  }
  stage.write("dut.full_charge_request", 0);
  stage.write("dut.charge_voltage_limit", 56);
  stage.write("dut.charge_current_limit", 20);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 1) << "forced, at any hour";
  EXPECT_EQ(stage.wanted("supply.current_set"), 20) << "and within the limits";
  stage.write("dut.force_charge", 0);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0) << "nobody asks";
  stage.write("dut.full_charge_request", 1);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0) << "half past eleven";
  const auto pass = [&](int minutes) {
    for (int i = 0; i < minutes * 600; ++i) {
      stage.tick();
    }
  };
  pass(16);
  EXPECT_EQ(stage.wanted("supply.output"), 1) << "a quarter to twelve";
  pass(28);
  EXPECT_EQ(stage.wanted("supply.output"), 1) << "over midnight";
  pass(4);
  EXPECT_EQ(stage.wanted("supply.output"), 0) << "the window is over";
  stage.write("dut.force_charge", 1, Quality::stale);
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0) << "an old request is none";
}

}  // namespace
}  // namespace rig
