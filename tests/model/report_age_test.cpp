// When a report of the pack is compared with a measurement: not before the rig has measured at its moment.
#include "tests/model/model_bench.hpp"

namespace rig {
namespace {

class ReportAge : public ModelBench {
 protected:
  ReportAge() : ModelBench(std::chrono::milliseconds(50)) {
    begin({"pack.voltage", "pack.current", "pack.charge_demand", "pack.discharge_demand", "dut.current", "dut.voltage",
           "dut.discharge_current_limit"});
    write("pack.voltage", 53.0, 0.0);
  }
  // Read again and again from 0 s to `end`.
  void steady(double current, double end, double period) {
    for (int i = 0; i * period < end + 0.5 * period; ++i) {
      write("pack.current", current, i * period);
      tick(i * period);
    }
  }
  // When the report came that the ends are about; before the first one not good.
  [[nodiscard]] bool judged(double came) const {
    const Sample& at = table_[table_.require("model.dut.current.at")];
    return at.good() && at.value == came;
  }
};

// One box is off before the other has moved: for a moment the pack takes what none of the two readings show.
TEST_F(ReportAge, a_current_that_is_handed_over_may_overshoot_and_one_that_stands_may_not) {
  steady(-20.0, 2.9, 0.1);
  write("dut.current", -20.0, 2.86);
  tick(2.95);
  EXPECT_LT(of("model.dut.current.hi"), -15.0);
  write("dut.current", 3.0, 2.96);
  write("pack.current", 0.7, 3.0);
  tick(3.05);
  ASSERT_TRUE(judged(2.96));
  EXPECT_GT(of("model.dut.current.hi"), 3.0);
  EXPECT_LT(of("model.dut.current.hi"), 20.0);
}

TEST_F(ReportAge, a_report_of_a_current_step_waits_for_the_reading_after_it) {
  steady(20.0, 2.9, 0.1);
  write("dut.current", 90.0, 2.96);
  tick(3.0);
  EXPECT_FALSE(judged(2.96)) << "the newest reading, of 2.9 s, says nothing about 2.96 s";
  write("pack.current", 100.0, 3.0);
  tick(3.05);
  EXPECT_TRUE(judged(2.96));
  EXPECT_LT(of("model.dut.current.lo"), 20.0);
  EXPECT_GT(of("model.dut.current.hi"), 100.0) << "anywhere between the readings before and after it";
}

TEST_F(ReportAge, with_a_reading_of_the_same_moment_it_is_compared_at_once) {
  steady(20.0, 2.95, 0.05);
  write("pack.current", 20.0, 3.0);
  write("dut.current", 29.0, 3.0);
  tick(3.0);
  EXPECT_TRUE(judged(3.0));
  EXPECT_LT(of("model.dut.current.hi"), 23.0) << "a wrong number is found as early as ever";
}

TEST_F(ReportAge, of_a_report_that_nothing_covers_nothing_is_said) {
  write("pack.current", 20.0, 0.0);
  tick(0.0);
  write("dut.current", 90.0, 0.5);
  for (int i = 10; i < 100; ++i) {
    tick(i * 0.05);
  }
  EXPECT_TRUE(judged(0.5)) << "it makes room for the next one";
  write("pack.current", 100.0, 5.0);
  tick(5.0);
  EXPECT_EQ(of("model.dut.current.lo"), -infinity);
  EXPECT_EQ(of("model.dut.current.hi"), infinity) << "what was between is forgotten by now";
}

TEST_F(ReportAge, of_two_reports_between_two_readings_the_first_is_compared) {
  write("pack.current", 20.0, 0.0);
  tick(0.0);
  write("dut.current", 90.0, 0.5);
  tick(0.5);
  write("dut.current", 95.0, 0.7);
  tick(0.7);
  EXPECT_FALSE(judged(0.5) || judged(0.7)) << "the reading is older than both";
  write("pack.current", 100.0, 0.6);
  tick(0.75);
  EXPECT_TRUE(judged(0.5)) << "else a pack that reports oftener than the rig measures never would be";
  write("dut.current", 95.0, 0.8);
  tick(0.8);
  EXPECT_FALSE(judged(0.8));
  write("pack.current", 100.0, 0.8);
  tick(0.85);
  EXPECT_TRUE(judged(0.8));
}

TEST_F(ReportAge, a_limit_waits_for_the_voltage_of_its_moment_and_is_judged_without_a_meter_too) {
  const char* hi = "model.dut.discharge_current_limit.hi";
  const char* at = "model.dut.discharge_current_limit.at";
  const auto electrical = [&](double voltage, double current, double time) {
    write("pack.voltage", voltage, time);
    write("pack.current", current, time);
  };
  write("pack.charge_demand", 1.0, 0.0);
  write("pack.discharge_demand", 0.0, 0.0);
  for (int i = 0; i < 80; ++i) {
    electrical(53.4, 97.0, i * 0.05);
    tick(i * 0.05);
  }
  // The source is off since 4 s, which the pack knows and the rig does not.
  write("dut.discharge_current_limit", 66.4, 4.5);
  tick(4.5);
  EXPECT_FALSE(table_[table_.require(at)].good()) << "the newest reading says nothing about 4.5 s";
  write("pack.charge_demand", 0.0, 4.6);
  electrical(52.6, 0.0, 4.6);
  tick(4.6);
  EXPECT_EQ(of(at), 4.5);
  EXPECT_GT(of(hi), 66.4);
  for (const char* signal : {"pack.voltage", "pack.current"}) {
    table_.write(table_.require(signal), 0.0, TimePoint{from_seconds(5.0)}, Quality::stale);
  }
  tick(5.4);
  write("dut.discharge_current_limit", 80.0, 5.5);
  tick(5.5);
  EXPECT_EQ(of(at), 5.5);
  EXPECT_LT(of(hi), 80.0) << "more than the rating of 75 A is wrong at any voltage";
}

// A voltmeter that is read last: the voltage that covers a report still waits for its current.
TEST_F(ReportAge, a_voltage_that_waits_for_its_current_covers_no_report_and_is_not_forgotten) {
  write("pack.charge_demand", 1.0, 0.0);
  write("pack.discharge_demand", 0.0, 0.0);
  const auto look = [&](double time, double voltage, double current) {  // the voltage is the newer one
    write("pack.voltage", voltage, time);
    write("pack.current", current, time - 0.01);
    tick(time + 0.02);
  };
  for (int i = 1; i <= 40; ++i) {
    look(i * 0.1, 53.19, 97.6);
  }
  // The charge breaks off at 4.05 s. The pack tells what its ADC made of both sides.
  write("pack.charge_demand", 0.0, 4.1);
  look(4.1, 52.336, 0.0);
  write("dut.voltage", 52.54, 4.18);
  look(4.2, 52.335, 0.0);
  EXPECT_FALSE(table_[table_.require("model.dut.voltage.at")].good()) << "nobody knows B at 4.18 s yet";
  write("pack.current", 0.0, 4.29);
  tick(4.3);
  EXPECT_EQ(of("model.dut.voltage.at"), 4.18);
  EXPECT_LT(of("model.dut.voltage.lo"), 52.54);
  EXPECT_GT(of("model.dut.voltage.hi"), 52.54);
}

// What the pack said of its voltage before the current broke off bounds nothing any more, not even in that very tick.
TEST_F(ReportAge, a_limit_of_the_moment_at_which_a_charge_ends_is_not_held_against_the_voltage_before) {
  write("pack.charge_demand", 1.0, 0.0);
  write("pack.discharge_demand", 0.0, 0.0);
  for (int i = 0; i <= 200; ++i) {
    write("pack.voltage", 52.73, i * 0.05);
    write("pack.current", 110.0, i * 0.05);
    if (i % 20 == 0) {
      write("dut.voltage", 52.37, i * 0.05);
    }
    tick(i * 0.05);
  }
  ASSERT_GT(of("pack.battery_voltage.lo"), 52.2) << "the pack's own voltage has been cross-checked";
  write("pack.voltage", 58.0, 10.05);
  write("pack.current", 0.02, 10.05);
  write("dut.discharge_current_limit", 67.3, 10.04);
  tick(10.05);
  EXPECT_EQ(of("model.dut.discharge_current_limit.at"), 10.04);
  EXPECT_GT(of("model.dut.discharge_current_limit.hi"), 67.4);
}

// Boxes that are read one after the other, the voltmeter first, at a pack whose switches conduct.
TEST_F(ReportAge, a_voltage_from_before_a_step_says_nothing_about_resistances_with_the_current_after_it) {
  ReferencePlant plant(requirements_);
  const ReferenceReports reports(requirements_);
  const CellTemperature temperature{ThermalBounds{}};
  BatteryVoltage battery(requirements_.path_resistance.interval());
  InputHistories histories;
  SignalTable table;
  plant.declare(table);
  table.seal();
  Measured m;
  m.charge_demand.value = Truth::yes;
  m.discharge_demand.value = Truth::no;
  double last = 20.0;
  const auto look = [&](double time, double voltage, double current, bool fresh) {
    m.voltage = {.value = Interval::point(voltage), .latest = Interval::point(voltage), .time = time, .good = true};
    m.current = {.value = hull(Interval::point(last), Interval::point(current)),
                 .latest = Interval::point(current),
                 .time = time + 0.02,
                 .good = true};
    m.voltage.fresh = m.current.fresh = fresh;
    last = current;
    battery.update(m, {}, {});
    histories.battery.add(time, battery.value());
    histories.current.add(time, m.current.value);
    plant.update({time + 0.03, 0.05, 0.05, m, battery, temperature, histories}, reports);
    plant.publish({index_++, TimePoint{from_seconds(time + 0.03)}, std::chrono::milliseconds(50)}, table);
  };
  const SignalId resistance = table.require("model.observer.resistance");
  for (int i = 0; i < 600; ++i) {
    look(i * 0.05, 53.4, 20.0, true);
  }
  const double before = table[resistance].value;
  ASSERT_GT(before, 0.0) << "the observer is looking";
  look(30.0, 53.4, 35.0, true);  // set between the two readings
  for (int i = 1; i < 20; ++i) {
    look(30.0 + i * 0.05, 53.4, 35.0, false);  // a second that has no other sample
  }
  EXPECT_NEAR(table[resistance].value, before, 5e-6);
}

}  // namespace
}  // namespace rig
