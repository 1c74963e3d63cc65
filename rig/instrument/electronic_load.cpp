#include "rig/instrument/electronic_load.hpp"

#include "rig/instrument/role_signals.hpp"

namespace rig {

void ElectronicLoad::declare(Declarations& out) {
  const SupplyRatings r = ratings();
  signals_.voltage = out.signal(
      "voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage at the load's terminals"));
  signals_.current =
      out.signal("current", reading(dimension::current, r.current_uncertainty, r.max_age, "current into the load"));
  signals_.power = out.signal("power", reading(dimension::power,
                                               power_uncertainty(r.voltage_uncertainty, r.voltage.value(),
                                                                 r.current_uncertainty, r.current.value()),
                                               r.max_age, "power taken"));
  signals_.input = out.signal("input", confirmed(dimension::boolean, "input is on, read back"));
  signals_.regulation = out.signal("regulation", {.origin = Origin::measured,
                                                  .help = "how the load regulates now",
                                                  .max_age = r.max_age,
                                                  .labels = regulation_labels()});
  const std::vector<std::string> modes{"constant_current", "constant_power", "constant_voltage"};
  signals_.mode = out.signal("mode", {.origin = Origin::commanded, .help = "mode in force", .labels = modes});
  signals_.voltage_set = out.signal("voltage_set", confirmed(dimension::voltage, "voltage set-point in force"));
  signals_.current_set = out.signal("current_set", confirmed(dimension::current, "current set-point in force"));
  signals_.power_set = out.signal("power_set", confirmed(dimension::power, "power set-point in force"));
  commands_.mode =
      out.command("mode", {.range = {0.0, 2.0}, .help = "constant_current, constant_power, constant_voltage"});
  commands_.current = out.command(
      "current_set", {.dimension = dimension::current, .range = {0.0, r.current.value()}, .help = "current to take"});
  commands_.power = out.command(
      "power_set", {.dimension = dimension::power, .range = {0.0, r.power.value()}, .help = "power to take"});
  commands_.voltage = out.command("voltage_set", {.dimension = dimension::voltage,
                                                  .range = {0.0, r.voltage.value()},
                                                  .safe = r.voltage.value(),
                                                  .help = "voltage to hold"});
  commands_.input = out.command(
      "input", {.dimension = dimension::boolean, .range = {0.0, 1.0}, .help = "input on or off", .energises = true});
  last_ = {.voltage = r.voltage};
}

void ElectronicLoad::sample(const Tick& tick, SignalTable& out) noexcept {
  const LoadReading r = measure(tick);
  if (r.fresh) {
    const Quality quality = quality_of(r.valid);
    out.write(signals_.voltage, r.voltage.value(), r.time, quality);
    out.write(signals_.current, r.current.value(), r.time, quality);
    out.write(signals_.power, r.voltage.value() * r.current.value(), r.time, quality);
    out.write(signals_.regulation, static_cast<double>(r.regulation), r.time, quality);
  }
  confirm(out, signals_.input, r.input ? 1.0 : 0.0, tick.start);
  if (news_ || !out[signals_.power_set].good()) {  // set-points in force move only in apply()
    news_ = false;
    confirm(out, signals_.mode, static_cast<double>(last_.mode), tick.start);
    confirm(out, signals_.voltage_set, last_.voltage.value(), tick.start);
    confirm(out, signals_.current_set, last_.current.value(), tick.start);
    confirm(out, signals_.power_set, last_.power.value(), tick.start);
  }
}

void ElectronicLoad::apply(const Tick&, const CommandRow& row) noexcept {
  if (row.version() == version_) {
    return;
  }
  version_ = row.version();
  last_ = {static_cast<LoadMode>(static_cast<int>(row[commands_.mode])), Amps{row[commands_.current]},
           Watts{row[commands_.power]}, Volts{row[commands_.voltage]}, row[commands_.input] != 0.0};
  news_ = true;
  command(last_);
}

}  // namespace rig
