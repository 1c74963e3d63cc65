// Where the limits on CAN may lie, from the tables of the shipped requirements and profile.
#include "rig/model/derating_bounds.hpp"

#include <gtest/gtest.h>

#include "rig/requirement/requirement.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {

Requirements shipped(bool with_profile) {
  const std::string cases = source_dir() + "/cases/";
  Diagnostics diagnostics;
  Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  if (with_profile) {
    r = apply_profile(r, read_profile(cases + "packs/virtual_gtx5000.yaml", diagnostics), diagnostics);
  }
  EXPECT_EQ(diagnostics.all().size(), 0u) << diagnostics.render();
  return r;
}

DeratingBounds::Inputs at(double battery, double celsius, double now = 0.0) {
  const Interval t = Interval::around(celsius, 0.5);
  const Interval b = Interval::around(battery, 0.05);
  return {now, b, b, {t.lo, t.hi + 1.5}, {t.lo - 1.5, t.hi}, t, false};
}

class Derating : public ::testing::Test {
 protected:
  std::string row(const DeratingBounds& b, bool hi) const {
    const std::size_t r = hi ? b.row_hi() : b.row_lo();
    return r == DeratingBounds::no_row ? "" : requirements_.rows[r].id;
  }
  Interval limit(DeratingBounds& b, const DeratingBounds::Inputs& in) {
    b.restart(true);
    b.update(in);
    return b.limit();
  }
  Requirements requirements_ = shipped(true);
  DeratingBounds charge_{requirements_, Direction::charge};
  DeratingBounds discharge_{requirements_, Direction::discharge};
};

TEST(DeratingTable, gives_every_limit_of_an_interval_and_both_sides_of_a_step) {
  const DeratingTable t({{-10, 0}, {-10, 10}, {0, 20}, {10, 50}, {45, 50}, {55, 0}});
  EXPECT_EQ(t.over({5, 5}), Interval::point(35));
  EXPECT_EQ(t.over({-5, 20}), (Interval{15, 50})) << "the hill lies inside";
  EXPECT_EQ(t.over({-10, -10}), (Interval{0, 10}));
  EXPECT_EQ(t.over({-30, -11}), Interval::point(0));
  EXPECT_EQ(t.over({-infinity, infinity}), (Interval{0, 50}));
}

TEST_F(Derating, inside_the_ratings_the_tables_leave_the_rating_and_nothing_less) {
  EXPECT_GE(limit(charge_, at(53.0, 25)).lo, 49.0);
  EXPECT_LE(charge_.limit().hi, 50.0);
  EXPECT_FALSE(charge_.limit().contains(20.0)) << "a pack that publishes 20 A there is found";
  EXPECT_NE(row(charge_, false), "") << "and a row says so";
  EXPECT_FALSE(limit(discharge_, at(53.0, 25)).contains(40.0));
}

TEST_F(Derating, a_pack_exactly_on_the_table_passes_and_one_beyond_the_tolerances_does_not) {
  // 3.475 V: 17.5 A; 20 mV and 5 mV of spread, cells and sensors, and 1 A.
  const Interval cell = limit(charge_, at(3.475 * 16, 25));
  EXPECT_TRUE(cell.contains(17.5));
  EXPECT_FALSE(cell.contains(17.5 + 15)) << "25 mV at 0.5 A/mV and 1 A";
  EXPECT_EQ(row(charge_, true), "GTX-LIM-06");
  // 50 degC: 25 A, 5 A/K.
  const Interval hot = limit(charge_, at(53.0, 50));
  EXPECT_TRUE(hot.contains(25.0));
  EXPECT_FALSE(hot.contains(40.0));
  EXPECT_EQ(row(charge_, true), "GTX-LIM-07");
  EXPECT_FALSE(limit(charge_, at(53.0, 0)).contains(50.0));
  EXPECT_TRUE(charge_.limit().contains(20.0));
}

TEST_F(Derating, discharging_follows_the_lowest_cell_and_both_ends_of_temperature) {
  limit(discharge_, at(2.90 * 16, 25));
  EXPECT_TRUE(discharge_.limit().contains(25.0));
  EXPECT_FALSE(discharge_.limit().contains(60.0));
  EXPECT_EQ(row(discharge_, true), "GTX-LIM-08");
  limit(discharge_, at(53.0, 57));
  EXPECT_FALSE(discharge_.limit().contains(60.0));
  EXPECT_EQ(row(discharge_, true), "GTX-LIM-09");
  EXPECT_TRUE(limit(discharge_, at(53.0, -25)).contains(0.0));
}

TEST_F(Derating, the_power_bounds_the_discharge_limit_from_both_sides) {
  limit(discharge_, at(54.0, 25));
  EXPECT_TRUE(discharge_.limit().contains(3500.0 / 54.0));
  EXPECT_FALSE(discharge_.limit().contains(75.0)) << "3.5 kW are 64.8 A";
  EXPECT_FALSE(discharge_.limit().contains(55.0));
}

TEST_F(Derating, a_single_cell_may_stand_far_ahead_where_the_curve_is_steep) {
  charge_.restart(false);
  charge_.update(at(3.40 * 16, 25));
  EXPECT_EQ(charge_.limit().lo, 0.0) << "above 53 V a leading cell may be at its end";
  charge_.restart(false);
  charge_.update(at(3.29 * 16, 25));
  EXPECT_GT(charge_.limit().lo, 30.0);
}

TEST_F(Derating, the_pack_has_time_to_follow_and_not_more) {
  charge_.restart(true);
  charge_.update(at(53.0, 25, 0));
  charge_.update(at(3.56 * 16, 25, 1));
  EXPECT_TRUE(charge_.limit().contains(40.0)) << "10 A/s";
  EXPECT_TRUE(charge_.limit().contains(0.0)) << "at once is right as well";
  charge_.update(at(3.56 * 16, 25, 9));
  EXPECT_LT(charge_.limit().hi, 12.0);
}

TEST_F(Derating, after_a_block_the_limit_climbs_from_zero) {
  charge_.restart(true);
  DeratingBounds::Inputs in = at(53.0, 25, 0);
  in.may_block = true;
  charge_.update(in);
  EXPECT_EQ(charge_.limit().lo, 0.0);
  charge_.update(at(53.0, 25, 2));
  EXPECT_TRUE(charge_.limit().contains(20.0));
  charge_.update(at(53.0, 25, 8));
  EXPECT_GE(charge_.limit().lo, 49.0);
}

TEST_F(Derating, a_limit_that_rises_faster_than_the_slope_is_found) {
  charge_.restart(true);
  DeratingBounds::Inputs in = at(53.0, 25, 10);
  in.may_block = true;
  in.before = 0.0;
  in.elapsed = 1.2;
  charge_.update(in);
  EXPECT_TRUE(charge_.limit().contains(12.0)) << "10 A/s";
  EXPECT_FALSE(charge_.limit().contains(50.0)) << "at once";
  EXPECT_EQ(row(charge_, true), "GTX-LIM-06");
  in.before = 50.0;
  charge_.update(in);
  EXPECT_TRUE(charge_.limit().contains(50.0)) << "a limit that stands does not rise";
}

TEST_F(Derating, unknown_inputs_prove_nothing) {
  charge_.restart(true);
  charge_.update({});
  EXPECT_EQ(charge_.limit(), (Interval{0.0, 50.0}));
}

TEST(DeratingBounds, a_table_that_is_only_an_engineering_default_characterises) {
  const Requirements requirements = shipped(false);
  DeratingBounds charge(requirements, Direction::charge);
  charge.restart(true);
  charge.update(at(3.56 * 16, 60));
  EXPECT_FALSE(charge.judged());
  EXPECT_EQ(charge.limit(), (Interval{0.0, 50.0}));
}

}  // namespace
}  // namespace rig
