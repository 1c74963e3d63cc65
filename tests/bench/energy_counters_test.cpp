#include "rig/bench/energy_counters.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

TimePoint at(double seconds) { return TimePoint{from_seconds(seconds)}; }

// A table with what a bench wires, and counters on it.
class Counting {
 public:
  Counting() {
    table.declare({.name = "pack.voltage", .dimension = dimension::voltage, .uncertainty = {0.01, 0.001}});
    table.declare({.name = "pack.current", .dimension = dimension::current, .uncertainty = {0.05, 0.002}});
    table.declare({.name = "pack.charge_demand", .dimension = dimension::boolean});
    table.declare({.name = "pack.discharge_demand", .dimension = dimension::boolean});
    counters.declare(table);
    table.seal();
    demand(true, false, 0.0);
  }
  void demand(bool charge, bool discharge, double seconds) {
    table.write(table.require("pack.charge_demand"), charge ? 1.0 : 0.0, at(seconds));
    table.write(table.require("pack.discharge_demand"), discharge ? 1.0 : 0.0, at(seconds));
  }
  void read(double seconds, double voltage, double current, Quality quality = Quality::good) {
    table.write(table.require("pack.voltage"), voltage, at(seconds), quality);
    table.write(table.require("pack.current"), current, at(seconds), quality);
    counters.count(table);
  }
  const Sample& operator[](const char* name) const { return table[table.require(name)]; }

  SignalTable table;
  EnergyCounters counters;
};

TEST(EnergyCounters, integrate_both_ways_apart) {
  Counting pack;
  for (int i = 0; i <= 100; ++i) {
    pack.read(0.1 * i, 50.0, 20.0);
  }
  EXPECT_NEAR(pack["pack.charge_in"].value, 200.0, 1e-9);
  EXPECT_NEAR(pack["pack.energy_in"].value, 10000.0, 1e-9);
  EXPECT_EQ(pack["pack.charge_out"].value, 0.0);
  pack.read(10.1, 50.0, -20.0);
  for (int i = 102; i <= 200; ++i) {
    pack.read(0.1 * i, 48.0, -20.0);
  }
  EXPECT_NEAR(pack["pack.charge_in"].value, 200.0, 1e-9);
  EXPECT_NEAR(pack["pack.charge_out"].value, 198.0, 1e-9);
  EXPECT_NEAR(pack["pack.energy_out"].value, 9.8 * 20 * 48 + 0.1 * 20 * 49, 1e-9);
}

TEST(EnergyCounters, take_a_ramp_as_the_trapezoid_that_it_is) {
  Counting pack;
  for (int i = 0; i <= 10; ++i) {
    pack.read(0.1 * i, 50.0, 4.0 * i);
  }
  EXPECT_NEAR(pack["pack.charge_in"].value, 20.0, 1e-9);
}

// 100 s at 20 A: 0.05 A + 0.2 % of 20 A are 0.09 A for 100 s; the energy adds what the voltage is not known for.
TEST(EnergyCounters, let_their_uncertainty_grow_with_time) {
  Counting pack;
  for (int i = 0; i <= 1000; ++i) {
    pack.read(0.1 * i, 50.0, 20.0);
  }
  EXPECT_NEAR(pack["pack.charge_in.u"].value, 9.0, 1e-9);
  EXPECT_NEAR(pack["pack.energy_in.u"].value, 50.0 * 9.0 + 20.0 * 0.06 * 100.0, 1e-6);
  EXPECT_EQ(pack["pack.charge_out.u"].value, 0.0);
}

TEST(EnergyCounters, doubt_both_counters_while_the_current_is_inside_its_own_uncertainty) {
  Counting pack;
  for (int i = 0; i <= 100; ++i) {
    pack.read(0.1 * i, 50.0, 0.0);
  }
  EXPECT_NEAR(pack["pack.charge_in.u"].value, 0.5, 1e-9);
  EXPECT_NEAR(pack["pack.charge_out.u"].value, 0.5, 1e-9);
}

TEST(EnergyCounters, doubt_nothing_while_source_and_load_are_off) {
  Counting pack;
  pack.demand(false, false, 0.0);
  for (int i = 0; i <= 100; ++i) {
    pack.read(0.1 * i, 50.0, 0.02);
  }
  EXPECT_EQ(pack["pack.charge_in"].value, 0.0) << "the offset of an instrument that is off";
  EXPECT_EQ(pack["pack.charge_in.u"].value, 0.0);
  pack.demand(true, false, 10.0);
  pack.read(10.1, 50.0, 20.0);
  EXPECT_GT(pack["pack.charge_in"].value, 0.9) << "it counts from the reading before the first with demand";
}

TEST(EnergyCounters, doubt_half_of_a_step_that_fell_between_two_readings) {
  Counting pack;
  pack.read(0.0, 50.0, 0.0);
  pack.read(0.2, 50.0, 40.0);
  EXPECT_NEAR(pack["pack.charge_in"].value, 4.0, 1e-9);
  EXPECT_NEAR(pack["pack.charge_in.u"].value, 4.0 + 0.2 * 0.13, 1e-9);
}

TEST(EnergyCounters, count_a_reading_once_however_often_it_is_seen) {
  Counting pack;
  pack.read(0.0, 50.0, 20.0);
  pack.read(0.5, 50.0, 20.0);
  for (int i = 0; i < 10; ++i) {
    pack.read(0.5, 50.0, 20.0);
  }
  EXPECT_NEAR(pack["pack.charge_in"].value, 10.0, 1e-9);
}

TEST(EnergyCounters, bridge_a_short_gap_and_are_void_after_a_long_one) {
  Counting pack;
  pack.read(0.0, 50.0, 20.0);
  pack.read(0.3, 0.0, 0.0, Quality::stale);
  pack.read(0.9, 50.0, 20.0);
  EXPECT_TRUE(pack["pack.charge_in"].good());
  EXPECT_NEAR(pack["pack.charge_in"].value, 18.0, 1e-9);
  pack.read(2.0, 50.0, 20.0);
  EXPECT_EQ(pack["pack.charge_in"].quality, Quality::invalid) << "nobody knows what flowed in 1.1 s";
  pack.read(2.1, 50.0, 20.0);
  EXPECT_EQ(pack["pack.energy_out"].quality, Quality::invalid) << "and it does not heal";
  pack.counters.reset();
  pack.read(3.0, 50.0, 20.0);
  EXPECT_TRUE(pack["pack.charge_in"].good());
  EXPECT_EQ(pack["pack.charge_in"].value, 0.0);
}

TEST(EnergyCounters, are_not_there_on_a_bench_that_measures_no_current) {
  SignalTable table;
  table.declare({.name = "pack.voltage", .dimension = dimension::voltage});
  EnergyCounters counters;
  counters.declare(table);
  table.seal();
  EXPECT_FALSE(table.find("pack.energy_in"));
  counters.count(table);
}

}  // namespace
}  // namespace rig
