// Where the heat of the cells comes from and where it goes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/sim/pack_probe.hpp"

namespace rig::sim {
namespace {

constexpr double heat_capacity = 46e3;        // J/K
constexpr double cells_capacity = 16 * 2300;  // J/K

ThermalParameters insulated() {
  ThermalParameters t;
  t.to_ambient = Conductance{1e-6};
  return t;
}

double stored_heat(const PackCells& pack, double from) {
  return cells_capacity * (pack.temperature() - from) +
         (heat_capacity - cells_capacity) * (pack.skin_temperature() - from);
}

// Over a closed loop of charge nothing stays in the cells but heat: what went in at the terminals has to be found
// there.
TEST(PackThermal, all_that_is_lost_in_a_cycle_becomes_heat) {
  CellParameters p = table_cells();
  p.charge_efficiency = Ratio{1};
  p.self_discharge = Ratio{0};
  PackCells pack = pack_of(p, 0.6, 25, 1, insulated(), 0.003);
  double energy = 0;
  const auto run = [&](double current, double seconds) {
    for (int i = 0; i < seconds * 100; ++i) {
      pack.step(current, 0.01);
      energy += current * (stack_voltage(pack, current) + current * 0.003) * 0.01;
    }
  };
  run(-50, 600);
  run(50, 600);
  run(0, 10);
  // Entropy gives back on one way what it took on the other, but for the kelvin that lies between: 2 %.
  EXPECT_NEAR(stored_heat(pack, 25), energy, 0.02 * energy);
  EXPECT_GT(energy, 50000) << "J; the cycle has to lose something worth measuring";
}

TEST(PackThermal, charge_that_is_not_stored_becomes_heat) {
  CellParameters lossy = table_cells();
  lossy.charge_efficiency = Ratio{0.99};
  lossy.self_discharge = Ratio{0};
  CellParameters ideal = lossy;
  ideal.charge_efficiency = Ratio{1};
  PackCells a = pack_of(lossy, 0.5, 25, 1, insulated()), b = pack_of(ideal, 0.5, 25, 1, insulated());
  carry(a, 50, 600);
  carry(b, 50, 600);
  EXPECT_NEAR(stored_heat(a, 25) - stored_heat(b, 25), 0.01 * 50 * 600 * 16 * 3.3, 300);
}

TEST(PackThermal, the_reversible_heat_follows_the_sign_of_the_current_and_of_the_entropy) {
  const auto warmed = [](double soc, double current) {
    PackCells pack = pack_of(table_cells(), soc, 25, 1, insulated());
    carry(pack, current, 60);
    return stored_heat(pack, 25);
  };
  // dU/dT is +0.11 mV/K at half charge: charging warms. It is -0.12 mV/K at 20 %: charging cools.
  const double at_half = 2 * 16 * 298.15 * 0.11e-3 * 10 * 60, at_fifth = 2 * 16 * 298.15 * -0.12e-3 * 10 * 60;
  EXPECT_NEAR(warmed(0.5, 10) - warmed(0.5, -10), at_half, 0.15 * at_half);
  EXPECT_NEAR(warmed(0.2, 10) - warmed(0.2, -10), at_fifth, -0.15 * at_fifth);
}

TEST(PackThermal, the_pack_follows_the_air_with_1_9_hours) {
  PackCells pack = pack_of(table_cells(), 0.5, 25);
  pack.set_ambient(5);
  double seconds = 0;
  while (pack.temperature() > 5 + 20 * std::exp(-1.0)) {
    pack.step(0, 1);
    seconds += 1;
  }
  EXPECT_NEAR(seconds / 3600, 1.9, 0.05);
}

// 6.7 W/K from the mean of the cells to the air.
TEST(PackThermal, steady_heat_warms_the_cells_by_its_part_of_6_7_W_per_K) {
  PackThermal thermal;
  thermal.configure({});
  thermal.soak(20);
  CellArray heat;
  heat.fill(67.0 / 16);  // W for a second each
  for (int i = 0; i < 100000; ++i) {
    thermal.step(heat, 0, 20, 1);
  }
  EXPECT_NEAR(thermal.mean() - 20, 10, 0.05);
  // To the case lead 16 times 4 W/K and twice 0.5 W/K.
  EXPECT_NEAR(thermal.mean() - thermal.at_case(), 67.0 / 65, 0.02);
}

TEST(PackThermal, the_skin_stays_behind_the_cells_under_load_and_leads_them_in_the_cold) {
  PackCells loaded = pack_of(table_cells(), 1.0, 25, 1, {}, 0.003);
  carry(loaded, -75, 3600, 0.1);
  EXPECT_GT(loaded.temperature() - loaded.skin_temperature(), 0.5);
  EXPECT_LT(loaded.temperature() - loaded.skin_temperature(), 3.0);
  EXPECT_GT(loaded.skin_temperature(), 25.5);
  PackCells cooled = pack_of(table_cells(), 0.5, 25);
  cooled.set_ambient(-10);
  carry(cooled, 0, 1800, 1);
  EXPECT_GT(cooled.temperature() - cooled.skin_temperature(), 0.5);
}

TEST(PackThermal, the_ends_of_the_row_are_cooler_and_neighbours_share) {
  PackCells pack = pack_of(table_cells(), 1.0, 25);
  carry(pack, -75, 3600, 0.1);
  EXPECT_LT(pack.cell_temperature(0), pack.cell_temperature(7) - 0.02);
  EXPECT_LT(pack.cell_temperature(15), pack.cell_temperature(8) - 0.02);
  CellArray heat{};
  heat[7] = 1000;  // J
  PackThermal thermal;
  thermal.configure(insulated());
  thermal.soak(25);
  thermal.step(heat, 0, 25, 1);
  EXPECT_NEAR(thermal.cells()[7], 25 + 1000.0 / 2300, 1e-9);
  EXPECT_EQ(thermal.cells()[6], 25);
  for (int i = 0; i < 100; ++i) {
    thermal.step({}, 0, 25, 1);
  }
  EXPECT_GT(thermal.cells()[6], thermal.cells()[5]);
  EXPECT_GT(thermal.cells()[5], 25);
  EXPECT_NEAR(thermal.cells()[6], thermal.cells()[8], 1e-9);
}

TEST(PackThermal, nothing_is_lost_between_the_nodes) {
  PackThermal thermal;
  thermal.configure(insulated());
  thermal.soak(25);
  CellArray heat{};
  heat[3] = 5000;
  for (const double elapsed : {0.5, 1.0, 10.0, 60.0}) {
    thermal.step(heat, 700, 25, elapsed);
    for (int i = 0; i < 200; ++i) {
      thermal.step({}, 0, 25, elapsed);
    }
  }
  const double stored =
      cells_capacity * (thermal.mean() - 25) + (heat_capacity - cells_capacity) * (thermal.at_case() - 25);
  EXPECT_NEAR(stored, 4 * 5700, 1);
  EXPECT_NEAR(thermal.cells()[3], thermal.cells()[15], 0.05) << "and it evens out";
}

TEST(PackThermal, a_loose_joint_heats_its_own_cell) {
  CellParameters p = table_cells();
  p.loose_joint.cell = 5;
  PackCells pack = pack_of(p, 0.9, 25);
  carry(pack, -75, 1800, 0.1);
  // 75 A over 0.5 mOhm are 2.8 W more for the fifth cell.
  for (std::size_t i = 0; i < cell_count; ++i) {
    if (i != 4) {
      EXPECT_LT(pack.cell_temperature(i), pack.cell_temperature(4) - 0.1) << i;
    }
  }
}

TEST(PackThermal, balancing_heats_the_case_and_not_the_cell) {
  CellParameters p = table_cells();
  p.self_discharge = Ratio{0};
  PackCells pack = pack_of(p, 0.9, 25, 1, insulated());
  pack.set_bleed(0xFFFF);
  carry(pack, 0, 600, 1);
  EXPECT_GT(pack.skin_temperature(), pack.temperature());
  EXPECT_NEAR(stored_heat(pack, 25), 16 * 3.34 * 3.34 / 58 * 600, 30);
}

}  // namespace
}  // namespace rig::sim
