#include "drivers/sim/world.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// A CAN adapter on the virtual pack's bus. Frames carry the moment at which they left the pack. What the rig sends is
// acknowledged by the bus; this firmware's rules do not depend on it.
class SimCan final : public CanBus {
 public:
  struct Parameters {
    bool connected = true;
  };
  SimCan(const Parameters& p, BenchContext& context) : parameters_(p), world_(context.shared<World>("world")) {}

 private:
  void receive(const Tick& tick, FrameBatch& into) noexcept override {
    world_->advance_to(tick);
    FrameBatch& sent = world_->firmware().sent();
    if (parameters_.connected) {
      for (const CanFrame& frame : sent.frames()) {
        into.push(frame);
      }
      // Both batches are of one size: what did not fit into the pack's is refused by this one too, and counted.
      for (; lost_ < sent.overflow(); ++lost_) {
        into.push({});
      }
    }
    lost_ = sent.overflow();
    sent.clear();
  }
  void transmit(const Tick&, const FrameBatch&) noexcept override {}

  Parameters parameters_;
  std::shared_ptr<World> world_;
  std::uint64_t lost_ = 0;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimCan::Parameters> {
  static void declare(Mapping<sim::SimCan::Parameters>& m) {
    m.optional("connected", &sim::SimCan::Parameters::connected, "the cable is plugged in");
  }
};

namespace rig::sim {
RIG_DRIVER(SimCan, "sim.can", "a CAN adapter on the virtual pack's bus")
}
