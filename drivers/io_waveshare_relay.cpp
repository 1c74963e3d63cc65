#include <string>

#include "drivers/modbus/client.hpp"
#include "drivers/modbus/contacts.hpp"
#include "drivers/modbus/framing_choice.hpp"
#include "drivers/transport/families.hpp"
#include "rig/core/quantity.hpp"
#include "rig/instrument/wired.hpp"

// Waveshare Modbus POE ETH Relay and IO 8CH, eight inputs and eight outputs: RTU frames over TCP port 4196 from the
// factory, Modbus TCP after configuration. Maker's wiki.
//
// It knows no watchdog, but it times pulses by itself: the button is pressed with a pulse as long as any press may be
// and released before its end. A rig that dies meanwhile does not hold the button down for ever.
namespace rig {
namespace {

using modbus::Framing;

constexpr int channels = 8;
constexpr std::uint16_t pulse_on = 0x0200;  // + channel; the value counts 100 ms
constexpr std::uint16_t software_version = 0x8000;
constexpr auto pulse_step = std::chrono::milliseconds(100);

class WaveshareRelay final : public IoBox {
 public:
  struct Parameters : WireParameters, modbus::ContactWiring {
    std::uint8_t unit = 1;
    Framing framing = Framing::rtu;
    Duration longest_press = std::chrono::seconds(20);
  };
  WaveshareRelay(const Parameters& p, Transport& link)
      : parameters_(p), client_(link, p.framing, p.unit, WallTime::duration{p.timeout.count()}) {}

  Identity connect() override {
    client_.start();
    const unsigned version = client_.holding(software_version, 1).front();
    if (version < 100 || version > 999) {
      throw LinkError(
          LinkTrouble::mismatch,
          "expected a software version from 1.00 to 9.99 in register 8000h, found " + std::to_string(version),
          parameters_.endpoint.text, "is it a Waveshare Modbus relay or IO module?");
    }
    read();  // that it has the channels
    const std::string hundredths = std::to_string(version % 100);
    return {.maker = "Waveshare",
            .model = "Modbus relay",
            .serial = {},
            .firmware = std::to_string(version / 100) + "." + (hundredths.size() < 2 ? "0" : "") + hundredths};
  }

  void make_safe() override {
    client_.start();
    press(false);
  }

  [[nodiscard]] DigitalIo::Fittings fittings() const override { return {.button = parameters_.button.has_value()}; }

  Reading read() override {
    Reading reading;
    reading.contacts = modbus::contacts_of(client_.inputs(0, channels), parameters_);
    reading.button = parameters_.button && is_down();
    return reading;
  }

  void press(bool down) override {
    if (!parameters_.button) {
      return;
    }
    if (down) {
      const auto steps = static_cast<std::uint16_t>(parameters_.longest_press / pulse_step);
      client_.put_coil_word(static_cast<std::uint16_t>(pulse_on + output()), steps);
    } else {
      client_.put_coil(output(), false);
    }
    if (is_down() != down) {
      throw LinkError(LinkTrouble::rejected,
                      "the relay " + std::to_string(*parameters_.button) + " of the button does not become " +
                          (down ? "on" : "off"),
                      parameters_.endpoint.text, "is the channel linked to an input in the module's set-up?");
    }
  }

 private:
  [[nodiscard]] std::uint16_t output() const { return static_cast<std::uint16_t>(*parameters_.button); }
  [[nodiscard]] bool is_down() { return client_.coils(output(), 1).front(); }

  Parameters parameters_;
  modbus::Client client_;
};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::WaveshareRelay::Parameters> {
  static void declare(Mapping<WaveshareRelay::Parameters>& m) {
    using P = WaveshareRelay::Parameters;
    declare_wire(m);
    m.optional("unit", &P::unit, {.help = "Modbus unit id", .minimum = 0, .maximum = 255});
    m.optional("framing", &P::framing, "rtu: RTU frames, also over TCP (port 4196, from the factory); tcp: Modbus TCP");
    modbus::declare_contacts(m);
    m.optional("longest_press", &P::longest_press,
               {.help = "the module releases the button by itself after so long, in steps of 100 ms",
                .minimum = 0.1,
                .maximum = 3276.0});
    m.check(
        [](const Node& node, const P& p, Diagnostics& d) { modbus::check_contacts(node, p, channels, channels, d); });
  }
};

namespace rig {
RIG_WIRED_IO(WaveshareRelay, "waveshare.relay",
             "Waveshare Modbus relay and IO modules: RTU over TCP, Modbus TCP, serial")
RIG_BOX_FAMILY(WaveshareRelay, "waveshare.relay", "io", "tcp, serial",
               {{"Modbus POE ETH Relay, IO 8CH", "8 inputs, 8 outputs", "100 ms", ""}})
}  // namespace rig
