// The limits: tables at their points and between, slope, power, zero for what is blocked.
#include "drivers/sim/firmware_derating.hpp"

#include <gtest/gtest.h>

#include "tests/sim/firmware_stand.hpp"

namespace rig::sim {
namespace {

Scan well() {
  Scan scan;
  scan.pack_voltage = 46.0;  // 3500 W are more than 75 A here: the tables alone speak
  scan.highest_cell = 3.3;
  scan.lowest_cell = 3.2;
  return scan;
}

Derating fresh() {
  Derating derating;
  derating.configure({}, {});
  return derating;
}
double charge_at(const Scan& scan) {
  Derating derating = fresh();
  derating.update(0.1, scan, false, false);
  return derating.charge();
}
double discharge_at(const Scan& scan) {
  Derating derating = fresh();
  derating.update(0.1, scan, false, false);
  return derating.discharge();
}

TEST(Derating, follows_the_highest_cell_down) {
  for (const auto& [volts, amps] : {std::pair{3.0, 50.0},
                                    {3.40, 50.0},
                                    {3.425, 37.5},
                                    {3.45, 25.0},
                                    {3.475, 17.5},
                                    {3.50, 10.0},
                                    {3.525, 5.0},
                                    {3.55, 0.0},
                                    {3.7, 0.0}}) {
    Scan scan = well();
    scan.highest_cell = volts;
    EXPECT_NEAR(charge_at(scan), amps, 1e-9) << volts;
    EXPECT_NEAR(discharge_at(scan), 75.0, 1e-9) << volts;
  }
}

TEST(Derating, follows_the_lowest_cell_down) {
  for (const auto& [volts, amps] : {std::pair{3.3, 75.0},
                                    {3.00, 75.0},
                                    {2.975, 62.5},
                                    {2.95, 50.0},
                                    {2.925, 37.5},
                                    {2.90, 25.0},
                                    {2.875, 12.5},
                                    {2.85, 0.0},
                                    {2.5, 0.0}}) {
    Scan scan = well();
    scan.lowest_cell = volts;
    EXPECT_NEAR(discharge_at(scan), amps, 1e-9) << volts;
    EXPECT_NEAR(charge_at(scan), 50.0, 1e-9) << volts;
  }
}

TEST(Derating, follows_temperature_for_charge) {
  for (const auto& [celsius, amps] : {std::pair{-30.0, 0.0},
                                      {-10.0, 0.0},
                                      {-9.9, 10.1},
                                      {-5.0, 15.0},
                                      {0.0, 20.0},
                                      {5.0, 35.0},
                                      {10.0, 50.0},
                                      {25.0, 50.0},
                                      {45.0, 50.0},
                                      {47.5, 37.5},
                                      {50.0, 25.0},
                                      {52.5, 12.5},
                                      {55.0, 0.0},
                                      {70.0, 0.0}}) {
    Scan scan = well();
    scan.hottest = scan.coldest = celsius;
    EXPECT_NEAR(charge_at(scan), amps, 1e-9) << celsius;
  }
}

TEST(Derating, follows_temperature_for_discharge) {
  for (const auto& [celsius, amps] : {std::pair{-30.0, 0.0},
                                      {-20.0, 0.0},
                                      {-19.9, 20.2},
                                      {-15.0, 30.0},
                                      {-10.0, 40.0},
                                      {-5.0, 57.5},
                                      {0.0, 75.0},
                                      {45.0, 75.0},
                                      {50.0, 57.5},
                                      {55.0, 40.0},
                                      {57.5, 20.0},
                                      {60.0, 0.0}}) {
    Scan scan = well();
    scan.hottest = scan.coldest = celsius;
    EXPECT_NEAR(discharge_at(scan), amps, 1e-9) << celsius;
  }
}

TEST(Derating, the_worse_of_hottest_and_coldest_counts) {
  Scan scan = well();
  scan.coldest = 0;
  scan.hottest = 30;
  EXPECT_NEAR(charge_at(scan), 20, 1e-9);
  scan.coldest = 30;
  scan.hottest = 50;
  EXPECT_NEAR(charge_at(scan), 25, 1e-9);
}

TEST(Derating, keeps_the_power_at_every_voltage) {
  Scan scan = well();
  for (const double volts : {46.0, 46.666, 48.0, 52.0, 56.0}) {
    scan.pack_voltage = volts;
    EXPECT_NEAR(discharge_at(scan), std::min(75.0, 3500.0 / volts), 1e-9) << volts;
  }
}

TEST(Derating, moves_by_ten_amperes_per_second_and_not_faster) {
  Derating derating = fresh();
  Scan scan = well();
  derating.update(0.1, scan, false, false);
  scan.highest_cell = 3.55;
  for (int i = 1; i <= 49; ++i) {
    derating.update(0.1, scan, false, false);
    ASSERT_NEAR(derating.charge(), 50.0 - i, 1e-9);
  }
  derating.update(0.1, scan, false, false);
  derating.update(0.1, scan, false, false);
  EXPECT_NEAR(derating.charge(), 0, 1e-9);
  scan.highest_cell = 3.3;
  derating.update(0.1, scan, false, false);
  EXPECT_NEAR(derating.charge(), 1, 1e-9);
}

TEST(Derating, what_is_blocked_is_zero_at_once_and_comes_back_at_the_slope) {
  Derating derating = fresh();
  const Scan scan = well();
  derating.update(0.1, scan, false, false);
  derating.update(0.1, scan, true, false);
  EXPECT_EQ(derating.charge(), 0);
  EXPECT_NEAR(derating.discharge(), 75, 1e-9);
  derating.update(0.1, scan, false, true);
  EXPECT_NEAR(derating.charge(), 1, 1e-9);
  EXPECT_EQ(derating.discharge(), 0);
}

TEST(Derating, a_zero_limit_opens_nothing) {
  FirmwareStand stand(exact_front_end());
  stand.rest(0.9999, 25);  // cells near 3.55 V, pack below 57 V but above its threshold only with current
  stand.rest(0.5, 54.5);   // 2.5 A by the table, no protection
  stand.run(10, 20);
  EXPECT_LT(stand.charge_limit(), 3.0);
  EXPECT_EQ(stand.current, 20);
  EXPECT_FALSE(stand.firmware.charge_contact());
  EXPECT_EQ(stand.byte(0x30F, 1), 3) << "both directions stay permitted";
}

}  // namespace
}  // namespace rig::sim
