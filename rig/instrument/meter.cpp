#include "rig/instrument/meter.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void Meter::declare(Declarations& out) {
  const Ratings r = ratings();
  voltage_ =
      out.signal("voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage across P+/P-"));
}

void Meter::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    out.write(voltage_, r.voltage.value(), r.time, quality_of(r.valid));
  }
}

}  // namespace rig
