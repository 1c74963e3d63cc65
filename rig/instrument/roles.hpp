#pragma once
#include <array>

#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// Role classes fix the names and units of signals and set-points, so that a driver writes two or three private hooks.

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
};

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
};

// A voltmeter across P+/P-: <name>.voltage.
class Meter : public Instrument {
 public:
  struct Reading {
    Volts voltage;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  struct Ratings {
    Uncertainty voltage_uncertainty{};
    Duration max_age = std::chrono::milliseconds(500);
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick&, const CommandRow&) noexcept final {}
  void make_safe() noexcept final {}

 protected:
  [[nodiscard]] virtual Ratings ratings() const = 0;

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  SignalId voltage_;
};

// Digital inputs and outputs at the pack's dry contacts: <name>.charge_prohibited, .discharge_prohibited (closed =
// true).
class DigitalIo : public Instrument {
 public:
  struct Reading {
    bool charge_prohibited = false;
    bool discharge_prohibited = false;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick&, const CommandRow&) noexcept final {}
  void make_safe() noexcept override {}

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  SignalId charge_prohibited_, discharge_prohibited_;
};

// <name>.temperature: a thermometer on the skin of the pack or in the air.
class Thermometer : public Instrument {
 public:
  struct Reading {
    Celsius temperature;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  struct Ratings {
    Uncertainty uncertainty{};
    Duration max_age = std::chrono::seconds(5);
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick&, const CommandRow&) noexcept final {}
  void make_safe() noexcept final {}

 protected:
  [[nodiscard]] virtual Ratings ratings() const = 0;

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  SignalId temperature_;
};

}  // namespace rig
