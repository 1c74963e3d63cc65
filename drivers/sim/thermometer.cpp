#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/core/math.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

enum class Place { skin, air };

// A thermometer on the pack's skin or in the air beside it. It follows with a lag of its own: a thermocouple under tape
// on a steel case takes 10 s to 30 s, one that hangs in moving air about 5 s.
class SimThermometer final : public Thermometer {
 public:
  struct Parameters {
    Place place = Place::skin;
    Duration lag{};  // zero: that of the place
    Kelvin error{0.4};
    Kelvin resolution{0.01};
    Duration reading_period = std::chrono::seconds(1);
    std::int64_t position = 1;
  };
  SimThermometer(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        pack_(world_->stand_at(p.position)),
        class_{.offset = p.error.value(), .noise = 0.02, .resolution = p.resolution.value()},
        reader_(class_, context.seed(), purpose_of(p)),
        clock_(p.reading_period),
        lag_(p.lag > Duration{} ? to_seconds(p.lag) : (p.place == Place::skin ? 20.0 : 5.0)),
        share_(1.0 - exact_exp(-to_seconds(p.reading_period) / lag_)) {}
  bool preset(const StartState&) override {
    settled_ = false;  // it has lain there for hours
    return false;
  }

 protected:
  // The class, and how far the lag keeps it behind the fastest change that there is at its place.
  [[nodiscard]] Ratings ratings() const override {
    const double fastest = parameters_.place == Place::skin ? 0.01 : 0.05;  // K/s
    Uncertainty u = class_.uncertainty();
    u.absolute += lag_ * fastest;
    return {u};
  }

 private:
  static std::string purpose_of(const Parameters& p) {
    const std::string name = p.place == Place::skin ? "thermometer" : "thermometer.air";
    return p.position > 1 ? name + std::to_string(p.position) : name;
  }
  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    Reading reading;
    reading.time = tick.start;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      const double there =
          parameters_.place == Place::skin ? world_->pack(pack_).cells().skin_temperature() : world_->ambient();
      sensed_ = settled_ ? sensed_ + share_ * (there - sensed_) : there;
      settled_ = true;
      reading.temperature = Celsius{reader_.read(sensed_)};
    }
    return reading;
  }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  std::size_t pack_;
  ReadingClass class_;
  Reader reader_;
  ReadingClock clock_;
  double lag_, share_;
  double sensed_ = 0;
  bool settled_ = false;
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Choices<rig::sim::Place> {
  static std::vector<std::pair<std::string, sim::Place>> names() {
    return {{"skin", sim::Place::skin}, {"air", sim::Place::air}};
  }
};

template <>
struct rig::Fields<rig::sim::SimThermometer::Parameters> {
  static void declare(Mapping<sim::SimThermometer::Parameters>& m) {
    using P = sim::SimThermometer::Parameters;
    m.optional("place", &P::place, "skin: taped to the pack's case; air: beside the pack");
    m.optional("position", &P::position, sim::position_option());
    m.optional("lag", &P::lag,
               {.help = "time constant; zero takes that of the place, 20 s or 5 s", .minimum = 0.0, .maximum = 3600.0});
    m.optional("error", &P::error, {.help = "its offset lies within this", .minimum = 0.0, .maximum = 20.0});
    m.optional("resolution", &P::resolution, {.help = "step of the display", .minimum = 0.0, .maximum = 5.0});
    m.optional("reading_period", &P::reading_period,
               {.help = "readings come so often", .minimum = 1e-3, .maximum = 60.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimThermometer, "sim.thermometer", "a thermometer at the virtual pack, on its skin or in the air")
}
