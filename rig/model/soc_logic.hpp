#pragma once
#include <array>
#include <cstddef>

#include "rig/core/math.hpp"
#include "rig/model/measured.hpp"

namespace rig {

// Whether the numbers that a pack tells about its charge fit each other, whatever the truth is: SOC neither jumps nor
// creeps faster than a correction may, and the charge that is left is SOC times a capacity that the pack can have.
class SocLogic {
 public:
  explicit SocLogic(Interval capacity) : capacity_(capacity) {}
  void restart() noexcept { count_ = 0; }
  // Once for each report; `current` is where the current has been since the one before, A.
  void update(const MeasuredValue& soc, Interval current) noexcept;

  // To this report from that one of the last few from which it comes nearest to, or furthest beyond, what it may be;
  // and that. False: there is none before.
  [[nodiscard]] bool has_step() const noexcept { return count_ > 1; }
  [[nodiscard]] double step() const noexcept { return step_; }
  [[nodiscard]] Interval allowed_step() const noexcept { return allowed_; }
  [[nodiscard]] Interval capacity() const noexcept { return capacity_; }
  // What may be left at the latest SOC, A*s. `tolerance` of SOC.
  [[nodiscard]] Interval remaining(double tolerance) const noexcept;

 private:
  struct Report {
    double soc = 0.0, time = 0.0;  // s
    double flow = 0.0;             // SOC that may have flowed since the first report
  };
  Interval capacity_;
  Interval latest_;
  std::array<Report, 8> reports_{};  // the oldest is overwritten
  std::size_t count_ = 0;            // since the restart
  double step_ = 0.0;
  Interval allowed_;
};

}  // namespace rig
