// The firmware's parameters: each one that can be listed changes what the pack does.
#include <gmock/gmock.h>

#include "rig/core/files.hpp"
#include "tests/sim/firmware_scenarios.hpp"

namespace rig::sim {
namespace {

// Nothing when a value is refused.
std::optional<FirmwareParameters> with(const std::vector<std::string>& assignments) {
  FirmwareParameters parameters;
  Diagnostics diagnostics;
  Node root;
  root.kind = Node::Kind::mapping;
  for (const std::string& assignment : assignments) {
    set_path(root, assignment, "--set", diagnostics);
  }
  return read(root, parameters, diagnostics) ? std::optional(parameters) : std::nullopt;
}

// Parameters of a policy speak only when that policy is chosen.
std::vector<std::string> what_makes_it_speak(const std::string& path) {
  const std::string rule = path.substr(0, path.find('.'));
  if (path.ends_with("release_soc")) {
    return {rule + ".release_policy=soc"};
  }
  if (path.ends_with("release_current") && (rule.ends_with("_ov") || rule.ends_with("_uv"))) {
    return {rule + ".release_policy=current"};
  }
  if (path.ends_with("release_current")) {
    return {rule + ".release_policy=any"};
  }
  if (path == "can.irregular_frame") {
    return {"can.sent_every=3"};
  }
  if (path == "can.sent_every" || path == "can.left_out_every" || path == "can.late_by") {
    return {"can.irregular_frame=853"};  // 0x355
  }
  if (path.starts_with("start.sleep_")) {
    return {"start.sleep_after=100 s"};
  }
  if (rule == "full_first") {
    return {"over_voltage_policy=full_first"};
  }
  return {};
}

// Where a parameter is most likely to show; a wrong guess only costs time.
std::string likely(const std::string& path) {
  static const std::vector<std::pair<std::string, std::string>> guesses{
      {"pack_ov.release_current", "tapering_charge"},
      {"pack_ov.release_soc", "full_twice"},
      {"debounce", "full_and_back"},
      {"over_voltage_policy", "full_and_back"},
      {"alarm_cell_ov.release_delay", "full_and_back"},
      {"alarm_cell_uv.release_delay", "lagging_cell"},
      {"alarm_cell_uv.release", "empty_and_back"},
      {"alarm_cell_difference.threshold", "cells_apart"},
      {"alarm_cell_difference.delay", "cells_apart"},
      {"alarm_cell_difference.release", "cells_apart"},
      {"alarm_cell_difference", "cells_apart_in_the_middle"},
      {"limits.discharge_current", "cells_down"},
      {"limits.zero_when_blocked", "full_and_back"},
      {"derating.charge_by_cell.p4.limit", "full_twice"},
      {"derating.by_cell_enabled", "full_and_back"},
      {"can.permissions_follow", "full_and_back"},
      {"soc.full_correction", "full_and_back"},
      {"soc.full", "tapering_below_full"},
      {"soc.empty_current", "cells_apart_in_the_middle"},
      {"soc.empty_temperature", "empty_and_cool"},
      {"soc.empty_correction", "empty_and_back"},
      {"soc.rest", "long_rest_empty"},
      {"soc.plateau_low", "long_rest_near_the_plateau"},
      {"soc.plateau_high", "long_rest_full"},
      {"soc.slew", "leading_cell"},
      {"force_charge.delay", "empty_and_back"},
      {"balancing.lowest", "balancing_cold"},
      {"balancing.highest", "balancing_hot"},
      {"balancing.rest", "balancing_rest"},
      {"start.wake", "woken"},
      {"start.precharge_difference", "button"},
      {"start.precharge", "start_without_inverter"},
      {"pack_ov", "full_and_back"},
      {"cell_ov", "leading_cell"},
      {"pack_uv", "empty_and_back"},
      {"cell_uv", "lagging_cell"},
      {"charge_oc2", "fast_charge_over_current"},
      {"charge_oc", "charge_over_current"},
      {"discharge_oc2", "fast_discharge_over_current"},
      {"discharge_oc", "discharge_over_current"},
      {"charge_", "slow_temperatures"},
      {"discharge_", "slow_temperatures"},
      {"alarm_cell_ov", "cells_up"},
      {"alarm_cell_uv", "cells_down"},
      {"alarm_cell_difference", "cells_apart"},
      {"alarm_charge_oc", "currents"},
      {"alarm_discharge_oc", "currents"},
      {"alarm_", "slow_temperatures"},
      {"fault_ov", "fault_ov"},
      {"fault_uv", "fault_uv"},
      {"fault_ot", "fault_ot"},
      {"full_first", "tapering_charge"},
      {"derating.charge_by_cell", "cells_up"},
      {"derating.discharge_by_cell", "cells_down"},
      {"derating", "slow_temperatures"},
      {"contacts.discharge", "empty_and_back"},
      {"contacts", "full_and_back"},
      {"fet.discharge", "empty_and_back"},
      {"fet", "full_and_back"},
      {"force_charge", "hungry"},
      {"full_charge", "a_month"},
      {"can.full", "a_month"},
      {"can.pcs", "silent_inverter"},
      {"balancing", "balancing_charge"},
      {"start.sleep", "nobody_needs_it"},
      {"start", "button"},
      {"lights.level", "five_counts"}};
  for (const auto& [prefix, scenario] : guesses) {
    if (path.starts_with(prefix)) {
      return scenario;
    }
  }
  return "currents";
}

// Other values of the same kind, well inside what the parameter allows.
std::vector<std::string> others(const ListedValue& listed) {
  const std::string& path = listed.path;
  if (listed.value == "true" || listed.value == "false") {
    return {listed.value == "true" ? "false" : "true"};
  }
  static const std::map<std::string, std::string> words{{"can.dialect", "pylon_v12"},
                                                        {"can.irregular_frame", "853"},
                                                        {"debounce", "leaky"},
                                                        {"over_voltage_policy", "full_first"}};
  if (const auto word = words.find(path); word != words.end()) {
    return {word->second};
  }
  if (path.ends_with("release_policy")) {
    return {"current"};
  }
  const auto number = std::get<QuantityValue>(parse_quantity(listed.value));
  const auto text = [&](double value) { return format_quantity(value, number.dimension); };
  if (listed.unit.empty() && number.value >= 1 && number.value == std::floor(number.value) && path != "soc.soh" &&
      !path.ends_with("scale") && !path.ends_with("gain") && path != "full_charge.clear") {
    return {std::to_string(static_cast<int>(number.value) + 2), std::to_string(static_cast<int>(number.value) - 1)};
  }
  if (path.ends_with(".at")) {
    return {text(number.value + (listed.unit == "V" ? 0.012 : 1.5))};
  }
  if (path == "soc.soh" || path == "full_charge.clear" || path == "soc.efficiency") {
    return {text(number.value * 0.99)};
  }
  if (listed.unit == "degC") {
    return {text(number.value + 1.6), text(number.value - 1.6), text(number.value + 5), text(number.value - 5)};
  }
  if (number.value == 0) {
    return {text(0.02), text(2)};
  }
  if (listed.unit.empty()) {  // a share: 1 is the most that is possible
    return {text(number.value * 0.97), text(number.value * 0.5), text(1)};
  }
  // Large changes first: they show soonest.
  return {text(number.value * 1.5),  text(number.value * 0.5), text(number.value * 1.005),
          text(number.value * 0.99), text(number.value * 0.1), text(number.value * 100)};
}

TEST(Firmware, every_listed_parameter_changes_what_can_be_seen) {
  std::vector<ListedValue> values;
  list_values("", FirmwareParameters{}, values);
  ASSERT_GT(values.size(), 250u);
  std::map<std::vector<std::string>, Difference> differences;
  for (const ListedValue& value : values) {
    if (value.path.starts_with("link.")) {
      continue;  // a pack alone has no link: tests/sim/parallel_test.cpp
    }
    const std::vector<std::string> base = what_makes_it_speak(value.path);
    Difference& difference = differences.try_emplace(base, with(base).value()).first->second;
    std::vector<FirmwareParameters> changes;
    for (const std::string& other : others(value)) {
      std::vector<std::string> changed = base;
      changed.push_back(value.path + "=" + other);
      if (const auto parameters = with(changed)) {
        changes.push_back(*parameters);
      }
    }
    // What does not show costs a whole life, so all of them first where it is likely.
    const std::string guess = likely(value.path);
    const bool seen =
        std::any_of(changes.begin(), changes.end(), [&](const auto& p) { return difference.in(guess, p); }) ||
        std::any_of(changes.begin(), changes.end(), [&](const auto& p) { return !difference.find(p).empty(); });
    EXPECT_TRUE(seen) << value.path << " = " << value.value << " changes nothing";
  }
}

TEST(Firmware, every_listed_number_says_where_it_comes_from) {
  std::vector<ListedValue> values;
  list_values("", FirmwareParameters{}, values);
  for (const ListedValue& value : values) {
    EXPECT_NE(value.origin, "") << value.path;
    EXPECT_NE(value.help, "") << value.path;
  }
}

TEST(Firmware, the_same_pack_twice_gives_the_same_bits) {
  for (const auto& [name, play] : scenarios()) {
    if (!name.starts_with("long_rest")) {
      EXPECT_EQ(trace({}, play), trace({}, play)) << name;
    }
  }
}

TEST(Firmware, two_packs_see_differently) {
  FirmwareStand one({}, 1), other({}, 2);
  one.run(20, 10);
  other.run(20, 10);
  EXPECT_NE(one.hash, other.hash);
}

TEST(Firmware, an_impossible_number_is_refused_with_its_place) {
  for (const char* bad : {"pack_ov.delay=-1 s", "charge_oc.lock_after=0", "discharge_oc.threshold=-5 A",
                          "charge_ot.threshold=200 degC", "derating.charge_by_cell.p2.at=3.6 V", "start.press=-1 s",
                          "afe.scan_period=0 s", "alarm_cell_ov.threshold=12 V", "lights.level1=101"}) {
    FirmwareParameters parameters;
    Diagnostics diagnostics;
    Node root;
    root.kind = Node::Kind::mapping;
    set_path(root, bad, "--set", diagnostics);
    EXPECT_FALSE(read(root, parameters, diagnostics)) << bad;
    EXPECT_THAT(diagnostics.render(), testing::HasSubstr("--set")) << bad;
  }
}

}  // namespace
}  // namespace rig::sim
