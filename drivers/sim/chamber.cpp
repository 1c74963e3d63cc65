#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

using KelvinPerSecond = Quantity<0, 0, -1, 1>;

// A test cabinet around the virtual pack.
class SimChamber final : public Chamber {
 public:
  struct Parameters {
    Celsius lowest{-40.0};
    Celsius highest{90.0};
    KelvinPerSecond heating_rate{2.0 / 60};
    KelvinPerSecond cooling_rate{1.5 / 60};
    Kelvin overshoot{0.7};
    Kelvin control_error{0.3};
    Kelvin gradient{0.5};
    Kelvin fluctuation{0.05};
    Celsius room{25.0};
    Duration drift_time = std::chrono::hours(1);
    Duration reading_period = std::chrono::seconds(1);
  };
  SimChamber(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        air_(display, context.seed(), "chamber.air"),
        clock_(p.reading_period) {
    world_->chamber.fit({.heating_rate = p.heating_rate.value(),
                         .cooling_rate = p.cooling_rate.value(),
                         .overshoot = p.overshoot.value(),
                         .control_error = p.control_error.value(),
                         .gradient = p.gradient.value(),
                         .fluctuation = p.fluctuation.value(),
                         .room = p.room.value(),
                         .drift_time = to_seconds(p.drift_time)},
                        context.seed());
    world_->chamber.soak(world_->start_temperature());
  }
  void make_safe() noexcept override { command({}); }
  [[nodiscard]] bool is_safe() const noexcept override {
    return world_->chamber.run && world_->chamber.set == chamber_rest.value();
  }

 protected:
  [[nodiscard]] ChamberRatings ratings() const override {
    Uncertainty u = display.uncertainty();
    u.absolute += parameters_.control_error.value();
    return {parameters_.lowest, parameters_.highest, u};
  }

 private:
  static constexpr ReadingClass display{.noise = 0.005, .resolution = 0.01};

  ChamberReading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    ChamberReading reading;
    reading.set = Celsius{world_->chamber.set};
    reading.run = world_->chamber.run;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      reading.temperature = Celsius{air_.read(world_->chamber.seen())};
    }
    return reading;
  }
  void command(const Setpoint& setpoint) noexcept override {
    world_->chamber.set = setpoint.temperature.value();
    world_->chamber.run = setpoint.run;
  }
  [[nodiscard]] Celsius standing() const override { return Celsius{world_->start_temperature()}; }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  Reader air_;
  ReadingClock clock_;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimChamber::Parameters> {
  static void declare(Mapping<sim::SimChamber::Parameters>& m) {
    using P = sim::SimChamber::Parameters;
    m.optional("lowest", &P::lowest, {.help = "lowest set-point", .minimum = -100.0, .maximum = 25.0});
    m.optional("highest", &P::highest, {.help = "highest set-point", .minimum = 25.0, .maximum = 200.0});
    m.optional("heating_rate", &P::heating_rate, {.help = "ramp of the air upwards", .minimum = 1e-4, .maximum = 1.0});
    m.optional("cooling_rate", &P::cooling_rate,
               {.help = "ramp of the air downwards", .minimum = 1e-4, .maximum = 1.0});
    m.optional("overshoot", &P::overshoot,
               {.help = "of the air at the end of a heating ramp", .minimum = 0.05, .maximum = 20.0});
    m.optional("control_error", &P::control_error,
               {.help = "the controller's sensor is off by at most this", .minimum = 0.0, .maximum = 10.0});
    m.optional("gradient", &P::gradient,
               {.help = "air at the pack against the sensor, at most, 40 K from room temperature",
                .minimum = 0.0,
                .maximum = 20.0});
    m.optional("fluctuation", &P::fluctuation,
               {.help = "standard deviation of the air", .minimum = 0.0, .maximum = 5.0});
    m.optional("room", &P::room, {.help = "temperature around the chamber", .minimum = -20.0, .maximum = 60.0});
    m.optional("drift_time", &P::drift_time,
               {.help = "time constant towards room temperature when off", .minimum = 1.0, .maximum = 1e6});
    m.optional("reading_period", &P::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 60.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimChamber, "sim.chamber", "a temperature chamber around the virtual pack")
}
