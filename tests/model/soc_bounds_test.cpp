// Where the reported SOC may be.
#include "rig/model/soc_bounds.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

constexpr double capacity = 103.0 * 3600;  // A*s, inside the default interval

// A pack that counts as it should, beside the bounds that must hold it.
class Counting {
 public:
  explicit Counting(double soc, const SocCounting& counting = {}) : bounds(counting), pack(soc) {
    bounds.anchor(Interval::around(soc, 0.005));
    in.coldest = {24.0, 26.0};
  }
  // The pack's counter runs with `factor`.
  void run(double seconds, double amps, double volts, double factor = 1.0) {
    for (double t = 0; t < seconds; t += in.step) {
      in.step = std::min(1.0, seconds);
      in.now += in.step;
      in.current = Interval::around(amps, 0.05);
      in.battery = Interval::around(volts, 0.05);
      bounds.update(in);
      pack = std::clamp(pack + factor * amps * in.step / capacity, 0.0, 1.0);
    }
  }
  [[nodiscard]] bool right() const { return widened(bounds.value(), 0.03).contains(pack); }

  SocBounds bounds;
  SocBounds::Inputs in;
  double pack;
};

TEST(SocBounds, move_with_the_charge_over_an_uncertain_capacity) {
  Counting c(0.5);
  c.run(3600, 10, 53);
  EXPECT_TRUE(c.bounds.value().contains(0.5 + 10.0 / 103.0));
  EXPECT_LT(c.bounds.value().width(), 0.04);
}

TEST(SocBounds, find_a_soc_that_stands_still_runs_back_or_is_scaled) {
  const SocCounting known{.capacity = {100.0 * 3600, 106.0 * 3600}};
  for (const double factor : {0.0, -1.0, 0.8, 1.25}) {
    Counting c(0.4, known);
    c.run(3600, 25, 53, factor);
    EXPECT_FALSE(c.right()) << factor;
  }
  Counting healthy(0.4, known);
  healthy.run(3600, 25, 53);
  EXPECT_TRUE(healthy.right());
}

TEST(SocBounds, hold_a_pack_that_is_exactly_at_the_edge_of_its_capacity_and_no_other) {
  const SocCounting known{.capacity = {100.0 * 3600, 106.0 * 3600}, .offset = 0.0};
  Counting edge(0.2, known);
  edge.run(3600 * 2, 25, 53, 103.0 / 100.0);
  EXPECT_TRUE(edge.bounds.value().contains(edge.pack));
  Counting beyond(0.2, known);
  beyond.run(3600 * 2, 25, 53, 103.0 / 90.0);
  EXPECT_FALSE(beyond.right());
}

TEST(SocBounds, a_rest_without_anything_switched_on_widens_them_only_by_the_packs_own_sensor) {
  Counting c(0.5);
  c.in.no_flow = true;
  c.run(24 * 3600, 0, 52.9);
  EXPECT_LT(c.bounds.value().width(), 0.01 + 2 * 0.015 * 24 / 95.0 + 1e-3);
}

TEST(SocBounds, an_unknown_battery_voltage_frees_nothing) {
  Counting c(0.5);
  c.in.battery = {};
  c.in.current = Interval::around(0, 0.05);
  c.in.step = 1;
  for (int i = 0; i < 3600; ++i) {
    c.in.now += 1;
    c.bounds.update(c.in);
  }
  EXPECT_LT(c.bounds.value().width(), 0.02);
}

TEST(SocBounds, full_by_taper_may_be_corrected_before_it_has_to_be) {
  Counting c(0.90);
  c.run(40, 5, 55.6);
  EXPECT_LT(c.bounds.value().hi, 0.92) << "60 s are not over, not even with 25 %";
  c.run(20, 5, 55.6);
  EXPECT_EQ(c.bounds.value().hi, 1.0);
  EXPECT_LT(c.bounds.value().lo, 0.91) << "at the edge of voltage and current it need not happen";
}

TEST(SocBounds, full_surely_has_to_bring_a_hundred_per_cent_within_the_slew_time) {
  Counting c(0.90);
  c.run(80, 2, 56.0);
  EXPECT_LT(c.bounds.value().lo, 0.95) << "1 %/s takes its time";
  c.run(20, 2, 56.0);
  EXPECT_GT(c.bounds.value().lo, 0.99);
  EXPECT_EQ(c.bounds.because_lo(), SocBounds::Because::full);
  EXPECT_FALSE(c.right()) << "a pack that was never corrected is found";
}

TEST(SocBounds, a_high_voltage_under_a_high_current_is_no_full_charge) {
  Counting c(0.5);
  c.run(600, 50, 55.9);
  EXPECT_LT(c.bounds.value().hi, 0.62);
}

TEST(SocBounds, an_over_voltage_trip_has_to_bring_a_hundred_per_cent) {
  Counting c(0.90);
  c.run(10, 20, 55.9);
  c.in.over_voltage = true;
  c.run(30, 0, 55.9);
  EXPECT_GT(c.bounds.value().lo, 0.99);
  c.run(60, -50, 53.0);
  EXPECT_LT(c.bounds.value().lo, 0.995) << "and counts on from there";
}

TEST(SocBounds, a_trip_that_stood_at_the_start_is_no_event) {
  Counting c(0.90);
  c.in.over_voltage = true;
  c.run(60, 0, 53.0);
  EXPECT_LT(c.bounds.value().lo, 0.91);
}

TEST(SocBounds, an_under_voltage_trip_brings_zero_only_under_load_and_when_warm) {
  Counting c(0.10);
  c.run(30, -20, 46.0);
  c.in.load_on = true;
  c.in.under_voltage = true;
  c.run(30, 0, 47.0);
  EXPECT_LT(c.bounds.value().hi, 0.01);
  EXPECT_EQ(c.bounds.because_hi(), SocBounds::Because::empty);

  Counting cold(0.10);
  cold.in.coldest = {5.0, 9.0};
  cold.run(30, -20, 46.0);
  cold.in.load_on = true;
  cold.in.under_voltage = true;
  cold.run(30, 0, 47.0);
  EXPECT_GT(cold.bounds.value().hi, 0.09) << "not corrected is right";
  EXPECT_EQ(cold.bounds.value().lo, 0.0) << "corrected is right as well";

  Counting gentle(0.10);
  gentle.run(30, -5, 46.0);
  gentle.in.load_on = true;
  gentle.in.under_voltage = true;
  gentle.run(30, 0, 47.0);
  EXPECT_GT(gentle.bounds.value().hi, 0.09) << "5 A are not surely above 5 A";
}

TEST(SocBounds, a_long_rest_tells_soc_at_the_ends_and_nothing_on_the_plateau) {
  Counting low(0.20);
  low.in.no_flow = true;
  low.run(20 * 60, 0, 3.10 * 16);
  EXPECT_GT(low.bounds.value().lo, 0.19) << "the rest is not long enough";
  low.run(20 * 60, 0, 3.10 * 16);
  EXPECT_LT(low.bounds.value().lo, 0.07);
  EXPECT_GT(low.bounds.value().hi, 0.20) << "it need not happen";

  Counting plateau(0.50);
  plateau.in.no_flow = true;
  plateau.run(3600, 0, 3.30 * 16);
  EXPECT_LT(plateau.bounds.value().width(), 0.02);

  Counting high(0.90);
  high.in.no_flow = true;
  high.run(3600, 0, 3.40 * 16);
  EXPECT_EQ(high.bounds.value().hi, 1.0);
  EXPECT_LT(high.bounds.value().lo, 0.91);
}

TEST(HealthyOcv, bounds_the_plateau_tightly_and_the_tails_loosely) {
  const Interval plateau = healthy_ocv({0.5, 0.5});
  EXPECT_TRUE(plateau.contains(3.2995));
  EXPECT_LT(plateau.width(), 0.1);
  EXPECT_GT(healthy_ocv({0.995, 1.0}).hi, 4.0);
}

TEST(HealthySoc, is_the_way_back) {
  for (const double soc : {0.02, 0.05, 0.10, 0.5, 0.97}) {
    EXPECT_TRUE(healthy_soc(healthy_ocv({soc, soc})).contains(soc)) << soc;
  }
  EXPECT_LT(healthy_soc({3.06, 3.07}).hi, 0.10);
}

}  // namespace
}  // namespace rig
