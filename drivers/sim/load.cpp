#include "drivers/sim/readback.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

using Farads = Quantity<-1, 1, 1, 0>;

// An electronic load, by default of the 80 V, 120 A, 7 kW class. In constant voltage it takes at most its current
// set-point. An inverter's bus capacitor in parallel shows a pack that does not pre-charge.
class SimLoad final : public ElectronicLoad {
 public:
  struct Parameters {
    Volts voltage{80.0};
    Amps current{120.0};
    Watts power{7000.0};
    AmpsPerSecond current_slew{500.0};
    Duration reading_period = std::chrono::milliseconds(20);
    Volts minimum_voltage{1.0};
    Farads input_capacitance{0.0};
    ReadbackParameters readback;
  };
  SimLoad(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        voltage_(p.readback.voltage(), context.seed(), "load.voltage"),
        current_(p.readback.current(p.current), context.seed(), "load.current"),
        clock_(p.reading_period) {
    world_->load.current_slew = p.current_slew.value();
    world_->load.rated_current = p.current.value();
    world_->load.rated_power = p.power.value();
    world_->load.least_voltage = p.minimum_voltage.value();
    world_->load.capacitance = p.input_capacitance.value();
  }
  void make_safe() noexcept override { world_->switch_off_load(); }
  [[nodiscard]] bool is_safe() const noexcept override {
    return !world_->load.set.input && world_->node().load_current == 0.0;
  }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {parameters_.voltage, parameters_.current, parameters_.power, parameters_.readback.voltage().uncertainty(),
            parameters_.readback.current(parameters_.current).uncertainty()};
  }

 private:
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
    m.optional("minimum_voltage", &P::minimum_voltage,
               {.help = "below it takes less than it is asked to", .minimum = 0.01, .maximum = 20.0});
    m.optional("input_capacitance", &P::input_capacitance,
               {.help = "of an inverter's bus at its input; 10 mF is usual, zero is a bare load",
                .minimum = 0.0,
                .maximum = 1.0});
    m.optional("readback", &P::readback, "how truly it reads back");
  }
};

namespace rig::sim {
RIG_DRIVER(SimLoad, "sim.load", "an electronic load of the virtual bench")
}
