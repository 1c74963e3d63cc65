#pragma once
#include <array>
#include <cstddef>

namespace rig::sim {

// The tables of one cell, as published (cell_table_data.cpp names the sources).
struct OpenCircuitPoint {
  double soc_percent;
  double mean;         // V
  double half_gap;     // V, half of the gap between charge and discharge
  double mv_per_kelvin;
};
struct Resistances {  // mOhm
  double r0, r1, r2;
};
using ResistanceRow = std::array<Resistances, 11>;  // SOC 0, 10 ... 100 %
extern const std::array<OpenCircuitPoint, 52> open_circuit;
extern const std::array<std::array<ResistanceRow, 8>, 2> resistance;
inline constexpr std::array<double, 8> resistance_temperatures = {-20, -10, 0, 10, 25, 40, 50, 60};  // degC
inline constexpr double tau1 = 20.0;   // s
inline constexpr double tau2 = 400.0;  // s

// The open-circuit curve on a uniform grid of half a per cent. All points of the published table lie on it, so that this
// is the published curve itself, also in its steep ends. Beyond 0 and 100 % the last slopes go on.
class OpenCircuitGrid {
 public:
  static constexpr int segments = 200;
  struct Segment {  // mean OCV = at_zero + slope * (soc * segments)
    double at_zero;
    double slope;
  };
  OpenCircuitGrid() noexcept;
  [[nodiscard]] static int index(double soc) noexcept {
    const int k = static_cast<int>(soc * segments);
    return k < 0 ? 0 : (k >= segments ? segments - 1 : k);
  }
  [[nodiscard]] double mean(double soc) const noexcept {
    const Segment& s = mean_[static_cast<std::size_t>(index(soc))];
    return s.at_zero + s.slope * (soc * segments);
  }
  [[nodiscard]] double half_gap(double soc) const noexcept { return held(half_gap_, soc); }
  [[nodiscard]] double volts_per_kelvin(double soc) const noexcept { return held(volts_per_kelvin_, soc); }
  [[nodiscard]] const std::array<Segment, segments>& mean_segments() const noexcept { return mean_; }

 private:
  using Segments = std::array<Segment, segments>;
  // Does not extrapolate: the end values hold.
  static double held(const Segments& table, double soc) noexcept {
    const double inside = soc < 0.0 ? 0.0 : (soc > 1.0 ? 1.0 : soc);
    const Segment& s = table[static_cast<std::size_t>(index(inside))];
    return s.at_zero + s.slope * (inside * segments);
  }
  Segments mean_{}, half_gap_{}, volts_per_kelvin_{};
};
const OpenCircuitGrid& open_circuit_grid() noexcept;

// The resistances over SOC at one temperature and direction, in Ohm. Outside -20..60 degC the end rows hold.
struct ResistanceCurve {
  std::array<Resistances, 11> nodes{};
  [[nodiscard]] Resistances at(double soc) const noexcept;
};
ResistanceCurve resistance_curve(double celsius, bool charging) noexcept;

}  // namespace rig::sim
