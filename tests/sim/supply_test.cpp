// Supply and load with manners: how truly they read back, what happens when the pack opens, who sinks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim_bench.hpp"

namespace rig::sim {
namespace {

constexpr const char* big = "{ current: 340 A, power: 15 kW }";

double uncertainty(const SimBench& bench, const std::string& name, double at) {
  return bench.signals.spec(bench.signals.require(name)).uncertainty.at(at);
}

TEST(SimSupply, reads_back_inside_its_class_and_makes_use_of_it) {
  double most = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SimBench bench(seed, "{}", {{"supply", big}, {"load", big}});
    bench.preset({});
    bench.set("load.current_set", 100);
    bench.set("load.input", 1);
    bench.run(1);
    for (int i = 0; i < 50; ++i) {
      bench.step();
      if (bench["load.current"].time == bench.world().now()) {
        const double truth = bench.world().node().load_current;
        const double error = std::abs(bench["load.current"].value - truth);
        ASSERT_LE(error, uncertainty(bench, "load.current", truth)) << seed;
        most = std::max(most, error);
      }
    }
  }
  EXPECT_GT(most, 0.06) << "0.1 % of 100 A and 0.01 % of 340 A: no unit comes near the edge of its class";
}

TEST(SimSupply, the_class_is_what_it_declares) {
  SimBench plain(1, "{}", {{"supply", big}});
  SimBench coarse(1, "{}",
                  {{"supply", "{ current: 340 A, readback: { current_gain: 1 %, current_of_range: 0.1 % } }"}});
  EXPECT_LE(uncertainty(plain, "supply.current", 0), 0.07) << "refused current is 0.5 A: a pair stays below 0.1 A";
  EXPECT_NEAR(uncertainty(coarse, "supply.current", 0) - uncertainty(plain, "supply.current", 0), 0.306, 1e-6);
  EXPECT_NEAR(uncertainty(coarse, "supply.current", 100) - uncertainty(coarse, "supply.current", 0), 1.0, 1e-9);
}

// 50 A for 200 us into 10 mF are 1 V. The pack opens at 56 V and more; the supply is set just above it.
struct Dump {
  double before = 0, peak = 0;
  std::vector<double> voltages;  // per millisecond from the opening on
};
Dump dump(const std::string& supply, double current) {
  SimBench bench(1, "{ firmware: { pack_ov: { threshold: 50 V } } }", {{"supply", supply}});
  bench.tick_step = std::chrono::milliseconds(1);
  StartState start;
  start.soc = 0.6;
  bench.preset(start);
  bench.set("supply.voltage_set", 54.3);
  bench.set("supply.current_set", current);
  bench.set("supply.output", 1);
  Dump result;
  while (bench.world().firmware().charge_fet() && bench.world().now() < TimePoint{std::chrono::seconds(20)}) {
    result.before = bench.world().node().voltage;
    bench.step();
  }
  for (int i = 0; i < 60; ++i) {
    result.voltages.push_back(bench.world().node().voltage);
    result.peak = std::max(result.peak, result.voltages.back());
    bench.step();
  }
  return result;
}

TEST(SimSupply, overshoots_when_the_pack_opens_under_charge_and_regulates_within_milliseconds) {
  const Dump small = dump("{ voltage_slew: 2000 V/s, output_capacitance: 10 mF, dump_response: 500 us }", 20);
  const Dump large = dump("{ voltage_slew: 2000 V/s, output_capacitance: 10 mF, dump_response: 500 us }", 60);
  ASSERT_LT(large.before, 54.2) << "in constant current until it opens";
  // The first look comes a millisecond after: exp(-1/4) of what went beyond the set voltage.
  const double beyond = large.before + 60 * 5e-4 / 10e-3 - 54.3;
  EXPECT_NEAR(large.peak - 54.3, beyond * std::exp(-0.25), 0.05);
  EXPECT_LT(small.peak, large.peak);
  EXPECT_NEAR(large.voltages[4] - 54.3, beyond * std::exp(-5 * 0.25), 0.05);
  EXPECT_NEAR(large.voltages.back(), 54.3, 1e-3) << "60 ms later";
}

TEST(SimSupply, a_bigger_output_capacitor_makes_a_smaller_load_dump) {
  const Dump hard = dump("{ voltage_slew: 2000 V/s, output_capacitance: 5 mF, dump_response: 500 us }", 60);
  const Dump soft = dump("{ voltage_slew: 2000 V/s, output_capacitance: 100 mF, dump_response: 500 us }", 60);
  EXPECT_GT(hard.peak, 56.0);
  EXPECT_LE(soft.peak, 54.3 + 1e-9);
}

TEST(SimSupply, the_terminals_collapse_when_the_pack_opens_under_load) {
  SimBench bench(1, "{ firmware: { pack_uv: { threshold: 60 V, release: 70 V } } }");
  bench.preset({});
  bench.set("load.current_set", 50);
  bench.set("load.input", 1);
  bench.run(5);
  ASSERT_FALSE(bench.world().firmware().discharge_fet());
  EXPECT_EQ(bench.world().node().voltage, 0.0);
  EXPECT_EQ(bench.world().node().load_current, 0.0);
}

TEST(SimSupply, that_is_bidirectional_sinks_from_a_pack_above_its_voltage) {
  SimBench bench(1, "{}", {{"supply", "{ bidirectional: true, sink_current: 30 A }"}});
  bench.preset({});
  bench.set("supply.voltage_set", 45);
  bench.set("supply.current_set", 20);
  bench.set("supply.output", 1);
  bench.run(2);
  EXPECT_NEAR(bench.world().node().pack_current, -30.0, 1e-9) << "as far as it may";
  EXPECT_NEAR(bench["supply.current"].value, -30.0, 0.1);
  EXPECT_EQ(bench["supply.regulation"].value, static_cast<double>(Regulation::constant_current));
  EXPECT_FALSE(bench.instrument("supply").is_safe());
  bench.instrument("supply").make_safe();
  EXPECT_EQ(bench.world().node().pack_current, 0.0);
  EXPECT_TRUE(bench.instrument("supply").is_safe());
}

TEST(SimSupply, that_only_gives_stays_at_zero_below_the_pack) {
  SimBench bench;
  bench.preset({});
  bench.set("supply.voltage_set", 45);
  bench.set("supply.current_set", 20);
  bench.set("supply.output", 1);
  bench.run(2);
  EXPECT_EQ(bench.world().node().pack_current, 0.0);
  EXPECT_GT(bench.world().node().voltage, 50.0);
}

TEST(SimSupply, that_is_bidirectional_charges_like_any_other_and_never_sinks_on_its_way_up) {
  SimBench bench(1, "{}", {{"supply", "{ bidirectional: true, sink_current: 30 A }"}});
  bench.preset({});
  bench.set("supply.voltage_set", 57);
  bench.set("supply.current_set", 20);
  bench.set("supply.output", 1);
  for (int i = 0; i < 300; ++i) {
    bench.step();
    ASSERT_GE(bench.world().node().pack_current, 0.0) << i;
  }
  EXPECT_NEAR(bench.world().node().pack_current, 20.0, 1e-6);
}

// 20 A out of 10 mF are 2 V each millisecond: the terminals do not jump any more.
TEST(SimLoad, with_an_inverters_capacitor_lets_the_terminals_fall_with_a_slope) {
  const auto after = [](const std::string& load, int ticks) {
    SimBench bench(1, "{ firmware: { pack_uv: { threshold: 60 V, release: 70 V } } }", {{"load", load}});
    bench.tick_step = std::chrono::milliseconds(1);
    bench.preset({});
    bench.set("load.current_set", 20);
    bench.set("load.input", 1);
    while (bench.world().firmware().discharge_fet() && bench.world().now() < TimePoint{std::chrono::seconds(10)}) {
      bench.step();
    }
    const double before = bench.world().node().voltage;
    for (int i = 0; i < ticks; ++i) {
      bench.step();
    }
    return before - bench.world().node().voltage;
  };
  EXPECT_NEAR(after("{ input_capacitance: 10 mF }", 10), 20.0, 0.5);
  EXPECT_EQ(after("{}", 10), 0.0) << "without it they fell in the very moment";
}

TEST(SimLoad, in_constant_voltage_takes_at_most_its_current_set_point) {
  SimBench bench;
  bench.preset({});
  bench.set("load.mode", static_cast<double>(LoadMode::constant_voltage));
  bench.set("load.voltage_set", 40);
  bench.set("load.current_set", 25);
  bench.set("load.input", 1);
  bench.run(2);
  EXPECT_NEAR(bench.world().node().load_current, 25.0, 1e-6);
  EXPECT_GT(bench.world().node().voltage, 50.0);
}

}  // namespace
}  // namespace rig::sim
