#include <cmath>
#include <string>

#include "drivers/can/bitrate.hpp"
#include "drivers/can/gs_usb_link.hpp"
#include "drivers/can/linked_bus.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/registry.hpp"

// USB-CAN adapters that speak gs_usb (candleLight, CANable, CANtact, CANnectivity), by libusb: no kernel driver, and
// none that is in the way.
namespace rig {
namespace {

class GsUsbBus final : public can::LinkedBus {
 public:
  struct Parameters {
    MarkedText endpoint{"usb://", {}};
    can::Bitrate bitrate{500'000};
    std::optional<can::Bitrate> data_bitrate;
    std::optional<Ratio> sample_point;
    std::optional<bool> termination;
    bool listen_only = false;
    bool loop_back = false;
    std::uint16_t channel = 0;
  };
  GsUsbBus(const Parameters& p, BenchContext& context)
      : LinkedBus(std::make_unique<gs_usb::Link>(gs_usb::parse_address(p.endpoint.text), settings_of(p),
                                                 context.timeline())) {}

  [[nodiscard]] std::optional<LinkReport> link() const override {
    const auto& link = adapter<gs_usb::Link>();
    return LinkReport{link.endpoint(), false, link.identity_and_timing(), trouble(), {}};
  }

 private:
  static gs_usb::Settings settings_of(const Parameters& p) {
    gs_usb::Settings out{.bitrate = p.bitrate.value,
                         .listen_only = p.listen_only,
                         .loop_back = p.loop_back,
                         .termination = p.termination,
                         .channel = p.channel};
    if (p.data_bitrate) {
      out.data_bitrate = p.data_bitrate->value;
    }
    if (p.sample_point) {
      out.sample_point = static_cast<std::uint32_t>(std::lround(p.sample_point->value() * 1000.0));
    }
    return out;
  }
};

const BoxFamilyRegistration<void> family{
    "can.gs_usb",
    "can",
    "usb",
    {{"candleLight, CANable, CANtact, CANnectivity and kin",
      "10 kbit/s to 1 Mbit/s; FD, termination where the adapter has them", "1 us", "about 1 ms in rig time"}}};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::GsUsbBus::Parameters> {
  static void declare(Mapping<GsUsbBus::Parameters>& m) {
    using P = GsUsbBus::Parameters;
    m.optional("endpoint", &P::endpoint, "which adapter: usb://1d50:606f/SERIAL; default usb://, the only one");
    m.optional("bitrate", &P::bitrate, "of the bus, bit/s, 10k to 1M; default 500k");
    m.optional("data_bitrate", &P::data_bitrate,
               "of the data of FD frames; when given, the adapter takes FD frames too");
    m.optional("sample_point", &P::sample_point,
               {.help = "where a bit is sampled, as a part of it; default 0.875, 0.8 above 500k, 0.75 above 800k",
                .minimum = 0.5,
                .maximum = 0.95});
    m.optional("termination", &P::termination, "switches the adapter's 120 ohm on or off; default as it is");
    m.optional("listen_only", &P::listen_only, "acknowledges nothing and sends nothing; default false");
    m.optional("loop_back", &P::loop_back, "hears itself, without a bus; default false");
    m.optional("channel", &P::channel, "of an adapter with several, from 0; default 0");
    m.check([](const Node& node, const P& p, Diagnostics& diagnostics) {
      if (p.bitrate.value > 1'000'000) {
        diagnostics.error(node.mark, "expected a bit rate of at most 1M, found " + can::bitrate_text(p.bitrate.value),
                          "faster goes the data of FD frames only: data_bitrate");
      }
    });
  }
};

namespace rig {
RIG_DRIVER(GsUsbBus, "can.gs_usb", "a USB-CAN adapter that speaks gs_usb: candleLight, CANable, CANnectivity and kin")
}
