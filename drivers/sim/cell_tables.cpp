#include "drivers/sim/cell_tables.hpp"

#include <algorithm>

namespace rig::sim {
namespace {

// Linear interpolation of one column of the published table.
template <class Column>
double published(double percent, Column column) noexcept {
  std::size_t k = 1;
  while (k + 1 < open_circuit.size() && open_circuit[k].soc_percent < percent) {
    ++k;
  }
  const OpenCircuitPoint& a = open_circuit[k - 1];
  const OpenCircuitPoint& b = open_circuit[k];
  return column(a) + (column(b) - column(a)) * (percent - a.soc_percent) / (b.soc_percent - a.soc_percent);
}

template <class Column>
void fill(std::array<OpenCircuitGrid::Segment, OpenCircuitGrid::segments>& table, Column column) noexcept {
  constexpr double percent_per_segment = 100.0 / OpenCircuitGrid::segments;
  for (std::size_t k = 0; k < table.size(); ++k) {
    const double position = static_cast<double>(k);
    const double left = published(position * percent_per_segment, column);
    const double right = published((position + 1.0) * percent_per_segment, column);
    table[k] = {left - (right - left) * position, right - left};
  }
}

double mix(double a, double b, double part) noexcept { return a + (b - a) * part; }

}  // namespace

OpenCircuitGrid::OpenCircuitGrid() noexcept {
  fill(mean_, [](const OpenCircuitPoint& p) { return p.mean; });
  fill(half_gap_, [](const OpenCircuitPoint& p) { return p.half_gap; });
  fill(volts_per_kelvin_, [](const OpenCircuitPoint& p) { return p.mv_per_kelvin * 1e-3; });
}

const OpenCircuitGrid& open_circuit_grid() noexcept {
  static const OpenCircuitGrid grid;
  return grid;
}

Resistances ResistanceCurve::at(double soc) const noexcept {
  const double x = std::clamp(soc, 0.0, 1.0) * 10.0;
  const std::size_t k = std::min<std::size_t>(static_cast<std::size_t>(x), nodes.size() - 2);
  const double part = x - static_cast<double>(k);
  const Resistances& a = nodes[k];
  const Resistances& b = nodes[k + 1];
  return {mix(a.r0, b.r0, part), mix(a.r1, b.r1, part), mix(a.r2, b.r2, part)};
}

ResistanceCurve resistance_curve(double celsius, bool charging) noexcept {
  const auto& temperatures = resistance_temperatures;
  const double t = std::clamp(celsius, temperatures.front(), temperatures.back());
  std::size_t k = 1;
  while (k + 1 < temperatures.size() && temperatures[k] < t) {
    ++k;
  }
  const double part = (t - temperatures[k - 1]) / (temperatures[k] - temperatures[k - 1]);
  const auto& rows = resistance[charging ? 1 : 0];
  ResistanceCurve curve;
  for (std::size_t i = 0; i < curve.nodes.size(); ++i) {
    const Resistances& a = rows[k - 1][i];
    const Resistances& b = rows[k][i];
    curve.nodes[i] = {mix(a.r0, b.r0, part) * 1e-3, mix(a.r1, b.r1, part) * 1e-3, mix(a.r2, b.r2, part) * 1e-3};
  }
  return curve;
}

}  // namespace rig::sim
