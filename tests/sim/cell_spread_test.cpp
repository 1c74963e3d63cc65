// What the seed draws: it differs from cell to cell and from pack to pack, and stays within its bounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "drivers/sim/cell_curves.hpp"
#include "drivers/sim/cell_spread.hpp"

namespace rig::sim {
namespace {

constexpr int seeds = 300;
constexpr double per_second = 0.02 / (30 * 24 * 3600.0);  // SOC, 2 % a month

struct Statistics {
  double mean = 0, sigma = 0, lowest = 1e300, highest = -1e300;
  std::size_t different = 0;
};

template <class Pick>
Statistics over_seeds(const CellParameters& p, Pick pick) {
  std::set<double> values;
  double sum = 0, squares = 0;
  Statistics s;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const DrawnCells drawn = draw_cells(p, seed);
    for (const double x : pick(drawn)) {
      values.insert(x);
      sum += x;
      squares += x * x;
      s.lowest = std::min(s.lowest, x);
      s.highest = std::max(s.highest, x);
    }
  }
  const double n = seeds * static_cast<double>(cell_count);
  s.mean = sum / n;
  s.sigma = std::sqrt(squares / n - s.mean * s.mean);
  s.different = values.size();
  return s;
}

constexpr std::size_t nearly_all = seeds * cell_count * 95 / 100;  // the clips make some equal

TEST(CellSpread, capacities_spread_by_0_4_percent) {
  const Statistics s = over_seeds({}, [](const DrawnCells& d) { return d.capacity; });
  EXPECT_NEAR(s.mean, 103 * 3600, 0.0005 * 103 * 3600);
  EXPECT_NEAR(s.sigma / s.mean, 0.004, 0.0003);
  EXPECT_GT(s.different, nearly_all);
}

TEST(CellSpread, capacities_are_clipped_at_2_percent) {
  CellParameters wide;
  wide.capacity_sigma = Ratio{0.05};
  const Statistics s = over_seeds(wide, [](const DrawnCells& d) { return d.capacity; });
  EXPECT_NEAR(s.lowest, 0.98 * 103 * 3600, 1e-6);
  EXPECT_NEAR(s.highest, 1.02 * 103 * 3600, 1e-6);
}

TEST(CellSpread, resistances_stay_within_2_5_percent_and_fill_it) {
  const Statistics s = over_seeds({}, [](const DrawnCells& d) { return d.resistance_scale; });
  EXPECT_GE(s.lowest, 0.975);
  EXPECT_LE(s.highest, 1.025);
  EXPECT_NEAR(s.sigma, 0.05 / std::sqrt(12.0), 0.001);
  EXPECT_GT(s.different, nearly_all);
}

TEST(CellSpread, initial_soc_spreads_by_a_quarter_of_a_percent) {
  const Statistics s = over_seeds({}, [](const DrawnCells& d) { return d.soc_offset; });
  EXPECT_NEAR(s.mean, 0, 0.0002);
  EXPECT_NEAR(s.sigma, 0.0025, 0.0002);
  EXPECT_LE(std::max(-s.lowest, s.highest), 3 * 0.0025);
  EXPECT_GT(s.different, nearly_all);
}

TEST(CellSpread, self_discharge_spreads_by_a_fifth_and_stays_above_zero) {
  const Statistics s = over_seeds({}, [](const DrawnCells& d) { return d.self_discharge; });
  EXPECT_NEAR(s.mean / per_second, 1, 0.02);
  EXPECT_NEAR(s.sigma / per_second, 0.2, 0.01);
  EXPECT_GT(s.lowest, 0);
  EXPECT_LE(s.highest, 1.6 * per_second * (1 + 1e-9));
  EXPECT_GT(s.different, nearly_all);
}

TEST(CellSpread, joints_lie_between_their_two_bounds) {
  const Statistics s = over_seeds({}, [](const DrawnCells& d) { return d.joint; });
  EXPECT_GE(s.lowest, 0.05e-3);
  EXPECT_LE(s.highest, 0.10e-3);
  EXPECT_NEAR(s.mean, 0.075e-3, 0.001e-3);
  EXPECT_GT(s.different, nearly_all);
}

TEST(CellSpread, a_new_draw_of_one_quantity_leaves_the_others_alone) {
  CellParameters other;
  other.self_discharge_sigma = Ratio{0.1};
  other.most_joint = Ohms{0.2e-3};
  const DrawnCells a = draw_cells({}, 7), b = draw_cells(other, 7);
  EXPECT_EQ(a.capacity, b.capacity);
  EXPECT_EQ(a.resistance_scale, b.resistance_scale);
  EXPECT_EQ(a.soc_offset, b.soc_offset);
  EXPECT_NE(a.self_discharge, b.self_discharge);
  EXPECT_NE(a.joint, b.joint);
}

double open_circuit(const CellCurves& curves, double soc) {
  const CellCurves::Tangent t = curves.tangent(soc);
  return t.base + t.slope * soc;
}

TEST(CellCurves, without_perturbation_they_are_the_published_tables) {
  const CellTables& tables = cell_tables();
  const CellCurves curves(tables, draw_perturbation(0, 5));
  for (const OcvPoint& point : tables.ocv) {
    EXPECT_NEAR(open_circuit(curves, point.soc), point.ocv, 1e-9) << point.soc;
    EXPECT_NEAR(curves.tangent(point.soc).hysteresis, point.hysteresis, 1e-9) << point.soc;
    EXPECT_NEAR(curves.tangent(point.soc).entropy, point.entropy, 1e-12) << point.soc;
  }
  for (const bool charge : {false, true}) {
    for (std::size_t t = 0; t < tables.temperature.size(); ++t) {
      for (std::size_t s = 0; s < tables.soc.size(); ++s) {
        const Resistances r = curves.resistances(charge, tables.temperature[t], tables.soc[s]);
        EXPECT_NEAR(r.r0, tables.at(charge, t, s).r0, 1e-12);
        EXPECT_NEAR(r.r1, tables.at(charge, t, s).r1, 1e-12);
        EXPECT_NEAR(r.r2, tables.at(charge, t, s).r2, 1e-12);
      }
    }
  }
}

TEST(CellCurves, each_seed_bends_the_open_circuit_voltage_by_a_few_millivolts) {
  const CellCurves published(cell_tables(), draw_perturbation(0, 1));
  std::set<double> at_half;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const CellCurves curves(cell_tables(), draw_perturbation(1, seed));
    double most = 0, before = 0;
    for (int i = 0; i <= 1000; ++i) {
      const double soc = i / 1000.0;
      most = std::max(most, std::abs(open_circuit(curves, soc) - open_circuit(published, soc)));
      ASSERT_GT(open_circuit(curves, soc), before) << "seed " << seed << " soc " << soc;
      before = open_circuit(curves, soc);
    }
    EXPECT_LE(most, largest_ocv_shift + 1e-12) << seed;
    EXPECT_GT(most, 1e-4) << seed;
    at_half.insert(open_circuit(curves, 0.5));
  }
  EXPECT_EQ(at_half.size(), 200u);
}

TEST(CellCurves, each_seed_changes_level_and_shape_of_the_resistances_by_some_percent) {
  const CellCurves published(cell_tables(), draw_perturbation(0, 1));
  double lowest = 1, highest = 1;
  std::set<double> shapes;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const CellCurves curves(cell_tables(), draw_perturbation(1, seed));
    const auto factor = [&](double celsius, double soc) {
      return curves.resistances(false, celsius, soc).r0 / published.resistances(false, celsius, soc).r0;
    };
    for (const double celsius : {-20.0, 0.0, 25.0, 60.0}) {
      for (const double soc : {0.0, 0.5, 1.0}) {
        lowest = std::min(lowest, factor(celsius, soc));
        highest = std::max(highest, factor(celsius, soc));
      }
    }
    shapes.insert(factor(0, 1) / factor(25, 0.5));
    const double half_gap = curves.tangent(0.5).hysteresis / published.tangent(0.5).hysteresis;
    EXPECT_NEAR(half_gap, 1, 0.2 + 1e-9);
  }
  EXPECT_GE(lowest, 0.95 * 0.95 * 0.97);
  EXPECT_LE(highest, 1.05 * 1.05 * 1.03);
  EXPECT_LT(lowest, 0.93);
  EXPECT_GT(highest, 1.07);
  EXPECT_EQ(shapes.size(), 200u);
}

}  // namespace
}  // namespace rig::sim
