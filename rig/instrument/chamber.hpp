#pragma once
#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

struct ChamberReading {
  Celsius temperature;  // of the air, where the chamber's own sensor is
  Celsius set;          // active set-point, read back
  bool run = false;     // read back
  TimePoint time{};
  bool fresh = true;
  bool valid = true;
};

struct ChamberRatings {
  Celsius lowest{-40.0};
  Celsius highest{90.0};
  Uncertainty uncertainty{};
  Duration max_age = std::chrono::seconds(5);
};

// Where a chamber is left: a pack that was heated or cooled comes back to room temperature with the fan on. An
// abandoned chamber that is merely switched off keeps a hot pack hot for hours.
inline constexpr Celsius chamber_rest{25.0};

// A temperature chamber: <name>.temperature (air), .temperature_set and .run as read back; set-points .temperature_set
// and .run. Running is not an energised output, it needs no good signals. The way out takes both set-points from the
// case: nothing that a case wanted may go on cooking the pack.
//
// make_safe() of a driver sets chamber_rest and run; is_safe() is true when both were read back.
class Chamber : public Instrument {
 public:
  struct Setpoint {
    Celsius temperature = chamber_rest;
    bool run = true;
  };
  void declare(Declarations& out) final;
  // Begins where the case begins, not at the place where it is left.
  void put_start(const StartState& start, CommandTable& table) const final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;

 protected:
  [[nodiscard]] virtual ChamberRatings ratings() const = 0;

 private:
  virtual ChamberReading measure(const Tick& tick) noexcept = 0;
  virtual void command(const Setpoint& setpoint) noexcept = 0;
  // Where the chamber stands when a case names no temperature.
  [[nodiscard]] virtual Celsius standing() const { return chamber_rest; }

  struct {
    SignalId temperature, set, run;
  } signals_;
  struct {
    CommandId set, run;
  } commands_;
  std::uint64_t version_ = 0;
};

}  // namespace rig
