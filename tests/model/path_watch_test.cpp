// Whether a path refuses current or carries it, seen by boxes that are read one after the other.
#include "rig/model/path_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rig {
namespace {

class PathWatchTest : public testing::Test {
 protected:
  PathWatchTest() {
    m_.discharge_demand.value = Truth::no;
    read_voltage(0.0, 52.0);
    read_current(0.0, 0.0);
    m_.charge_demand.value = Truth::no;
    update(0.0);
    m_.charge_demand.value = Truth::yes;
  }
  static void read(MeasuredValue& out, double now, double value, double unsure) {
    const Interval latest = Interval::around(value, unsure);
    out = {.value = out.good ? hull(latest, out.latest) : latest,
           .latest = latest,
           .time = now,
           .good = true,
           .fresh = true};
  }
  void read_voltage(double now, double volts) { read(m_.voltage, now, volts, 0.01); }
  void read_current(double now, double amps) { read(m_.current, now, amps, 0.1); }
  void update(double now) {
    battery_.update(m_, {}, {});
    path_.update(now, m_, battery_, true);
    m_.voltage.fresh = m_.current.fresh = false;
  }

  Measured m_;
  BatteryVoltage battery_{Interval{2e-3, 5e-3}};
  PathWatch path_{Direction::charge};
};

TEST_F(PathWatchTest, a_path_refuses_when_voltage_and_current_say_so_twice) {
  for (const double now : {0.1, 0.2, 0.3}) {
    read_voltage(now, 54.0);
    read_current(now, 0.0);
    update(now);
    EXPECT_EQ(path_.refused(), now > 0.15) << now;
  }
  EXPECT_NEAR(path_.time(), 0.1, 1e-9);
  EXPECT_EQ(path_.blocked(), Truth::yes);
}

// The supply is switched on, the voltmeter is quick, and the supply's own reading of its current is from before.
TEST_F(PathWatchTest, a_current_that_was_read_before_the_voltage_rose_says_nothing) {
  double now = 0.0;
  for (int i = 1; i <= 40; ++i) {
    now = 0.02 * i;
    read_voltage(now, 54.0);
    update(now);
    EXPECT_FALSE(path_.refused()) << now;
  }
  read_current(now, 50.0);
  update(now);
  EXPECT_FALSE(path_.refused());
  EXPECT_EQ(path_.blocked(), Truth::unknown) << "since the reading before it was anything between";
  read_current(now + 0.8, 50.0);
  update(now + 0.8);
  EXPECT_EQ(path_.blocked(), Truth::no);
}

TEST_F(PathWatchTest, a_voltage_that_was_read_before_the_current_stopped_says_nothing) {
  read_voltage(0.1, 54.0);
  read_current(0.1, 50.0);
  update(0.1);
  read_voltage(0.2, 54.0);
  read_current(0.2, 50.0);
  update(0.2);
  ASSERT_EQ(path_.blocked(), Truth::no);
  for (const double now : {0.3, 0.4, 0.5, 0.6}) {
    read_current(now, 0.0);
    update(now);
    EXPECT_FALSE(path_.refused()) << now;
  }
}

// The supply is set below the battery while it charges: in the sample between, the current was anything from 58 A down.
TEST_F(PathWatchTest, a_supply_that_is_set_below_the_battery_is_not_refused) {
  battery_ = BatteryVoltage(Interval{2.9e-3, 3.5e-3});
  for (const double now : {0.1, 0.2}) {
    read_current(now, 58.0);
    read_voltage(now, 54.0 + 58.0 * 3.2e-3);
    update(now);
  }
  read_current(0.22, 6.6);
  read_voltage(0.22, 54.02);
  update(0.22);
  for (int i = 12; i < 50; ++i) {
    const double now = 0.02 * i;
    read_current(now, 0.0);
    read_voltage(now, 54.0);
    update(now);
    EXPECT_FALSE(path_.refused()) << now;
  }
}

// After a discharge cells rise for half an hour, also under a supply that is set below them and waits.
TEST_F(PathWatchTest, cells_that_recover_from_a_discharge_under_a_waiting_supply_refuse_nothing) {
  m_.charge_demand.value = Truth::no;
  for (const double now : {0.1, 0.2}) {
    read_current(now, -90.0);
    read_voltage(now, 51.0);
    update(now);
  }
  for (const double now : {10.0, 20.0, 30.0, 40.0, 50.0}) {
    read_current(now, 0.0);
    read_voltage(now, 53.24);
    update(now);
  }
  m_.charge_demand.value = Truth::yes;
  for (int i = 6; i < 240; ++i) {
    const double now = 10.0 * i;
    read_current(now, 0.0);
    read_voltage(now, 53.25 + 0.2 * std::min(1.0, now / 600.0));
    update(now);
    EXPECT_FALSE(path_.refused()) << now;
  }
}

// Nothing has flowed yet and the charge FET may be open: P stands a diode's drop below B at most.
TEST_F(PathWatchTest, a_pack_that_refuses_from_the_start_is_seen) {
  BatteryVoltage::Paths paths{.charge_surely_open = false, .discharge_surely_open = true};
  battery_.restart();
  m_.charge_demand.value = Truth::no;
  read_voltage(0.0, 52.0);
  read_current(0.0, 0.0);
  battery_.update(m_, paths, {});
  EXPECT_NEAR(battery_.value().lo, 52.0, 0.02);
  EXPECT_NEAR(battery_.value().hi, 52.0 + BatteryVoltage::diode, 0.02);
  m_.charge_demand.value = Truth::yes;
  for (const double now : {0.1, 0.2, 0.3, 0.4}) {
    read_voltage(now, 54.0);
    read_current(now, 0.0);
    battery_.update(m_, paths, {});
    path_.update(now, m_, battery_, true);
  }
  EXPECT_TRUE(path_.refused());
  // Were the discharge FET open as well, P would stand anywhere.
  battery_.restart();
  paths.discharge_surely_open = false;
  m_.charge_demand.value = Truth::no;
  read_voltage(0.5, 52.0);
  read_current(0.5, 0.0);
  battery_.update(m_, paths, {});
  EXPECT_EQ(battery_.value().width(), infinity);
}

}  // namespace
}  // namespace rig
