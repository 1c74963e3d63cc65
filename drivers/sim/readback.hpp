#pragma once
#include "drivers/sim/reading.hpp"
#include "rig/core/fields.hpp"

namespace rig::sim {

// How truly a supply or a load reads back, as data sheets write it: part of the reading and part of the range. Both are
// drawn within the class for each unit, and the class is what the instrument declares as its uncertainty.
struct ReadbackParameters {
  Ratio voltage_gain{5e-4};
  Volts voltage_offset{0.01};
  Volts voltage_noise{2e-3};
  Ratio current_gain{1e-3};
  Ratio current_of_range{1e-4};  // of the rated current
  Amps current_noise{3e-3};

  [[nodiscard]] ReadingClass voltage() const noexcept {
    return {voltage_gain.value(), voltage_offset.value(), voltage_noise.value(), 1e-3};
  }
  [[nodiscard]] ReadingClass current(Amps range) const noexcept {
    return {current_gain.value(), current_of_range.value() * range.value(), current_noise.value(), 1e-3};
  }
};

}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::ReadbackParameters> {
  static void declare(Mapping<sim::ReadbackParameters>& m) {
    using P = sim::ReadbackParameters;
    m.optional("voltage_gain", &P::voltage_gain,
               {.help = "error of the voltage in parts of the reading", .minimum = 0.0, .maximum = 0.1});
    m.optional("voltage_offset", &P::voltage_offset,
               {.help = "error of the voltage at zero", .minimum = 0.0, .maximum = 10.0});
    m.optional("voltage_noise", &P::voltage_noise,
               {.help = "standard deviation of one reading", .minimum = 0.0, .maximum = 10.0});
    m.optional("current_gain", &P::current_gain,
               {.help = "error of the current in parts of the reading", .minimum = 0.0, .maximum = 0.1});
    m.optional("current_of_range", &P::current_of_range,
               {.help = "error of the current at zero in parts of the rated current", .minimum = 0.0, .maximum = 0.1});
    m.optional("current_noise", &P::current_noise,
               {.help = "standard deviation of one reading", .minimum = 0.0, .maximum = 10.0});
  }
};
