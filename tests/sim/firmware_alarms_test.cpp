// Alarms: raised beyond, after their delay, cleared with a hysteresis; they tell and do nothing else.
#include "drivers/sim/firmware_alarms.hpp"

#include <gtest/gtest.h>

#include "tests/sim/firmware_stand.hpp"

namespace rig::sim {
namespace {

Scan well() {
  Scan scan;
  scan.pack_voltage = 52;
  scan.highest_cell = 3.3;
  scan.lowest_cell = 3.25;
  return scan;
}

class Stand {
 public:
  Stand() {
    alarms.configure({}, DebounceWord::continuous);
    alarms.restart();
  }
  void scan_for(double seconds, const Scan& scan, double soc = 0.5) {
    for (const auto end = index + static_cast<int>(seconds * 10 + 0.5); index < end;) {
      alarms.update(++index * 0.1, scan, soc, {});
    }
  }
  Alarms alarms;
  int index = 0;
};

struct Expected {
  const char* name;
  double threshold, release, delay;
  double Scan::*input;
  double sign;
  bool Flags::*flag;
};
const Expected expected[] = {
    {"cell_ov", 3.45, 3.40, 2, &Scan::highest_cell, 1, &Flags::over_voltage},
    {"cell_uv", 2.90, 3.10, 2, &Scan::lowest_cell, 1, &Flags::under_voltage},
    {"charge_oc", 55, 50, 5, &Scan::current, 1, &Flags::charge_oc},
    {"discharge_oc", 80, 75, 5, &Scan::current, -1, &Flags::discharge_oc},
    {"charge_ot", 50, 47, 5, &Scan::hottest, 1, &Flags::charge_ot},
    {"charge_ut", 2, 5, 5, &Scan::coldest, 1, &Flags::charge_ut},
    {"discharge_ot", 55, 50, 5, &Scan::hottest, 1, &Flags::discharge_ot},
    {"discharge_ut", -10, 3, 5, &Scan::coldest, 1, &Flags::discharge_ut},
};

TEST(Alarms, rise_and_fall_at_their_numbers) {
  for (const Expected& e : expected) {
    const double side = e.threshold > e.release ? 1e-3 : -1e-3;
    const auto at = [&](double value) {
      Scan scan = well();
      scan.*e.input = e.sign * value;
      return scan;
    };
    Stand stand;
    stand.scan_for(60, at(e.threshold));
    EXPECT_FALSE(stand.alarms.flags().*e.flag) << e.name << " at its threshold";
    stand.scan_for(e.delay, at(e.threshold + side));
    EXPECT_FALSE(stand.alarms.flags().*e.flag) << e.name << " early";
    stand.scan_for(0.1, at(e.threshold + side));
    EXPECT_TRUE(stand.alarms.flags().*e.flag) << e.name << " missing";
    stand.scan_for(60, at(e.release + side));
    EXPECT_TRUE(stand.alarms.flags().*e.flag) << e.name << " cleared early";
    stand.scan_for(1.1, at(e.release));
    EXPECT_FALSE(stand.alarms.flags().*e.flag) << e.name << " not cleared";
  }
}

TEST(Alarms, a_difference_of_cells_counts_at_small_current_or_in_the_middle) {
  Scan scan = well();
  scan.highest_cell = 3.30;
  scan.lowest_cell = 3.14;
  scan.current = -20;
  for (const auto& [soc, counts] : {std::pair{0.1, false}, {0.5, true}, {0.97, false}}) {
    Stand stand;
    stand.scan_for(11, scan, soc);
    EXPECT_EQ(stand.alarms.flags().cell_difference, counts) << soc;
  }
  scan.current = -4;
  Stand stand;
  stand.scan_for(9.9, scan, 0.1);
  EXPECT_FALSE(stand.alarms.flags().cell_difference);
  stand.scan_for(1, scan, 0.1);
  EXPECT_TRUE(stand.alarms.flags().cell_difference);
  scan.lowest_cell = 3.21;
  stand.scan_for(2, scan, 0.1);
  EXPECT_FALSE(stand.alarms.flags().cell_difference);
}

TEST(Alarms, of_the_pack_come_on_can_while_it_goes_on_working) {
  FirmwareStand stand(exact_front_end());
  stand.run(10, -85);
  EXPECT_TRUE(stand.alarm(8));
  EXPECT_FALSE(stand.protection(8));
  EXPECT_EQ(stand.current, -85);
  stand.run(10, 60);
  EXPECT_TRUE(stand.alarm(9));
  EXPECT_EQ(stand.current, 60);
}

}  // namespace
}  // namespace rig::sim
