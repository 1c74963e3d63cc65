#include "sim_bench.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rig::sim {
namespace {

void expect_covered(const SimBench& bench, const char* name, double truth) {
  const SignalId id = bench.signals.require(name);
  const Sample& sample = bench.signals[id];
  ASSERT_TRUE(sample.good()) << name;
  EXPECT_LE(std::abs(sample.value - truth), bench.signals.spec(id).uncertainty.at(sample.value))
      << name << " reads " << sample.value << " for " << truth;
}

// Looks at each reading in the tick in which it is fresh, so that no value has aged.
TEST(SimInstruments, no_reading_leaves_its_declared_uncertainty) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SimBench bench(seed);
    bench.preset({});
    bench.set("supply.voltage_set", 57);
    for (const double current : {-100.0, -20.0, 0.0, 3.0, 100.0}) {
      bench.set("supply.output", current > 0);
      bench.set("supply.current_set", current > 0 ? current : 0);
      bench.set("load.input", current < 0);
      bench.set("load.current_set", current < 0 ? -current : 0);
      bench.run(2);
      for (int i = 0; i < 400; ++i) {
        bench.step();
        if (bench["meter.voltage"].time != bench.world().now()) {
          continue;
        }
        const CircuitNode& node = bench.world().node();
        expect_covered(bench, "meter.voltage", node.voltage);
        expect_covered(bench, "supply.voltage", node.voltage);
        expect_covered(bench, "supply.current", node.supply_current);
        expect_covered(bench, "supply.power", node.voltage * node.supply_current);
        expect_covered(bench, "load.voltage", node.voltage);
        expect_covered(bench, "load.current", node.load_current);
        expect_covered(bench, "load.power", node.voltage * node.load_current);
      }
      expect_covered(bench, "thermometer.temperature", bench.world().cells().temperature());
    }
  }
}

TEST(SimInstruments, readings_carry_their_own_time_and_rest_between_two_of_them) {
  SimBench bench;
  bench.preset({});
  bench.run(1);
  const Sample before = bench["meter.voltage"];
  bench.step();
  const Sample after = bench["meter.voltage"];
  bench.step();
  const Sample later = bench["meter.voltage"];
  EXPECT_TRUE((before.time == after.time) != (after.time == later.time)) << "one of two ticks of 10 ms has news";
}

TEST(SimInstruments, make_safe_acts_at_once_twice_and_first) {
  SimBench fresh;
  fresh.instrument("supply").make_safe();
  fresh.instrument("load").make_safe();
  EXPECT_TRUE(fresh.instrument("supply").is_safe());
  SimBench bench;
  bench.preset({});
  bench.set("supply.voltage_set", 57);
  bench.set("supply.current_set", 40);
  bench.set("supply.output", 1);
  bench.run(2);
  ASSERT_GT(bench.world().node().pack_current, 39.0);
  EXPECT_FALSE(bench.instrument("supply").is_safe());
  bench.instrument("supply").make_safe();
  EXPECT_EQ(bench.world().node().pack_current, 0.0) << "without another tick";
  EXPECT_NEAR(bench.world().node().voltage, bench.world().cells().source_voltage(), 1e-9)
      << "off is not 0 V: the pack is still there";
  bench.instrument("supply").make_safe();
  EXPECT_TRUE(bench.instrument("supply").is_safe());
  bench.run(1);
  EXPECT_EQ(bench.world().node().pack_current, 0.0) << "the row that energised it is old news";
  EXPECT_EQ(bench["supply.output"].value, 0.0);
}

TEST(SimInstruments, every_one_is_safe_after_make_safe_first_twice_and_in_the_middle) {
  const std::map<std::string, std::string> all{{"chamber", "{}"}, {"ambient", "{ place: air }"}};
  const std::vector<std::string> names{"supply",  "load",        "meter",   "io", "can",
                                       "chamber", "thermometer", "ambient", "dut"};
  SimBench fresh(1, "{}", all);
  SimBench busy(1, "{}", all);
  busy.preset({});
  busy.set("supply.voltage_set", 57);
  busy.set("supply.current_set", 20);
  busy.set("supply.output", 1);
  busy.set("load.current_set", 30);
  busy.set("load.input", 1);
  busy.set("io.button", 1);
  busy.set("chamber.temperature_set", 60);
  busy.run(2);
  for (SimBench* bench : {&fresh, &busy}) {
    for (const std::string& name : names) {
      bench->instrument(name).make_safe();
      bench->instrument(name).make_safe();
      EXPECT_TRUE(bench->instrument(name).is_safe()) << name;
    }
    bench->run(0.5);
    for (const std::string& name : names) {
      EXPECT_TRUE(bench->instrument(name).is_safe()) << name << " half a second later";
    }
  }
  EXPECT_EQ(busy.world().node().pack_current, 0.0);
}

TEST(SimInstruments, the_same_seed_gives_the_same_bits_and_another_seed_others) {
  const auto readings = [](std::uint64_t seed) {
    SimBench bench(seed);
    bench.preset({});
    bench.set("load.current_set", 20);
    bench.set("load.input", 1);
    std::vector<double> values;
    for (int i = 0; i < 300; ++i) {
      bench.step();
      for (const char* name : {"meter.voltage", "load.current", "load.voltage", "thermometer.temperature"}) {
        values.push_back(bench[name].value);
      }
    }
    return values;
  };
  EXPECT_EQ(readings(5), readings(5));
  EXPECT_NE(readings(5), readings(6));
}

TEST(SimInstruments, a_start_state_that_the_pack_cannot_take_is_declined) {
  SimBench bench;
  StartState start;
  start.state = "asleep";
  EXPECT_FALSE(bench.preset(start));
  start.state = "off";
  EXPECT_TRUE(bench.preset(start));
  EXPECT_TRUE(bench.preset({}));
}

TEST(SimInstruments, a_preset_puts_soc_temperature_and_the_leading_cell_at_once) {
  SimBench bench;
  StartState start;
  start.soc = 0.97;
  start.temperature = 10;
  start.cell_spread = 0;
  start.leading_cell = 7;
  start.leading_by = 0.012;
  ASSERT_TRUE(bench.preset(start));
  const PackCells& cells = bench.world().cells();
  EXPECT_NEAR(cells.mean_soc(), 0.97 + 0.012 / 16, 1e-12);
  EXPECT_EQ(cells.temperature(), 10);
  EXPECT_EQ(cells.ambient(), 10);
  EXPECT_GT(cells.cell_voltage(6, 0), cells.cell_voltage(5, 0));
  EXPECT_EQ(cells.cell_voltage(0, 0), cells.cell_voltage(15, 0));
}

TEST(SimInstruments, a_preset_makes_one_cell_hotter_and_leaves_the_others) {
  SimBench bench;
  StartState start;
  start.temperature = 40;
  start.hot_cell = 6;
  start.hot_by = 8;
  ASSERT_TRUE(bench.preset(start));
  const PackCells& cells = bench.world().cells();
  EXPECT_EQ(cells.cell_temperature(5), 48);
  EXPECT_EQ(cells.cell_temperature(4), 40);
  EXPECT_EQ(cells.cell_temperature(6), 40);
  EXPECT_NEAR(cells.temperature(), 40.5, 1e-12);
}

TEST(SimInstruments, frames_that_did_not_fit_into_a_long_tick_are_counted) {
  SimBench bench(1, "{ firmware: { can: { period: 50 ms } } }");
  bench.preset({});
  const auto& can = dynamic_cast<const CanBus&>(bench.instrument("can"));
  Instrument& instrument = bench.instrument("can");
  instrument.sample(tick_at(0), bench.signals);
  instrument.sample({1, TimePoint{std::chrono::seconds(2)}, std::chrono::seconds(2)}, bench.signals);
  EXPECT_EQ(can.received().frames().size(), FrameBatch::capacity);
  EXPECT_GE(can.received().overflow(), 200u) << "40 sets of 8 frames came";
  EXPECT_EQ(bench["can.overflow"].value, static_cast<double>(can.received().overflow()));
}

}  // namespace
}  // namespace rig::sim
