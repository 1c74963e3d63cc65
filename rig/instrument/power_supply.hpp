#pragma once
#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

enum class Regulation : std::uint8_t { off, constant_voltage, constant_current, constant_power };

// What a driver's measure() returns: values, their own moment, and whether they are news (a box that is read every
// 100 ms returns fresh = false in between, and the old samples stay with their old time).
struct SupplyReading {
  Volts voltage;
  Amps current;
  Regulation regulation = Regulation::off;
  bool output = false;  // read back
  TimePoint time{};
  bool fresh = true;
  bool valid = true;
};

struct SupplyRatings {
  Volts voltage{80.0};
  Amps current{120.0};
  Watts power{10000.0};
  Uncertainty voltage_uncertainty{};
  Uncertainty current_uncertainty{};
  Duration max_age = std::chrono::milliseconds(500);
};

// A programmable supply: <name>.voltage, .current (flowing out, >= 0), .power, .output, .regulation; set-points
// .voltage_set, .current_set, .power_set, .output.
class PowerSupply : public Instrument {
 public:
  struct Setpoint {
    Volts voltage;
    Amps current;
    Watts power;
    bool output = false;
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;
  [[nodiscard]] bool switches_off(const CommandRow& row) const noexcept final {
    return last_.output && row[commands_.output] == 0.0;
  }

 protected:
  [[nodiscard]] virtual SupplyRatings ratings() const = 0;

 private:
  virtual SupplyReading measure(const Tick& tick) noexcept = 0;
  virtual void command(const Setpoint& setpoint) noexcept = 0;

  struct {
    SignalId voltage, current, power, output, regulation, voltage_set, current_set, power_set;
  } signals_;
  struct {
    CommandId voltage, current, power, output;
  } commands_;
  Setpoint last_{};
  std::uint64_t version_ = 0;
  bool news_ = true;  // the set-points in force are not confirmed yet
};

}  // namespace rig
