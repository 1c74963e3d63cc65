// Each named defect is a real change: somewhere in a pack's life something comes out otherwise.
#include "drivers/sim/firmware_defects.hpp"

#include <gmock/gmock.h>

#include <set>

#include "rig/instrument/registry.hpp"
#include "tests/sim/firmware_scenarios.hpp"

namespace rig::sim {
namespace {

// A pack alone has no link and no service port, and a stand does not run for days: what these change is seen by cases,
// each in a must_fail file of its own.
bool seen_by_a_case(const Defect& defect) {
  return defect.rows.find("GTX-PAR-") != std::string_view::npos || defect.rows == "GTX-ST-05" ||
         defect.rows == "GTX-SEN-05";
}

TEST(Defects, each_changes_what_can_be_seen) {
  Difference difference(FirmwareParameters{});
  for (const Defect& defect : defects()) {
    if (seen_by_a_case(defect)) {
      continue;
    }
    FirmwareParameters broken;
    defect.apply(broken);
    EXPECT_NE(difference.find(broken), "") << defect.name << " changes nothing";
  }
}

TEST(Defects, no_two_are_the_same) {
  std::set<std::string_view> names;
  std::set<std::vector<std::uint64_t>> behaviours;
  for (const Defect& defect : defects()) {
    EXPECT_TRUE(names.insert(defect.name).second) << defect.name;
    EXPECT_FALSE(defect.what.empty() || defect.rows.empty()) << defect.name;
    if (seen_by_a_case(defect)) {
      continue;
    }
    FirmwareParameters broken;
    defect.apply(broken);
    std::vector<std::uint64_t> traces;
    for (const char* name : {"currents",
                             "full_and_back",
                             "empty_and_back",
                             "temperatures",
                             "button",
                             "hungry",
                             "a_month",
                             "a_month_at_rest",
                             "charge_over_current",
                             "fast_charge_over_current",
                             "discharge_over_current",
                             "leading_cell",
                             "balancing_charge",
                             "start_without_inverter",
                             "woken",
                             "full_twice",
                             "pulses_of_current",
                             "charged_to_97",
                             "silent_inverter",
                             "fault_ot"}) {
      for (const auto& [known, play] : scenarios()) {
        if (known == name) {
          traces.push_back(trace(broken, play));
        }
      }
    }
    EXPECT_TRUE(behaviours.insert(traces).second) << defect.name << " behaves like another one";
  }
  EXPECT_GE(names.size(), 35u);
}

std::string mistake_of(const std::string& yaml) {
  Diagnostics diagnostics;
  BenchContext context(1);
  const auto source = std::make_shared<SourceText>(SourceText{"bench.yaml", yaml});
  DriverRegistry::instance().find("sim.pack")->make(parse_yaml(source, diagnostics), context, diagnostics);
  return diagnostics.render();
}

TEST(Defects, an_unknown_name_is_refused_with_its_place_and_the_nearest_name) {
  const std::string text = mistake_of("defects: [silent_can, frozen_limit]\n");
  EXPECT_THAT(text, testing::HasSubstr("bench.yaml:1:23"));
  EXPECT_THAT(text, testing::HasSubstr("frozen_limits"));
}

TEST(Defects, several_act_together) {
  FirmwareParameters both;
  for (const Defect& defect : defects()) {
    if (defect.name == "charge_fet_stuck" || defect.name == "silent_can") {
      defect.apply(both);
    }
  }
  FirmwareStand stand(both);
  stand.start({.soc = 0.999});
  stand.run(60, 30);
  EXPECT_TRUE(stand.firmware.charge_fet());
  EXPECT_TRUE(stand.frames.empty());
}

}  // namespace
}  // namespace rig::sim
