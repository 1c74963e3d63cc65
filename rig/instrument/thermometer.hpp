#pragma once
#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

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
    Celsius lowest{-200.0}, highest{400.0};  // what it can show
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
