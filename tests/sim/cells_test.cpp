// The cells against the plausibility table that the tables themselves predict for a 100 Ah cell; ours have 103 Ah, so
// charges and energies scale by 1.03.
#include <gtest/gtest.h>

#include "drivers/sim/pack_cells.hpp"

namespace rig::sim {
namespace {

constexpr double path = 0.003;  // Ohm

struct Discharge {
  double ampere_hours = 0, watt_hours = 0, seconds = 0;
};

double terminals(const PackCells& cells, double current) {
  return cells.source_voltage() + current * (cells.series_resistance() + path);
}

PackCells equal_cells(double soc, double celsius = 25) {
  PackCells cells;
  cells.draw(1, {.capacity_sigma = 0, .soc_sigma = 0, .resistance_spread = 0});
  cells.rest_at(soc, celsius, 0, 0, 0);
  return cells;
}

Discharge discharge_to(PackCells& cells, double current, double until) {
  Discharge d;
  while (terminals(cells, -current) > until) {
    cells.step(-current, 0.1);
    d.ampere_hours += current * 0.1 / 3600;
    d.watt_hours += current * terminals(cells, -current) * 0.1 / 3600;
    d.seconds += 0.1;
  }
  return d;
}

TEST(Cells, a_full_discharge_gives_the_charge_and_energy_of_the_table) {
  PackCells at_50 = equal_cells(1.0);
  const Discharge d50 = discharge_to(at_50, 50, 45.6);
  EXPECT_NEAR(d50.ampere_hours, 97.5 * 1.03, 2.0);
  EXPECT_NEAR(d50.watt_hours, 5011 * 1.03, 0.02 * 5011);
  PackCells at_20 = equal_cells(1.0);
  const Discharge d20 = discharge_to(at_20, 20, 45.6);
  EXPECT_NEAR(d20.watt_hours, 5087 * 1.03, 0.02 * 5087);
  EXPECT_GT(d20.ampere_hours, 100.0);  // the rated capacity comes out at the terminals
}

TEST(Cells, self_heating_is_that_of_the_table) {
  PackCells cells = equal_cells(1.0);
  discharge_to(cells, 50, 45.6);
  EXPECT_NEAR(cells.temperature() - 25, 6.2, 1.0);
}

TEST(Cells, cold_costs_capacity) {
  PackCells cold = equal_cells(1.0, -10);
  PackCells warm = equal_cells(1.0, 25);
  EXPECT_LT(discharge_to(cold, 50, 45.6).ampere_hours, discharge_to(warm, 50, 45.6).ampere_hours - 2.0);
}

TEST(Cells, the_top_is_steep_and_relaxes_as_the_table_says) {
  PackCells cells = equal_cells(0.9);
  while (terminals(cells, 50) < 56.0) {
    cells.step(50, 0.01);
  }
  const double before = terminals(cells, 50);
  for (int i = 0; i < 100; ++i) {
    cells.step(50, 0.01);
  }
  EXPECT_NEAR(terminals(cells, 50) - before, 0.060, 0.015);  // V per second
  const double after_one_second = [&] {
    for (int i = 0; i < 100; ++i) {
      cells.step(0, 0.01);
    }
    return terminals(cells, 0);
  }();
  EXPECT_LT(after_one_second, 55.8);
  for (int i = 0; i < 18000; ++i) {
    cells.step(0, 0.1);
  }
  EXPECT_GT(terminals(cells, 0), 54.5) << "it does not come back below 54 V by itself";
}

TEST(Cells, a_leading_cell_reaches_its_limit_before_the_pack_does) {
  PackCells cells;
  cells.draw(1, {.capacity_sigma = 0, .soc_sigma = 0, .resistance_spread = 0});
  cells.rest_at(0.97, 25, 0, 7, 0.012);
  while (cells.cell_voltage(6, 5) < 3.65) {
    cells.step(5, 0.01);
  }
  EXPECT_LT(terminals(cells, 5), 55.6);
  EXPECT_LT(cells.cell_voltage(5, 5), 3.5);
}

TEST(Cells, seeds_draw_different_packs_and_the_same_seed_the_same) {
  PackCells a, b, c;
  a.draw(1, {});
  b.draw(1, {});
  c.draw(2, {});
  for (PackCells* cells : {&a, &b, &c}) {
    cells->rest_at(0.995, 25, 1, 0, 0);
  }
  EXPECT_EQ(a.source_voltage(), b.source_voltage());
  EXPECT_NE(a.source_voltage(), c.source_voltage());
}

}  // namespace
}  // namespace rig::sim
