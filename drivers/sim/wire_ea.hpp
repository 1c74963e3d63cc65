#pragma once
#include "drivers/sim/wire_scpi.hpp"
#include "drivers/sim/wire_supply.hpp"

namespace rig::sim {

// What all boxes of Elektro-Automatik have in common, source or sink: who may set anything, the communication
// monitoring, words instead of digits, units behind numbers, alarms that are acknowledged.
class EaBox : public ScpiBox {
 public:
  [[nodiscard]] bool has_units() const final { return true; }
  bool fault(const std::string& kind, const std::vector<std::string>& arguments) override;
  void turn(WallTime now) final;
  void power_on(bool soaked) final;

 protected:
  EaBox(std::uint64_t seed, PowerPlate plate);
  void add_ownership();
  void add_monitoring();
  void add_nominals(const PowerPlate& plate);
  // "VOLTage" with unit: ask and tell of a set-point between two limits of its own.
  void add_level(const std::string& pattern, std::string unit, int decimals, std::function<double()> get,
                 std::function<void(double)> set, std::function<double()> lowest, std::function<double()> highest);

  // Of the power stage.
  virtual bool watch() = 0;
  virtual void stage_power_on() = 0;
  virtual void trip_stage(Trip why) = 0;
  virtual void switch_off() = 0;

  void admit(const ScpiCall& call) final;
  void heard() final { watchdog_.feed(); }
  [[nodiscard]] std::uint32_t ownership_bits() const noexcept;  // of the questionable condition
  [[nodiscard]] std::uint32_t link_bits() const noexcept;       // of the operation condition

 private:
  enum class Owner { none, local, remote };
  Owner owner_ = Owner::none;
  LinkWatchdog watchdog_;
  bool timed_out_ = false;
};

}  // namespace rig::sim
