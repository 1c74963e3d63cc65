#pragma once
#include <string>

#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {

// The power stage of a simulated load: mode, a set-point for each, input, own protections that latch.
class LoadStage {
 public:
  LoadStage(WireWorld& world, const std::string& instrument, PowerPlate plate);
  void power_on() noexcept;

  void set_mode(LoadMode mode) noexcept;
  void set_current(double amps) noexcept;
  void set_power(double watts) noexcept;
  void set_voltage(double volts) noexcept;
  [[nodiscard]] LoadMode mode() const noexcept { return mode_; }
  [[nodiscard]] double current() const noexcept { return current_; }
  [[nodiscard]] double power() const noexcept { return power_; }
  [[nodiscard]] double voltage() const noexcept { return voltage_; }
  bool switch_input(bool on) noexcept;  // false while a trip has not been cleared
  [[nodiscard]] bool input() const noexcept { return input_; }

  [[nodiscard]] double measured_volts() const noexcept;
  [[nodiscard]] double measured_amps() const noexcept;
  [[nodiscard]] double measured_watts() const noexcept { return measured_volts() * measured_amps(); }
  [[nodiscard]] Regulation regulation() const noexcept;

  double over_voltage = 0, over_current = 0, over_power = 0;
  // Below it the load does not begin to sink; with a latch it goes on once it has begun.
  double turn_on_voltage = 0;
  [[nodiscard]] Trip trip() const noexcept { return trip_; }
  void trip(Trip why) noexcept;
  bool clear_trip() noexcept;  // false while the cause stands
  [[nodiscard]] unsigned trips(Trip why) const noexcept { return counts_.at(static_cast<std::size_t>(why)); }
  bool watch() noexcept;  // true when it has just tripped
  [[nodiscard]] const PowerPlate& plate() const noexcept { return plate_; }

 private:
  void write() noexcept;
  WireWorld& world_;
  PowerPlate plate_;
  SignalId volts_, amps_, regulation_;
  CommandId mode_to_, current_to_, power_to_, voltage_to_, input_to_;
  LoadMode mode_ = LoadMode::constant_current;
  double current_ = 0, power_ = 0, voltage_ = 0;
  bool input_ = false;
  Trip trip_ = Trip::none;
  std::array<unsigned, 7> counts_{};
};

}  // namespace rig::sim
