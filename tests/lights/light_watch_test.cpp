// The signals lights.*: when they are good, and that they cost nothing where there are no sensors.
#include "rig/lights/light_watch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rig {
namespace {

constexpr std::array<const char*, lamp_count> names{"io.led1", "io.led2", "io.led3",      "io.led4",
                                                    "io.led5", "io.led6", "io.led7_blue", "io.led7_red"};

class Watching {
 public:
  Watching() {
    for (const char* name : names) {
      table.declare({.name = name});
    }
    watch.declare(table);
    table.seal();
    watch.reset();
  }
  void see(int level, bool run, Quality quality = Quality::good) {
    table.clear_changed();
    for (std::size_t i = 0; i < lamp_count; ++i) {
      const bool lit = i < static_cast<std::size_t>(level) || (i == 6 && run);
      table.write(table.require(names[i]), lit ? 0.93 : 0.05, TimePoint{from_seconds(now)}, quality);
    }
    watch.look(table);
    now += 0.05;
  }
  void discharge(double seconds) {
    for (const double end = now + seconds; now < end;) {
      see(3, now - 2.0 * std::floor(now / 2.0) < 0.5);
    }
  }
  const Sample& operator[](const std::string& name) const { return table[table.require(name)]; }
  std::string word(const char* name) const {
    const SignalId id = table.require(name);
    return table.spec(id).labels[static_cast<std::size_t>(table[id].value)];
  }

  SignalTable table;
  LightWatch watch;
  double now = 0.0;
};

TEST(LightWatch, tells_pattern_level_colour_and_times) {
  Watching bench;
  bench.discharge(20.0);
  EXPECT_EQ(bench.word("lights.panel"), "discharging");
  EXPECT_EQ(bench.word("lights.run"), "flash_3");
  EXPECT_EQ(bench.word("lights.top"), "steady");
  EXPECT_EQ(bench.word("lights.color"), "blue");
  EXPECT_EQ(bench["lights.level"].value, 3.0);
  EXPECT_NEAR(bench["lights.run_on"].value, 0.5, 0.0501);
  EXPECT_NEAR(bench["lights.run_off"].value, 1.5, 0.0501);
  EXPECT_NEAR(bench["lights.run_on.u"].value, 0.05, 1e-9);
  EXPECT_EQ(bench["lights.top_on"].quality, Quality::never) << "a steady light has no times";
}

TEST(LightWatch, sensors_that_fall_silent_take_the_words_with_them) {
  Watching bench;
  bench.discharge(20.0);
  bench.see(3, false, Quality::invalid);
  for (const char* name : {"lights.panel", "lights.run", "lights.level", "lights.run_on", "lights.run_on.u"}) {
    EXPECT_EQ(bench[name].quality, Quality::invalid) << name;
  }
  bench.see(3, false);
  EXPECT_TRUE(bench["lights.panel"].good());
  EXPECT_EQ(bench.word("lights.panel"), "unknown") << "what was before the hole is no evidence";
  bench.discharge(10.0);
  EXPECT_EQ(bench.word("lights.panel"), "discharging");
}

TEST(LightWatch, one_stale_sensor_is_enough) {
  Watching bench;
  bench.discharge(20.0);
  bench.table.clear_changed();
  bench.table.write(bench.table.require("io.led1"), 0.93, TimePoint{from_seconds(bench.now)});
  bench.table.set_quality(bench.table.require("io.led7_red"), Quality::stale);
  bench.watch.look(bench.table);
  EXPECT_EQ(bench["lights.panel"].quality, Quality::stale);
}

TEST(LightWatch, a_time_is_no_more_when_nothing_flashes) {
  Watching bench;
  bench.discharge(20.0);
  ASSERT_TRUE(bench["lights.run_on"].good());
  for (int i = 0; i < 100; ++i) {
    bench.see(3, true);
  }
  EXPECT_EQ(bench.word("lights.run"), "steady");
  EXPECT_EQ(bench["lights.run_on"].quality, Quality::stale);
}

TEST(LightWatch, writes_only_what_is_new) {
  Watching bench;
  bench.discharge(20.0);
  int written = 0;
  for (int i = 0; i < 40; ++i) {
    bench.see(3, bench.now - 2.0 * std::floor(bench.now / 2.0) < 0.5);
    written += bench.table.changed(bench.table.require("lights.panel")) ? 1 : 0;
  }
  EXPECT_EQ(written, 0);
}

TEST(LightWatch, a_bench_that_lacks_one_sensor_has_no_words) {
  SignalTable table;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    table.declare({.name = names[i]});
  }
  LightWatch watch;
  watch.declare(table);
  table.seal();
  watch.reset();
  EXPECT_FALSE(table.find("lights.panel").has_value());
  watch.look(table);
}

}  // namespace
}  // namespace rig
