// The front end: every pack sees a little wrong, and none more than its class allows.
#include "drivers/sim/firmware_afe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace rig::sim {
namespace {

PackCells cells_at(double celsius = 25) {
  PackCells cells;
  cells.configure(equal_cells(), {}, 0.003, 1);
  cells.rest_at(0.5, celsius, 0, 0, 0);
  return cells;
}

Afe front_end(const AfeParameters& p, std::uint64_t seed) {
  Afe afe;
  afe.configure(p, seed);
  afe.restart();
  return afe;
}

AfeParameters without_noise() {
  AfeParameters p;
  p.cell_noise = Volts{0};
  p.current_noise = Amps{0};
  p.temperature_noise = Kelvin{0};
  return p;
}

TEST(Afe, of_every_pack_stays_inside_its_class) {
  const PackCells cells = cells_at();
  std::set<double> sums;
  double worst_cell = 0, worst_sum = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Afe afe = front_end(without_noise(), seed);
    afe.run(0, cells, 50);
    double truth = 0;
    for (std::size_t i = 0; i < cell_count; ++i) {
      const double error = afe.scan().cell[i] - cells.cell_voltage(i, 50);
      worst_cell = std::max(worst_cell, std::abs(error));
      truth += cells.cell_voltage(i, 50);
    }
    worst_sum = std::max(worst_sum, std::abs(afe.scan().pack_voltage - truth));
    EXPECT_NEAR(afe.scan().current, 50, 50 * 0.002 + 0.010 + 0.005);
    EXPECT_NEAR(afe.scan().hottest, 25, 1.05);
    EXPECT_NEAR(afe.scan().coldest, 25, 1.05);
    EXPECT_GT(afe.scan().hottest, afe.scan().coldest);
    sums.insert(afe.scan().pack_voltage);
  }
  EXPECT_LE(worst_cell, 0.0065) << "6 mV and half a step";
  EXPECT_GT(worst_cell, 0.004) << "the draw does reach the edge of the class";
  EXPECT_LE(worst_sum, 0.1);
  EXPECT_GT(sums.size(), 50u) << "packs differ";
}

TEST(Afe, measures_at_its_own_times) {
  const PackCells cells = cells_at();
  Afe afe = front_end({}, 3);
  int scans = 0;
  for (int i = 1; i <= 1000; ++i) {
    scans += afe.run(i * 0.01, cells, 0) ? 1 : 0;
  }
  EXPECT_NEAR(scans, 100, 1);
}

TEST(Afe, filters_its_noise) {
  const PackCells cells = cells_at();
  AfeParameters p;
  p.voltage_filter = std::chrono::seconds(1);
  for (const bool filtered : {false, true}) {
    if (!filtered) {
      p.voltage_filter = {};
    } else {
      p.voltage_filter = std::chrono::seconds(1);
    }
    Afe afe = front_end(p, 3);
    double sum = 0, squares = 0;
    constexpr int count = 3000;
    for (int i = 1; i <= count + 100; ++i) {
      afe.run(i * 0.1, cells, 0);
      if (i > 100) {
        sum += afe.scan().cell[4];
        squares += afe.scan().cell[4] * afe.scan().cell[4];
      }
    }
    const double sigma = std::sqrt(squares / count - (sum / count) * (sum / count));
    EXPECT_NEAR(sigma, filtered ? 0.0005 : 0.002, filtered ? 0.00015 : 0.0002);
  }
}

TEST(Afe, an_ntc_follows_its_cell_with_thirty_seconds) {
  AfeParameters p = without_noise();
  p.temperature_offset_spread = Kelvin{0};
  Afe afe = front_end(p, 3);
  PackCells cells = cells_at(20);
  double t = 0;
  afe.run(t, cells, 0);
  EXPECT_NEAR(afe.scan().mean_temperature, 20, 0.05);
  cells = cells_at(50);
  const auto run = [&](double seconds) {
    for (const double end = t + seconds; t < end - 0.05;) {
      afe.run(t += 0.1, cells, 0);
    }
  };
  run(30);
  EXPECT_NEAR(afe.scan().mean_temperature, 20 + 30 * 0.632, 1.0);
  run(170);
  EXPECT_NEAR(afe.scan().mean_temperature, 50, 0.2);
}

}  // namespace
}  // namespace rig::sim
