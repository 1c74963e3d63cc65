#include "rig/instrument/meter.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void Meter::declare(Declarations& out) {
  const Ratings r = ratings();
  voltage_ =
      out.signal("voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage across P+/P-"));
  has_shunt_ = r.current_uncertainty.has_value();
  if (has_shunt_) {
    current_ = out.signal("current", reading(dimension::current, *r.current_uncertainty, r.max_age,
                                             "current through its shunt, charging positive"));
  }
}

void Meter::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    out.write(voltage_, r.voltage.value(), r.time, quality_of(r.valid));
    if (has_shunt_) {
      out.write(current_, r.current.value(), r.time, quality_of(r.valid));
    }
  }
}

}  // namespace rig
