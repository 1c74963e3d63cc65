#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// A bench multimeter across P+/P-: of the bench's terminals, or of one of several packs with a shunt in its way.
class SimMeter final : public Meter {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::milliseconds(20);
    std::int64_t position = 0;
  };
  SimMeter(const Parameters& p, BenchContext& context)
      : world_(context.shared<World>("world")),
        voltage_(voltage_class, context.seed(), "meter.voltage" + suffix(p.position)),
        current_(current_class, context.seed(), "meter.current" + suffix(p.position)),
        clock_(p.reading_period) {
    if (p.position > 0) {
      pack_ = world_->stand_at(p.position);
    }
  }

 protected:
  [[nodiscard]] Ratings ratings() const override {
    Ratings ratings{.voltage_uncertainty = voltage_class.uncertainty()};
    if (pack_) {
      ratings.current_uncertainty = current_class.uncertainty();
    }
    return ratings;
  }

 private:
  static constexpr ReadingClass voltage_class{.gain = 1e-4, .offset = 1e-3, .noise = 5e-4, .resolution = 1e-3};
  static constexpr ReadingClass current_class{.gain = 1e-3, .offset = 0.02, .noise = 5e-3, .resolution = 0.01};
  static std::string suffix(std::int64_t position) { return position > 0 ? std::to_string(position) : std::string(); }

  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    Reading reading;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      reading.voltage = Volts{voltage_.read(pack_ ? world_->pack(*pack_).voltage() : world_->node().voltage)};
      reading.current = Amps{pack_ ? current_.read(world_->pack(*pack_).current()) : 0.0};
    }
    return reading;
  }

  std::shared_ptr<World> world_;
  std::optional<std::size_t> pack_;  // none: the bench's terminals
  Reader voltage_, current_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimMeter::Parameters> {
  static void declare(Mapping<sim::SimMeter::Parameters>& m) {
    m.optional("reading_period", &sim::SimMeter::Parameters::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 10.0});
    m.optional(
        "position", &sim::SimMeter::Parameters::position,
        {.help = "of the pack that it stands at, with a shunt in its way, where several are in parallel; default "
                 "0: the bench's terminals",
         .minimum = 0.0,
         .maximum = static_cast<double>(sim::most_linked)});
  }
};

namespace rig::sim {
RIG_DRIVER(SimMeter, "sim.meter", "a voltmeter of the virtual bench")
}
