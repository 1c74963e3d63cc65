// Where nothing but the cells moves, the world goes in long steps when the rig's tick is long. It must not show.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "drivers/sim/world.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {
namespace {

using std::chrono::milliseconds;

constexpr Duration period = milliseconds(100);  // between two looks, and between two commands

// A world that is looked at each 100 ms, as somebody has it whose tick is shorter or not.
class Watched {
 public:
  Watched(const PackParameters& parameters, std::uint64_t seed, const StartState& start, Duration tick) : tick_(tick) {
    world.configure(parameters, seed);
    world.chamber.fit({}, seed);
    world.preset(start);
    world.advance_to({0, TimePoint{}, tick_});
  }
  void look() {
    for (const TimePoint until = now_ + period; now_ < until;) {
      now_ += tick_;
      world.advance_to({now_.time_since_epoch() / tick_, now_, tick_});
      for (const CanFrame& frame : world.firmware().sent().frames()) {
        frames.push_back(frame);
      }
      world.firmware().sent().clear();
    }
  }
  World world;
  std::vector<CanFrame> frames;

 private:
  Duration tick_;
  TimePoint now_{};
};

// Something that a bench may do; both worlds get the same.
void command(World& world, int kind, double share, TimePoint now) {
  world.pack(0).button = false;
  switch (kind) {
    case 0:
      world.supply.set = {Volts{54 + 4 * share}, Amps{120 * share}, Watts{6000}, true};
      world.load.set = {};
      break;
    case 1:
      world.supply.set = {};
      world.load.set = {LoadMode::constant_current, Amps{120 * share}, Watts{0}, Volts{0}, true};
      break;
    case 2:
      world.supply.set = {};
      world.load.set = {LoadMode::constant_power, Amps{0}, Watts{5000 * share}, Volts{0}, true};
      break;
    case 3:
      world.supply.set = {};
      world.load.set = {};
      break;
    case 4:
      world.pack(0).button = true;
      break;
    case 5:
      world.chamber.set = -30 + 95 * share;
      break;
    case 6:
      world.load.set = {LoadMode::constant_voltage, Amps{50}, Watts{0}, Volts{50 + 4 * share}, true};
      break;
    default:
      world.bus.last_keep_alive = now;
  }
}

// A quarter of an hour of one pack.
void live(std::uint64_t seed) {
  Random random(seed, "strides");
  PackParameters parameters;
  parameters.firmware.start.sleep_after = std::chrono::seconds(20);
  // Readings as fine as they can be, so that hardly any hangs on a rounding of the plant.
  parameters.firmware.afe.cell_resolution = Volts{1e-6};
  parameters.firmware.afe.current_resolution = Amps{1e-6};
  if (seed % 2 == 1) {
    parameters.firmware.can.pcs_timeout = milliseconds(45'030);
  }
  StartState start;
  start.soc = random.uniform() < 0.5 ? 0.5 : random.uniform() < 0.5 ? 0.02 : 0.99;
  start.temperature = -25 + 85 * random.uniform();
  Watched fine(parameters, seed, start, milliseconds(10));
  Watched coarse(parameters, seed, start, period);
  for (int look = 0, next = 0; look < 9000; ++look) {
    if (look == next) {
      const int kind = static_cast<int>(random.uniform() * 9);
      const double share = random.uniform();
      command(fine.world, kind, share, fine.world.now());
      command(coarse.world, kind, share, coarse.world.now());
      next += 1 + static_cast<int>(std::exp(6.5 * random.uniform()));
    }
    fine.look();
    coarse.look();
    const Firmware &a = fine.world.firmware(), &b = coarse.world.firmware();
    ASSERT_EQ(a.power(), b.power()) << look;
    ASSERT_EQ(a.charge_fet(), b.charge_fet()) << look;
    ASSERT_EQ(a.discharge_fet(), b.discharge_fet()) << look;
    ASSERT_EQ(a.charge_contact(), b.charge_contact()) << look;
    ASSERT_EQ(a.discharge_contact(), b.discharge_contact()) << look;
    ASSERT_EQ(a.bleeding(), b.bleeding()) << look;
    ASSERT_EQ(a.lights().level, b.lights().level) << look;
    ASSERT_EQ(a.lights().run, b.lights().run) << look;
    ASSERT_EQ(a.lights().alarm, b.lights().alarm) << look;
    ASSERT_NEAR(fine.world.node().voltage, coarse.world.node().voltage, 1e-4) << look;
    ASSERT_NEAR(fine.world.node().pack_current, coarse.world.node().pack_current, 1e-3) << look;
    ASSERT_NEAR(fine.world.cells().mean_soc(), coarse.world.cells().mean_soc(), 1e-7) << look;
    ASSERT_NEAR(fine.world.cells().temperature(), coarse.world.cells().temperature(), 1e-3) << look;
  }
  // A rounding of the plant may carry a number over the edge of its step in a frame: never the time, hardly ever a
  // byte.
  ASSERT_EQ(fine.frames.size(), coarse.frames.size());
  std::size_t other = 0;
  for (std::size_t i = 0; i < fine.frames.size(); ++i) {
    ASSERT_EQ(fine.frames[i].id, coarse.frames[i].id) << i;
    ASSERT_EQ(fine.frames[i].time, coarse.frames[i].time) << i;
    other += fine.frames[i].data == coarse.frames[i].data ? 0 : 1;
  }
  EXPECT_LE(other, fine.frames.size() / 1000);
}
class Stride : public testing::TestWithParam<int> {};

TEST_P(Stride, shows_the_same_as_ten_short_steps) {
  for (int life = GetParam(); life < GetParam() + 20 && !HasFatalFailure(); ++life) {
    SCOPED_TRACE(life);
    live(static_cast<std::uint64_t>(life));
  }
}
INSTANTIATE_TEST_SUITE_P(Lives, Stride, testing::Range(0, 400, 20));

}  // namespace
}  // namespace rig::sim
