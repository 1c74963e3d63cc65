#pragma once
#include "rig/model/rule_inputs.hpp"

namespace rig {

// Battery voltage and current tremble with each reading, and hardly ever does a rule answer differently for it. So a
// zone is laid around each, and whoever asks rules notes which of them answer the same all over it: these need not be
// asked again before the input leaves its zone. The other inputs move seldom and have none.
class CalmInputs {
 public:
  // Everything is asked again.
  void restart() noexcept { battery_ = current_ = none; }

  // The bits of the fresh inputs that have left their zones; those get a new one, in which the rules that look at them
  // have to be asked.
  std::uint8_t follow(const RuleInputs& in) noexcept {
    std::uint8_t stirred = in.fresh;
    follow(battery_, in.battery, battery_margin, fresh::battery, stirred);
    follow(current_, in.current, current_margin, fresh::current, stirred);
    return stirred;
  }
  // Battery voltage and current as wide as their zones, all else as it is.
  [[nodiscard]] RuleInputs zone(const RuleInputs& in) const noexcept {
    RuleInputs wide = in;
    wide.battery = battery_;
    wide.current = current_;
    return wide;
  }

 private:
  // Many times the noise of a reading, and a small part of the way between two thresholds.
  static constexpr double battery_margin = 0.05;  // V
  static constexpr double current_margin = 0.5;   // A
  static constexpr Interval none{infinity, -infinity};

  static void follow(Interval& zone, Interval value, double margin, std::uint8_t bit, std::uint8_t& stirred) noexcept {
    if ((stirred & bit) == 0) {
      return;
    }
    if (value.lo >= zone.lo && value.hi <= zone.hi) {
      stirred &= static_cast<std::uint8_t>(~bit);
    } else {
      zone = widened(value, margin);
    }
  }

  Interval battery_ = none, current_ = none;
};

}  // namespace rig
