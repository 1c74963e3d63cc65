#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/instrument/digital_io.hpp"

namespace rig::modbus {

// Which channel of a digital module is which wire of the pack; part of the parameters of every such module.
struct ContactWiring {
  int charge_prohibited = 0;
  int discharge_prohibited = 1;
  bool invert_charge_prohibited = false;
  bool invert_discharge_prohibited = false;
  std::optional<int> button;
};

template <class P>
void declare_contacts(Mapping<P>& m) {
  using C = ContactWiring;
  m.optional("charge_prohibited", static_cast<int P::*>(&C::charge_prohibited),
             "input, from 0, at the pack's contact charge prohibited");
  m.optional("discharge_prohibited", static_cast<int P::*>(&C::discharge_prohibited),
             "input, from 0, at the pack's contact discharge prohibited");
  m.optional("invert_charge_prohibited", static_cast<bool P::*>(&C::invert_charge_prohibited),
             "the input reads 0 when the contact is closed");
  m.optional("invert_discharge_prohibited", static_cast<bool P::*>(&C::invert_discharge_prohibited),
             "the input reads 0 when the contact is closed");
  m.optional(
      "button", static_cast<std::optional<int> P::*>(&C::button),
      "output, from 0, whose relay lies across the start button: a normally open one, else a module without power "
      "holds the button down; without this key no button is fitted");
}

// Errors for channels that a module with so many of them does not have.
void check_contacts(const Node& node, const ContactWiring& wiring, int inputs, int outputs, Diagnostics& diagnostics);
// From what all inputs read.
DigitalIo::Reading contacts_of(const std::vector<bool>& inputs, const ContactWiring& wiring);

}  // namespace rig::modbus
