#include "rig/instrument/thermometer.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void Thermometer::declare(Declarations& out) {
  const Ratings r = ratings();
  temperature_ = out.signal("temperature", reading(dimension::temperature, r.uncertainty, r.max_age, "temperature"));
}

void Thermometer::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    out.write(temperature_, r.temperature.value(), r.time, quality_of(r.valid));
  }
}

}  // namespace rig
