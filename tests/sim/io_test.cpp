// Light sensors and the button's relay.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "sim_bench.hpp"

namespace rig::sim {
namespace {

const std::vector<std::string> lamps{"io.led1", "io.led2", "io.led3",      "io.led4",
                                     "io.led5", "io.led6", "io.led7_blue", "io.led7_red"};

double lamp_of(const Lights& lights, std::size_t i) {
  return i < 6 ? lights.level[i] : (i == 6 ? lights.run : lights.alarm);
}

TEST(SimIo, each_sensor_shows_its_own_lamp_within_its_uncertainty) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimBench bench(seed);
    bench.preset({});
    for (int i = 0; i < 500; ++i) {
      bench.step();
      for (std::size_t k = 0; k < lamps.size(); ++k) {
        const SignalId id = bench.signals.require(lamps[k]);
        const Sample& seen = bench.signals[id];
        ASSERT_TRUE(seen.good()) << lamps[k];
        ASSERT_GE(seen.value, 0.0);
        ASSERT_LE(seen.value, 1.0);
        if (seen.time == bench.world().now()) {
          const double lamp = lamp_of(bench.world().firmware().lights(), k);
          ASSERT_NEAR(seen.value, lamp, bench.signals.spec(id).uncertainty.at(1.0)) << lamps[k] << " seed " << seed;
        }
      }
    }
  }
}

TEST(SimIo, a_dark_lamp_in_a_bright_room_is_not_lit) {
  SimBench dim(1, "{}", {{"io", "{ room_light: 0, light_noise: 0 }"}});
  SimBench bright(1, "{}", {{"io", "{ room_light: 30 %, light_noise: 0 }"}});
  for (SimBench* bench : {&dim, &bright}) {
    bench->preset({});
    bench->run(0.2);
  }
  for (std::size_t k = 0; k < lamps.size(); ++k) {
    if (lamp_of(dim.world().firmware().lights(), k) == 0.0) {
      EXPECT_EQ(dim[lamps[k]].value, 0.0);
      EXPECT_GT(bright[lamps[k]].value, 0.2);
      EXPECT_LE(bright[lamps[k]].value, 0.3);
    }
  }
}

TEST(SimIo, light_sensors_rest_between_two_of_their_own_readings) {
  SimBench bench;
  bench.preset({});
  std::set<std::int64_t> times;
  for (int i = 0; i < 1000; ++i) {
    bench.step();
    times.insert(bench["io.led1"].time.time_since_epoch().count());
  }
  EXPECT_EQ(times.size(), 200u) << "10 s with a period of 50 ms";
}

TEST(SimIo, the_button_follows_its_relay_after_the_delay_and_is_read_back) {
  SimBench bench(1, "{}", {{"io", "{ button_delay: 30 ms }"}});
  bench.preset({});
  bench.run(0.1);
  EXPECT_EQ(bench["io.button"].value, 0.0);
  bench.set("io.button", 1);
  bench.run(0.03);  // commanded at the end of the first of these ticks
  EXPECT_FALSE(bench.world().pack(0).button);
  EXPECT_EQ(bench["io.button"].value, 0.0) << "read back, not what was asked";
  bench.run(0.05);
  EXPECT_TRUE(bench.world().pack(0).button);
  EXPECT_EQ(bench["io.button"].value, 1.0);
  bench.set("io.button", 0);
  bench.run(0.08);
  EXPECT_FALSE(bench.world().pack(0).button);
  EXPECT_EQ(bench["io.button"].value, 0.0);
}

TEST(SimIo, make_safe_releases_the_button_at_once_first_and_twice) {
  SimBench fresh;
  fresh.instrument("io").make_safe();
  EXPECT_TRUE(fresh.instrument("io").is_safe());
  SimBench bench;
  bench.preset({});
  bench.set("io.button", 1);
  bench.run(0.2);
  ASSERT_TRUE(bench.world().pack(0).button);
  EXPECT_FALSE(bench.instrument("io").is_safe());
  bench.instrument("io").make_safe();
  EXPECT_FALSE(bench.world().pack(0).button);
  bench.instrument("io").make_safe();
  EXPECT_TRUE(bench.instrument("io").is_safe());
  bench.run(0.2);
  EXPECT_FALSE(bench.world().pack(0).button) << "the row that pressed it is old news";
}

}  // namespace
}  // namespace rig::sim
