#include <gtest/gtest.h>

#include "sim_bench.hpp"

namespace rig::sim {
namespace {

SimBench stand(const std::string& pack = "{}") { return SimBench(3, pack, {{"service", "{}"}}); }

TEST(SimService, tells_each_cell_near_its_truth_and_the_highest_and_lowest_of_them) {
  SimBench bench = stand();
  StartState start;
  start.soc = 0.9;
  start.leading_cell = 7;
  start.leading_by = 0.08;
  bench.preset(start);
  bench.run(3);
  double highest = 0, lowest = 9;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const Sample& told = bench["dut.cells.voltage_" + std::to_string(i + 1)];
    ASSERT_TRUE(told.good());
    EXPECT_NEAR(told.value, bench.world().cells().cell_voltage(i, 0.0), 0.015) << i;
    highest = std::max(highest, told.value);
    lowest = std::min(lowest, told.value);
  }
  EXPECT_EQ(bench["dut.cells.highest"].value, highest);
  EXPECT_EQ(bench["dut.cells.lowest"].value, lowest);
  EXPECT_EQ(bench["dut.cells.voltage_7"].value, highest);
  EXPECT_NEAR(bench["dut.board.voltage"].value, bench.world().node().voltage, 0.1);
  EXPECT_NEAR(bench["dut.board.soc"].value, 0.9, 0.03);
  EXPECT_NEAR(bench["dut.cells.temperature_1"].value, 25.0, 3.0);
}

TEST(SimService, tells_the_protection_of_a_cell_apart_from_that_of_the_pack) {
  SimBench bench = stand("{ firmware: { cell_ov: { threshold: 3.40 V } } }");
  StartState start;
  start.soc = 0.98;
  bench.preset(start);
  bench.run(3);
  ASSERT_EQ(bench["dut.board.protection.cell_ov"].value, 0.0);
  EXPECT_EQ(bench["dut.board.charge_switch"].value, 1.0);
  bench.set("supply.voltage_set", 56.0);
  bench.set("supply.current_set", 20.0);
  bench.set("supply.output", 1.0);
  bench.run(300);
  EXPECT_EQ(bench["dut.board.protection.cell_ov"].value, 1.0);
  EXPECT_EQ(bench["dut.board.protection.pack_ov"].value, 0.0);
  EXPECT_EQ(bench["dut.board.charge_switch"].value, 0.0);
  EXPECT_EQ(bench["dut.board.discharge_switch"].value, 1.0);
}

TEST(SimService, comes_once_a_second_and_never_from_a_pack_that_is_off) {
  SimBench bench = stand();
  bench.preset({});
  bench.run(3.5);
  const TimePoint first = bench["dut.cells.voltage_1"].time;
  bench.run(0.2);
  EXPECT_EQ(bench["dut.cells.voltage_1"].time, first);
  bench.run(1.0);
  EXPECT_GT(bench["dut.cells.voltage_1"].time, first);

  SimBench sleeping = stand();
  StartState off;
  off.state = "off";
  sleeping.preset(off);
  sleeping.run(5);
  EXPECT_EQ(sleeping["dut.cells.voltage_1"].quality, Quality::never);
}

}  // namespace
}  // namespace rig::sim
