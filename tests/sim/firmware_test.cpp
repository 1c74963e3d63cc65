// The firmware's parameters: each one that can be listed changes what the pack does.
#include <gmock/gmock.h>

#include <cstring>

#include "drivers/sim/world.hpp"
#include "rig/core/files.hpp"
#include "rig/instrument/registry.hpp"

namespace rig::sim {
namespace {

// Drives a pack over both of its limits and back and folds all that can be seen from outside into one number.
std::uint64_t trace(const FirmwareParameters& firmware) {
  World world;
  PackParameters parameters;
  parameters.firmware = firmware;
  world.configure(parameters, 7);
  std::uint64_t hash = 0xcbf29ce484222325ull;
  const auto fold = [&](double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3ull;
    hash ^= hash >> 29;  // a product only carries upwards: without this, differences in a top bit cancel each other
  };
  std::int64_t index = 0;
  const auto run = [&](double seconds, double volts, double amps) {
    world.supply.set = {Volts{volts}, Amps{amps > 0 ? amps : 0}, Watts{10000}, amps > 0};
    world.load.set.current = Amps{amps < 0 ? -amps : 0};
    world.load.set.input = amps < 0;
    for (const std::int64_t end = index + static_cast<std::int64_t>(seconds * 100); index < end; ++index) {
      world.advance_to({index, TimePoint{index * std::chrono::milliseconds(10)}, std::chrono::milliseconds(10)});
      fold(world.node().voltage);
      fold(world.node().pack_current);
      fold(world.firmware().charge_contact() + 2.0 * world.firmware().discharge_contact());
      for (const CanFrame& frame : world.firmware().sent().frames()) {
        fold(static_cast<double>(frame.time.time_since_epoch().count()));
        for (const std::uint8_t byte : frame.data) {
          fold(byte);
        }
      }
      world.firmware().sent().clear();
    }
  };
  const auto excursion = [&](double soc, std::optional<int> cell, double by, double first, double back) {
    StartState start;
    start.soc = soc;
    start.cell_spread = 0;
    start.leading_cell = cell;
    start.leading_by = by;
    world.preset(start);
    index = 0;
    run(3, 58, first);
    run(120, 58, first);
    run(400, 58, back);
    run(5, 58, first);
  };
  excursion(0.993, {}, 0, 20, -40);      // pack over-voltage
  excursion(0.989, 7, 0.012, 20, -40);   // leading cell
  excursion(0.025, {}, 0, -30, 60);      // pack under-voltage
  excursion(0.033, 3, -0.014, -30, 60);  // lagging cell
  return hash;
}

TEST(Firmware, every_listed_parameter_changes_what_can_be_seen) {
  FirmwareParameters nominal;
  std::vector<ListedValue> values;
  list_values("", nominal, values);
  ASSERT_GT(values.size(), 50u);
  const std::uint64_t reference = trace(nominal);
  for (const auto& value : values) {
    // Another value of the same kind, well inside what the parameter allows.
    std::vector<std::string> others;
    if (value.value == "true" || value.value == "false") {
      others = {value.value == "true" ? "false" : "true"};
    } else if (value.path == "can.dialect") {
      others = {"pylon_v12"};
    } else if (value.path.ends_with("release_policy")) {
      others = {"current"};
    } else {
      const auto number = std::get<QuantityValue>(parse_quantity(value.value));
      const double factor = value.path.ends_with("threshold") ? 1.005 : 1.5;
      double other = number.value == 0 ? 0.02 : number.value * factor;
      if (value.path.starts_with("pack_uv.release") || value.path.starts_with("cell_uv.release") ||
          value.path.ends_with("release") || value.path == "soc.soh") {
        other = number.value * 0.99;
      }
      if (value.path.ends_with("release_current")) {
        other = 100;  // more than the excursions reverse
      } else if (value.path.ends_with("release_soc")) {
        other = value.path.find("_ov") != std::string::npos ? 0.98 : 0.04;
      }
      if (value.path == "afe.current_resolution") {
        other = 0.7;
      }
      others = {value.path == "soc.cycles" ? "7" : format_quantity(other, number.dimension)};
    }
    for (const auto& other : others) {
      FirmwareParameters changed;
      Diagnostics diagnostics;
      Node root;
      root.kind = Node::Kind::mapping;
      set_path(root, value.path + "=" + other, "--set", diagnostics);
      // Parameters of a release policy speak only when that policy is chosen.
      const std::string rule = value.path.substr(0, value.path.find('.'));
      FirmwareParameters base;
      if (value.path.ends_with("release_current") || value.path.ends_with("release_soc")) {
        set_path(root, rule + ".release_policy=" + (value.path.ends_with("soc") ? "soc" : "current"), "--set",
                 diagnostics);
        Node only;
        only.kind = Node::Kind::mapping;
        set_path(only, rule + ".release_policy=" + (value.path.ends_with("soc") ? "soc" : "current"), "--set",
                 diagnostics);
        ASSERT_TRUE(read(only, base, diagnostics)) << diagnostics.render();
      }
      ASSERT_TRUE(read(root, changed, diagnostics)) << value.path << "=" << other << "\n" << diagnostics.render();
      const std::uint64_t before = rule.empty() ? reference : trace(base);
      EXPECT_NE(trace(changed), before) << value.path << "=" << other << " changes nothing";
    }
  }
}

TEST(Firmware, the_same_pack_twice_gives_the_same_bits) { EXPECT_EQ(trace({}), trace({})); }

TEST(Firmware, an_impossible_number_is_refused_with_its_place) {
  FirmwareParameters parameters;
  Diagnostics diagnostics;
  Node root;
  root.kind = Node::Kind::mapping;
  set_path(root, "pack_ov.delay=-1 s", "--set", diagnostics);
  EXPECT_FALSE(read(root, parameters, diagnostics));
  EXPECT_THAT(diagnostics.render(), testing::HasSubstr("--set"));
}

}  // namespace
}  // namespace rig::sim
