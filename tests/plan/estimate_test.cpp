// Holds the plan against what the cases really take on the virtual bench, so that it cannot rot.
#include <atomic>

#include "rig/core/files.hpp"
#include "tests/plan/plan_fixture.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {
namespace {

constexpr double allowed = 0.3;  // of what it really takes
constexpr double start_up = 10;  // s: readiness, read-back and looking on afterwards belong to no step

class Estimate : public testing::TestWithParam<const char*> {};

TEST_P(Estimate, comes_near_what_the_virtual_bench_takes) {
  const std::string root = source_dir() + "/cases/";
  Diagnostics diagnostics;
  const rig::Setup setup = read_setup(root + "benches/virtual.yaml", {}, diagnostics);
  const Case test = read_case(root + GetParam() + ".yaml", diagnostics);
  RunOrder order{.setup = &setup, .test = &test, .row = test.rows.empty() ? nullptr : &test.rows.front()};
  order.level = RecordLevel::none;
  order.folder =
      (std::filesystem::temp_directory_path() / ("gtxrig_estimate_" + test.name.text + "_" + std::to_string(getpid())))
          .string();
  rig::Run run(order, diagnostics);
  ASSERT_EQ(diagnostics.render(), "");
  const Forecast forecast =
      plan_case({test, run.judgement().program(), run.bench(), setup.requirements, run.tick()}, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render();

  const std::atomic<int> interrupts{0};
  const RunResult result = run.execute(interrupts);
  std::filesystem::remove_all(order.folder);
  EXPECT_EQ(result.verdict, Verdict::pass) << result.info.sentence;
  const double real = to_seconds(result.info.end);
  EXPECT_LT(real, to_seconds(forecast.longest) + start_up + 1);
  const double expected = to_seconds(forecast.expected);
  if (forecast.known) {
    EXPECT_NEAR(expected, real, allowed * real + start_up);
  } else {
    EXPECT_LT(real, expected + start_up);
  }
}

INSTANTIATE_TEST_SUITE_P(
    ShippedCases, Estimate,
    testing::Values("over_voltage/pack_over_voltage_stops_charging", "over_voltage/leading_cell_stops_charging",
                    "over_voltage/charging_to_the_charge_voltage_does_not_trip",
                    "over_voltage/over_voltage_acts_in_time", "under_voltage/pack_under_voltage_stops_discharging",
                    "under_voltage/lagging_cell_stops_discharging",
                    "under_voltage/discharging_above_the_limit_does_not_trip",
                    "under_voltage/under_voltage_acts_in_time", "limits/limits_and_permissions_inside_the_ratings"),
    [](const auto& instance) {
      const std::string path = instance.param;
      return path.substr(path.find('/') + 1);
    });

}  // namespace
}  // namespace rig::test
