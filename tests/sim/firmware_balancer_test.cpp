// Balancing picks the cells that stand out at the top, and stops.
#include "drivers/sim/firmware_balancer.hpp"

#include <gtest/gtest.h>

namespace rig::sim {
namespace {

Scan top(double rest_of_them = 3.42) {
  Scan scan;
  scan.cell.fill(rest_of_them);
  scan.lowest_cell = rest_of_them;
  scan.current = 2;
  return scan;
}
std::uint32_t chosen(const Scan& scan) {
  Balancer balancer;
  balancer.configure({});
  balancer.restart();
  balancer.update(0, scan);
  return balancer.bleeding();
}

TEST(Balancer, bleeds_the_cells_that_stand_out_and_no_other) {
  Scan scan = top();
  scan.cell[3] = 3.48;
  scan.cell[15] = 3.471;
  scan.cell[7] = 3.469;
  EXPECT_EQ(chosen(scan), (1u << 3) | (1u << 15));
}

TEST(Balancer, leaves_cells_below_3_40_volts_alone) {
  Scan scan = top(3.30);
  scan.cell[0] = 3.399;
  EXPECT_EQ(chosen(scan), 0u);
  scan.cell[0] = 3.40;
  EXPECT_EQ(chosen(scan), 1u);
}

TEST(Balancer, works_while_charging_or_at_rest_and_between_0_and_50_degrees) {
  Scan scan = top();
  scan.cell[5] = 3.5;
  for (const auto& [amps, works] : {std::pair{2.0, true}, {0.0, true}, {-0.6, false}, {-20.0, false}}) {
    scan.current = amps;
    EXPECT_EQ(chosen(scan) != 0, works) << amps;
  }
  scan.current = 2;
  for (const auto& [coldest, hottest, works] :
       {std::tuple{0.0, 50.0, true}, {-0.1, 20.0, false}, {20.0, 50.1, false}}) {
    scan.coldest = coldest;
    scan.hottest = hottest;
    EXPECT_EQ(chosen(scan) != 0, works) << coldest << " " << hottest;
  }
}

TEST(Balancer, decides_every_ten_seconds_and_stops_at_30_millivolts) {
  Balancer balancer;
  balancer.configure({});
  balancer.restart();
  Scan scan = top();
  scan.cell[2] = 3.48;
  balancer.update(0, scan);
  ASSERT_EQ(balancer.bleeding(), 4u);
  scan.cell[2] = 3.455;
  balancer.update(10, scan);
  EXPECT_EQ(balancer.bleeding(), 4u) << "35 mV: goes on";
  scan.cell[2] = 3.449;
  balancer.update(19.9, scan);
  EXPECT_EQ(balancer.bleeding(), 4u) << "not decided yet";
  balancer.update(20, scan);
  EXPECT_EQ(balancer.bleeding(), 0u);
  scan.cell[2] = 3.46;
  balancer.update(30, scan);
  EXPECT_EQ(balancer.bleeding(), 0u) << "40 mV do not begin anew";
}

}  // namespace
}  // namespace rig::sim
