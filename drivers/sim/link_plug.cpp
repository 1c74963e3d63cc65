#include <cmath>

#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"
#include "rig/instrument/role_signals.hpp"

namespace rig::sim {
namespace {

// Relays in the link cables of the virtual packs, for what an installer or a rat does. Set-points and read-backs:
// <name>.unplugged, the number of the cable that is pulled (1: the first of dut.link), and <name>.exchanged, the pack
// whose plugs of Link In and Link Out are exchanged; 0 is none.
class SimLinkPlug final : public Instrument {
 public:
  struct Parameters {};
  SimLinkPlug(const Parameters&, BenchContext& context) : world_(context.shared<World>("world")) {}
  void declare(Declarations& out) override {
    shown_ = out.signal("unplugged", confirmed(dimension::none, "number of the link cable that is pulled, 0 none"));
    mixed_up_ = out.signal("exchanged", confirmed(dimension::none, "pack whose Link plugs are exchanged, 0 none"));
    pull_ = number(out, "unplugged", "pull this link cable, 0 puts it back");
    exchange_ = number(out, "exchanged", "exchange the plugs of this pack's Link ports, 0 puts them right");
  }
  bool preset(const StartState&) override {
    world_->wiring().unplug(0);
    world_->wiring().exchange(0);
    return false;
  }
  void sample(const Tick& tick, SignalTable& out) noexcept override {
    world_->advance_to(tick);
    confirm(out, shown_, static_cast<double>(world_->wiring().unplugged()), tick.start);
    confirm(out, mixed_up_, static_cast<double>(world_->wiring().exchanged()), tick.start);
  }
  void apply(const Tick&, const CommandRow& row) noexcept override {
    if (row.version() != version_) {
      version_ = row.version();
      world_->wiring().unplug(static_cast<std::size_t>(std::llround(row[pull_])));
      world_->wiring().exchange(static_cast<std::size_t>(std::llround(row[exchange_])));
    }
  }
  // A link carries no power: as it is, it is safe.
  void make_safe() noexcept override {}

 private:
  static CommandId number(Declarations& out, const char* name, const char* help) {
    return out.command(name, {.dimension = dimension::none,
                              .range = {0.0, static_cast<double>(most_linked)},
                              .help = help,
                              .stays_safe = true});
  }

  std::shared_ptr<World> world_;
  SignalId shown_, mixed_up_;
  CommandId pull_, exchange_;
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
