#pragma once
#include "rig/model/measured.hpp"

namespace rig {

// Where the cells' temperature may be, degC: by the rig's thermometer on the skin, the heat that the measured current
// makes and the time that the pack takes to follow; and by the pack's own report once that has been cross-checked.
class CellTemperature {
 public:
  void restart() noexcept {
    mean_ = {};
    cross_checked_ = false;
  }
  // now and step in s; skin and reported in degC, current in A. `tolerance` (K) is what the report may be off.
  void update(double now, double step, const MeasuredValue& skin, const MeasuredValue& reported, Interval current,
              double tolerance) noexcept;

  [[nodiscard]] Interval mean() const noexcept { return mean_; }
  // No cell is hotter than .hi of hottest(), and one is at least as hot as its .lo; likewise the coldest.
  [[nodiscard]] Interval hottest() const noexcept { return {mean_.lo, mean_.hi + spread_}; }
  [[nodiscard]] Interval coldest() const noexcept { return {mean_.lo - spread_, mean_.hi}; }
  // The pack's report has agreed with the rig's own bounds in this run.
  [[nodiscard]] bool cross_checked() const noexcept { return cross_checked_; }

 private:
  Interval mean_;
  double spread_ = 1.5;  // K, between a cell's sensor and the mean
  bool cross_checked_ = false;
};

}  // namespace rig
