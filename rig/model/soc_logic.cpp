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
  const double most = std::max(std::abs(current.lo), std::abs(current.hi));
  if (!(most < infinity)) {
    restart();  // across an unknown current every step may be right
  }
  Report report{now, soc.time, 0.0};
  if (count_ > 0) {
    const Report& last = reports_[(count_ - 1) % reports_.size()];
    report.flow = last.flow + (std::max(0.0, soc.time - last.time) + report_jitter) * most / capacity_.lo;
  }
  double worst = -infinity;
  for (std::size_t i = 0; i < std::min(count_, reports_.size()); ++i) {
    const Report& before = reports_[i];
    const double elapsed = std::max(0.0, soc.time - before.time) + report_jitter;
    // Both ends of the step are rounded: twice half a step of the report.
    const double allowed = elapsed * fastest_correction + report.flow - before.flow + soc.latest.width();
    if (std::abs(now - before.soc) - allowed > worst) {
      worst = std::abs(now - before.soc) - allowed;
      step_ = now - before.soc;
      allowed_ = Interval::around(0.0, allowed);
    }
  }
  reports_[count_ % reports_.size()] = report;
  ++count_;
  latest_ = soc.latest;
}

Interval SocLogic::remaining(double tolerance) const noexcept {
  const Interval soc = widened(latest_, tolerance);
  return {std::max(0.0, soc.lo) * capacity_.lo, soc.hi * capacity_.hi};
}

}  // namespace rig
