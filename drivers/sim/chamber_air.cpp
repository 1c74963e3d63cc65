#include "drivers/sim/chamber_air.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/math.hpp"

namespace rig::sim {
namespace {
constexpr double damping = 0.5;
// Overshoot of a system of second order with this damping at the end of a ramp, in units of rate / stiffness.
constexpr double overshoot_per_rate = 0.2985;
constexpr double fastest = 1.0;  // 1/s, what steps of half a second can follow
// The gradient is given for this distance from room temperature: it comes from losses through the walls.
constexpr double gradient_span = 40.0;  // K

double drawn(Random& random, double within) noexcept { return within * (2.0 * random.uniform() - 1.0); }
}  // namespace

void ChamberAir::fit(const AirParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  random_ = Random(seed, "chamber.air");
  fitted_ = true;
  stiffness_ = std::min(overshoot_per_rate * parameters.heating_rate / parameters.overshoot, fastest);
  sensor_error_ = drawn(random_, 0.9 * parameters.control_error);
  place_ = drawn(random_, parameters.gradient) / gradient_span;
  soak(parameters.room);
}

// The controller has settled on its own reading of this temperature; so the air itself is where it is asked for.
void ChamberAir::soak(double celsius) noexcept {
  air_ = target_ = celsius;
  set = celsius;
  speed_ = 0;
  wander_ = 0;
  run = true;
}

double ChamberAir::at_pack() const noexcept { return at_sensor() + place_ * (air_ - parameters_.room); }

void ChamberAir::step(double dt) noexcept {
  const AirParameters& p = parameters_;
  if (!run) {
    air_ += (p.room - air_) * (1.0 - exact_exp(-dt / p.drift_time));
    target_ = air_;  // the next ramp begins here
    speed_ = 0;
  } else {
    // The controller regulates what it reads: the air ends beside the set-point by the sensor's error.
    target_ += std::clamp(set - sensor_error_ - target_, -p.cooling_rate * dt, p.heating_rate * dt);
    const double pull = stiffness_ * stiffness_ * (target_ - air_) - 2.0 * damping * stiffness_ * speed_;
    speed_ += pull * dt;
    air_ += speed_ * dt;
  }
  // First-order noise of the given deviation; it stays small because normal() is bounded.
  const double share = dt / p.fluctuation_time;
  wander_ += -share * wander_ + p.fluctuation * std::sqrt(2.0 * share) * random_.normal();
}

}  // namespace rig::sim
