#pragma once
#include <optional>

#include "rig/model/measured.hpp"

namespace rig {

// What bounds the way from the skin to the cells: intervals, so that one set of numbers holds for all packs of a type.
struct ThermalBounds {
  Interval heat_capacity{33e3, 46e3};  // of all cells, J/K
  Interval conductance{40.0, 95.0};    // from the cells to the skin, W/K
  // Heat of the pack by current squared, Ohm; the upper end grows towards the cold up to `cold_resistance` at -20 degC.
  Interval resistance{0.004, 0.036};
  double cold_resistance = 0.38;
  double hysteresis = 0.25;         // heat by current of the whole pack, V
  Interval entropy{-8e-3, 2.6e-3};  // dU/dT of the whole pack, V/K
  double skin_lag = 40.0;           // longest lag of the thermometer on the skin, s
  double sensor_lag = 60.0;         // longest lag of the pack's own sensors, s
  double spread = 1.5;              // between one cell and the mean, K
  double soaked = 1.0;              // how well a soaked start is known, K
  double unknown = 15.0;            // how far unknown cells may be from their skin, K
};

// Where the cells' temperature may be, degC.
// By the rig: the interval solution of C dT/dt = heat + G (T_skin - T). Both ends follow their own equation with the
// least favourable C, G and heat at each moment, so no pack inside the bounds can leave it, and it contracts with the
// slowest time constant that the bounds allow. It does not know what the pack reports.
// By the pack: its report, once it has agreed with the rig's interval in several comparisons.
class CellTemperature {
 public:
  explicit CellTemperature(const ThermalBounds& bounds = {}) : bounds_(bounds) {}
  // `soaked`: the pack has stood at this temperature, degC, until now.
  void restart(std::optional<double> soaked = {}) noexcept;
  // now and step in s; skin and reported in degC, current in A. `tolerance` (K) is what the report may be off. Works
  // only when a reading of skin or pack is new.
  void update(double now, double step, const MeasuredValue& skin, const MeasuredValue& reported, Interval current,
              double tolerance) noexcept;

  // By everything that is known.
  [[nodiscard]] Interval mean() const noexcept { return mean_; }
  // By the rig alone.
  [[nodiscard]] Interval independent() const noexcept { return own_; }
  // What a true report may show now: sensors follow the cells with a lag. Without the tolerance.
  [[nodiscard]] Interval report() const noexcept { return report_; }
  // No cell is hotter than .hi of hottest(), and one is at least as hot as its .lo; likewise the coldest.
  [[nodiscard]] Interval hottest() const noexcept { return {mean_.lo, mean_.hi + bounds_.spread}; }
  [[nodiscard]] Interval coldest() const noexcept { return {mean_.lo - bounds_.spread, mean_.hi}; }
  // What the pack's own rules look at, and its extreme sensors: its logic is judged on what it reports, as long as what
  // the rig knows of the cells does not contradict that. Whether the sensors are right is another question.
  struct Sensed {
    Interval mean, hottest, coldest;  // degC
  };
  [[nodiscard]] Sensed sensed(const MeasuredValue& reported, double tolerance) const noexcept;
  // The pack's report has agreed with the rig's own bounds in this run.
  [[nodiscard]] bool cross_checked() const noexcept { return agrees_ && compared_ >= cross_checks; }

  // A comparison with a wider interval proves nothing, K.
  static constexpr double comparable = 8.0;
  static constexpr int cross_checks = 5;

 private:
  void follow(Interval skin, double elapsed) noexcept;
  void compare(const MeasuredValue& reported, double tolerance) noexcept;
  [[nodiscard]] Interval heat(double elapsed) noexcept;
  [[nodiscard]] Interval rate(Interval heat, Interval skin) const noexcept;

  ThermalBounds bounds_;
  Interval cells_;   // as the skin's thermometer would see them: later by its lag
  Interval own_;     // now
  Interval report_;  // as the pack's sensors see them
  Interval mean_;
  std::optional<double> soaked_;
  double last_ = 0.0;           // s, when cells_ was right
  Interval current_{0.0, 0.0};  // A, since then
  double recent_ = 0.0;         // A, the largest current of the last minutes: polarisation keeps heating
  bool started_ = false;
  bool any_current_ = false;
  bool agrees_ = true;
  int compared_ = 0;
};

}  // namespace rig
