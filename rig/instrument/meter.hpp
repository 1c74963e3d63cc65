#pragma once
#include <optional>

#include "rig/core/units.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// A voltmeter across P+/P-: <name>.voltage; where it has a shunt in the way of the current, <name>.current, charging
// positive.
class Meter : public Instrument {
 public:
  struct Reading {
    Volts voltage;
    Amps current;
    TimePoint time{};
    bool fresh = true;
    bool valid = true;
  };
  struct Ratings {
    Uncertainty voltage_uncertainty{};
    Duration max_age = std::chrono::milliseconds(500);
    std::optional<Uncertainty> current_uncertainty{};  // with a shunt
    Volts highest{1000.0};                             // what it can show, either way
  };
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick&, const CommandRow&) noexcept final {}
  void make_safe() noexcept final {}

 protected:
  [[nodiscard]] virtual Ratings ratings() const = 0;

 private:
  virtual Reading measure(const Tick& tick) noexcept = 0;
  SignalId voltage_, current_;
  bool has_shunt_ = false;
};

}  // namespace rig
