#pragma once
#include <cstdint>

#include "rig/core/random.hpp"

namespace rig::sim {

// Numbers of a standard test cabinet with a pack in it.
struct AirParameters {
  double heating_rate = 2.0 / 60;  // K/s at the air
  double cooling_rate = 1.5 / 60;  // K/s
  double overshoot = 0.7;          // K, at the end of a heating ramp
  double control_error = 0.3;      // K, the controller's sensor is off by at most this
  double gradient = 0.5;           // K, place of the pack against the sensor at 40 K from room temperature
  double fluctuation = 0.05;       // K, standard deviation of the air
  double fluctuation_time = 60;    // s
  double room = 25;                // degC
  double drift_time = 3600;        // s, towards room temperature when off
};

// The air of a temperature chamber. A generator moves the target along a ramp; the air follows it as a system of second
// order, which is what a PI-controlled cabinet looks like from outside: a constant lag on the ramp, one overshoot at
// its end. Switched off it drifts to room temperature.
class ChamberAir {
 public:
  void fit(const AirParameters& parameters, std::uint64_t seed);
  [[nodiscard]] bool fitted() const noexcept { return fitted_; }
  // Everything in it has been at this temperature for hours.
  void soak(double celsius) noexcept;
  void step(double dt) noexcept;

  // At the controller's sensor and at the pack, degC.
  [[nodiscard]] double at_sensor() const noexcept { return air_ + wander_; }
  [[nodiscard]] double at_pack() const noexcept;
  // What the controller takes the air for.
  [[nodiscard]] double seen() const noexcept { return at_sensor() + sensor_error_; }

  double set = 25;  // degC
  bool run = true;

 private:
  AirParameters parameters_;
  Random random_{0};
  bool fitted_ = false;
  double stiffness_ = 0;                       // 1/s
  double sensor_error_ = 0, place_ = 0;        // K; K per K from room temperature
  double air_ = 25, speed_ = 0, target_ = 25;  // degC, K/s, degC
  double wander_ = 0;                          // K
};

}  // namespace rig::sim
