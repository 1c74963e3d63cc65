#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// An electronic load of the 80 V, 120 A, 7 kW class.
class SimLoad final : public ElectronicLoad {
 public:
  struct Parameters {
    Volts voltage{80.0};
    Amps current{120.0};
    Watts power{7000.0};
    AmpsPerSecond current_slew{500.0};
    Duration reading_period = std::chrono::milliseconds(20);
  };
  SimLoad(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        voltage_(voltage_class, context.seed(), "load.voltage"),
        current_(current_class, context.seed(), "load.current"),
        clock_(p.reading_period) {
    world_->load.current_slew = p.current_slew.value();
    world_->load.rated_current = p.current.value();
    world_->load.rated_power = p.power.value();
  }
  void make_safe() noexcept override { world_->switch_off_load(); }
  [[nodiscard]] bool is_safe() const noexcept override {
    return !world_->load.set.input && world_->node().load_current == 0.0;
  }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {parameters_.voltage, parameters_.current, parameters_.power, voltage_class.uncertainty(),
            current_class.uncertainty()};
  }

 private:
  static constexpr ReadingClass voltage_class{.gain = 5e-4, .offset = 0.01, .noise = 2e-3, .resolution = 1e-3};
  static constexpr ReadingClass current_class{.gain = 1e-3, .offset = 0.02, .noise = 5e-3, .resolution = 1e-3};

  LoadReading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    LoadReading reading;
    const bool on = world_->load.set.input;
    reading.input = on;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      const CircuitNode& node = world_->node();
      reading.voltage = Volts{voltage_.read(node.voltage)};
      reading.current = Amps{on ? current_.read(node.load_current) : 0.0};
      reading.regulation = regulation(on);
    }
    return reading;
  }
  [[nodiscard]] Regulation regulation(bool on) const noexcept {
    if (!on) {
      return Regulation::off;
    }
    switch (world_->load.set.mode) {
      case LoadMode::constant_power:
        return Regulation::constant_power;
      case LoadMode::constant_voltage:
        return Regulation::constant_voltage;
      case LoadMode::constant_current:
        break;
    }
    return Regulation::constant_current;
  }
  void command(const Setpoint& setpoint) noexcept override { world_->load.set = setpoint; }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  Reader voltage_, current_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimLoad::Parameters> {
  static void declare(Mapping<sim::SimLoad::Parameters>& m) {
    using P = sim::SimLoad::Parameters;
    m.optional("voltage", &P::voltage, {.help = "rated voltage", .minimum = 1.0, .maximum = 1500.0});
    m.optional("current", &P::current, {.help = "rated current", .minimum = 0.1, .maximum = 2000.0});
    m.optional("power", &P::power, {.help = "rated power", .minimum = 1.0, .maximum = 1e6});
    m.optional("current_slew", &P::current_slew,
               {.help = "how fast the current follows", .minimum = 0.1, .maximum = 1e6});
    m.optional("reading_period", &P::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 10.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimLoad, "sim.load", "an electronic load of the virtual bench, 80 V 120 A 7 kW")
}
