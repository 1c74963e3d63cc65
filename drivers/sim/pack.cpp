#include <set>
#include <string>

#include "drivers/sim/ageing.hpp"
#include "drivers/sim/firmware_defects.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// The virtual GTX5000: cells and firmware. It declares no signal: whatever is known of it, the rig has to measure.
class SimPack final : public Instrument {
 public:
  struct Parameters : PackParameters, BankParameters {
    std::vector<DefectName> defects;
    std::string serial = "VIRTUAL-1";
  };
  SimPack(const Parameters& parameters, BenchContext& context) : world_(context.shared<World>("world")) {
    PackParameters pack = parameters;
    for (const DefectName& chosen : parameters.defects) {
      defects()[chosen.index].apply(pack.firmware);
    }
    world_->configure(pack, context.seed(), parameters);
  }
  void declare(Declarations&) override {}
  bool preset(const StartState& start) override {
    if (start.state != "standby" && start.state != "off") {
      return false;
    }
    const bool known = start.age.empty() || life_of(start.age);
    if (!known || (start.state == "standby" && !world_->can_start_on())) {
      return false;
    }
    world_->preset(start);
    return true;
  }
  void sample(const Tick& tick, SignalTable&) noexcept override { world_->advance_to(tick); }
  void apply(const Tick&, const CommandRow&) noexcept override {}
  void make_safe() noexcept override {}

 private:
  std::shared_ptr<World> world_;
};

}  // namespace
}  // namespace rig::sim

namespace rig {
namespace {
constexpr double most_packs = static_cast<double>(sim::most_linked);

// A cable ends at packs that are there, and no socket takes two plugs.
void check_link(const Node& node, const sim::SimPack::Parameters& p, Diagnostics& diagnostics) {
  std::set<std::pair<int, bool>> taken;
  for (std::size_t i = 0; p.link && i < p.link->size(); ++i) {
    const Node& cable = node.find("link")->items[i];
    for (const auto& [key, end] : {std::pair{"from", (*p.link)[i].from}, std::pair{"to", (*p.link)[i].to}}) {
      const std::string name = std::to_string(end.pack) + (end.in ? ".in" : ".out");
      if (end.pack > p.packs) {
        diagnostics.error(cable.find(key)->mark, "there is no pack " + std::to_string(end.pack) + " for " + name,
                          "dut.packs is " + std::to_string(p.packs));
      } else if (!taken.insert({end.pack, end.in}).second) {
        diagnostics.error(cable.find(key)->mark, "two cables end in " + name, "a socket takes one plug");
      }
    }
  }
}
}  // namespace
}  // namespace rig

template <>
struct rig::Fields<rig::sim::ParallelPack> {
  static void declare(Mapping<sim::ParallelPack>& m) {
    using P = sim::ParallelPack;
    m.optional("firmware", &P::firmware, "its firmware; default: that of the first pack");
    m.optional("cells", &P::cells, "its cells; default: those of the first pack, drawn anew");
    m.optional("defects", &P::defects, "mistakes of its firmware by name");
    m.optional("path_resistance", &P::path_resistance, "from its B+/B- to its P+/P-");
    m.optional("soc_offset", &P::soc_offset,
               {.help = "it has so much more SOC than the case says", .minimum = -1.0, .maximum = 1.0});
  }
};

template <>
struct rig::Fields<rig::sim::SimPack::Parameters> {
  static void declare(Mapping<sim::SimPack::Parameters>& m) {
    using P = sim::SimPack::Parameters;
    // Members of the base have to be named through the derived type for the mapping.
    m.optional("firmware", static_cast<sim::FirmwareParameters P::*>(&P::firmware),
               "the pack's firmware, every number by name");
    m.optional("defects", &P::defects, "mistakes of the firmware by name, see `gtxrig list defects`");
    m.optional("default_soc", static_cast<Ratio P::*>(&P::default_soc),
               {.help = "SOC where a case names none", .minimum = 0.0, .maximum = 1.0});
    m.optional("ambient", static_cast<Celsius P::*>(&P::ambient),
               {.help = "ambient temperature where a case names none", .minimum = -40.0, .maximum = 90.0});
    m.optional("path_resistance", static_cast<Ohms P::*>(&P::path_resistance),
               {.help = "from B+/B- to P+/P-", .minimum = 1e-5, .maximum = 0.1});
    m.optional("own_current", static_cast<Amps P::*>(&P::own_current),
               {.help = "what the electronics take from the cells", .minimum = 0.0, .maximum = 5.0});
    m.optional("cells", static_cast<sim::CellParameters P::*>(&P::cells), "the cells and how they differ");
    m.optional("thermal", static_cast<sim::ThermalParameters P::*>(&P::thermal), "where the heat of the cells goes");
    m.optional("serial", &P::serial, "serial number");
    m.optional("packs", static_cast<std::int64_t P::*>(&P::packs),
               {.help = "packs in parallel, of which this is the first", .minimum = 1.0, .maximum = most_packs});
    m.optional("parallel", static_cast<std::vector<sim::ParallelPack> P::*>(&P::parallel),
               "in what the second, the third ... differ from the first; each has cells of its own draw anyway");
    m.optional("link", static_cast<std::optional<std::vector<sim::LinkCable>> P::*>(&P::link),
               "cables between the Link ports; default: each Link Out to the next Link In");
    m.optional("cable", static_cast<Ohms P::*>(&P::cable),
               {.help = "one power cable between neighbours with its contacts", .minimum = 0.0, .maximum = 0.1});
    m.check([](const Node& node, const P& p, Diagnostics& diagnostics) {
      if (static_cast<std::int64_t>(p.parallel.size()) >= p.packs && !p.parallel.empty()) {
        diagnostics.error(node.find("parallel")->mark,
                          "more packs differ from the first than there are beside it: " +
                              std::to_string(p.parallel.size()) + ", packs: " + std::to_string(p.packs),
                          "raise `packs`, or take some away");
      }
      check_link(node, p, diagnostics);
    });
  }
};

namespace rig::sim {
RIG_DRIVER(SimPack, "sim.pack", "a GTX5000 with cells and a firmware of its own")
}
