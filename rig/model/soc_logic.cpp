#include "rig/model/soc_logic.hpp"

namespace rig {
namespace {

// A correction moves by at most 1 %/s (GTX-SOC-03), as exactly as a pack counts time.
constexpr double fastest_correction = 0.0125;  // 1/s
// A report may show a moment up to this much before or after its place in the period, s.
constexpr double report_jitter = 0.7;

}  // namespace

void SocLogic::update(const MeasuredValue& soc, Interval current) noexcept {
  const double now = soc.latest.middle();
  has_step_ = has_last_;
  if (has_last_) {
    const double elapsed = std::max(0.0, soc.time - last_time_) + report_jitter;
    const double most = std::max(std::abs(current.lo), std::abs(current.hi));
    const double flow = most < infinity ? most / capacity_.lo : infinity;
    step_ = now - last_;
    // Both ends of the step are rounded: twice half a step of the report.
    allowed_ = Interval::around(0.0, elapsed * (fastest_correction + flow) + soc.latest.width());
  }
  latest_ = soc.latest;
  last_ = now;
  last_time_ = soc.time;
  has_last_ = true;
}

Interval SocLogic::remaining(double tolerance) const noexcept {
  const Interval soc = widened(latest_, tolerance);
  return {std::max(0.0, soc.lo) * capacity_.lo, soc.hi * capacity_.hi};
}

}  // namespace rig
