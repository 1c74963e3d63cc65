#include "drivers/scpi/power_roles.hpp"

#include <cmath>

namespace rig::scpi {

SupplyReading Supply::read() {
  const PowerBox::Values values = box_.measure();
  box_.look_when_gone(values.current.value);
  box_.watch();
  return {.voltage = Volts{values.voltage.value},
          .current = Amps{values.current.value},
          .regulation = box_.regulation(),
          .output = box_.is_on(),
          .valid = values.voltage.valid && values.current.valid};
}

void Supply::write(const PowerSupply::Setpoint& setpoint) {
  if (!setpoint.output && box_.is_on()) {
    box_.switch_to(false);
  }
  box_.put_all({box_.voltage(setpoint.voltage.value()), box_.current(setpoint.current.value()),
                box_.power(setpoint.power.value())});
  if (setpoint.output && !box_.is_on()) {
    box_.switch_to(true);
  }
  box_.check_errors("the set-points");
}

Regulation Load::regulation() const noexcept {
  if (box_.table().mode_query.empty() || !box_.is_on()) {
    return box_.regulation();
  }
  return mode_ == LoadMode::constant_power     ? Regulation::constant_power
         : mode_ == LoadMode::constant_voltage ? Regulation::constant_voltage
                                               : Regulation::constant_current;
}

LoadReading Load::read() {
  const PowerBox::Values values = box_.measure();
  box_.look_when_gone(values.current.value);
  box_.watch();
  return {.voltage = Volts{values.voltage.value},
          .current = Amps{std::abs(values.current.value)},  // some models count what flows in as negative
          .regulation = regulation(),
          .input = box_.is_on(),
          .valid = values.voltage.valid && values.current.valid};
}

void Load::write(const ElectronicLoad::Setpoint& setpoint) {
  if (!setpoint.input && box_.is_on()) {
    box_.switch_to(false);
  }
  put_levels(setpoint);
  if (setpoint.input && !box_.is_on()) {
    box_.switch_to(true);
  }
  box_.check_errors("the set-points");
}

void Load::put_levels(const ElectronicLoad::Setpoint& setpoint) {
  const PowerTable& table = box_.table();
  const PowerModel& model = box_.model();
  const bool by_voltage = setpoint.mode == LoadMode::constant_voltage;
  const bool by_power = setpoint.mode == LoadMode::constant_power;
  const bool by_current = setpoint.mode == LoadMode::constant_current;
  if (table.mode_query.empty()) {
    // What does not regulate is opened as far as it goes.
    box_.put_all({box_.voltage(by_voltage ? setpoint.voltage.value() : 0.0),
                  box_.current(by_current ? setpoint.current.value() : model.amps),
                  box_.power(by_power ? setpoint.power.value() : model.watts)});
    return;
  }
  const auto level = by_current ? box_.current(setpoint.current.value())
                     : by_power ? box_.power(setpoint.power.value())
                                : box_.voltage(setpoint.voltage.value());
  if (mode_ != setpoint.mode) {
    const std::string_view word = by_current ? table.mode_current : by_power ? table.mode_power : table.mode_voltage;
    if (box_.is_on()) {
      box_.switch_to(false);  // a change of range drops the load for a moment and may clamp what is set
    }
    mode_.reset();
    box_.forget();  // a change of mode may move what the others stood at
    box_.session().tell("MODE " + std::string(word));
    const std::string found = box_.session().ask(table.mode_query);
    if (!same_word(found, word)) {
      box_.session().reject("expected mode " + std::string(word) + ", found " + found);
    }
    mode_ = setpoint.mode;
    level.last->reset();
  }
  box_.put(level);
}

}  // namespace rig::scpi
