// Where the cells' temperature may be, by the skin, the current and the pack's report.
#include "rig/model/cell_temperature.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rig {
namespace {

// A pack of two nodes with numbers of its own inside the bounds: cells, case, air; a thermometer with a lag on the
// case and sensors with another at the cells.
struct Pack {
  double capacity = 37e3, case_capacity = 9e3;                      // J/K
  double to_case = 65.0, to_air = 7.5;                              // W/K
  double resistance = 0.02;                                         // Ohm
  double entropy = 0.0;                                             // V/K
  double skin_lag = 20.0, sensor_lag = 30.0;                        // s
  double cells = 25.0, skin = 25.0, shown = 25.0, reported = 25.0;  // degC

  void soak(double celsius) { cells = skin = shown = reported = celsius; }
  void step(double current, double air) {
    const double heat = current * current * resistance + current * (cells + 273.15) * entropy;
    const double out = to_case * (cells - skin);
    cells += (heat - out) / capacity;
    skin += (out - to_air * (skin - air)) / case_capacity;
    shown += (skin - shown) / skin_lag;
    reported += (cells - reported) / sensor_lag;
  }
};

struct Bench {
  Pack pack;
  CellTemperature reference;
  double now = 0.0, before = 0.0;
  double tolerance = 2.0;  // K
  bool always_inside = true;
  bool report_inside = true;
  std::function<double(double)> tell = [](double truth) { return truth; };

  explicit Bench(double celsius, std::optional<double> soaked) {
    pack.soak(celsius);
    before = celsius;
    reference.restart(soaked);
  }
  void run(double seconds, double current, const std::function<double(double)>& air) {
    for (double t = 0; t < seconds; t += 1.0) {
      pack.step(current, air(t));
      now += 1.0;
      const Interval seen = Interval::around(pack.shown, 0.4);
      const double told = tell(pack.reported);
      const MeasuredValue skin{hull(seen, Interval::around(before, 0.4)), seen, now, true, true};
      const MeasuredValue report{Interval::around(told, 0.05), Interval::around(told, 0.05), now, true, true};
      before = pack.shown;
      reference.update(now, 1.0, skin, report, Interval::around(current, 0.1), tolerance);
      always_inside = always_inside && reference.independent().contains(pack.cells);
      report_inside = report_inside && widened(reference.report(), tolerance + 0.05).contains(told);
    }
  }
  void run(double seconds, double current, double air) {
    run(seconds, current, [air](double) { return air; });
  }
};

TEST(CellTemperature, a_soaked_pack_at_rest_is_known_at_once_and_agrees) {
  Bench b(25.0, 25.0);
  b.run(600, 0, 25.0);
  EXPECT_TRUE(b.always_inside);
  EXPECT_LT(b.reference.independent().width(), 3.0);
  EXPECT_TRUE(b.reference.cross_checked());
}

TEST(CellTemperature, an_unknown_pack_starts_wide_and_contracts) {
  Bench b(35.0, std::nullopt);
  b.pack.skin = b.pack.shown = b.before = 27.0;
  b.run(1, 0, 25.0);
  EXPECT_GT(b.reference.independent().width(), 25.0);
  EXPECT_FALSE(b.reference.cross_checked());
  b.run(3 * 3600, 0, 25.0);
  EXPECT_TRUE(b.always_inside);
  EXPECT_LT(b.reference.independent().width(), 2.0);
  EXPECT_TRUE(b.reference.cross_checked());
}

TEST(CellTemperature, holds_every_pack_of_the_type_through_steps_of_the_chamber_and_of_the_current) {
  for (const double capacity : {34e3, 45e3}) {
    for (const double to_case : {42.0, 65.0, 93.0}) {
      for (const double entropy : {-2.6e-3, 0.0, 2.4e-3}) {
        for (const double lag : {10.0, 30.0}) {
          Bench b(25.0, 25.0);
          b.pack.capacity = capacity;
          b.pack.to_case = to_case;
          b.pack.entropy = entropy;
          b.pack.skin_lag = lag;
          b.run(1800, 0, -30.0);
          b.run(1800, 20, -30.0);
          b.run(3600, -50, 60.0);
          b.run(1800, 50, 60.0);
          b.run(1800, 0, -30.0);
          EXPECT_TRUE(b.always_inside) << capacity << ' ' << to_case << ' ' << entropy << ' ' << lag;
          EXPECT_TRUE(b.report_inside) << capacity << ' ' << to_case << ' ' << entropy << ' ' << lag;
        }
      }
    }
  }
}

TEST(CellTemperature, stays_bounded_over_thirty_days) {
  Bench b(25.0, 25.0);
  double widest = 0.0;
  for (int day = 0; day < 30; ++day) {
    b.run(4 * 3600, 25, 25.0);
    b.run(4 * 3600, -25, 25.0);
    widest = std::max(widest, b.reference.independent().width());
    b.run(16 * 3600, 0, 25.0);
  }
  EXPECT_TRUE(b.always_inside);
  EXPECT_LT(widest, 8.0);
  EXPECT_LT(b.reference.independent().width(), 2.0);
}

TEST(CellTemperature, a_report_exactly_at_the_tolerance_agrees_and_one_beyond_does_not) {
  const auto agrees = [](double offset) {
    Bench b(25.0, 25.0);
    b.tell = [offset](double truth) { return truth + offset; };
    b.run(4 * 3600, 0, 25.0);
    return b.report_inside;
  };
  EXPECT_TRUE(agrees(2.0));
  EXPECT_TRUE(agrees(-2.0));
  EXPECT_FALSE(agrees(3.5)) << "2 K and what the thermometer on the skin is good for";
  EXPECT_FALSE(agrees(-3.5));
}

TEST(CellTemperature, finds_a_stuck_a_scaled_and_an_unsigned_report_when_the_chamber_moves) {
  const auto agrees = [](const std::function<double(double)>& tell, double air) {
    Bench b(25.0, 25.0);
    b.tell = tell;
    b.run(600, 0, 25.0);
    EXPECT_TRUE(b.report_inside);
    b.run(6 * 3600, 0, air);
    return b.report_inside;
  };
  EXPECT_TRUE(agrees([](double t) { return t; }, -15.0));
  EXPECT_FALSE(agrees([](double) { return 25.0; }, -15.0));
  EXPECT_FALSE(agrees([](double t) { return t < 0 ? -t : t; }, -15.0));
  EXPECT_FALSE(agrees([](double t) { return 25.0 + 1.2 * (t - 25.0); }, 55.0));
}

TEST(CellTemperature, what_the_pack_says_counts_only_once_it_has_agreed) {
  Bench b(25.0, 25.0);
  b.tell = [](double truth) { return truth + 20.0; };
  b.run(600, 0, 25.0);
  EXPECT_FALSE(b.reference.cross_checked());
  EXPECT_TRUE(b.reference.mean().contains(25.0));
  b.tell = [](double truth) { return truth; };
  b.run(600, 0, 25.0);
  EXPECT_FALSE(b.reference.cross_checked()) << "it lied once in this run";
}

TEST(CellTemperature, a_thermometer_that_fails_leaves_nothing_to_stand_on) {
  Bench b(25.0, 25.0);
  b.run(600, 0, 25.0);
  MeasuredValue lost;
  const MeasuredValue report{Interval::around(25, 0.05), Interval::around(25, 0.05), b.now, true, true};
  b.reference.update(b.now + 1, 1.0, lost, report, {0, 0}, 2.0);
  EXPECT_EQ(b.reference.independent().hi, infinity);
}

TEST(CellTemperature, a_jump_of_time_is_followed_without_blowing_up) {
  Bench b(25.0, 25.0);
  b.run(60, 0, 25.0);
  b.now += 7200;
  b.run(600, 0, 25.0);
  EXPECT_TRUE(b.always_inside);
  EXPECT_LT(b.reference.independent().width(), 3.0);
}

}  // namespace
}  // namespace rig
