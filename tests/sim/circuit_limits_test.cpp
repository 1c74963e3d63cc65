// The corners of the terminals' circuit: loads that hold a voltage, and packs driven below empty.
#include <gtest/gtest.h>

#include "drivers/sim/circuit.hpp"

namespace rig::sim {
namespace {

constexpr PackPort closed{52.0, 0.01, true, true};
constexpr PackPort no_charge{52.0, 0.01, false, true};
constexpr PackPort open{52.0, 0.01, false, false};

TEST(CircuitLimits, a_load_that_holds_a_voltage_above_the_pack_takes_nothing) {
  const CircuitNode n = solve(closed, {true, 57.0, 5.0}, {true, 120.0, 55.0});
  EXPECT_DOUBLE_EQ(n.load_current, 0.0);
  EXPECT_DOUBLE_EQ(n.pack_current, 5.0);
}

TEST(CircuitLimits, a_load_holds_its_voltage_against_a_supply) {
  const CircuitNode blocked = solve(no_charge, {true, 57.0, 5.0}, {true, 120.0, 55.0});
  EXPECT_DOUBLE_EQ(blocked.voltage, 55.0);
  EXPECT_DOUBLE_EQ(blocked.load_current, 5.0);
  EXPECT_FALSE(blocked.supply_regulates_voltage);
  const CircuitNode shared = solve(closed, {true, 57.0, 50.0}, {true, 120.0, 52.1});
  EXPECT_DOUBLE_EQ(shared.voltage, 52.1);
  EXPECT_NEAR(shared.pack_current, 10.0, 1e-9);
  EXPECT_NEAR(shared.load_current, 40.0, 1e-9);
}

TEST(CircuitLimits, a_load_that_holds_a_voltage_keeps_its_current_limit) {
  const CircuitNode n = solve(closed, {}, {true, 20.0, 40.0});
  EXPECT_DOUBLE_EQ(n.load_current, 20.0);
  EXPECT_GT(n.voltage, 40.0);
}

TEST(CircuitLimits, with_a_load_that_holds_a_voltage_the_node_balances_and_nobody_works_backwards) {
  for (const PackPort& pack : {closed, no_charge, PackPort{52.0, 0.01, true, false}, open}) {
    for (const double set : {0.0, 50.0, 52.05, 57.0}) {
      for (const double limit : {0.0, 5.0, 200.0}) {
        for (const double hold : {1.0, 51.0, 52.02, 55.0, 60.0}) {
          const CircuitNode n = solve(pack, {set > 0, set, limit}, {true, 40.0, hold});
          EXPECT_NEAR(n.supply_current, n.pack_current + n.load_current, 1e-9);
          EXPECT_GE(n.load_current, 0.0);
          EXPECT_LE(n.load_current, 40.0 + 1e-9);
          EXPECT_GE(n.supply_current, 0.0);
          EXPECT_LE(n.supply_current, limit + 1e-9);
          if (n.load_current > 0) {
            EXPECT_GE(n.voltage, hold - 1e-9);
          }
        }
      }
    }
  }
}

TEST(CircuitLimits, a_pack_driven_below_empty_feeds_nobody) {
  const CircuitNode n = solve({-3.0, 0.01, true, true}, {}, {true, 20.0, 0.0});
  EXPECT_EQ(n.load_current, 0.0);
  EXPECT_EQ(n.pack_current, 0.0);
  EXPECT_EQ(n.voltage, 0.0);
}

}  // namespace
}  // namespace rig::sim
