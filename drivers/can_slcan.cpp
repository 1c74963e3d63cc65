#include <string>

#include "drivers/can/slcan_link.hpp"
#include "drivers/transport/endpoint.hpp"
#include "rig/instrument/can_bus.hpp"
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

class SlcanBus final : public CanBus {
 public:
  struct Parameters {
    MarkedText endpoint;
    Bitrate bitrate = Bitrate::k500;
    std::string serial;
  };
  SlcanBus(const Parameters& p, BenchContext& context)
      : parameters_(p), link_(make_transport(p.endpoint.text), context.timeline(), static_cast<char>(p.bitrate)) {}

  void connect() override {
    link_.open();
    if (!parameters_.serial.empty() && parameters_.serial != link_.identity().serial) {
      throw LinkError(LinkTrouble::mismatch,
                      "the bench file names the adapter with serial number " + parameters_.serial + ", found '" +
                          link_.identity().serial + "'",
                      parameters_.endpoint.text, "mend `serial` or `endpoint`");
    }
  }
  // A run begins with what the pack says from now on.
  void arm(const ArmLimits&) override {
    CanFrame old;
    while (link_.receive(old)) {
    }
    early_ = false;
  }
  [[nodiscard]] std::optional<LinkReport> link() const override {
    return LinkReport{link_.endpoint(), link_.is_local(), link_.identity(), link_.trouble(), {}};
  }

 private:
  // Hands over what had arrived when the tick began. What does not fit into the batch waits for the next tick.
  void receive(const Tick& tick, FrameBatch& into) noexcept override {
    while (into.frames().size() < FrameBatch::capacity && (early_ || link_.receive(next_))) {
      early_ = next_.time > tick.start;
      if (early_) {
        break;
      }
      into.push(next_);
    }
    // The batch counts only what a full one refuses, and frames are dropped only when more of them wait.
    const std::uint64_t dropped = link_.dropped();
    for (; counted_ < dropped && into.frames().size() == FrameBatch::capacity; ++counted_) {
      into.push({});
    }
  }
  void transmit(const Tick&, const FrameBatch& frames) noexcept override {
    for (const CanFrame& frame : frames.frames()) {
      link_.send(frame);
    }
  }

  Parameters parameters_;
  slcan::Link link_;
  CanFrame next_;
  bool early_ = false;  // next_ arrived after the tick began
  std::uint64_t counted_ = 0;
};

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
  }
};

namespace rig {
RIG_DRIVER(SlcanBus, "can.slcan", "a CAN adapter that speaks slcan (Lawicel) on a serial or USB line")
}
