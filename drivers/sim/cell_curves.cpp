#include "drivers/sim/cell_curves.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/math.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {
namespace {

// Half a per mille resolves the tails, where the curve climbs 0.27 V per per cent; beyond 0 and 1 the last slope goes
// on.
constexpr double soc_step = 0.0005, soc_from = -0.05;
constexpr std::size_t soc_points = 2201;

// Every grid line of the published resistances lies on these, so that resampling loses nothing.
constexpr double resistance_soc_step = 0.1;
constexpr std::size_t soc_columns = 11;
constexpr double celsius_step = 5.0, celsius_from = -20.0;
constexpr std::size_t celsius_rows = 17;

constexpr double pi = 3.141592653589793;

// Into the grid, also what is no number: what is wrong elsewhere must not read beside a table. (std::clamp gives it
// back.)
double inside(double place, double most) noexcept { return std::max(0.0, std::min(most, place)); }

// The interval of `grid` that holds x, and where in it x lies (outside 0..1 beyond the ends).
struct Place {
  std::size_t low;
  double fraction;
};
template <class List, class Key>
Place place_in(const List& grid, double x, Key key) {
  std::size_t high = 1;
  while (high + 1 < grid.size() && x > key(grid[high])) {
    ++high;
  }
  const double from = key(grid[high - 1]);
  return {high - 1, (x - from) / (key(grid[high]) - from)};
}

Resistances blend(const Resistances& a, const Resistances& b, double f) noexcept {
  return {a.r0 + f * (b.r0 - a.r0), a.r1 + f * (b.r1 - a.r1), a.r2 + f * (b.r2 - a.r2)};
}

}  // namespace

double CurvePerturbation::ocv_shift(double soc) const noexcept {
  double sum = 0;
  for (std::size_t k = 0; k < ocv.size(); ++k) {
    sum += ocv[k].amplitude * exact_sin(static_cast<double>(k + 1) * pi * soc + ocv[k].phase);
  }
  return sum;
}

double CurvePerturbation::resistance_shape(double celsius, double soc) const noexcept {
  return (1 + by_temperature * (celsius - 25) / 45) * (1 + by_soc * (2 * soc - 1));
}

CurvePerturbation draw_perturbation(double scale, std::uint64_t seed) {
  Random random(seed, "cell tables");
  const auto within = [&](double most) { return (2 * random.uniform() - 1) * most * scale; };
  CurvePerturbation drawn;
  // Amplitudes fall as 1/k: the plateau, 38 mV per unit of SOC at its flattest, keeps rising up to scale 2.
  const double first = largest_ocv_shift / (1 + 1.0 / 2 + 1.0 / 3);
  for (std::size_t k = 0; k < drawn.ocv.size(); ++k) {
    drawn.ocv[k].amplitude = within(first / static_cast<double>(k + 1));
    drawn.ocv[k].phase = random.uniform() * 2 * pi;
  }
  drawn.hysteresis = 1 + within(0.20);
  drawn.r0 = 1 + within(0.05);
  drawn.r1 = 1 + within(0.05);
  drawn.r2 = 1 + within(0.05);
  drawn.by_temperature = within(0.05);
  drawn.by_soc = within(0.03);
  return drawn;
}

CellCurves::CellCurves(const CellTables& tables, const CurvePerturbation& perturbation)
    : tau1_(tables.tau1), tau2_(tables.tau2) {
  resample_ocv(tables, perturbation);
  resample_resistances(tables, perturbation);
}

void CellCurves::resample_ocv(const CellTables& tables, const CurvePerturbation& perturbation) {
  ocv_.resize(soc_points);
  for (std::size_t i = 0; i < soc_points; ++i) {
    const double soc = soc_from + static_cast<double>(i) * soc_step;
    const auto [low, x] = place_in(tables.ocv, soc, [](const OcvPoint& point) { return point.soc; });
    const OcvPoint& a = tables.ocv[low];
    const OcvPoint& b = tables.ocv[low + 1];
    const double f = inside(x, 1.0);
    ocv_[i] = {a.ocv + x * (b.ocv - a.ocv) + perturbation.ocv_shift(soc),
               (a.hysteresis + f * (b.hysteresis - a.hysteresis)) * perturbation.hysteresis,
               a.entropy + f * (b.entropy - a.entropy)};
  }
}

void CellCurves::resample_resistances(const CellTables& tables, const CurvePerturbation& perturbation) {
  const auto itself = [](double x) { return x; };
  for (const bool charge : {false, true}) {
    std::vector<Resistances>& list = resistances_[charge ? 1 : 0];
    for (std::size_t row = 0; row < celsius_rows; ++row) {
      const double celsius = celsius_from + static_cast<double>(row) * celsius_step;
      const auto [t, ft] = place_in(tables.temperature, celsius, itself);
      for (std::size_t column = 0; column < soc_columns; ++column) {
        const double soc = static_cast<double>(column) * resistance_soc_step;
        const auto [s, fs] = place_in(tables.soc, soc, itself);
        const Resistances r = blend(blend(tables.at(charge, t, s), tables.at(charge, t, s + 1), fs),
                                    blend(tables.at(charge, t + 1, s), tables.at(charge, t + 1, s + 1), fs), ft);
        const double shape = perturbation.resistance_shape(celsius, soc);
        list.push_back(
            {r.r0 * perturbation.r0 * shape, r.r1 * perturbation.r1 * shape, r.r2 * perturbation.r2 * shape});
      }
    }
  }
}

CellCurves::Tangent CellCurves::tangent(double soc) const noexcept {
  const double position = inside((soc - soc_from) * (1.0 / soc_step), soc_points - 2.0);
  const auto j = static_cast<std::size_t>(static_cast<int>(position));
  const double f = position - static_cast<double>(j);
  const Point& a = ocv_[j];
  const Point& b = ocv_[j + 1];
  const double slope = (b.ocv - a.ocv) * (1.0 / soc_step);
  return {a.ocv - slope * (soc_from + static_cast<double>(j) * soc_step), slope,
          a.hysteresis + f * (b.hysteresis - a.hysteresis), a.entropy + f * (b.entropy - a.entropy)};
}

Resistances CellCurves::resistances(bool charge, double celsius, double soc) const noexcept {
  const double x = inside(soc, 1.0) * (1.0 / resistance_soc_step);
  const double y = inside((celsius - celsius_from) * (1.0 / celsius_step), celsius_rows - 1.0);
  const auto s = std::min(static_cast<std::size_t>(static_cast<int>(x)), soc_columns - 2);
  const auto t = std::min(static_cast<std::size_t>(static_cast<int>(y)), celsius_rows - 2);
  const Resistances* corner = resistances_[charge ? 1 : 0].data() + t * soc_columns + s;
  const double fs = x - static_cast<double>(s);
  return blend(blend(corner[0], corner[1], fs), blend(corner[soc_columns], corner[soc_columns + 1], fs),
               y - static_cast<double>(t));
}

}  // namespace rig::sim
