#include <cmath>

#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/instrument/role_signals.hpp"

namespace rig::sim {
namespace {

// A relay in each link cable of the virtual packs: one at a time can be pulled, as a rat or an installer does. Set-point
// and read-back <name>.unplugged: 0 none, 1 the first cable of dut.link ...
class SimLinkPlug final : public Instrument {
 public:
  struct Parameters {};
  SimLinkPlug(const Parameters&, BenchContext& context) : world_(context.shared<World>("world")) {}
  void declare(Declarations& out) override {
    shown_ = out.signal("unplugged", confirmed(dimension::none, "number of the link cable that is pulled, 0 none"));
    pull_ = out.command("unplugged", {.dimension = dimension::none,
                                      .range = {0.0, static_cast<double>(most_linked)},
                                      .help = "pull this link cable, 0 puts it back",
                                      .stays_safe = true});
  }
  bool preset(const StartState&) override {
    world_->wiring().unplug(0);
    return false;
  }
  void sample(const Tick& tick, SignalTable& out) noexcept override {
    world_->advance_to(tick);
    confirm(out, shown_, static_cast<double>(world_->wiring().unplugged()), tick.start);
  }
  void apply(const Tick&, const CommandRow& row) noexcept override {
    if (row.version() != version_) {
      version_ = row.version();
      world_->wiring().unplug(static_cast<std::size_t>(std::llround(row[pull_])));
    }
  }
  // A link carries no power: as it is, it is safe.
  void make_safe() noexcept override {}

 private:
  std::shared_ptr<World> world_;
  SignalId shown_;
  CommandId pull_;
  std::uint64_t version_ = 0;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimLinkPlug::Parameters> {
  static void declare(Mapping<sim::SimLinkPlug::Parameters>&) {}
};

namespace rig::sim {
RIG_DRIVER(SimLinkPlug, "sim.link", "relays in the link cables of virtual packs in parallel")
}
