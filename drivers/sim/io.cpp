#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// Digital inputs at the pack's two dry contacts.
class SimIo final : public DigitalIo {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::milliseconds(20);
  };
  SimIo(const Parameters& p, BenchContext& context)
      : world_(context.shared<World>("world")), clock_(p.reading_period) {}

 private:
  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    return {world_->firmware().charge_contact(), world_->firmware().discharge_contact(), tick.start,
            clock_.due(tick.start)};
  }

  std::shared_ptr<World> world_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimIo::Parameters> {
  static void declare(Mapping<sim::SimIo::Parameters>& m) {
    m.optional("reading_period", &sim::SimIo::Parameters::reading_period,
               {.help = "inputs are read so often", .minimum = 1e-3, .maximum = 1.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimIo, "sim.io", "digital inputs of the virtual bench")
}
