// The cells that a pack tells at its service port, and what the rules make of them.
#include "rig/model/cell_reports.hpp"

#include <gtest/gtest.h>

#include "rig/model/reference_model.hpp"
#include "tests/model/model_bench.hpp"

namespace rig {
namespace {

class CellReportsTest : public testing::Test {
 protected:
  // A tick in which the port says something, or nothing new.
  void look(double now, double amps, std::optional<double> highest = {}) {
    m_.current = {.value = hull(Interval::point(last_), Interval::point(amps)),
                  .latest = Interval::point(amps),
                  .time = now,
                  .good = true,
                  .fresh = true};
    last_ = amps;
    for (MeasuredValue* cell : {&m_.highest_cell, &m_.lowest_cell}) {
      cell->fresh = highest.has_value();
      if (highest) {
        *cell = {.value = Interval::point(*highest),
                 .latest = Interval::point(*highest),
                 .time = now,
                 .good = true,
                 .fresh = true};
      }
    }
    reports_.update(now, m_, currents_);
    currents_.add(now, m_.current.value);
  }
  void rest_until(double now, double amps) {
    while (time_ + 0.1 <= now) {
      time_ += 0.1;
      look(time_, amps);
    }
  }
  Measured m_;
  History currents_;
  CellReports reports_;
  double last_ = 0.0;
  double time_ = 0.0;
};

TEST_F(CellReportsTest, nothing_is_known_before_the_port_has_spoken_and_when_it_is_silent) {
  look(0.0, 0.0);
  EXPECT_EQ(reports_.highest().width(), infinity);
  look(0.1, 0.0, 3.4);
  EXPECT_LT(reports_.highest().width(), 0.03);
  m_.highest_cell.good = false;
  look(0.2, 0.0);
  EXPECT_EQ(reports_.highest().width(), infinity);
}

TEST_F(CellReportsTest, it_grows_with_time_and_more_so_with_current) {
  look(0.0, 0.0, 3.4);
  rest_until(30.0, 0.0);
  look(30.1, 0.0, 3.4);
  const double fresh = reports_.highest().width();
  rest_until(34.0, 0.0);
  const double idle = reports_.highest().width();
  EXPECT_GT(idle, fresh);
  rest_until(60.0, 50.0);
  look(60.1, 50.0, 3.4);
  const double charging = reports_.highest().width();
  EXPECT_GT(charging, 2.0 * fresh) << "1 % of the charge is 0.3 V at the top";
  EXPECT_TRUE(reports_.highest().contains(3.4));
}

TEST_F(CellReportsTest, a_step_of_the_current_moves_a_cell_that_was_told_before_it) {
  look(0.0, 0.0, 3.4);
  rest_until(3.0, 0.0);
  look(3.1, 0.0, 3.4);
  look(3.2, 50.0);
  EXPECT_GT(reports_.highest().hi, 3.5);
  rest_until(6.0, 50.0);
  look(6.1, 50.0, 3.45);
  EXPECT_LT(reports_.highest().hi, 3.5) << "told after the step";
}

TEST_F(CellReportsTest, a_current_that_nobody_knows_leaves_no_cell_known) {
  look(0.0, 0.0, 3.4);
  m_.current.good = false;
  reports_.update(0.1, m_, currents_);
  EXPECT_EQ(reports_.highest().width(), infinity);
}

TEST(CellBoundsTest, a_told_cell_counts_unless_the_sum_contradicts_it) {
  const CellBounds highest(RuleInput::highest_cell, 16, {54.0, 60.0});
  const Interval battery = Interval::around(54.4, 0.01);
  EXPECT_EQ(highest.value(battery, battery, {}).hi, infinity) << "where the curve is steep one cell may be anywhere";
  EXPECT_NEAR(highest.value(battery, battery, Interval::around(3.63, 0.01)).hi, 3.64, 1e-9);
  EXPECT_EQ(highest.value(battery, battery, Interval::around(3.2, 0.01)).hi, infinity)
      << "below the mean of all: it is not believed";
  const CellBounds lowest(RuleInput::lowest_cell, 16, {40.0, 50.0});
  const Interval low = Interval::around(50.8, 0.01);
  EXPECT_NEAR(lowest.value(low, low, Interval::around(3.095, 0.01)).hi, 3.105, 1e-9)
      << "a cell that lags stands further from the others than drawn ones on the plateau do";
}

// At 3.15 V the curve loses 0.1 V on 3 % of SOC: a pack whose alarm waits for its last cell is not late.
TEST(CellBoundsTest, a_cell_that_lags_is_further_behind_at_the_foot_of_the_curve_than_on_the_plateau) {
  const CellBounds lowest(RuleInput::lowest_cell, 16, {40.0, 50.0});
  const Interval foot = Interval::point(3.15 * 16);
  const Interval plateau = Interval::point(3.28 * 16);
  EXPECT_LT(lowest.value(foot, foot, {}).lo, 3.04);
  EXPECT_GT(lowest.value(foot, foot, {}).lo, 3.0) << "and yet it is bounded";
  EXPECT_GT(lowest.value(plateau, plateau, {}).lo, 3.22);
}

// 90 A take full, cold cells to 3.30 V, and the one that leads does not let go of over-voltage: it stands as far above
// the others as before.
TEST(CellBoundsTest, a_load_does_not_bring_full_cells_nearer_to_each_other) {
  const CellBounds highest(RuleInput::highest_cell, 16, {53.9, 58.4});
  const Interval battery = Interval::point(52.8);
  EXPECT_LT(highest.value(battery, battery, {}).hi, 3.36);
  const double loaded = highest.value(battery, unloaded(battery, Interval::point(-90.0), 40e-3), {}).hi;
  EXPECT_GT(loaded, 3.45) << "where over-voltage lets go";
  EXPECT_LT(loaded, 3.6) << "and yet no cell is where over-voltage stops";
  EXPECT_LT(highest.value(battery, unloaded(battery, Interval::point(-10.0), 40e-3), {}).hi, 3.36);
  EXPECT_LT(highest.value(battery, unloaded(battery, Interval::point(90.0), 40e-3), {}).hi, 3.36)
      << "a charge lifts what is not full";
}

TEST(CellBoundsTest, cells_that_were_equal_need_not_be_after_much_charge) {
  CellBounds lowest(RuleInput::lowest_cell, 16, {40.0, 50.0});
  lowest.restart({.equalised = true});
  const Interval battery = Interval::around(46.4, 0.01);
  EXPECT_NEAR(lowest.value(battery, battery, {}).lo, 46.39 / 16 - CellKnowledge::equal_spread, 1e-9);
  EXPECT_EQ(lowest.value(battery, battery, {}, true).lo, -infinity);
}

class EqualCells : public ModelBench {
 protected:
  EqualCells() : ModelBench(std::chrono::seconds(1)) {}
};

// 3.35 V of each: an alarm of the highest cell at 3.45 V needs cells that stand apart.
TEST_F(EqualCells, drift_apart_with_the_charge_that_flows) {
  begin({"pack.voltage", "pack.current", "pack.charge_demand", "pack.discharge_demand", "dut.alarm.over_voltage"},
        {.cells_equalised = true});
  for (int second = 0; second <= 800; ++second) {
    write("dut.alarm.over_voltage", 0.0, second);
    write("pack.voltage", 53.6, second);
    write("pack.current", 50.0, second);
    write("pack.charge_demand", 1.0, second);
    write("pack.discharge_demand", 0.0, second);
    tick(second);
    if (second == 600) {
      EXPECT_EQ(of("model.dut.alarm.over_voltage.may"), 0.0) << "8 Ah";
    }
  }
  EXPECT_EQ(of("model.dut.alarm.over_voltage.may"), 1.0) << "11 Ah";
}

// The whole reference at a bench with a service port.
class PortBench : public ModelBench {
 protected:
  PortBench() : ModelBench(std::chrono::milliseconds(50)) {}
  void begin(int packs = 1) {
    requirements_.packs = packs;
    ModelBench::begin({"pack.voltage", "pack.current", "pack.skin_temperature", "dut.temperature", "pack.charge_demand",
                       "pack.discharge_demand", "dut.cells.highest", "dut.cells.lowest", "dut.cells.sum",
                       "dut.charge_allowed", "io.charge_prohibited"},
                      {.temperature = 25.0});
    write("pack.charge_demand", 1.0);
    write("pack.discharge_demand", 0.0);
    write("dut.charge_allowed", 1.0);
    write("io.charge_prohibited", 0.0);
  }
  void write(const char* name, double value) { ModelBench::write(name, value, now_); }
  // Charging with 3 A for some seconds; B is the terminals but for a few millivolts.
  void charge(double seconds, double battery, double highest, double sum) {
    for (const double end = now_ + seconds; now_ < end; now_ += 0.05) {
      write("pack.voltage", battery + 0.01);
      write("pack.current", 3.0);
      if (index_ % 20 == 0) {
        write("dut.cells.highest", highest);
        write("dut.cells.lowest", 3.35);
        write("dut.cells.sum", sum);
        write("dut.charge_allowed", 1.0);
        write("dut.temperature", 25.0);
        write("pack.skin_temperature", 25.0);
      }
      tick(now_);
    }
  }

  double now_ = 0.0;
};

TEST_F(PortBench, a_cell_below_its_threshold_is_no_cause_and_one_beyond_it_has_to_act) {
  begin();
  charge(20.0, 54.4, 3.60, 54.4);
  EXPECT_EQ(of("model.io.charge_prohibited.may"), 0.0) << "3.63 V is the lowest threshold of the class";
  EXPECT_EQ(of("model.cells.cross_checked"), 1.0);
  charge(1.0, 54.4, 3.64, 54.4);
  charge(5.0, 54.4, 3.645, 54.4);
  EXPECT_EQ(of("model.io.charge_prohibited.may"), 1.0);
  EXPECT_EQ(of("model.io.charge_prohibited.must"), 0.0) << "inside the tolerance both are right";
  charge(4.5, 54.4, 3.70, 54.4);
  EXPECT_EQ(of("model.io.charge_prohibited.must"), 1.0);
}

TEST_F(PortBench, cells_that_do_not_add_up_are_not_believed) {
  begin();
  charge(20.0, 54.4, 3.60, 54.9);
  EXPECT_EQ(of("model.cells.cross_checked"), 0.0);
  EXPECT_LT(of("model.dut.cells.sum.hi"), 54.9) << "the judge tells it";
  EXPECT_EQ(of("model.highest_cell.hi"), infinity);
  EXPECT_EQ(of("model.io.charge_prohibited.may"), 1.0) << "by the sum alone a cell may be full";
}

TEST_F(PortBench, of_packs_in_parallel_one_port_does_not_tell_the_cells_of_all) {
  begin(2);
  EXPECT_FALSE(table_.find("model.highest_cell.hi"));
}

}  // namespace
}  // namespace rig
