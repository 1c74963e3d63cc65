// A tick in which nothing moves is passed over, and nobody may notice (decision 0012).
#include <gtest/gtest.h>

#include <memory>

#include "rig/core/random.hpp"
#include "rig/model/reference_model.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

// A reference with a table of its own.
class Seat {
 public:
  explicit Seat(const Requirements& requirements) : model_(requirements) {
    for (const char* name :
         {"pack.voltage", "pack.current", "pack.charge_demand", "pack.discharge_demand", "dut.charge_allowed",
          "dut.discharge_allowed", "dut.charge_current_limit", "dut.discharge_current_limit", "dut.online", "dut.soc",
          "dut.alarm.over_voltage", "dut.protection.over_voltage", "io.charge_prohibited", "io.discharge_prohibited"}) {
      table_.declare({.name = name, .source = "test"});
    }
    model_.declare(table_);
    table_.seal();
    model_.bind(table_);
    model_.restart({});
  }
  void write(const char* name, double value, TimePoint time) { table_.write(table_.require(name), value, time); }
  void turn(const Tick& tick) {
    model_.step(tick, table_);
    model_.publish(tick, table_);
    table_.clear_changed();
  }
  [[nodiscard]] const SignalTable& table() const noexcept { return table_; }

 private:
  ReferenceModel model_;
  SignalTable table_;
};

// The truths and events of the reference, which have to be the same to the tick. What integrates, or is looked at ten
// times a second, may differ by less than a look.
bool is_exact(const SignalSpec& spec) {
  const std::string& name = spec.name;
  return spec.origin == Origin::model &&
         (name.ends_with(".may") || name.ends_with(".must") || name.ends_with(".state") || name.ends_with(".causes") ||
          name.ends_with(".due") || name.ends_with("_blocked") || name.ends_with("_refused") ||
          name.starts_with("pack.battery_voltage") || name.starts_with("model.rule."));
}

TEST(PassOver, a_reference_that_passes_over_shows_the_same_as_one_that_never_does) {
  const Requirements requirements = profiled_requirements();
  Seat passing(requirements);
  Seat looking(requirements);  // a tick behind missed ones is never passed over
  Random random(11, "pass over");
  double volts = 52.0, amps = 10.0;
  bool blocked = false;
  std::size_t compared = 0, blocks = 0;
  for (std::int64_t i = 0; i < 40'000; ++i) {
    const TimePoint now{i * std::chrono::milliseconds(10)};
    const auto write = [&](const char* name, double value) {
      passing.write(name, value, now);
      looking.write(name, value, now);
    };
    const double kind = random.uniform();
    volts = kind < 0.0005 ? 50.0 + 8.0 * random.uniform() : volts;
    amps = kind > 0.9995 ? -90.0 + 180.0 * random.uniform() : amps;
    if (i % 20 == 0) {  // boxes that tell five readings a second
      write("pack.voltage", volts + 0.002 * random.uniform());
      write("pack.current", blocked && amps > 0 ? 0.0 : amps + 0.01 * random.uniform());
      write("pack.charge_demand", amps > 0 ? 1.0 : 0.0);
      write("pack.discharge_demand", amps < 0 ? 1.0 : 0.0);
    }
    if (i % 100 == 0) {
      blocked = volts > 56.0;
      blocks += blocked ? 1 : 0;
      for (const char* name : {"dut.online", "dut.discharge_allowed"}) {
        write(name, 1.0);
      }
      write("dut.charge_allowed", blocked ? 0.0 : 1.0);
      write("dut.protection.over_voltage", blocked ? 1.0 : 0.0);
      write("dut.charge_current_limit", blocked ? 0.0 : 50.0);
      write("dut.discharge_current_limit", 68.0);
      write("dut.alarm.over_voltage", volts > 55.2 ? 1.0 : 0.0);
      write("dut.soc", 0.5);
      write("io.charge_prohibited", blocked ? 1.0 : 0.0);
      write("io.discharge_prohibited", 0.0);
    }
    constexpr Duration step = std::chrono::milliseconds(10);
    passing.turn({i, now, step});
    looking.turn({i, now, step, 1});
    const auto specs = passing.table().specs();
    for (std::size_t s = 0; s < specs.size(); ++s) {
      if (is_exact(specs[s])) {
        const Sample& mine = passing.table().row()[s];
        const Sample& theirs = looking.table().row()[s];
        ASSERT_EQ(mine.value, theirs.value) << specs[s].name << " in tick " << i;
        ASSERT_EQ(mine.quality, theirs.quality) << specs[s].name << " in tick " << i;
        ++compared;
      }
    }
  }
  EXPECT_GT(blocks, 10u);
  EXPECT_GT(compared, 1'000'000u);
}

}  // namespace
}  // namespace rig
