#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// A thermometer on the pack's skin.
class SimThermometer final : public Thermometer {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::seconds(1);
  };
  SimThermometer(const Parameters& p, BenchContext& context)
      : world_(context.shared<World>("world")),
        temperature_(temperature_class, context.seed(), "thermometer"),
        clock_(p.reading_period) {}

 protected:
  [[nodiscard]] Ratings ratings() const override { return {temperature_class.uncertainty()}; }

 private:
  static constexpr ReadingClass temperature_class{.offset = 0.4, .noise = 0.02, .resolution = 0.01};

  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    Reading reading;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      reading.temperature = Celsius{temperature_.read(world_->cells().skin_temperature())};
    }
    return reading;
  }

  std::shared_ptr<World> world_;
  Reader temperature_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimThermometer::Parameters> {
  static void declare(Mapping<sim::SimThermometer::Parameters>& m) {
    m.optional("reading_period", &sim::SimThermometer::Parameters::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 60.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimThermometer, "sim.thermometer", "a thermometer on the virtual pack's skin")
}
