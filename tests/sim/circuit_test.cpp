#include <gtest/gtest.h>

#include "drivers/sim/circuit.hpp"

namespace rig::sim {
namespace {

constexpr PackPort closed{52.0, 0.01, true, true};
constexpr PackPort no_charge{52.0, 0.01, false, true};
constexpr PackPort no_discharge{52.0, 0.01, true, false};
constexpr PackPort open{52.0, 0.01, false, false};

TEST(Circuit, constant_current_charges_and_the_terminals_show_the_drop) {
  const CircuitNode n = solve(closed, {true, 57.0, 20.0}, {});
  EXPECT_DOUBLE_EQ(n.pack_current, 20.0);
  EXPECT_DOUBLE_EQ(n.voltage, 52.2);
  EXPECT_FALSE(n.supply_regulates_voltage);
}

TEST(Circuit, when_the_charge_fet_opens_the_terminals_jump_to_the_set_voltage) {
  const CircuitNode n = solve(no_charge, {true, 57.0, 20.0}, {});
  EXPECT_DOUBLE_EQ(n.pack_current, 0.0);
  EXPECT_DOUBLE_EQ(n.voltage, 57.0);
  EXPECT_TRUE(n.supply_regulates_voltage);
}

TEST(Circuit, constant_voltage_tapers) {
  const CircuitNode n = solve(closed, {true, 52.1, 50.0}, {});
  EXPECT_NEAR(n.pack_current, 10.0, 1e-9);
  EXPECT_TRUE(n.supply_regulates_voltage);
}

TEST(Circuit, a_supply_below_the_pack_does_not_sink) {
  const CircuitNode n = solve(closed, {true, 50.0, 50.0}, {});
  EXPECT_DOUBLE_EQ(n.supply_current, 0.0);
  EXPECT_DOUBLE_EQ(n.voltage, 52.0);
}

TEST(Circuit, the_body_diode_of_an_open_charge_fet_carries_the_discharge) {
  const CircuitNode n = solve(no_charge, {}, {true, 10.0, 0.0});
  EXPECT_DOUBLE_EQ(n.pack_current, -10.0);
  EXPECT_NEAR(n.voltage, 52.0 - body_diode - 0.1, 1e-12);
}

TEST(Circuit, the_body_diode_of_an_open_discharge_fet_carries_the_charge) {
  const CircuitNode n = solve(no_discharge, {true, 57.0, 10.0}, {});
  EXPECT_DOUBLE_EQ(n.pack_current, 10.0);
  EXPECT_NEAR(n.voltage, 52.0 + body_diode + 0.1, 1e-12);
}

TEST(Circuit, a_load_on_an_open_pack_pulls_the_terminals_to_zero) {
  for (const PackPort& pack : {no_discharge, open}) {
    const CircuitNode n = solve(pack, {}, {true, 10.0, 0.0});
    EXPECT_DOUBLE_EQ(n.voltage, 0.0);
    EXPECT_DOUBLE_EQ(n.load_current, 0.0);
  }
}

TEST(Circuit, without_current_the_terminals_show_a_pack_that_is_not_wholly_open) {
  EXPECT_DOUBLE_EQ(solve(closed, {}, {}).voltage, 52.0);
  EXPECT_DOUBLE_EQ(solve(no_charge, {}, {}).voltage, 52.0);
  EXPECT_DOUBLE_EQ(solve(open, {}, {}).voltage, 0.0);
}

TEST(Circuit, supply_and_load_together_balance_at_the_node) {
  for (const PackPort& pack : {closed, no_charge, no_discharge, open}) {
    for (const double set : {50.0, 52.05, 57.0}) {
      for (const double limit : {0.0, 5.0, 30.0}) {
        for (const double taken : {0.0, 10.0, 40.0}) {
          const CircuitNode n = solve(pack, {true, set, limit}, {true, taken, 0.0});
          EXPECT_NEAR(n.supply_current, n.pack_current + n.load_current, 1e-9);
          EXPECT_LE(n.supply_current, limit + 1e-9);
          EXPECT_GE(n.voltage, 0.0);
          if (n.pack_current > 0) {
            EXPECT_TRUE(pack.charge_fet);
          } else if (n.pack_current < 0) {
            EXPECT_TRUE(pack.discharge_fet);
          }
        }
      }
    }
  }
}

TEST(Circuit, a_load_that_holds_a_voltage_takes_what_is_above_it) {
  const CircuitNode n = solve(closed, {}, {true, 100.0, 51.9});
  EXPECT_NEAR(n.voltage, 51.9, 1e-9);
  EXPECT_NEAR(n.load_current, 10.0, 1e-6);
}

}  // namespace
}  // namespace rig::sim
