#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "drivers/sim/cell_tables.hpp"

namespace rig::sim {

// How one pack's cells differ from the published tables; all drawn, all bounded.
struct CurvePerturbation {
  struct Wave {
    double amplitude = 0, phase = 0;  // V, rad
  };
  std::array<Wave, 3> ocv{};  // wave k has k half periods over the SOC
  double hysteresis = 1;      // factor
  double r0 = 1, r1 = 1, r2 = 1;
  double by_temperature = 0;  // relative, at 70 degC; the opposite at -20 degC
  double by_soc = 0;          // relative, at full; the opposite at empty

  [[nodiscard]] double ocv_shift(double soc) const noexcept;
  [[nodiscard]] double resistance_shape(double celsius, double soc) const noexcept;
};

inline constexpr double largest_ocv_shift = 0.003;  // V at scale 1
CurvePerturbation draw_perturbation(double scale, std::uint64_t seed);

// One pack's curves on uniform grids, where one multiplication finds the place.
class CellCurves {
 public:
  // The open-circuit voltage near one SOC is base + slope * soc, V.
  struct Tangent {
    double base, slope, hysteresis, entropy;
  };
  CellCurves() = default;  // empty, of no use
  CellCurves(const CellTables& tables, const CurvePerturbation& perturbation);
  [[nodiscard]] Tangent tangent(double soc) const noexcept;
  [[nodiscard]] Resistances resistances(bool charge, double celsius, double soc) const noexcept;
  [[nodiscard]] double tau1() const noexcept { return tau1_; }
  [[nodiscard]] double tau2() const noexcept { return tau2_; }

 private:
  void resample_ocv(const CellTables& tables, const CurvePerturbation& perturbation);
  void resample_resistances(const CellTables& tables, const CurvePerturbation& perturbation);

  struct Point {
    double ocv, hysteresis, entropy;
  };
  std::vector<Point> ocv_;
  std::array<std::vector<Resistances>, 2> resistances_;  // [direction][temperature * columns + soc]
  double tau1_ = 0, tau2_ = 0;
};

}  // namespace rig::sim
