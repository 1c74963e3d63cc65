#include "rig/instrument/power_supply.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void PowerSupply::declare(Declarations& out) {
  const SupplyRatings r = ratings();
  signals_.voltage = out.signal(
      "voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage at the supply's terminals"));
  signals_.current =
      out.signal("current", reading(dimension::current, r.current_uncertainty, r.max_age, "current out of the supply"));
  signals_.power = out.signal("power", reading(dimension::power,
                                               power_uncertainty(r.voltage_uncertainty, r.voltage.value(),
                                                                 r.current_uncertainty, r.current.value()),
                                               r.max_age, "power delivered"));
  signals_.output = out.signal("output", confirmed(dimension::boolean, "output is on, read back"));
  signals_.regulation = out.signal("regulation", {.origin = Origin::measured,
                                                  .help = "how the supply regulates now",
                                                  .max_age = r.max_age,
                                                  .labels = regulation_labels()});
  signals_.voltage_set = out.signal("voltage_set", confirmed(dimension::voltage, "voltage set-point in force"));
  signals_.current_set = out.signal("current_set", confirmed(dimension::current, "current limit in force"));
  signals_.power_set = out.signal("power_set", confirmed(dimension::power, "power limit in force"));
  commands_.voltage = out.command(
      "voltage_set", {.dimension = dimension::voltage, .range = {0.0, r.voltage.value()}, .help = "output voltage"});
  commands_.current = out.command(
      "current_set", {.dimension = dimension::current, .range = {0.0, r.current.value()}, .help = "current limit"});
  commands_.power = out.command(
      "power_set",
      {.dimension = dimension::power, .range = {0.0, r.power.value()}, .safe = r.power.value(), .help = "power limit"});
  commands_.output = out.command(
      "output", {.dimension = dimension::boolean, .range = {0.0, 1.0}, .help = "output on or off", .energises = true});
  last_ = {.power = r.power};
}

void PowerSupply::sample(const Tick& tick, SignalTable& out) noexcept {
  const SupplyReading r = measure(tick);
  if (r.fresh) {
    const Quality quality = quality_of(r.valid);
    out.write(signals_.voltage, r.voltage.value(), r.time, quality);
    out.write(signals_.current, r.current.value(), r.time, quality);
    out.write(signals_.power, r.voltage.value() * r.current.value(), r.time, quality);
    out.write(signals_.regulation, static_cast<double>(r.regulation), r.time, quality);
  }
  confirm(out, signals_.output, r.output ? 1.0 : 0.0, tick.start);
  if (news_ || !out[signals_.power_set].good()) {  // set-points in force move only in apply()
    news_ = false;
    confirm(out, signals_.voltage_set, last_.voltage.value(), tick.start);
    confirm(out, signals_.current_set, last_.current.value(), tick.start);
    confirm(out, signals_.power_set, last_.power.value(), tick.start);
  }
}

void PowerSupply::apply(const Tick&, const CommandRow& row) noexcept {
  if (row.version() == version_) {
    return;
  }
  version_ = row.version();
  last_ = {Volts{row[commands_.voltage]}, Amps{row[commands_.current]}, Watts{row[commands_.power]},
           row[commands_.output] != 0.0};
  news_ = true;
  command(last_);
}

}  // namespace rig
