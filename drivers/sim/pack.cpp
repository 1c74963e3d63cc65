#include <algorithm>

#include "drivers/sim/ageing.hpp"
#include "drivers/sim/firmware_defects.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// The virtual GTX5000: cells and firmware. It declares no signal: whatever is known of it, the rig has to measure.
class SimPack final : public Instrument {
 public:
  struct Parameters : PackParameters {
    std::vector<DefectName> defects;
    std::string serial = "VIRTUAL-1";
  };
  SimPack(const Parameters& parameters, BenchContext& context) : world_(context.shared<World>("world")) {
    PackParameters pack = parameters;
    for (const DefectName& chosen : parameters.defects) {
      defects()[chosen.index].apply(pack.firmware);
    }
    world_->configure(pack, context.seed());
  }
  void declare(Declarations&) override {}
  bool preset(const StartState& start) override {
    if (start.state != "standby" && start.state != "off") {
      return false;
    }
    const bool known = start.age.empty() || std::any_of(lives.begin(), lives.end(), [&](const LivedThrough& life) {
                         return life.age == start.age;
                       });
    if (!known) {
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
  }
};

namespace rig::sim {
RIG_DRIVER(SimPack, "sim.pack", "a GTX5000 with cells and a firmware of its own")
}
