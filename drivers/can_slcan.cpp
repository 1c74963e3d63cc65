#include <fmt/format.h>

#include <array>
#include <string>

#include "drivers/can/linked_bus.hpp"
#include "drivers/can/slcan_link.hpp"
#include "drivers/transport/endpoint.hpp"
#include "drivers/transport/families.hpp"
#include "rig/core/error.hpp"
#include "rig/instrument/registry.hpp"

// CAN adapters that speak slcan (Lawicel CAN232 and its kin, CANable, CANtact) on a serial line or a USB one.
namespace rig {
namespace {

// S7 is missing: 800 kbit/s at Lawicel, 750 kbit/s in other firmware.
enum class Bitrate : char {
  k10 = '0',
  k20 = '1',
  k50 = '2',
  k100 = '3',
  k125 = '4',
  k250 = '5',
  k500 = '6',
  k1000 = '8'
};

constexpr std::uint32_t bits_per_second(Bitrate rate) {
  constexpr std::array<std::uint32_t, 9> rates{10'000,  20'000,  50'000,  100'000,  125'000,
                                               250'000, 500'000, 800'000, 1'000'000};
  return rates.at(static_cast<std::size_t>(static_cast<char>(rate) - '0'));
}

class SlcanBus final : public can::LinkedBus {
 public:
  struct Parameters {
    MarkedText endpoint;
    Bitrate bitrate = Bitrate::k500;
    std::string serial;
    bool listen_only = false;
    bool timestamps = false;
  };
  SlcanBus(const Parameters& p, BenchContext& context)
      : LinkedBus(std::make_unique<slcan::Link>(make_transport(p.endpoint.text), context.timeline(),
                                                settings_of(p, *context.timeline()))),
        parameters_(p),
        timeline_(context.timeline()) {}

  void connect() override {
    LinkedBus::connect();
    const std::string found = adapter<slcan::Link>().identity().serial;
    if (!parameters_.serial.empty() && parameters_.serial != found) {
      throw LinkError(
          LinkTrouble::mismatch,
          "the bench file names the adapter with serial number " + parameters_.serial + ", found '" + found + "'",
          parameters_.endpoint.text, "mend `serial` or `endpoint`");
    }
  }
  // A frame waits for the adapter's firmware, up to 16 ms for the latency timer of its USB bridge, and for our thread.
  [[nodiscard]] Duration arrival_delay() const noexcept override {
    return from_seconds((parameters_.timestamps ? 0.002 : 0.02) * timeline_->scale());
  }
  [[nodiscard]] std::optional<LinkReport> link() const override {
    const auto& link = adapter<slcan::Link>();
    return LinkReport{link.endpoint(), link.is_local(), link.identity(), trouble(), {}};
  }

 private:
  // The milliseconds of a real adapter are those of the wall, those of a simulated one are of the run. With a scale
  // between the two, periods would be wrong by that factor, and nothing would show it.
  static slcan::Settings settings_of(const Parameters& p, const Timeline& timeline) {
    if (p.timestamps && timeline.scale() != 1.0) {
      throw RigError(
          fmt::format("`timestamps: true` needs a time_scale of 1, found {}: the adapter's milliseconds would "
                      "be taken for others",
                      timeline.scale()),
          p.endpoint.text, "take `timestamps` out: frames are then timed by their arrival");
    }
    return {.speed = static_cast<char>(p.bitrate),
            .bitrate = bits_per_second(p.bitrate),
            .listen_only = p.listen_only,
            .timestamps = p.timestamps};
  }

  Parameters parameters_;
  std::shared_ptr<Timeline> timeline_;
};

const BoxFamilyRegistration<void> family{
    "can.slcan",
    "can",
    "serial, tcp",
    {{"Lawicel CAN232, CANable, CANtact with slcan firmware", "10 kbit/s to 1 Mbit/s, not 800 kbit/s",
      "1 ms with timestamps, else arrival", "latency of the line"}}};

}  // namespace
}  // namespace rig

template <>
struct rig::Choices<rig::Bitrate> {
  static std::vector<std::pair<std::string, Bitrate>> names() {
    return {{"10k", Bitrate::k10},   {"20k", Bitrate::k20},   {"50k", Bitrate::k50},   {"100k", Bitrate::k100},
            {"125k", Bitrate::k125}, {"250k", Bitrate::k250}, {"500k", Bitrate::k500}, {"1000k", Bitrate::k1000}};
  }
};

template <>
struct rig::Fields<rig::SlcanBus::Parameters> {
  static void declare(Mapping<SlcanBus::Parameters>& m) {
    using P = SlcanBus::Parameters;
    m.required("endpoint", &P::endpoint, "where the adapter is: serial:///dev/serial/by-id/NAME?baud=115200");
    m.optional("bitrate", &P::bitrate, "of the bus, bit/s; default 500k");
    m.optional("serial", &P::serial, "serial number of the adapter; when given, no other one will do");
    m.optional("listen_only", &P::listen_only, "acknowledges nothing and sends nothing (command L); default false");
    m.optional(
        "timestamps", &P::timestamps,
        "frames are timed by the adapter, in ms, not by their arrival (command Z1); only with a time_scale of 1; "
        "default false");
  }
};

namespace rig {
RIG_DRIVER(SlcanBus, "can.slcan", "a CAN adapter that speaks slcan (Lawicel) on a serial or USB line")
}
