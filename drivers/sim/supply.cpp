#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// A programmable supply of the 80 V, 120 A, 10 kW class that does not sink.
class SimSupply final : public PowerSupply {
 public:
  struct Parameters {
    Volts voltage{80.0};
    Amps current{120.0};
    Watts power{10000.0};
    VoltsPerSecond voltage_slew{200.0};
    AmpsPerSecond current_slew{500.0};
    Duration settling = std::chrono::milliseconds(4);
    Duration reading_period = std::chrono::milliseconds(20);
  };
  SimSupply(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        voltage_(voltage_class, context.seed(), "supply.voltage"),
        current_(current_class, context.seed(), "supply.current"),
        clock_(p.reading_period) {
    world_->supply.voltage_slew = p.voltage_slew.value();
    world_->supply.current_slew = p.current_slew.value();
    world_->supply.settling = to_seconds(p.settling);
  }
  void make_safe() noexcept override { world_->switch_off_supply(); }
  [[nodiscard]] bool is_safe() const noexcept override {
    return !world_->supply.set.output && world_->node().supply_current == 0.0;
  }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {parameters_.voltage, parameters_.current, parameters_.power, voltage_class.uncertainty(),
            current_class.uncertainty()};
  }

 private:
  static constexpr ReadingClass voltage_class{.gain = 5e-4, .offset = 0.01, .noise = 2e-3, .resolution = 1e-3};
  static constexpr ReadingClass current_class{.gain = 1e-3, .offset = 0.02, .noise = 5e-3, .resolution = 1e-3};

  SupplyReading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    SupplyReading reading;
    const bool on = world_->supply.set.output;
    reading.output = on;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      const CircuitNode& node = world_->node();
      reading.voltage = Volts{voltage_.read(node.voltage)};
      reading.current = Amps{on ? current_.read(node.supply_current) : 0.0};
      reading.regulation = !on                                                           ? Regulation::off
                           : node.supply_regulates_voltage || node.supply_current == 0.0 ? Regulation::constant_voltage
                           : node.supply_current < world_->supply.current - 1e-6         ? Regulation::constant_power
                                                                                         : Regulation::constant_current;
    }
    return reading;
  }
  void command(const Setpoint& setpoint) noexcept override { world_->supply.set = setpoint; }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  Reader voltage_, current_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimSupply::Parameters> {
  static void declare(Mapping<sim::SimSupply::Parameters>& m) {
    using P = sim::SimSupply::Parameters;
    m.optional("voltage", &P::voltage, {.help = "rated voltage", .minimum = 1.0, .maximum = 1500.0});
    m.optional("current", &P::current, {.help = "rated current", .minimum = 0.1, .maximum = 2000.0});
    m.optional("power", &P::power, {.help = "rated power", .minimum = 1.0, .maximum = 1e6});
    m.optional("voltage_slew", &P::voltage_slew,
               {.help = "how fast the voltage follows", .minimum = 0.1, .maximum = 1e6});
    m.optional("current_slew", &P::current_slew,
               {.help = "how fast the current follows", .minimum = 0.1, .maximum = 1e6});
    m.optional("settling", &P::settling,
               {.help = "time constant of the unloaded output", .minimum = 1e-6, .maximum = 1.0});
    m.optional("reading_period", &P::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 10.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimSupply, "sim.supply", "a supply of the virtual bench, 80 V 120 A 10 kW")
}
