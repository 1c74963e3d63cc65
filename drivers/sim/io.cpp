#include <algorithm>
#include <array>
#include <cmath>

#include "drivers/sim/reading.hpp"
#include "drivers/sim/world.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// Digital inputs at the pack's two dry contacts, eight light sensors in front of its lamps, and a relay across its
// start button. A light sensor sees its lamp through a tube that lets in some light of the room: full level is a little
// below one, dark a little above zero.
class SimIo final : public DigitalIo {
 public:
  struct Parameters {
    Duration reading_period = std::chrono::milliseconds(20);
    Duration light_period = std::chrono::milliseconds(50);
    Ratio room_light{0.05};
    Ratio light_noise{0.01};
    Duration button_delay = std::chrono::milliseconds(15);
    std::int64_t position = 1;
  };
  SimIo(const Parameters& p, BenchContext& context)
      : parameters_(p),
        world_(context.shared<World>("world")),
        pack_(world_->stand_at(p.position)),
        random_(context.seed(), p.position > 1 ? "io.lights" + std::to_string(p.position) : "io.lights"),
        clock_(p.reading_period),
        light_clock_(p.light_period),
        noise_swing_(uniform_swing * p.light_noise.value()) {
    for (double& gain : gain_) {  // sensors and tubes differ
      gain = 1.0 - light_spread * random_.uniform();
    }
  }
  bool preset(const StartState&) override {
    release();
    return false;
  }
  void make_safe() noexcept override { release(); }
  [[nodiscard]] bool is_safe() const noexcept override { return !world_->pack(pack_).button; }

 protected:
  [[nodiscard]] Fittings fittings() const override {
    const double noise = noise_swing_ + 0.5 / steps;
    return {.lights = true,
            .button = true,
            .light = {parameters_.room_light.value() + noise, light_spread},
            .light_max_age = std::max<Duration>(std::chrono::seconds(1), 3 * parameters_.light_period)};
  }

 private:
  static constexpr double light_spread = 0.1;
  static constexpr double steps = 255.0;           // eight bits
  static constexpr double uniform_swing = 1.7321;  // half width of a uniform noise of unit deviation

  Reading measure(const Tick& tick) noexcept override {
    world_->advance_to(tick);
    if (coil_ != world_->pack(pack_).button || moves_) {
      move_relay(tick.start);
    }
    Reading reading;
    reading.fresh = clock_.due(tick.start);
    if (reading.fresh) {
      reading.charge_prohibited = world_->pack(pack_).firmware().charge_contact();
      reading.discharge_prohibited = world_->pack(pack_).firmware().discharge_contact();
      reading.time = tick.start;
    }
    return reading;
  }
  LightReading look(const Tick& tick) noexcept override {
    LightReading reading;
    reading.fresh = light_clock_.due(tick.start);
    if (reading.fresh) {
      reading.time = tick.start;
      const Lights& lights = world_->pack(pack_).firmware().lights();
      const double room = parameters_.room_light.value();
      std::uint64_t noise = random_.next();  // a byte for each sensor: eight draws would cost more than all else here
      for (std::size_t i = 0; i < light_count; ++i, noise >>= 8) {
        const double lamp = i < lights.level.size() ? lights.level[i] : (i == 6 ? lights.run : lights.alarm);
        const double swing = static_cast<double>(noise & 0xFF) * (2.0 / 255.0) - 1.0;
        const double level = (room + (1.0 - room) * lamp) * gain_[i] + swing * noise_swing_;
        reading.level[i] = std::floor(std::clamp(level, 0.0, 1.0) * steps + 0.5) * (1.0 / steps);
      }
    }
    return reading;
  }
  // The relay pulls in, and falls off, some time after its coil.
  void move_relay(TimePoint now) noexcept {
    if (coil_ == world_->pack(pack_).button) {
      moves_ = false;
    } else if (!moves_) {
      moves_ = true;
      moved_at_ = now + parameters_.button_delay;
    }
    if (moves_ && now >= moved_at_) {
      world_->pack(pack_).button = coil_;
      moves_ = false;
    }
  }
  void release() noexcept {
    coil_ = false;
    world_->pack(pack_).button = false;
    moves_ = false;
  }
  void press(bool down) noexcept override { coil_ = down; }
  [[nodiscard]] bool pressed() const noexcept override { return world_->pack(pack_).button; }

  Parameters parameters_;
  std::shared_ptr<World> world_;
  std::size_t pack_;
  Random random_;
  ReadingClock clock_, light_clock_;
  double noise_swing_;
  std::array<double, light_count> gain_{};
  bool coil_ = false;
  bool moves_ = false;
  TimePoint moved_at_{};
};

}  // namespace
}  // namespace rig::sim

template <>
struct rig::Fields<rig::sim::SimIo::Parameters> {
  static void declare(Mapping<sim::SimIo::Parameters>& m) {
    using P = sim::SimIo::Parameters;
    m.optional("reading_period", &P::reading_period,
               {.help = "inputs are read so often", .minimum = 1e-3, .maximum = 1.0});
    m.optional("light_period", &P::light_period,
               {.help = "light sensors are read so often", .minimum = 1e-3, .maximum = 10.0});
    m.optional("room_light", &P::room_light,
               {.help = "light of the room that a sensor sees", .minimum = 0.0, .maximum = 1.0});
    m.optional("light_noise", &P::light_noise,
               {.help = "standard deviation of one level", .minimum = 0.0, .maximum = 0.2});
    m.optional("position", &P::position, sim::position_option());
    m.optional("button_delay", &P::button_delay,
               {.help = "the button's relay follows its coil after this", .minimum = 0.0, .maximum = 1.0});
  }
};

namespace rig::sim {
RIG_DRIVER(SimIo, "sim.io", "digital inputs, light sensors and a button relay of the virtual bench")
}
