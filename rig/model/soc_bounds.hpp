#pragma once
#include "rig/core/math.hpp"

namespace rig {

// Where the reported SOC may be: anchored at the first report, moved by the measured charge over a capacity that is
// known as an interval, with the corrections that a pack makes at full and at empty.
class SocBounds {
 public:
  explicit SocBounds(Interval capacity = {95.0 * 3600, 112.0 * 3600}) : capacity_(capacity) {}
  void restart() noexcept {
    bounds_ = {0.0, 1.0};
    anchored_ = false;
  }
  void anchor(Interval reported) noexcept {
    if (!anchored_) {
      bounds_ = reported;
      anchored_ = true;
    }
  }
  // current in A, step in s, battery in V with `cells` cells.
  void update(double step, Interval current, Interval battery, double cells) noexcept {
    if (!anchored_) {
      return;
    }
    const double least = current.lo / (current.lo < 0 ? capacity_.lo : capacity_.hi);
    const double most = current.hi / (current.hi < 0 ? capacity_.hi : capacity_.lo);
    bounds_.lo = std::clamp(bounds_.lo + least * step, 0.0, 1.0);
    bounds_.hi = std::clamp(bounds_.hi + most * step, 0.0, 1.0);
    // A battery voltage that is not known says nothing about full or empty.
    if (battery.lo > -infinity && battery.hi < infinity) {
      bounds_.hi = battery.hi > full_cell * cells ? 1.0 : bounds_.hi;
      bounds_.lo = battery.lo < empty_cell * cells ? 0.0 : bounds_.lo;
    }
  }
  [[nodiscard]] Interval value() const noexcept { return bounds_; }
  [[nodiscard]] bool anchored() const noexcept { return anchored_; }

  // A pack may correct to 100 % from here on and to 0 % below, V per cell (charge and discharge voltage, manual 3).
  static constexpr double full_cell = 3.45;
  static constexpr double empty_cell = 2.92;

 private:
  Interval capacity_;
  Interval bounds_{0.0, 1.0};
  bool anchored_ = false;
};

// Open-circuit voltage of a healthy LFP cell at 25 degC with its hysteresis, V, as bounds for an SOC interval. The
// reference's own coarse table (Naumann 2018 by way of SimSES, rounded), never the plant's.
Interval healthy_ocv(Interval soc) noexcept;

}  // namespace rig
