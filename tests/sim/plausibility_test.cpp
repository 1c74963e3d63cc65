// What the published tables predict for a pack of sixteen 100 Ah cells, computed independently (one lumped thermal
// node, steps of 1 s) and held against the plant. The prediction's voltages are those of the string of cells, without
// the 3 mOhm to the terminals, whose heat stays in the pack all the same; its capacity does not depend on the
// temperature. Charge and energy of our 103 Ah cells are those of 100 Ah cells at 1/1.03 of the current, times 1.03.
#include <gtest/gtest.h>

#include "tests/sim/pack_probe.hpp"

namespace rig::sim {
namespace {

constexpr double path = 0.003;  // Ohm

PackCells table_pack(double soc, double celsius = 25) { return pack_of(table_cells(), soc, celsius, 1, {}, path); }

void expect_within_2_percent(double value, double predicted) { EXPECT_NEAR(value, predicted, 0.02 * predicted); }

struct FullDischarge {
  double current, celsius;          // A, degC
  double ampere_hours, watt_hours;  // predicted; 0: not given
  double warmer, warmer_within;     // K
};

class Plausibility : public testing::TestWithParam<FullDischarge> {};

TEST_P(Plausibility, a_full_discharge_gives_the_predicted_charge_and_energy) {
  const FullDischarge& row = GetParam();
  PackCells pack = table_pack(1.0, row.celsius);
  const Discharge d = discharge_to(pack, row.current, 45.6);
  expect_within_2_percent(d.ampere_hours, row.ampere_hours);
  if (row.watt_hours > 0) {
    expect_within_2_percent(d.watt_hours, row.watt_hours);
  }
  // The prediction is given to 0.1 K or 1 K and knows no case that stays behind the cells.
  EXPECT_NEAR(pack.temperature() - row.celsius, row.warmer, row.warmer_within);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Plausibility,
    testing::Values(FullDischarge{50, 25, 97.5, 5011, 6.2, 0.2}, FullDischarge{20, 25, 98.0, 5087, 2.8, 0.2},
                    FullDischarge{75, 25, 97.1, 4954, 9.4, 0.3}, FullDischarge{50, 0, 94.2, 0, 11, 0.6},
                    FullDischarge{50, -10, 91.7, 0, 13, 0.8}, FullDischarge{50, -20, 88.0, 0, 16, 1.0}));

// 2 s from 45.6 V on. Predicted to whole mV/s, so that 2 % of the small ones would ask for more than was given; at 20 A
// the curve has its kink at 2 % SOC just there, with 6 mV/s before and 9 mV/s behind it.
TEST(Plausibility, the_voltage_falls_as_predicted_where_the_pack_trips) {
  for (const auto& [current, slope] : {std::pair{20.0, 9.0}, {50.0, 16.0}, {75.0, 24.0}}) {
    PackCells pack = table_pack(1.0);
    discharge_to(pack, current, 45.595, 0, 0.01);
    const double before = stack_voltage(pack, -current);
    carry(pack, -current, 2);
    EXPECT_NEAR((before - stack_voltage(pack, -current)) / 2 * 1e3, slope, 0.5 + 0.02 * slope) << current;
  }
}

TEST(Plausibility, the_end_of_a_charge_is_as_steep_as_predicted) {
  PackCells pack = table_pack(0.03);
  expect_within_2_percent(charge_to(pack, 50, 55.68), 6958);
  EXPECT_NEAR(pack.mean_soc(), 0.9954, 0.0005);
  const double to_56 = charge_to(pack, 50, 56.0);
  expect_within_2_percent((56.0 - 55.68) / to_56, 0.060);
  EXPECT_NEAR(to_56, 6, 1) << "seconds, predicted on a grid of 1 s";
  EXPECT_NEAR(charge_to(pack, 50, 56.16), 2, 1);
  expect_within_2_percent(charge_to(pack, 50, 57.6), 24);
}

TEST(Plausibility, a_cold_charge_ends_earlier_and_less_steeply) {
  PackCells pack = table_pack(0.03, 0);
  charge_to(pack, 50, 55.68);
  EXPECT_NEAR(pack.mean_soc(), 0.991, 0.0005);
  const double slope = (56.0 - 55.68) / charge_to(pack, 50, 56.0) * 1e3;
  EXPECT_GE(slope, 16 * 0.98);
  EXPECT_LE(slope, 18 * 1.02);
}

struct Relaxation {
  double seconds, voltage;
};

void expect_relaxation(PackCells& pack, std::initializer_list<Relaxation> rows, double from) {
  double now = 0;
  for (const auto& [seconds, voltage] : rows) {
    carry(pack, 0, seconds - now);
    now = seconds;
    // 2 % of the way that the voltage has gone, and what two decimals leave open.
    EXPECT_NEAR(stack_voltage(pack, 0), voltage, 0.02 * std::abs(voltage - from) + 0.03) << seconds << " s";
  }
}

TEST(Plausibility, a_pack_cut_off_at_56_V_relaxes_as_predicted_and_stays_above_54_V) {
  PackCells pack = table_pack(0.03);
  charge_to(pack, 50, 56.0);
  expect_relaxation(pack, {{1, 55.70}, {60, 55.39}, {600, 55.14}, {1800, 55.06}}, 56.0);
  EXPECT_GT(stack_voltage(pack, 0), 54.0);
}

TEST(Plausibility, a_pack_cut_off_at_45_6_V_relaxes_as_predicted_and_stays_below_48_V) {
  PackCells pack = table_pack(1.0);
  discharge_to(pack, 50, 45.6, 0, 0.01);
  expect_relaxation(pack, {{1, 45.98}, {60, 46.33}, {1800, 46.70}}, 45.6);
  EXPECT_LT(stack_voltage(pack, 0), 48.0);
}

// With 0.268 V per per cent of SOC the other fifteen stand 147 mV lower: 3.65 V + 15 * 3.503 V = 56.19 V. Predicted
// are "about 0.5 %" and 56.0 V, which belong together within 2 %.
TEST(Plausibility, a_cell_that_leads_by_0_55_percent_meets_its_limit_as_the_pack_does) {
  PackCells pack = table_pack(0.9);
  pack.rest_at(0.9, 25, 0, 7, 0.0055);
  while (pack.cell_voltage(6, 50) < 3.65) {
    pack.step(50, 0.01);
  }
  EXPECT_NEAR(stack_voltage(pack, 50), 56.0, 0.25);
  expect_within_2_percent(stack_voltage(pack, 50), 56.0);
}

TEST(Plausibility, a_pack_as_shipped_gives_100_Ah_at_its_terminals_for_many_seeds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PackCells pack = pack_of({}, 1.0, 25, seed, {}, path);
    EXPECT_GE(discharge_to(pack, 20, 45.6, path, 1.0).ampere_hours, 100.0) << seed;
  }
}

TEST(Plausibility, a_pack_as_shipped_gives_4600_Wh_at_90_percent_depth_of_discharge) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PackCells pack = pack_of({}, 1.0, 25, seed, {}, path);
    double watt_hours = 0;
    for (int second = 0; second < 0.9 * 100 * 3600 / 50; ++second) {  // 90 % of the rated 100 Ah
      pack.step(-50, 1);
      watt_hours += 50 * (stack_voltage(pack, -50) - 50 * path) / 3600;
    }
    EXPECT_GE(watt_hours, 4600) << seed;
    EXPECT_GT(stack_voltage(pack, -50), 48.0) << seed;
  }
}

}  // namespace
}  // namespace rig::sim
