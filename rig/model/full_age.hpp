#pragma once
#include <optional>

#include "rig/core/math.hpp"

namespace rig {

// How long ago the reported SOC was last at full (97 %), as far as the run, or what the case knows of its start, tells.
class FullAge {
 public:
  explicit FullAge(double full) : full_(full) {}
  // `since_full`: s before the start, when the case knows it.
  void restart(std::optional<double> since_full) noexcept {
    possible_ = since_full ? -*since_full : 0.0;
    certain_ = since_full ? -*since_full : -infinity;
  }
  void update(double now, Interval reported_soc) noexcept {
    possible_ = reported_soc.hi >= full_ ? now : possible_;
    certain_ = reported_soc.lo >= full_ ? now : certain_;
  }
  [[nodiscard]] Interval value(double now) const noexcept { return {now - possible_, now - certain_}; }

 private:
  double full_;
  double possible_ = 0.0;       // when it last may have been full, s
  double certain_ = -infinity;  // when it last was for sure, s
};

}  // namespace rig
