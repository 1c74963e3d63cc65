// The electrical side of the cells.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sim/pack_probe.hpp"

namespace rig::sim {
namespace {

constexpr double month = 30 * 24 * 3600.0;  // s

TEST(Cells, seeds_draw_different_packs_and_the_same_seed_the_same) {
  const PackCells a = pack_of({}, 0.995, 25, 1), b = pack_of({}, 0.995, 25, 1), c = pack_of({}, 0.995, 25, 2);
  EXPECT_EQ(a.source_voltage(), b.source_voltage());
  EXPECT_NE(a.source_voltage(), c.source_voltage());
}

TEST(Cells, a_leading_cell_reaches_its_limit_before_the_pack_does) {
  PackCells pack = pack_of(equal_cells(), 0.97);
  pack.rest_at(0.97, 25, 0, 7, 0.012);
  while (pack.cell_voltage(6, 5) < 3.65) {
    pack.step(5, 0.01);
  }
  EXPECT_LT(stack_voltage(pack, 5), 55.6);
  EXPECT_LT(pack.cell_voltage(5, 5), 3.5);
}

TEST(Cells, the_cells_make_up_the_source_of_the_pack) {
  PackCells pack = pack_of({}, 0.3, 5, 9);
  carry(pack, -40, 100);
  double sum = 0;
  for (std::size_t i = 0; i < cell_count; ++i) {
    sum += pack.cell_voltage(i, -40);
  }
  EXPECT_NEAR(sum, stack_voltage(pack, -40), 1e-9);
}

// Two packs that differ in nothing but the step meet in the same state; the kinks of the curve leave 0.4 mV for a cell.
TEST(Cells, the_length_of_the_step_does_not_change_the_result) {
  const auto after_a_cycle = [](double dt) {
    PackCells pack = pack_of({}, 0.4, 10, 5);
    carry(pack, 60, 1200, dt);
    carry(pack, 0, 600, dt);
    carry(pack, -90, 900, dt);
    return pack;
  };
  const PackCells nominal = after_a_cycle(0.01);
  for (const double dt : {0.001, 0.1, 1.0}) {
    const PackCells other = after_a_cycle(dt);
    EXPECT_NEAR(other.source_voltage(), nominal.source_voltage(), 0.002) << dt;
    EXPECT_NEAR(other.mean_soc(), nominal.mean_soc(), 1e-5) << dt;
    EXPECT_NEAR(other.temperature(), nominal.temperature(), 0.01) << dt;
    EXPECT_NEAR(other.skin_temperature(), nominal.skin_temperature(), 0.01) << dt;
  }
}

TEST(Cells, the_resistances_of_a_direction_are_there_with_its_current) {
  PackCells pack = pack_of(table_cells(), 0.5);
  carry(pack, -20, 60);
  carry(pack, 0, 60.0);
  pack.step(0, 0.01);  // nothing is due at the next step by time alone
  const double discharging = pack.series_resistance();
  pack.step(120, 0.01);
  const double charging = pack.series_resistance();
  EXPECT_GT(std::abs(charging - discharging), 1e-5);
  carry(pack, 120, 2);
  EXPECT_NEAR(pack.series_resistance(), charging, 0.1 * std::abs(charging - discharging));
}

TEST(Cells, a_pulse_relaxes_with_the_two_time_constants_of_the_table) {
  PackCells pack = pack_of(table_cells(), 0.5);
  const double rest = pack.source_voltage();
  carry(pack, -50, 2);
  const double after_2_s = rest - pack.source_voltage();
  // R1 0.35 mOhm with 20 s, R2 0.45 mOhm with 400 s at 50 %, 25 degC; the hysteresis of 2 s is below 1 mV.
  const double expected = 16 * 50 * (0.35e-3 * (1 - std::exp(-0.1)) + 0.45e-3 * (1 - std::exp(-0.005)));
  EXPECT_NEAR(after_2_s, expected, 0.003);
  EXPECT_NEAR(pack.series_resistance(), 16 * 0.40e-3, 0.01e-3);
}

TEST(Cells, hysteresis_closes_ninety_percent_of_the_loop_after_7_7_percent_of_charge) {
  PackCells charged = pack_of(table_cells(), 0.45);
  PackCells straight = pack_of(table_cells(), 0.45 + 0.077 * 0.999);
  carry(charged, 50, 0.077 * 7200, 0.1);
  carry(charged, 0, 6 * 3600, 1);  // the RC branches are empty, the hysteresis stays at rest
  EXPECT_NEAR(charged.source_voltage() - straight.source_voltage(), 16 * 0.9 * 0.0094, 0.006);
}

TEST(Cells, charging_loses_a_per_mille_and_discharging_nothing) {
  CellParameters p = table_cells();
  p.self_discharge = Ratio{0};
  PackCells pack = pack_of(p, 0.5);
  carry(pack, 50, 720);
  EXPECT_NEAR(pack.mean_soc(), 0.5 + 0.1 * 0.999, 1e-9);
  carry(pack, -50, 720);
  EXPECT_NEAR(pack.mean_soc(), 0.5 - 0.1 * 0.001, 1e-9);
}

TEST(Cells, cold_costs_capacity_down_to_a_floor) {
  CellParameters p = table_cells();
  p.cold_loss = Ratio{0.004};
  p.self_discharge = Ratio{0};
  for (const auto& [celsius, left] : {std::pair{25.0, 1.0}, {45.0, 1.0}, {0.0, 0.9}, {-20.0, 0.82}, {-35.0, 0.8}}) {
    PackCells pack = pack_of(p, 0.5, celsius);
    carry(pack, -1, 36);  // 36 A*s warm nothing
    EXPECT_NEAR((0.5 - pack.mean_soc()) * 360000, 36 / left, 0.01 * 36) << celsius;
  }
}

TEST(Cells, balancing_discharges_only_its_cell_by_60_mA) {
  PackCells pack = pack_of(table_cells(), 0.9999);
  PackCells untouched = pack_of(table_cells(), 0.9999);
  pack.set_bleed(1u << 4);
  const double volts = pack.cell_voltage(4, 0);
  ASSERT_NEAR(volts, 3.5, 0.05);
  carry(pack, 0, 600, 0.1);
  carry(untouched, 0, 600, 0.1);
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double charge = (untouched.cell_soc(i) - pack.cell_soc(i)) * 360000;
    EXPECT_NEAR(charge, i == 4 ? 0.060 * 600 : 0.0, i == 4 ? 1.0 : 1e-3) << i;
  }
  const double after = pack.cell_soc(4);
  pack.set_bleed(0);
  carry(pack, 0, 600, 0.1);
  EXPECT_NEAR(pack.cell_soc(4), after, 1e-5) << "it ends with its bit";
}

double loss_of_a_month(double celsius, const CellParameters& p, std::size_t cell = 0) {
  PackCells pack = pack_of(p, 0.5, celsius);
  const double before = pack.cell_soc(cell);
  carry(pack, 0, month / 10, 1);
  return (before - pack.cell_soc(cell)) * 10;
}

TEST(Cells, self_discharge_takes_2_percent_a_month_and_twice_as_much_10_K_warmer) {
  EXPECT_NEAR(loss_of_a_month(25, table_cells()), 0.02, 0.0002);
  EXPECT_NEAR(loss_of_a_month(35, table_cells()), 0.04, 0.0004);
  EXPECT_NEAR(loss_of_a_month(15, table_cells()), 0.01, 0.0001);
}

TEST(Cells, a_bad_cell_discharges_itself_five_times_as_fast_as_its_neighbours) {
  CellParameters p = table_cells();
  p.bad_cell = 3;
  EXPECT_NEAR(loss_of_a_month(25, p, 2), 0.10, 0.001);
  EXPECT_NEAR(loss_of_a_month(25, p, 3), 0.02, 0.0002);
}

TEST(Cells, a_loose_joint_shows_in_its_cell_under_current_only) {
  CellParameters p = table_cells();
  PackCells sound = pack_of(p, 0.5);
  p.loose_joint.cell = 12;
  PackCells loose = pack_of(p, 0.5);
  for (std::size_t i = 0; i < cell_count; ++i) {
    EXPECT_NEAR(loose.cell_voltage(i, 0), sound.cell_voltage(i, 0), 1e-12) << i;
    EXPECT_NEAR(loose.cell_voltage(i, -50) - sound.cell_voltage(i, -50), i == 11 ? -50 * 0.5e-3 : 0, 1e-9) << i;
  }
}

TEST(Cells, ageing_scales_resistance_and_capacity) {
  CellParameters p = table_cells();
  p.resistance_scale = Ratio{1.8};
  p.capacity = Coulombs{0.6 * 360000};
  PackCells aged = pack_of(p, 1.0);
  PackCells fresh = pack_of(table_cells(), 1.0);
  EXPECT_NEAR(aged.series_resistance(), 1.8 * fresh.series_resistance(), 1e-9);
  EXPECT_NEAR(discharge_to(aged, 20, 45.6).ampere_hours, 0.6 * 98.0, 0.6);
}

}  // namespace
}  // namespace rig::sim
