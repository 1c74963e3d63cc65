#include "rig/plan/cell_curve.hpp"

#include <array>

namespace rig {
namespace {

struct Point {
  double soc, ocv;
};
constexpr std::array<Point, 24> table{{{0.0, 2.286},   {0.005, 2.684}, {0.01, 2.783},  {0.02, 2.895}, {0.03, 2.967},
                                       {0.05, 3.065},  {0.07, 3.132},  {0.10, 3.197},  {0.15, 3.212}, {0.20, 3.234},
                                       {0.25, 3.255},  {0.30, 3.270},  {0.40, 3.292},  {0.50, 3.300}, {0.60, 3.304},
                                       {0.70, 3.311},  {0.75, 3.319},  {0.80, 3.335},  {0.90, 3.343}, {0.98, 3.349},
                                       {0.985, 3.352}, {0.99, 3.362},  {0.995, 3.396}, {1.0, 3.531}}};

}  // namespace

double planned_ocv(double soc) noexcept {
  std::size_t i = 1;
  while (i + 1 < table.size() && soc > table[i].soc) {
    ++i;
  }
  const Point& a = table[i - 1];
  const Point& b = table[i];
  return a.ocv + (b.ocv - a.ocv) * (soc - a.soc) / (b.soc - a.soc);
}

PlannedResistance planned_resistance(double celsius) noexcept {
  constexpr double prompt = 0.4e-3;  // Ohm at 25 degC, 100 Ah prismatic cell
  constexpr double slow = 0.75e-3;
  constexpr double per_kelvin = 0.032;  // 20 to 28 kJ/mol
  const double factor = exact_exp(per_kelvin * (25.0 - std::clamp(celsius, -30.0, 45.0)));
  return {prompt * factor, slow * factor};
}

}  // namespace rig
