#include "drivers/sim/wire_supply.hpp"

#include <algorithm>
#include <cmath>

namespace rig::sim {
namespace {
double in_steps(double value, double step) noexcept { return step > 0 ? std::round(value / step) * step : value; }
}  // namespace

PowerPlate plate_of(const WireBoxConfig& config, PowerPlate usual) {
  usual.model = config.text("model", usual.model);
  usual.serial = config.text("serial", usual.serial);
  usual.firmware = config.text("firmware", usual.firmware);
  usual.volts = config.quantity("voltage", dimension::voltage, usual.volts);
  usual.amps = config.quantity("current", dimension::current, usual.amps);
  usual.watts = config.quantity("power", dimension::power, usual.watts);
  return usual;
}

SupplyStage::SupplyStage(WireWorld& world, const std::string& instrument, PowerPlate plate)
    : world_(world),
      plate_(std::move(plate)),
      volts_(world.signal(instrument + ".voltage")),
      amps_(world.signal(instrument + ".current")),
      regulation_(world.signal(instrument + ".regulation")),
      voltage_to_(world.command(instrument + ".voltage_set")),
      current_to_(world.command(instrument + ".current_set")),
      power_to_(world.command(instrument + ".power_set")),
      output_to_(world.command(instrument + ".output")) {
  power_on();
}

void SupplyStage::power_on() noexcept {
  voltage_ = current_ = 0;
  power_ = plate_.watts;
  output_ = false;
  trip_ = Trip::none;
  counts_ = {};
  over_voltage = 1.1 * plate_.volts;
  over_current = 1.1 * plate_.amps;
  over_power = 1.1 * plate_.watts;
  over_current_armed = true;
  write();
}

void SupplyStage::set_voltage(double volts) noexcept {
  voltage_ = in_steps(volts, plate_.volt_step);
  write();
}
void SupplyStage::set_current(double amps) noexcept {
  current_ = in_steps(amps, plate_.amp_step);
  write();
}
void SupplyStage::set_power(double watts) noexcept {
  power_ = in_steps(watts, plate_.watt_step);
  write();
}
void SupplyStage::set_sink(double amps) noexcept {
  sink_ = in_steps(amps, plate_.amp_step);
  world_.plant().supply.bidirectional = true;
  world_.plant().supply.sink_current = sink_;
}

bool SupplyStage::switch_output(bool on) noexcept {
  if (on && trip_ != Trip::none) {
    return false;
  }
  output_ = on;
  write();
  return true;
}

void SupplyStage::write() noexcept {
  world_.set(voltage_to_, voltage_);
  world_.set(current_to_, current_);
  world_.set(power_to_, power_);
  world_.set(output_to_, output_ ? 1.0 : 0.0);
}

double SupplyStage::measured_volts() const noexcept { return world_.value(volts_); }
double SupplyStage::measured_amps() const noexcept { return output_ ? world_.value(amps_) : 0.0; }
Regulation SupplyStage::regulation() const noexcept {
  return output_ ? static_cast<Regulation>(static_cast<int>(world_.value(regulation_))) : Regulation::off;
}

void SupplyStage::trip(Trip why) noexcept {
  trip_ = why;
  ++counts_.at(static_cast<std::size_t>(why));
  output_ = false;
  write();
  world_.plant().switch_off_supply();  // a comparator does not wait for the next turn
}

bool SupplyStage::clear_trip() noexcept {
  if (trip_ == Trip::over_voltage && world_.plant().node().voltage > over_voltage) {
    return false;
  }
  trip_ = Trip::none;
  return true;
}

// Its comparators see the terminals themselves, not what the display shows every 20 ms.
bool SupplyStage::watch() noexcept {
  if (trip_ != Trip::none) {
    return false;
  }
  const CircuitNode& node = world_.plant().node();
  if (node.voltage > over_voltage) {
    trip(Trip::over_voltage);
  } else if (output_ && over_current_armed && std::abs(node.supply_current) > over_current) {
    trip(Trip::over_current);
  } else if (output_ && std::abs(node.supply_current) * node.voltage > over_power) {
    trip(Trip::over_power);
  }
  return trip_ != Trip::none;
}

}  // namespace rig::sim
