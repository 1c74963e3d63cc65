// What a bench file may say about the model of a supply or load.
#include <gmock/gmock.h>

#include <array>

#include "drivers/scpi/power_model.hpp"

namespace rig {
namespace {

using testing::HasSubstr;

std::string mistakes_of(const std::string& model) {
  constexpr std::array models{PowerModel{.name = "SLOW-80", .volts = 80, .amps = 60, .watts = 3000},
                              PowerModel{.name = "CROW-80", .volts = 80, .amps = 60, .watts = 3000, .crowbar = true}};
  Diagnostics diagnostics;
  const auto text = std::make_shared<const SourceText>(SourceText{"bench.yaml", "model: " + model});
  const Node node = parse_yaml(text, diagnostics);
  check_model(node, models, model, diagnostics);
  return diagnostics.render();
}

TEST(PowerModel, one_that_shorts_its_terminals_is_refused_on_a_battery) {
  const std::string text = mistakes_of("CROW-80");
  EXPECT_THAT(text, HasSubstr("bench.yaml:1:"));
  EXPECT_THAT(text, HasSubstr("CROW-80"));
  EXPECT_THAT(text, HasSubstr("battery"));
  EXPECT_EQ(mistakes_of("SLOW-80"), "");
}

TEST(PowerModel, an_unknown_one_is_told_with_those_that_are_known) {
  EXPECT_THAT(mistakes_of("SLOW-8"), HasSubstr("SLOW-80"));
}

}  // namespace
}  // namespace rig
