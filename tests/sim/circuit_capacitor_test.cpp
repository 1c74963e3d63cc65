// An inverter's capacitor at the terminals, pre-charge, minimum voltage of a load, a supply that sinks.
#include <gtest/gtest.h>

#include <cmath>

#include "drivers/sim/circuit.hpp"

namespace rig::sim {
namespace {

constexpr PackPort closed{52.0, 0.01, true, true};
constexpr PackPort open{52.0, 0.01, false, false};
constexpr PackPort precharging{52.0, 0.01, true, false, 50.0};

TEST(CircuitCapacitor, a_pack_that_closes_onto_an_empty_one_is_hit_by_the_whole_charge) {
  const CircuitNode n = solve(closed, {}, {}, {10e-3, 0.0, 10e-3});
  EXPECT_NEAR(n.voltage, 52.0 * 100 / 101, 0.01) << "one step of backward Euler through 10 mOhm";
  EXPECT_NEAR(-n.pack_current, n.voltage, 1e-6) << "10 mF to 51.5 V within 10 ms are 51.5 A on the mean";
}

TEST(CircuitCapacitor, pre_charge_fills_it_with_its_own_time_constant) {
  double voltage = 0;
  double most = 0;
  for (int i = 0; i < 500; ++i) {  // 0.5 s = 50 Ohm * 10 mF
    const CircuitNode n = solve(precharging, {}, {}, {10e-3, voltage, 1e-3});
    voltage = n.voltage;
    most = std::max(most, -n.pack_current);
  }
  EXPECT_NEAR(voltage, 52.0 * (1 - std::exp(-1.0)), 0.1);
  EXPECT_LT(most, 52.0 / 50.0);
}

TEST(CircuitCapacitor, keeps_its_voltage_behind_an_open_pack_and_feeds_the_load) {
  EXPECT_NEAR(solve(open, {}, {}, {10e-3, 51.0, 10e-3}).voltage, 51.0, 1e-9);
  const CircuitNode n = solve(open, {}, {true, 5.0}, {10e-3, 51.0, 10e-3});
  EXPECT_NEAR(n.voltage, 51.0 - 5.0 * 10e-3 / 10e-3, 1e-6);
  EXPECT_NEAR(n.load_current, 0.0, 1e-9) << "what the load takes comes out of its own capacitor";
}

TEST(CircuitCapacitor, at_rest_changes_nothing) {
  for (const SupplyPort& supply : {SupplyPort{}, SupplyPort{true, 57.0, 20.0}, SupplyPort{true, 52.1, 50.0}}) {
    for (const LoadPort& load : {LoadPort{}, LoadPort{true, 10.0}, LoadPort{true, 100.0, 51.9}}) {
      const CircuitNode plain = solve(closed, supply, load);
      const CircuitNode n = solve(closed, supply, load, {10e-3, plain.voltage, 10e-3});
      EXPECT_NEAR(n.voltage, plain.voltage, 0.02);
      EXPECT_NEAR(n.pack_current, plain.pack_current, 1.0);
    }
  }
}

TEST(CircuitPrecharge, a_load_on_a_pack_that_only_pre_charges_gets_what_the_resistor_passes) {
  const CircuitNode n = solve(precharging, {}, {true, 10.0});
  EXPECT_LT(n.voltage, 0.5);
  EXPECT_NEAR(n.load_current, 52.0 / 50.0, 0.03);
  EXPECT_DOUBLE_EQ(n.pack_current, -n.load_current);
  EXPECT_DOUBLE_EQ(solve(precharging, {}, {}).voltage, 52.0);
}

TEST(CircuitLeastVoltage, a_load_takes_less_in_proportion_below_it) {
  const PackPort weak{1.0, 0.01, true, true};
  const CircuitNode n = solve(weak, {}, {true, 100.0, 0.0, 1.0});
  EXPECT_NEAR(n.voltage, 0.5, 1e-9) << "100 A at 1 V are 10 mOhm";
  EXPECT_NEAR(n.load_current, 50.0, 1e-9);
}

TEST(CircuitSink, a_supply_that_sinks_holds_its_voltage_or_its_current) {
  const CircuitNode holds = solve(closed, {true, 51.9, 20.0, 30.0}, {});
  EXPECT_DOUBLE_EQ(holds.voltage, 51.9);
  EXPECT_NEAR(holds.supply_current, -10.0, 1e-9);
  EXPECT_TRUE(holds.supply_regulates_voltage);
  const CircuitNode limited = solve(closed, {true, 40.0, 20.0, 30.0}, {});
  EXPECT_NEAR(limited.supply_current, -30.0, 1e-9);
  EXPECT_NEAR(limited.voltage, 51.7, 1e-9);
  const CircuitNode with_load = solve(closed, {true, 40.0, 20.0, 30.0}, {true, 10.0});
  EXPECT_NEAR(with_load.supply_current, -30.0, 1e-9);
  EXPECT_NEAR(with_load.load_current, 10.0, 1e-9);
}

TEST(CircuitSink, nothing_sinks_from_a_pack_that_is_open) {
  for (const PackPort& pack : {open, PackPort{52.0, 0.01, true, false}}) {
    const CircuitNode n = solve(pack, {true, 40.0, 20.0, 30.0}, {});
    EXPECT_NEAR(n.supply_current, 0.0, 1e-9);
    EXPECT_NEAR(n.pack_current, 0.0, 1e-9);
  }
}

TEST(CircuitSink, the_node_balances_with_every_pack_and_load) {
  for (const PackPort& pack : {closed, open, precharging, PackPort{52.0, 0.01, false, true}}) {
    for (const double set : {30.0, 51.9, 52.05, 57.0}) {
      for (const double hold : {0.0, 51.0, 55.0}) {
        const CircuitNode n = solve(pack, {true, set, 20.0, 30.0}, {true, 40.0, hold});
        EXPECT_NEAR(n.supply_current, n.pack_current + n.load_current, 1e-9) << set << " " << hold;
        EXPECT_GE(n.supply_current, -30.0 - 1e-9);
        EXPECT_LE(n.supply_current, 20.0 + 1e-9);
        EXPECT_GE(n.load_current, -1e-9);
        EXPECT_GE(n.voltage, 0.0);
      }
    }
  }
}

}  // namespace
}  // namespace rig::sim
