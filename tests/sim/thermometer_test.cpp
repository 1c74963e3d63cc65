#include <gtest/gtest.h>

#include <cmath>

#include "sim_bench.hpp"

namespace rig::sim {
namespace {

double uncertainty_of(const SimBench& bench, const std::string& name) {
  return bench.signals.spec(bench.signals.require(name)).uncertainty.absolute;
}

TEST(SimThermometer, follows_with_its_lag) {
  SimBench bench(1, "{}", {{"ambient", "{ place: air, lag: 20 s, error: 0 K }"}});
  bench.preset({});
  bench.run(5);
  ASSERT_NEAR(bench["ambient.temperature"].value, 25.0, 0.15);
  // Without a chamber the ambient stands still: a step in the world itself.
  World& world = bench.world();
  world.chamber.fit({.control_error = 0, .gradient = 0, .fluctuation = 0}, 1);
  world.chamber.soak(45);
  bench.run(20);
  EXPECT_NEAR(bench["ambient.temperature"].value, 25 + 20 * (1 - std::exp(-1.0)), 1.2) << "63 % after one lag";
  bench.run(120);
  EXPECT_NEAR(bench["ambient.temperature"].value, 45.0, 0.2);
}

TEST(SimThermometer, has_been_there_for_hours_when_a_case_begins) {
  for (const double celsius : {-10.0, 45.0}) {
    SimBench bench(1, "{}", {{"ambient", "{ place: air }"}});
    bench.run(3);
    StartState start;
    start.temperature = celsius;
    bench.preset(start);
    bench.run(1.1);
    EXPECT_NEAR(bench["thermometer.temperature"].value, celsius, 0.6);
    EXPECT_NEAR(bench["ambient.temperature"].value, celsius, 0.6);
  }
}

TEST(SimThermometer, of_the_air_and_on_the_skin_tell_two_temperatures) {
  SimBench bench(1, "{}", {{"chamber", "{}"}, {"ambient", "{ place: air }"}});
  bench.tick_step = std::chrono::seconds(1);
  bench.preset({});
  bench.set("chamber.temperature_set", 50);
  bench.run(1800);
  EXPECT_GT(bench["ambient.temperature"].value, 48.0);
  EXPECT_LT(bench["thermometer.temperature"].value, 40.0);
  EXPECT_NEAR(bench["ambient.temperature"].value, bench.world().ambient(),
              uncertainty_of(bench, "ambient.temperature"));
  EXPECT_NEAR(bench["thermometer.temperature"].value, bench.world().cells().skin_temperature(),
              uncertainty_of(bench, "thermometer.temperature"));
}

TEST(SimThermometer, differs_from_unit_to_unit_and_within_its_class) {
  double lowest = 1, highest = -1;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SimBench bench(seed);
    bench.preset({});
    bench.run(0.5);
    const double off = bench["thermometer.temperature"].value - bench.world().cells().skin_temperature();
    EXPECT_LE(std::abs(off), uncertainty_of(bench, "thermometer.temperature"));
    lowest = std::min(lowest, off);
    highest = std::max(highest, off);
  }
  EXPECT_LT(lowest, -0.2);
  EXPECT_GT(highest, 0.2);
}

}  // namespace
}  // namespace rig::sim
