#include "drivers/sim/readback.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

using Farads = Quantity<-1, 1, 1, 0>;

// A programmable supply, by default of the 80 V, 120 A, 10 kW class and not able to sink. A bidirectional unit sinks by
// itself as soon as it is on and set below the pack (EA-PSB): that trap is a parameter.
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
    Farads output_capacitance{10e-3};
    Duration dump_response = std::chrono::microseconds(200);
    bool bidirectional = false;
    Amps sink_current{120.0};
    ReadbackParameters readback;
  };
  SimSupply(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        voltage_(p.readback.voltage(), context.seed(), "supply.voltage"),
        current_(p.readback.current(p.current), context.seed(), "supply.current"),
        clock_(p.reading_period) {
    world_->supply.voltage_slew = p.voltage_slew.value();
    world_->supply.current_slew = p.current_slew.value();
    world_->supply.settling = to_seconds(p.settling);
    world_->supply.capacitance = p.output_capacitance.value();
    world_->supply.response = to_seconds(p.dump_response);
    world_->supply.bidirectional = p.bidirectional;
    world_->supply.sink_current = p.sink_current.value();
  }
  void make_safe() noexcept override { world_->switch_off_supply(); }
  [[nodiscard]] bool is_safe() const noexcept override {
    return !world_->supply.set.output && world_->node().supply_current == 0.0;
  }

 protected:
  [[nodiscard]] SupplyRatings ratings() const override {
    return {parameters_.voltage, parameters_.current, parameters_.power, parameters_.readback.voltage().uncertainty(),
            parameters_.readback.current(parameters_.current).uncertainty()};
  }

 private:
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
      reading.regulation = regulation(on);
    }
    return reading;
  }
  [[nodiscard]] Regulation regulation(bool on) const noexcept {
    const CircuitNode& node = world_->node();
    if (!on) {
      return Regulation::off;
    }
    if (node.supply_regulates_voltage || node.supply_current == 0.0) {
      return Regulation::constant_voltage;
    }
    const bool below_limit = node.supply_current > 0.0 && node.supply_current < world_->supply.current - 1e-6;
    return below_limit ? Regulation::constant_power : Regulation::constant_current;
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
    m.optional("output_capacitance", &P::output_capacitance,
               {.help = "takes the current at a load dump", .minimum = 1e-5, .maximum = 10.0});
    m.optional("dump_response", &P::dump_response,
               {.help = "the regulator notices a load dump after this", .minimum = 0.0, .maximum = 0.1});
    m.optional("bidirectional", &P::bidirectional, "sinks by itself when it is on and set below the pack");
    m.optional("sink_current", &P::sink_current,
               {.help = "most that a bidirectional unit sinks", .minimum = 0.0, .maximum = 2000.0});
    m.optional("readback", &P::readback, "how truly it reads back");
  }
};

namespace rig::sim {
RIG_DRIVER(SimSupply, "sim.supply", "a supply of the virtual bench")
}
