#pragma once
#include "rig/instrument/power_supply.hpp"

namespace rig {

struct LoadReading {
  Volts voltage;
  Amps current;
  Regulation regulation = Regulation::off;
  bool input = false;
  TimePoint time{};
  bool fresh = true;
  bool valid = true;
};

enum class LoadMode : std::uint8_t { constant_current, constant_power, constant_voltage };

// An electronic load: <name>.voltage, .current (flowing in, >= 0), .power, .input, .regulation; set-points .mode (0 CC,
// 1 CP, 2 CV; words in cases: constant_current ...), .current_set, .power_set, .voltage_set, .input.
class ElectronicLoad : public Instrument {
 public:
  struct Setpoint {
    LoadMode mode = LoadMode::constant_current;
    Amps current;
    Watts power;
    Volts voltage;
    bool input = false;
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;
  [[nodiscard]] bool switches_off(const CommandRow& row) const noexcept final {
    return last_.input && row[commands_.input] == 0.0;
  }

 protected:
  [[nodiscard]] virtual SupplyRatings ratings() const = 0;

 private:
  virtual LoadReading measure(const Tick& tick) noexcept = 0;
  virtual void command(const Setpoint& setpoint) noexcept = 0;

  struct {
    SignalId voltage, current, power, input, regulation, mode, voltage_set, current_set, power_set;
  } signals_;
  struct {
    CommandId mode, current, power, voltage, input;
  } commands_;
  Setpoint last_{};
  std::uint64_t version_ = 0;
  bool news_ = true;  // the set-points in force are not confirmed yet
};

}  // namespace rig
