#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// A bench multimeter across P+/P-.
class SimMeter final : public Meter {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::milliseconds(20);
  };
  SimMeter(const Parameters& p, BenchContext& context)
      : world_(context.shared<World>("world")),
        voltage_(voltage_class, context.seed(), "meter.voltage"),
        clock_(p.reading_period) {}

 protected:
  [[nodiscard]] Ratings ratings() const override { return {voltage_class.uncertainty()}; }

 private:
  static constexpr ReadingClass voltage_class{.gain = 1e-4, .offset = 1e-3, .noise = 5e-4, .resolution = 1e-3};

  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    Reading reading;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      reading.voltage = Volts{voltage_.read(world_->node().voltage)};
    }
    return reading;
  }

  std::shared_ptr<World> world_;
  Reader voltage_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimMeter::Parameters> {
  static void declare(Mapping<sim::SimMeter::Parameters>& m) {
    m.optional("reading_period", &sim::SimMeter::Parameters::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 10.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimMeter, "sim.meter", "a voltmeter of the virtual bench")
}
