#include "drivers/modbus/contacts.hpp"

namespace rig::modbus {
namespace {

void check_channel(const Node& node, const char* key, int channel, int count, const char* kind, Diagnostics& d) {
  if (channel < 0 || channel >= count) {
    d.error(node.mark, std::string("`") + key + "`: this module has the " + kind + "s 0 to " +
                           std::to_string(count - 1) + ", found " + std::to_string(channel));
  }
}

}  // namespace

void check_contacts(const Node& node, const ContactWiring& wiring, int inputs, int outputs, Diagnostics& diagnostics) {
  check_channel(node, "charge_prohibited", wiring.charge_prohibited, inputs, "input", diagnostics);
  check_channel(node, "discharge_prohibited", wiring.discharge_prohibited, inputs, "input", diagnostics);
  check_channel(node, "button", wiring.button.value_or(0), outputs, "output", diagnostics);
  if (wiring.charge_prohibited == wiring.discharge_prohibited) {
    diagnostics.error(node.mark, "`charge_prohibited` and `discharge_prohibited` are both at input " +
                                     std::to_string(wiring.charge_prohibited));
  }
}

DigitalIo::Reading contacts_of(const std::vector<bool>& inputs, const ContactWiring& wiring) {
  const auto at = [&](int channel) { return inputs[static_cast<std::size_t>(channel)]; };
  return {.charge_prohibited = at(wiring.charge_prohibited) != wiring.invert_charge_prohibited,
          .discharge_prohibited = at(wiring.discharge_prohibited) != wiring.invert_discharge_prohibited};
}

}  // namespace rig::modbus
