#include "rig/bench/bench.hpp"

#include <gmock/gmock.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "tests/bench/toy_instruments.hpp"

namespace rig::test {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

class BenchFile : public testing::Test {
 protected:
  // Reads the toy bench with one text replaced by another, and overrides.
  BenchConfig read(const std::string& from = {}, const std::string& to = {}, std::vector<std::string> overrides = {}) {
    std::string text = toy_bench();
    if (!from.empty()) {
      EXPECT_NE(text.find(from), std::string::npos) << from;
      text.replace(text.find(from), from.size(), to);
    }
    const auto path = std::filesystem::temp_directory_path() /
                      (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) +
                       std::to_string(getpid()) + ".yaml");
    std::ofstream(path) << text;
    BenchConfig config = read_bench(path.string(), overrides, diagnostics);
    std::filesystem::remove(path);
    return config;
  }
  // The bench that comes of it; its mistakes stand in `diagnostics`.
  std::unique_ptr<Bench> build(const std::string& from = {}, const std::string& to = {},
                               std::vector<std::string> overrides = {}) {
    const BenchConfig config = read(from, to, std::move(overrides));
    if (diagnostics.has_errors()) {
      return nullptr;
    }
    auto bench = std::make_unique<Bench>(config, 1, diagnostics);
    bench->seal();
    return bench;
  }

 public:
  Diagnostics diagnostics;
};

TEST_F(BenchFile, is_read_without_a_mistake) {
  const BenchConfig config = read();
  EXPECT_EQ(diagnostics.render(), "");
  EXPECT_EQ(config.instruments.items.size(), 4u);
  EXPECT_EQ(config.limits[1].cause, TripCause::under_voltage);
  EXPECT_EQ(config.fixture.lead_resistance.value(), 2e-3);
}

TEST_F(BenchFile, names_the_nearest_driver_key_signal_cause_instrument_and_dialect) {
  std::string text;
  const auto mistake = [&](const char* from, const char* to) {
    diagnostics = {};
    build(from, to);
    text += diagnostics.render();
  };
  mistake("toy.supply", "toy.suply");
  mistake("maximum_voltage", "maximum_volts");
  mistake("watch: [pack.voltage", "watch: [pack.voltge");
  mistake("cause: over_voltage", "cause: overvoltage");
  mistake("default: [supply]", "default: [suply]");
  mistake("  can: can\n", "  can: can\n  dialect: pylon\n");
  mistake("  can: can\n", "  can: meter\n");
  mistake("  under_voltage: [load]", "  under_volts: [load]");
  for (const char* part : {"did you mean 'toy.supply'", "did you mean 'pack.voltage'", "did you mean 'supply'",
                           "did you mean 'over_voltage'", "no dialect 'pylon'", "'meter' is no CAN adapter",
                           "no cause 'under_volts'", "unknown key 'maximum_volts'"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST_F(BenchFile, reports_several_mistakes_at_once) {
  build("58 V, cause: over_voltage }\n  - { name: too low, never: pack.voltage < 40 V",
        "58 A, cause: over_voltage }\n  - { name: too low, never: pack.voltge < 40 V");
  EXPECT_EQ(diagnostics.error_count(), 2u) << diagnostics.render();
}

TEST_F(BenchFile, reports_a_wrong_wire_once_and_not_each_use_of_it) {
  build("pack.voltage: meter.voltage", "pack.voltage: metre.voltage");
  EXPECT_EQ(diagnostics.error_count(), 1u) << diagnostics.render();
  diagnostics = {};
  build("toy.supply", "toy.suply");
  EXPECT_EQ(diagnostics.error_count(), 1u) << diagnostics.render();
}

TEST_F(BenchFile, wants_something_to_be_watched) {
  read("watch: [pack.voltage, pack.current]", "watch: []");
  EXPECT_THAT(diagnostics.render(), HasSubstr("nothing is watched"));
}

TEST_F(BenchFile, has_no_instrument_with_a_name_of_the_rig_itself) {
  read("  meter: { driver", "  pack: { driver");
  EXPECT_THAT(diagnostics.render(), HasSubstr("the rig itself uses"));
}

TEST_F(BenchFile, takes_overrides_and_shows_their_mistakes_at_the_option) {
  const BenchConfig config = read({}, {}, {"fixture.maximum_current=12 A"});
  EXPECT_EQ(config.fixture.maximum_current.value(), 12.0);
  build({}, {}, {"instruments.supply.voltage=10 A"});
  EXPECT_THAT(diagnostics.render(), HasSubstr("--set instruments.supply.voltage=...:1:28: error"));
}

TEST_F(BenchFile, takes_no_command_for_a_full_charge_that_means_something_else) {
  EXPECT_EQ(read({}, {}, {"dut.full_charge_command=16"}).dut.rig.full_charge_command, 16);
  EXPECT_EQ(diagnostics.render(), "");
  read({}, {}, {"dut.full_charge_command=1"});
  EXPECT_THAT(diagnostics.render(), HasSubstr("full_charge_command"));
}

TEST_F(BenchFile, refuses_an_override_of_what_the_pack_is_judged_by_on_every_way) {
  for (const char* assignment : {"dut.requirements=other.yaml", "dut.profile=other.yaml", "dut={can: can}"}) {
    Diagnostics fresh;
    diagnostics = fresh;
    read({}, {}, {assignment});
    EXPECT_THAT(diagnostics.render(), HasSubstr("cannot be overridden")) << assignment;
  }
}

TEST_F(BenchFile, has_a_schema_with_the_parameters_of_each_driver) {
  const nlohmann::json schema = bench_schema();
  EXPECT_THAT(schema.dump(), HasSubstr("toy.supply"));
  EXPECT_THAT(schema.dump(), HasSubstr("rated voltage"));
  EXPECT_TRUE(schema.at("properties").contains("fixture"));
}

TEST_F(BenchFile, narrows_set_points_to_what_the_fixture_stands) {
  const auto bench = build();
  ASSERT_EQ(diagnostics.render(), "");
  const CommandSpec& voltage = bench->commands().spec(*bench->commands().find("supply.voltage_set"));
  EXPECT_EQ(voltage.range.hi, 60.0);
  const CommandSpec& power = bench->commands().spec(*bench->commands().find("supply.power_set"));
  EXPECT_EQ(power.range.hi, 2000.0);
  EXPECT_LE(power.safe, power.range.hi);
  EXPECT_TRUE(bench->is_fixture_bound(*bench->commands().find("supply.current_set")));
}

TEST_F(BenchFile, wires_sums_and_bounds_their_uncertainty) {
  const auto bench =
      build("pack.voltage: meter.voltage", "pack.voltage: meter.voltage - $lead_resistance * supply.current");
  ASSERT_EQ(diagnostics.render(), "");
  const auto& current = bench->signals().spec(bench->signals().require("pack.current"));
  EXPECT_NEAR(current.uncertainty.absolute, 0.05, 1e-12);  // 0.03 and 0.04 as root sum of squares
  EXPECT_NEAR(current.uncertainty.relative, 0.003, 1e-12);
  const auto& voltage = bench->signals().spec(bench->signals().require("pack.voltage"));
  EXPECT_NEAR(voltage.uncertainty.absolute, std::sqrt(0.005 * 0.005 + 6e-5 * 6e-5), 1e-12);
}

TEST_F(BenchFile, refuses_to_wire_a_product_of_signals) {
  build("pack.charge_demand: supply.output", "pack.power: meter.voltage * supply.current");
  EXPECT_THAT(diagnostics.render(), HasSubstr("only sums of signals"));
}

TEST_F(BenchFile, refuses_a_limit_that_is_no_condition) {
  build("never: pack.voltage > 58 V", "never: pack.voltage");
  EXPECT_THAT(diagnostics.render(), HasSubstr("a limit is a condition"));
}

TEST_F(BenchFile, watches_what_a_limit_looks_at) {
  const auto bench = build("watch: [pack.voltage, pack.current]", "watch: [pack.current]");
  ASSERT_EQ(diagnostics.render(), "");
  const SignalId voltage = bench->signals().require("pack.voltage");
  EXPECT_NE(std::find(bench->watched().begin(), bench->watched().end(), voltage), bench->watched().end());
}

Tick tick_at(std::int64_t index) {
  const Duration step = std::chrono::milliseconds(10);
  return {index, TimePoint{index * step}, step};
}

TEST_F(BenchFile, derived_signals_carry_time_and_quality_of_what_they_come_from) {
  const auto bench = build();
  const SignalId voltage = bench->signals().require("pack.voltage");
  bench->sample(tick_at(3));
  EXPECT_EQ(bench->signals()[voltage].value, 52.0);
  EXPECT_EQ(bench->signals()[voltage].time, tick_at(3).start);
  ToyWorld::latest->meter_silent = true;
  bench->sample(tick_at(8));
  EXPECT_EQ(bench->signals()[voltage].time, tick_at(3).start);
  EXPECT_TRUE(bench->signals()[voltage].good());
  bench->sample(tick_at(30));
  EXPECT_EQ(bench->signals()[voltage].quality, Quality::stale);
}

TEST_F(BenchFile, sends_nothing_on_can_before_it_is_armed_and_then_what_the_list_names) {
  const auto bench =
      build("wiring:\n", "pcs:\n  sends: { keep_alive: { frame: '305#0000000000000000', period: 1 s } }\nwiring:\n");
  const CanFrame listed{.id = 0x305, .length = 8};
  const CommandRow row(bench->commands());
  const auto sent_in = [&](int tick) {
    bench->sample(tick_at(tick));
    bench->apply(tick_at(tick), row);
    return bench->can()->sent().frames().size();
  };
  for (int tick = 0; tick < 400; ++tick) {
    ASSERT_FALSE(bench->send(listed)) << "not armed";
    ASSERT_EQ(sent_in(tick), 0u) << "neither by hand nor by the PCS, whose keep-alive is due each second";
  }
  bench->arm();
  EXPECT_TRUE(bench->send(listed));
  EXPECT_FALSE(bench->send({.id = 0x306, .length = 8})) << "the list does not name it";
  EXPECT_GE(sent_in(400), 1u);
}

TEST_F(BenchFile, switches_off_in_the_order_of_the_cause_and_the_rest_afterwards) {
  const auto bench = build();
  bench->make_safe(TripCause::under_voltage);
  EXPECT_THAT(ToyWorld::latest->switched_off, ElementsAre("load", "supply"));
  ToyWorld::latest->switched_off.clear();
  bench->make_safe(TripCause::over_voltage);  // not named: the default order
  EXPECT_THAT(ToyWorld::latest->switched_off, ElementsAre("supply", "load"));
  EXPECT_TRUE(bench->is_safe());
  ToyWorld::latest->stays_on = true;
  EXPECT_FALSE(bench->is_safe());
}

// One box may be both: what its other role has still on would meet what this one switches on.
TEST_F(BenchFile, what_a_set_of_commands_switches_off_goes_before_what_it_switches_on) {
  const auto bench = build();
  CommandRow row(bench->commands());
  const CommandId supply = *bench->commands().find("supply.output");
  const CommandId load = *bench->commands().find("load.input");
  std::int64_t tick = 0;
  const auto apply = [&](bool supply_on, bool load_on) {
    row.set(supply, supply_on ? 1.0 : 0.0);
    row.set(load, load_on ? 1.0 : 0.0);
    ToyWorld::latest->commanded.clear();
    bench->apply(tick_at(tick++), row);
    return ToyWorld::latest->commanded;
  };
  apply(false, true);
  EXPECT_THAT(apply(true, false), ElementsAre("load off", "supply on"));
  EXPECT_THAT(apply(false, true), ElementsAre("supply off", "load on"));
}

TEST_F(BenchFile, two_benches_share_nothing) {
  const auto first = build();
  ToyWorld* world = ToyWorld::latest;
  const auto second = build();
  EXPECT_NE(world, ToyWorld::latest);
}

}  // namespace
}  // namespace rig::test
