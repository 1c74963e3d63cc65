#pragma once
#include <array>
#include <string>

#include "drivers/sim/wire_world.hpp"

namespace rig::sim {

// What stands on the type plate of a supply or a load, and how finely it sets.
struct PowerPlate {
  std::string maker, model, serial, firmware;
  double volts = 80, amps = 120, watts = 10000;
  double volt_step = 0.01, amp_step = 0.01, watt_step = 1.0;
};
// Of the bench file where it names them, else as given.
PowerPlate plate_of(const WireBoxConfig& config, PowerPlate usual);

// Why an output was switched off by the box itself. Each latches.
enum class Trip : std::uint8_t { none, over_voltage, over_current, over_power, over_temperature, watchdog, fault };

// A box that switches power off when nobody speaks to it any more. Wall time: it guards against a stuck rig.
struct LinkWatchdog {
  bool armed = false;
  Duration timeout = std::chrono::seconds(5);
  WallTime fed{};
  void feed() noexcept { fed = std::chrono::steady_clock::now(); }
  [[nodiscard]] bool expired(WallTime now) const noexcept { return armed && now - fed > timeout; }
};

// The power stage of a simulated supply behind whatever it speaks: set-points in its steps, output, own protections
// that latch until their cause is gone and they are cleared. All under the world's lock.
class SupplyStage {
 public:
  SupplyStage(WireWorld& world, const std::string& instrument, PowerPlate plate);
  void power_on() noexcept;

  // Rounded to the box's step.
  void set_voltage(double volts) noexcept;
  void set_current(double amps) noexcept;
  void set_power(double watts) noexcept;
  // What a two-quadrant unit may sink; sinks by itself as soon as it is on and set below the pack.
  void set_sink(double amps) noexcept;
  [[nodiscard]] double voltage() const noexcept { return voltage_; }
  [[nodiscard]] double current() const noexcept { return current_; }
  [[nodiscard]] double power() const noexcept { return power_; }
  [[nodiscard]] double sink() const noexcept { return sink_; }
  // False when a trip has not been cleared: it then stays off.
  bool switch_output(bool on) noexcept;
  [[nodiscard]] bool output() const noexcept { return output_; }

  // As the box measures them.
  [[nodiscard]] double measured_volts() const noexcept;
  [[nodiscard]] double measured_amps() const noexcept;  // below zero when it sinks
  [[nodiscard]] double measured_watts() const noexcept { return measured_volts() * measured_amps(); }
  [[nodiscard]] Regulation regulation() const noexcept;

  double over_voltage = 0, over_current = 0, over_power = 0;
  bool over_current_armed = true;
  [[nodiscard]] Trip trip() const noexcept { return trip_; }
  // Off and latched.
  void trip(Trip why) noexcept;
  // False while the cause stands: the terminals are still above the limit.
  bool clear_trip() noexcept;
  [[nodiscard]] unsigned trips(Trip why) const noexcept { return counts_.at(static_cast<std::size_t>(why)); }
  // After each turn of the world. True when it has just tripped.
  bool watch() noexcept;

  [[nodiscard]] const PowerPlate& plate() const noexcept { return plate_; }

 private:
  void write() noexcept;
  WireWorld& world_;
  PowerPlate plate_;
  SignalId volts_, amps_, regulation_;
  CommandId voltage_to_, current_to_, power_to_, output_to_;
  double voltage_ = 0, current_ = 0, power_ = 0, sink_ = 0;
  bool output_ = false;
  Trip trip_ = Trip::none;
  std::array<unsigned, 7> counts_{};
};

}  // namespace rig::sim
