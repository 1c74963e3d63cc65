#include "drivers/sim/pack_cells.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rig/core/math.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {
namespace {

constexpr double tau1 = 20.0, tau2 = 400.0;  // s
constexpr double gamma = 30.0;               // hysteresis rate per unit of SOC: 90 % of the loop after 7.7 %
constexpr double charge_efficiency = 0.999;
constexpr double heat_capacity = 46e3;  // J/K, 16 cells of 2.3 kg and the case
constexpr double to_ambient = 6.7;      // W/K
constexpr double refresh_period = 0.1;  // s

// The points resampled onto a uniform grid: one multiplication finds the place. Half a per mille resolves the tails,
// where the curve climbs 0.27 V per per cent; beyond 0 and 1 the last slope goes on.
constexpr double grid_step = 0.0005;
constexpr double grid_from = -0.05;
constexpr std::size_t grid_size = 2201;

struct GridPoint {
  double ocv, hysteresis, entropy;
};

const std::vector<GridPoint>& grid() {
  static const std::vector<GridPoint> table = [] {
    std::vector<GridPoint> points(grid_size);
    std::size_t k = 1;
    for (std::size_t i = 0; i < grid_size; ++i) {
      const double soc = grid_from + static_cast<double>(i) * grid_step;
      while (k + 1 < ocv_points.size() && soc > ocv_points[k].soc) {
        ++k;
      }
      const OcvPoint& a = ocv_points[k - 1];
      const OcvPoint& b = ocv_points[k];
      const double x = (soc - a.soc) / (b.soc - a.soc);
      const double inside = std::clamp(x, 0.0, 1.0);
      points[i] = {a.ocv + x * (b.ocv - a.ocv), a.hysteresis + inside * (b.hysteresis - a.hysteresis),
                   a.entropy + inside * (b.entropy - a.entropy)};
    }
    return points;
  }();
  return table;
}

}  // namespace

void PackCells::draw(std::uint64_t seed, const CellSpread& spread) {
  Random random(seed, "cells");
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double capacity = spread.capacity * (1 + std::clamp(random.normal() * spread.capacity_sigma, -0.02, 0.02));
    inverse_capacity_[i] = 1.0 / capacity;
    resistance_scale_[i] = 1 + (2 * random.uniform() - 1) * spread.resistance_spread;
    soc_offset_[i] = std::clamp(random.normal(), -3.0, 3.0) * spread.soc_sigma;
  }
}

void PackCells::rest_at(double soc, double celsius, double spread_scale, int leading_cell, double leading_by) {
  for (std::size_t i = 0; i < cell_count; ++i) {
    soc_[i] = soc + soc_offset_[i] * spread_scale;
    v1_[i] = 0;
    v2_[i] = 0;
    hysteresis_[i] = 0;
  }
  if (leading_cell >= 1 && leading_cell <= static_cast<int>(cell_count)) {
    soc_[static_cast<std::size_t>(leading_cell - 1)] += leading_by;
  }
  temperature_ = celsius;
  ambient_ = celsius;
  heat_ = 0;
  since_refresh_ = 0;
  set_step(0.01);
  refresh(0, 0);
  step(0, dt_);
}

double PackCells::mean_soc() const noexcept {
  double sum = 0;
  for (const double soc : soc_) {
    sum += soc;
  }
  return sum / static_cast<double>(cell_count);
}

void PackCells::set_step(double dt) noexcept {
  dt_ = dt;
  decay1_ = exact_exp(-dt / tau1);
  decay2_ = exact_exp(-dt / tau2);
}

void PackCells::refresh(double current, double elapsed) noexcept {
  charging_ = current > 0 || (current == 0 && charging_);
  temperature_ += (heat_ - to_ambient * (temperature_ - ambient_) * elapsed) / heat_capacity;
  heat_ = 0;
  const auto& temperatures = ecm_temperatures;
  const double t = std::clamp(temperature_, temperatures.front(), temperatures.back());
  std::size_t k = 1;
  while (k + 1 < temperatures.size() && t > temperatures[k]) {
    ++k;
  }
  const double ft = (t - temperatures[k - 1]) / (temperatures[k] - temperatures[k - 1]);
  const auto& cold = ecm_points[charging_ ? 1 : 0][k - 1];
  const auto& warm = ecm_points[charging_ ? 1 : 0][k];
  resistance_ = 0;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double position = std::clamp(soc_[i], 0.0, 1.0) * static_cast<double>(ecm_soc_points - 1);
    const auto j = std::min(static_cast<std::size_t>(position), ecm_soc_points - 2);
    const double fs = position - static_cast<double>(j);
    const auto blend = [&](double EcmPoint::*r) {
      const double low = cold[j].*r + fs * (cold[j + 1].*r - cold[j].*r);
      const double high = warm[j].*r + fs * (warm[j + 1].*r - warm[j].*r);
      return (low + ft * (high - low)) * 1e-3 * resistance_scale_[i];
    };
    r0_[i] = blend(&EcmPoint::r0);
    r1_[i] = blend(&EcmPoint::r1);
    r2_[i] = blend(&EcmPoint::r2);
    resistance_ += r0_[i];
  }
}

void PackCells::step(double current, double dt) noexcept {
  if (dt != dt_) {
    set_step(dt);
  }
  const GridPoint* table = grid().data();
  const double charge = (current > 0 ? current * charge_efficiency : current) * dt;
  const double direction = current > 0 ? 1.0 : (current < 0 ? -1.0 : 0.0);
  const double sweep = gamma * std::abs(charge);
  const double warm = temperature_ - 25.0;
  const double gain1 = (1 - decay1_) * current;
  const double gain2 = (1 - decay2_) * current;
  double source = 0;
  double reversible = 0;
  double lost = 0;
  for (std::size_t i = 0; i < cell_count; ++i) {
    soc_[i] += charge * inverse_capacity_[i];
    v1_[i] = decay1_ * v1_[i] + gain1 * r1_[i];
    v2_[i] = decay2_ * v2_[i] + gain2 * r2_[i];
    hysteresis_[i] += sweep * inverse_capacity_[i] * (direction - hysteresis_[i]);
    double position = (soc_[i] - grid_from) * (1.0 / grid_step);
    position = position < 0 ? 0 : (position > grid_size - 2.0 ? grid_size - 2.0 : position);
    const auto j = static_cast<std::size_t>(static_cast<int>(position));
    const double f = position - static_cast<double>(j);
    const GridPoint& a = table[j];
    const GridPoint& b = table[j + 1];
    const double entropy = a.entropy;
    emf_[i] = a.ocv + f * (b.ocv - a.ocv) + entropy * warm + hysteresis_[i] * a.hysteresis + v1_[i] + v2_[i];
    source += emf_[i];
    reversible += entropy;
    lost += v1_[i] + v2_[i] + hysteresis_[i] * a.hysteresis;
  }
  source_ = source;
  heat_ += (current * (lost + current * resistance_) + current * (temperature_ + 273.15) * reversible) * dt;
  since_refresh_ += dt;
  if (since_refresh_ >= refresh_period - 1e-9) {
    refresh(current, since_refresh_);
    since_refresh_ = 0;
  }
}

}  // namespace rig::sim
