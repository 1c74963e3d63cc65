#include <array>
#include <string>
#include <string_view>

#include "drivers/modbus/client.hpp"
#include "drivers/modbus/contacts.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/wired.hpp"

// Advantech ADAM-6060, 6052 and 6050: Modbus TCP, port 502, unit 1. ADAM-6000 manual: inputs are coils from 0, outputs
// coils from 16.
//
// Its host watchdog cannot be reached over Modbus: set the host idle time and the fail-safe value "off" of the button's
// output with the maker's utility, then a rig that went away does not hold the button down.
namespace rig {
namespace {

struct IoModel {
  std::string_view name;
  std::uint16_t code;  // as its module name register says it
  std::uint16_t inputs;
  std::uint16_t outputs;
};
constexpr std::array models{IoModel{"ADAM-6060", 0x6060, 6, 6}, IoModel{"ADAM-6052", 0x6052, 8, 8},
                            IoModel{"ADAM-6050", 0x6050, 12, 6}};
constexpr std::uint16_t first_output = 16;
constexpr std::uint16_t module_name = 210;  // two registers

const IoModel* find(std::string_view name) {
  for (const IoModel& model : models) {
    if (model.name == name) {
      return &model;
    }
  }
  return nullptr;
}

std::vector<ModelFacts> facts() {
  std::vector<ModelFacts> out;
  for (const IoModel& model : models) {
    out.push_back({std::string(model.name),
                   std::to_string(model.inputs) + " inputs, " + std::to_string(model.outputs) + " outputs", "", ""});
  }
  return out;
}

class AdamIo final : public IoBox {
 public:
  struct Parameters : WireParameters, modbus::ContactWiring {
    std::string model = "ADAM-6060";
    std::uint8_t unit = 1;
    std::optional<int> first_light;
  };
  AdamIo(const Parameters& p, Transport& link)
      : parameters_(p),
        model_(*find(p.model)),
        client_(link, modbus::Framing::tcp, p.unit, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    client_.start();
    const auto name = client_.holding(module_name, 2);
    if (name[0] != model_.code) {
      const std::string found{"0x" + hex(name[0])};
      throw LinkError(LinkTrouble::mismatch,
                      "expected an " + std::string(model_.name) + ", whose register 210 reads 0x" + hex(model_.code) +
                          ", found " + found,
                      parameters_.endpoint.text, "mend `model` or `endpoint` in the bench file");
    }
    read();  // that it has the channels
    return {.maker = "Advantech", .model = std::string(model_.name), .serial = {}, .firmware = {}};
  }

  void make_safe() override {
    client_.start();
    press(false);
  }

  [[nodiscard]] DigitalIo::Fittings fittings() const override {
    // A comparator behind each photodiode: lit or dark, nothing between.
    return {.lights = parameters_.first_light.has_value(),
            .button = parameters_.button.has_value(),
            .light = {.absolute = parameters_.first_light ? 0.1 : 0.0}};
  }

  Reading read() override {
    const auto in = client_.coils(0, model_.inputs);
    Reading reading;
    reading.contacts = modbus::contacts_of(in, parameters_);
    if (parameters_.first_light) {
      for (std::size_t i = 0; i < DigitalIo::light_count; ++i) {
        reading.lights.level[i] = in[static_cast<std::size_t>(*parameters_.first_light) + i] ? 1.0 : 0.0;
      }
      reading.lights.fresh = true;
    }
    reading.button = parameters_.button && is_down();
    return reading;
  }

  void press(bool down) override {
    if (!parameters_.button) {
      return;
    }
    client_.put_coil(output(), down);
    if (is_down() != down) {
      throw LinkError(
          LinkTrouble::rejected,
          "output " + std::to_string(*parameters_.button) + " for the button does not become " + (down ? "on" : "off"),
          parameters_.endpoint.text, "is its output in a mode other than DO, or held by the module's logic?");
    }
  }

 private:
  static std::string hex(unsigned value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[value >> 12U & 15U], digits[value >> 8U & 15U], digits[value >> 4U & 15U], digits[value & 15U]};
  }
  [[nodiscard]] std::uint16_t output() const { return static_cast<std::uint16_t>(first_output + *parameters_.button); }
  [[nodiscard]] bool is_down() { return client_.coils(output(), 1).front(); }

  Parameters parameters_;
  const IoModel& model_;
  modbus::Client client_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::AdamIo::Parameters> {
  static void declare(Mapping<AdamIo::Parameters>& m) {
    using P = AdamIo::Parameters;
    declare_wire(m);
    m.optional("model", &P::model, "ADAM-6060, ADAM-6052 or ADAM-6050");
    m.optional("unit", &P::unit, {.help = "Modbus unit id", .minimum = 0, .maximum = 255});
    modbus::declare_contacts(m);
    m.optional("first_light", &P::first_light,
               "first of eight inputs, from 0, at the light sensors of L1 to L6, L7 blue, L7 red");
    m.check([](const Node& node, const P& p, Diagnostics& d) {
      const IoModel* const model = find(p.model);
      if (model == nullptr) {
        d.error(node.mark, "this driver does not know the model '" + p.model + "'",
                "ADAM-6060, ADAM-6052 or ADAM-6050");
        return;
      }
      modbus::check_contacts(node, p, model->inputs, model->outputs, d);
      const int last_light = p.first_light.value_or(0) + static_cast<int>(DigitalIo::light_count) - 1;
      if (p.first_light && (*p.first_light < 0 || last_light >= model->inputs)) {
        d.error(node.mark, "`first_light`: eight inputs from " + std::to_string(*p.first_light) +
                               " do not fit into the " + std::to_string(model->inputs) + " of this module");
      }
    });
  }
};

namespace rig {
RIG_WIRED_IO(AdamIo, "advantech.adam6060", "Advantech ADAM-6060, 6052, 6050 digital I/O: Modbus TCP, port 502")
RIG_BOX_FAMILY(AdamIo, "advantech.adam6060", "io", "tcp", facts())
}  // namespace rig
