// gtxrig healthy: the packs that it draws, and what it says of one that a case rejects.
#include "rig/cli/healthy_packs.hpp"
#include "rig/engine/setup.hpp"
#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {
using testing::HasSubstr;

class Healthy : public Cli {
 protected:
  static double number(const HealthyPack& healthy, const std::string& parameter) {
    const std::string head = "dut.firmware." + parameter + "=";
    for (const std::string& text : healthy.pack.overrides) {
      if (text.starts_with(head)) {
        return std::get<QuantityValue>(parse_quantity(text.substr(head.size()))).value;
      }
    }
    ADD_FAILURE() << parameter << " is not drawn";
    return 0.0;
  }
  static HealthyPacks packs(std::uint64_t seed) {
    Diagnostics diagnostics;
    const auto setup = read_setup(default_bench, {}, diagnostics);
    const HealthyPlan plan = read_healthy_plan(root + "healthy.yaml", diagnostics);
    const auto values = firmware_values(setup.bench, diagnostics);
    HealthyPacks result(plan, values, TrialPack{.seed = seed}, diagnostics);
    diagnostics.throw_if_errors();
    return result;
  }
};

TEST_F(Healthy, packs_stay_inside_their_class_and_reach_its_corners) {
  const HealthyPacks lot = packs(1);
  double lowest = 100.0;
  double highest = 0.0;
  for (std::size_t i = 0; i < 200; ++i) {
    const HealthyPack pack = lot.at(i);
    const double threshold = number(pack, "pack_ov.threshold");
    lowest = std::min(lowest, threshold);
    highest = std::max(highest, threshold);
    // What the sensors are off by counts too: 0.1 V when they are as wrong as they may be.
    const double wrong = number(pack, "afe.cell_gain_spread") / 0.001;
    EXPECT_GE(threshold, 55.84 + 0.1 * wrong - 1e-4);
    EXPECT_LE(threshold, 56.14 - 0.1 * wrong + 1e-4);
  }
  EXPECT_NEAR(lowest, 55.84, 1e-3);
  EXPECT_NEAR(highest, 56.14, 1e-3);
}

TEST_F(Healthy, a_pack_is_the_same_whenever_it_is_drawn_and_another_lot_has_others) {
  EXPECT_EQ(packs(1).at(17).pack.overrides, packs(1).at(17).pack.overrides);
  EXPECT_NE(packs(1).at(17).pack.overrides, packs(2).at(17).pack.overrides);
  EXPECT_NE(packs(1).at(17).pack.seed, packs(1).at(18).pack.seed);
}

TEST_F(Healthy, a_false_alarm_comes_with_the_command_that_runs_it_again) {
  const std::string plan =
      write("plan.yaml", "healthy: wrong\ndraw: [{ parameter: pack_ov.threshold, range: [57 V, 57.1 V] }]\n");
  ASSERT_EQ(call({"healthy", over_voltage, "--plan", plan, "--packs", "1", "--json"}), 1) << err;
  EXPECT_EQ(document().at("packs"), 1);
  EXPECT_EQ(document().at("passed"), 0);
  const auto pack = document().at("failed").at(0);
  EXPECT_EQ(pack.at("failures").at(0).at("rule"), "GTX-OV-01");
  const std::string command = pack.at("command");
  EXPECT_THAT(command, HasSubstr("gtxrig run " + over_voltage));
  EXPECT_THAT(command, HasSubstr("--set 'dut.firmware.pack_ov.threshold=57."));
}

TEST_F(Healthy, healthy_packs_pass) {
  ASSERT_EQ(call({"healthy", root + "limits", "--plan", root + "healthy.yaml", "--packs", "4", "--json"}), 0) << err;
  EXPECT_EQ(document().at("packs"), 4);
  EXPECT_EQ(document().at("passed"), 4);
}

TEST_F(Healthy, wrong_words_say_what_would_be_right) {
  EXPECT_EQ(call({"healthy", inside, "--theme", "overvoltage"}), 64);
  EXPECT_THAT(err, HasSubstr("no theme 'overvoltage'"));
  const std::string plan = write("plan.yaml", "healthy: mine\ndraw: [{ parameter: pack_ov.treshold, within: 1 A }]\n");
  EXPECT_EQ(call({"healthy", inside, "--plan", plan}), 2);
  EXPECT_THAT(err, HasSubstr("plan.yaml:2"));
  const std::string unit = write("unit.yaml", "healthy: mine\ndraw: [{ parameter: pack_ov.threshold, within: 1 A }]\n");
  EXPECT_EQ(call({"healthy", inside, "--plan", unit}), 2);
  EXPECT_THAT(err, HasSubstr("'1 A' is no voltage"));
}

}  // namespace
}  // namespace rig::cli
