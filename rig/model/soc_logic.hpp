#pragma once
#include "rig/core/math.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// Whether the numbers that a pack tells about its charge fit each other, whatever the truth is: SOC does not jump, and
// the charge that is left is SOC times a capacity that the pack can have.
class SocLogic {
 public:
  explicit SocLogic(Interval capacity) : capacity_(capacity) {}
  void restart() noexcept { has_last_ = false; }
  // Once for each report; `current` is where the current has been since the one before, A.
  void update(const MeasuredValue& soc, Interval current) noexcept;

  // From the report before to this one, and what it may be; false: there is none before.
  [[nodiscard]] bool has_step() const noexcept { return has_step_; }
  [[nodiscard]] double step() const noexcept { return step_; }
  [[nodiscard]] Interval allowed_step() const noexcept { return allowed_; }
  [[nodiscard]] Interval capacity() const noexcept { return capacity_; }
  // What may be left at the latest SOC, A*s. `tolerance` of SOC.
  [[nodiscard]] Interval remaining(double tolerance) const noexcept;

 private:
  Interval capacity_;
  Interval latest_;
  double last_ = 0.0, last_time_ = 0.0;  // s
  double step_ = 0.0;
  Interval allowed_;
  bool has_last_ = false, has_step_ = false;
};

}  // namespace rig
