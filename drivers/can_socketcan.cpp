#include <string>

#include "drivers/can/linked_bus.hpp"
#include "drivers/can/socketcan_link.hpp"
#include "drivers/transport/families.hpp"
#include "rig/instrument/registry.hpp"

// CAN interfaces of Linux: PEAK, Kvaser, and every other adapter that the kernel has a driver for. Bit rate, sample
// point and restart after bus-off are those of the interface (ip link).
namespace rig {
namespace {

class SocketCanBus final : public can::LinkedBus {
 public:
  struct Parameters {
    std::string interface;
  };
  SocketCanBus(const Parameters& p, BenchContext& context)
      : LinkedBus(std::make_unique<socketcan::Link>(p.interface, context.timeline())) {}

  [[nodiscard]] std::optional<LinkReport> link() const override {
    const auto& link = adapter<socketcan::Link>();
    return LinkReport{link.interface(), socketcan::is_virtual(link.interface()), link.identity(), trouble(), {}};
  }
};

const BoxFamilyRegistration<void> family{
    "can.socketcan",
    "can",
    "network interface",
    {{"any that Linux drives: PEAK, Kvaser, ...", "as ip link sets it", "1 ns", "latency of the kernel"}}};

}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::SocketCanBus::Parameters> {
  static void declare(Mapping<SocketCanBus::Parameters>& m) {
    m.required("interface", &SocketCanBus::Parameters::interface, "as ip link shows it, such as can0");
  }
};

namespace rig {
RIG_DRIVER(SocketCanBus, "can.socketcan", "a CAN interface of Linux: PEAK, Kvaser and what else the kernel drives")
}
