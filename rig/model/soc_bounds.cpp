#include "rig/model/soc_bounds.hpp"

#include <array>

namespace rig {
namespace {

struct Point {
  double soc, ocv;
};
constexpr std::array<Point, 21> table{
    {{0.0, 2.286},  {0.01, 2.783}, {0.02, 2.895}, {0.03, 2.967}, {0.05, 3.065}, {0.07, 3.132}, {0.10, 3.197},
     {0.15, 3.212}, {0.20, 3.234}, {0.25, 3.255}, {0.30, 3.270}, {0.40, 3.292}, {0.50, 3.300}, {0.60, 3.304},
     {0.70, 3.311}, {0.75, 3.319}, {0.80, 3.335}, {0.90, 3.343}, {0.98, 3.349}, {0.99, 3.362}, {1.0, 3.531}}};
// Hysteresis (at most 15 mV), spread between cells and temperature (dU/dT over 30 K), V.
constexpr double slack = 0.03;

double interpolate(double soc) noexcept {
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (soc <= table[i].soc) {
      const Point& a = table[i - 1];
      const Point& b = table[i];
      return a.ocv + (b.ocv - a.ocv) * (soc - a.soc) / (b.soc - a.soc);
    }
  }
  return table.back().ocv;
}

}  // namespace

Interval healthy_ocv(Interval soc) noexcept {
  // The tails are steeper than any table: beyond them only the cell's absolute window holds.
  const double lo = soc.lo < 0.01 ? 1.5 : interpolate(soc.lo) - slack;
  const double hi = soc.hi > 0.985 ? 4.2 : interpolate(soc.hi) + slack;
  return {lo, hi};
}

}  // namespace rig
