#include "drivers/sim/wire_load.hpp"

#include <algorithm>
#include <cmath>

namespace rig::sim {
namespace {
double in_steps(double value, double step) noexcept { return step > 0 ? std::round(value / step) * step : value; }
}  // namespace

LoadStage::LoadStage(WireWorld& world, const std::string& instrument, PowerPlate plate)
    : world_(world),
      plate_(std::move(plate)),
      volts_(world.signal(instrument + ".voltage")),
      amps_(world.signal(instrument + ".current")),
      regulation_(world.signal(instrument + ".regulation")),
      mode_to_(world.command(instrument + ".mode")),
      current_to_(world.command(instrument + ".current_set")),
      power_to_(world.command(instrument + ".power_set")),
      voltage_to_(world.command(instrument + ".voltage_set")),
      input_to_(world.command(instrument + ".input")) {
  power_on();
}

void LoadStage::power_on() noexcept {
  mode_ = LoadMode::constant_current;
  current_ = power_ = 0;
  voltage_ = plate_.volts;
  input_ = false;
  trip_ = Trip::none;
  counts_ = {};
  turn_on_voltage = 0;
  over_voltage = 1.1 * plate_.volts;
  over_current = 1.1 * plate_.amps;
  over_power = 1.1 * plate_.watts;
  write();
}

void LoadStage::set_mode(LoadMode mode) noexcept {
  mode_ = mode;
  write();
}
void LoadStage::set_current(double amps) noexcept {
  current_ = in_steps(amps, plate_.amp_step);
  write();
}
void LoadStage::set_power(double watts) noexcept {
  power_ = in_steps(watts, plate_.watt_step);
  write();
}
void LoadStage::set_voltage(double volts) noexcept {
  voltage_ = in_steps(volts, plate_.volt_step);
  write();
}

bool LoadStage::switch_input(bool on) noexcept {
  if (on && trip_ != Trip::none) {
    return false;
  }
  input_ = on;
  write();
  return true;
}

// The plate limits every mode: a load in constant power takes no more current than it stands.
void LoadStage::write() noexcept {
  world_.set(mode_to_, static_cast<double>(mode_));
  world_.set(current_to_, std::min(mode_ == LoadMode::constant_voltage ? plate_.amps : current_, plate_.amps));
  world_.set(power_to_, std::min(power_, plate_.watts));
  world_.set(voltage_to_, voltage_);
  world_.set(input_to_, input_ && world_.plant().node().voltage >= turn_on_voltage ? 1.0 : 0.0);
}

double LoadStage::measured_volts() const noexcept { return world_.value(volts_); }
double LoadStage::measured_amps() const noexcept { return input_ ? world_.value(amps_) : 0.0; }
Regulation LoadStage::regulation() const noexcept {
  return input_ ? static_cast<Regulation>(static_cast<int>(world_.value(regulation_))) : Regulation::off;
}

void LoadStage::trip(Trip why) noexcept {
  trip_ = why;
  ++counts_.at(static_cast<std::size_t>(why));
  input_ = false;
  write();
  world_.plant().switch_off_load();  // a comparator does not wait for the next turn
}

bool LoadStage::clear_trip() noexcept {
  if (trip_ == Trip::over_voltage && world_.plant().node().voltage > over_voltage) {
    return false;
  }
  trip_ = Trip::none;
  return true;
}

bool LoadStage::watch() noexcept {
  if (input_ && turn_on_voltage > 0) {
    write();  // without a latch it drops out below, and begins again above
  }
  if (trip_ != Trip::none) {
    return false;
  }
  const CircuitNode& node = world_.plant().node();
  if (node.voltage > over_voltage) {
    trip(Trip::over_voltage);
  } else if (input_ && node.load_current > over_current) {
    trip(Trip::over_current);
  } else if (input_ && node.load_current * node.voltage > over_power) {
    trip(Trip::over_power);
  }
  return trip_ != Trip::none;
}

}  // namespace rig::sim
