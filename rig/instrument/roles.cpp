#include "rig/instrument/roles.hpp"

namespace rig {
namespace {

const std::vector<std::string> regulation_labels{"off", "constant_voltage", "constant_current", "constant_power"};

SignalSpec reading(Dimension dimension, Uncertainty uncertainty, Duration max_age, std::string help) {
  return {.dimension = dimension,
          .origin = Origin::measured,
          .help = std::move(help),
          .uncertainty = uncertainty,
          .max_age = max_age};
}

// A set-point as the instrument confirmed it.
SignalSpec confirmed(Dimension dimension, std::string help) {
  return {.dimension = dimension, .origin = Origin::commanded, .help = std::move(help)};
}

// U(V*I) from U(V) and U(I): both relative parts add, the absolute ones count at full scale of the other.
Uncertainty power_uncertainty(const SupplyRatings& r) {
  return {r.voltage_uncertainty.absolute * r.current.value() + r.current_uncertainty.absolute * r.voltage.value(),
          r.voltage_uncertainty.relative + r.current_uncertainty.relative};
}

constexpr Quality quality_of(bool valid) noexcept { return valid ? Quality::good : Quality::invalid; }

void confirm(SignalTable& table, SignalId id, double value, TimePoint time) noexcept {
  if (!table[id].good() || table[id].value != value) {
    table.write(id, value, time);
  }
}

}  // namespace

void PowerSupply::declare(Declarations& out) {
  const SupplyRatings r = ratings();
  signals_.voltage = out.signal(
      "voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage at the supply's terminals"));
  signals_.current =
      out.signal("current", reading(dimension::current, r.current_uncertainty, r.max_age, "current out of the supply"));
  signals_.power = out.signal("power", reading(dimension::power, power_uncertainty(r), r.max_age, "power delivered"));
  signals_.output = out.signal("output", confirmed(dimension::boolean, "output is on, read back"));
  signals_.regulation = out.signal("regulation", {.origin = Origin::measured,
                                                  .help = "how the supply regulates now",
                                                  .max_age = r.max_age,
                                                  .labels = regulation_labels});
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
  confirm(out, signals_.voltage_set, last_.voltage.value(), tick.start);
  confirm(out, signals_.current_set, last_.current.value(), tick.start);
  confirm(out, signals_.power_set, last_.power.value(), tick.start);
}

void PowerSupply::apply(const Tick&, const CommandRow& row) noexcept {
  if (row.version() == version_) {
    return;
  }
  version_ = row.version();
  last_ = {Volts{row[commands_.voltage]}, Amps{row[commands_.current]}, Watts{row[commands_.power]},
           row[commands_.output] != 0.0};
  command(last_);
}

void ElectronicLoad::declare(Declarations& out) {
  const SupplyRatings r = ratings();
  signals_.voltage = out.signal(
      "voltage", reading(dimension::voltage, r.voltage_uncertainty, r.max_age, "voltage at the load's terminals"));
  signals_.current =
      out.signal("current", reading(dimension::current, r.current_uncertainty, r.max_age, "current into the load"));
  signals_.power = out.signal("power", reading(dimension::power, power_uncertainty(r), r.max_age, "power taken"));
  signals_.input = out.signal("input", confirmed(dimension::boolean, "input is on, read back"));
  signals_.regulation = out.signal("regulation", {.origin = Origin::measured,
                                                  .help = "how the load regulates now",
                                                  .max_age = r.max_age,
                                                  .labels = regulation_labels});
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
  confirm(out, signals_.mode, static_cast<double>(last_.mode), tick.start);
  confirm(out, signals_.voltage_set, last_.voltage.value(), tick.start);
  confirm(out, signals_.current_set, last_.current.value(), tick.start);
  confirm(out, signals_.power_set, last_.power.value(), tick.start);
}

void ElectronicLoad::apply(const Tick&, const CommandRow& row) noexcept {
  if (row.version() == version_) {
    return;
  }
  version_ = row.version();
  last_ = {static_cast<LoadMode>(static_cast<int>(row[commands_.mode])), Amps{row[commands_.current]},
           Watts{row[commands_.power]}, Volts{row[commands_.voltage]}, row[commands_.input] != 0.0};
  command(last_);
}

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

void DigitalIo::declare(Declarations& out) {
  const auto contact = [&](const char* name, const char* help) {
    return out.signal(name, {.dimension = dimension::boolean,
                             .origin = Origin::measured,
                             .help = help,
                             .max_age = std::chrono::seconds(1)});
  };
  charge_prohibited_ = contact("charge_prohibited", "dry contact NO1/COM1 is closed");
  discharge_prohibited_ = contact("discharge_prohibited", "dry contact NO2/COM2 is closed");
}

void DigitalIo::sample(const Tick& tick, SignalTable& out) noexcept {
  const Reading r = measure(tick);
  if (r.fresh) {
    out.write(charge_prohibited_, r.charge_prohibited ? 1.0 : 0.0, r.time, quality_of(r.valid));
    out.write(discharge_prohibited_, r.discharge_prohibited ? 1.0 : 0.0, r.time, quality_of(r.valid));
  }
}

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
