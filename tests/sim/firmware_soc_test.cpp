// SOC: counted, put right where the voltage tells the truth, and asked for what follows from it.
#include "drivers/sim/firmware_soc.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rig::sim {
namespace {

constexpr double capacity = 100.0 * 3600;

class Counter {
 public:
  explicit Counter(double soc, double since_full = 0, const SocParameters& p = {}) {
    counter.configure(p, {}, {});
    counter.restart(soc, capacity, since_full);
    scan.pack_voltage = 52;
    scan.coldest = scan.hottest = 25;
  }
  void run(double seconds, double amps, double step = 0.1) {
    scan.current = amps;
    for (auto left = std::llround(seconds / step); left > 0; --left) {
      now += step;
      counter.update(now, step, scan, events);
      counter.ask(now, step, scan.current, counter.soc());
    }
  }
  SocCounter counter;
  SocCounter::Events events;
  Scan scan;
  double now = 0;
};

TEST(Soc, counts_both_ways) {
  Counter c(0.5);
  c.run(3600, -10);
  EXPECT_NEAR(c.counter.soc(), 0.4, 1e-6);
  c.run(3600, 10);
  EXPECT_NEAR(c.counter.soc(), 0.4 + 0.0999, 1e-6) << "0.1 % of a charge is lost";
  EXPECT_NEAR(c.counter.remaining(), c.counter.soc() * capacity, 1e-6);
}

TEST(Soc, is_full_after_a_minute_of_little_current_at_the_charge_voltage) {
  Counter c(0.9);
  c.scan.pack_voltage = 55.67;
  c.run(100, 3);
  EXPECT_LT(c.counter.soc(), 0.91);
  c.scan.pack_voltage = 55.7;
  c.run(100, 6);
  EXPECT_LT(c.counter.soc(), 0.91) << "6 A are a charge that goes on";
  c.run(59, 4);
  EXPECT_LT(c.counter.soc(), 0.91);
  c.run(6, 4);
  EXPECT_GT(c.counter.soc(), 0.93);
  EXPECT_LT(c.counter.soc(), 0.97) << "a correction moves by 1 % per second";
  c.run(20, 4);
  EXPECT_EQ(c.counter.soc(), 1.0);
}

TEST(Soc, an_over_voltage_trip_means_full) {
  Counter c(0.95);
  c.events.over_voltage = true;
  c.run(2, 20);
  EXPECT_GT(c.counter.soc(), 0.965);
  c.run(10, 20);
  EXPECT_EQ(c.counter.soc(), 1.0);
}

TEST(Soc, an_under_voltage_trip_means_empty_only_under_load_and_warm) {
  const auto after_trip = [](double amps, double celsius) {
    Counter c(0.08);
    c.scan.coldest = celsius;
    c.run(1, amps);
    c.events.under_voltage = true;
    c.run(20, amps);
    return c.counter.soc();
  };
  EXPECT_EQ(after_trip(-6, 12), 0.0);
  EXPECT_GT(after_trip(-4, 12), 0.07);
  EXPECT_GT(after_trip(-6, 8), 0.07);
}

// The trip falls between two scans and opens the FET at once: no later scan sees the current that it stopped.
TEST(Soc, an_under_voltage_trip_between_two_scans_means_empty_too) {
  Counter c(0.08);
  c.run(1, -50);
  c.events.under_voltage = true;
  c.run(20, 0);
  EXPECT_EQ(c.counter.soc(), 0.0);
}

TEST(Soc, a_long_rest_tells_it_outside_the_plateau_alone) {
  const auto after_rest = [](double cell, double soc, double seconds, double amps) {
    Counter c(soc);
    c.scan.pack_voltage = 16 * cell;
    c.run(seconds, amps, 1.0);
    return c.counter.soc();
  };
  EXPECT_NEAR(after_rest(3.065, 0.12, 1900, 0.0), 0.05, 1e-9);
  EXPECT_NEAR(after_rest(3.065, 0.12, 1790, 0.0), 0.12, 1e-9) << "half an hour is not over";
  EXPECT_GT(after_rest(3.065, 0.12, 1900, 0.3), 0.12) << "0.3 A are no rest";
  EXPECT_NEAR(after_rest(3.30, 0.12, 1900, 0.0), 0.12, 1e-9) << "the plateau says nothing";
  EXPECT_NEAR(after_rest(3.228, 0.12, 1900, 0.0), 0.12, 1e-9) << "18 % are inside 15 to 95 %";
  EXPECT_NEAR(after_rest(3.396, 0.90, 1900, 0.0), 0.995, 1e-9);
}

TEST(Soc, stays_between_empty_and_full) {
  Counter c(0.01);
  c.run(3600, -50);
  EXPECT_EQ(c.counter.soc(), 0.0);
  Counter full(0.99);
  full.run(3600, 50);
  EXPECT_EQ(full.counter.soc(), 1.0);
}

TEST(Soc, an_empty_pack_asks_to_be_charged_until_ten_per_cent) {
  Counter c(0.0801);
  c.run(3, 0);
  EXPECT_FALSE(c.counter.force_charge());
  c.run(7, -10);
  EXPECT_TRUE(c.counter.force_charge());
  Counter back(0.07);
  back.run(2, 0);
  ASSERT_TRUE(back.counter.force_charge());
  back.run(1000, 10);
  EXPECT_LT(back.counter.soc(), 0.0999);
  EXPECT_TRUE(back.counter.force_charge());
  back.run(100, 10);
  EXPECT_FALSE(back.counter.force_charge());
}

TEST(Soc, a_month_without_a_full_charge_is_told_until_full) {
  constexpr double month = 30.0 * 86400;
  Counter c(0.5, month - 10);
  c.run(9, 1);
  EXPECT_FALSE(c.counter.full_charge_request());
  c.run(2, 1);
  EXPECT_TRUE(c.counter.full_charge_request());
  c.run(1790, 95);
  EXPECT_GT(c.counter.soc(), 0.97);
  EXPECT_TRUE(c.counter.full_charge_request()) << "97 % is not full";
  c.run(120, 95);
  EXPECT_FALSE(c.counter.full_charge_request());
}

TEST(Soc, ninety_seven_per_cent_begin_the_month_anew) {
  constexpr double month = 30.0 * 86400;
  Counter c(0.969, month - 100);
  c.run(10, 50);
  ASSERT_GT(c.counter.soc(), 0.97);
  c.run(200, -10);
  ASSERT_LT(c.counter.soc(), 0.97);
  EXPECT_FALSE(c.counter.full_charge_request());
  c.run(month, -0.001, 100.0);
  EXPECT_TRUE(c.counter.full_charge_request());
}

}  // namespace
}  // namespace rig::sim
