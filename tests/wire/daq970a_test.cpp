// One scanner with two probes: its scan list is everybody's.
#include <gmock/gmock.h>

#include "drivers/sim/wire_farm.hpp"
#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string said(WireBox& box, const std::string& text) {
  const auto session = box.connect();
  std::string inbox = text + "\n";
  std::string out = session->take(inbox)->bytes;
  return out.empty() ? out : out.substr(0, out.size() - 1);
}

Node node_of(const std::string& yaml) {
  Diagnostics diagnostics;
  Node node = parse_yaml(std::make_shared<const SourceText>(SourceText{"test", yaml}), diagnostics);
  diagnostics.throw_if_errors();
  return node;
}

std::vector<FarInstrument> far_end() {
  return {{"dut", "sim.pack", node_of("{}")},
          {"thermometer", "sim.thermometer", node_of("{ place: skin }")},
          {"ambient", "sim.thermometer", node_of("{ place: air }")},
          {"chamber", "sim.chamber", node_of("{}")}};
}

class Scanner : public testing::Test {
 protected:
  Scanner() : box_(wire_sims().at("keysight.daq970a").make(world_, {"thermometer", node_of("{ channel: 101 }"), 1})) {
    world_.attach(*box_);
    joins_ = box_->also_serves({"ambient", node_of("{ channel: 102 }"), 1});
    // The air is warm at once, the pack hours later.
    world_.set(world_.command("chamber.temperature_set"), 60.0);
    world_.set(world_.command("chamber.run"), 1.0);
    for (const TimePoint end = world_.now() + std::chrono::seconds(600); world_.now() < end;) {
      world_.turn();
    }
  }
  WireWorld world_{far_end(), {.step = std::chrono::milliseconds(100)}};
  std::unique_ptr<WireBox> box_;
  bool joins_ = false;
};

TEST_F(Scanner, WhoeverSetTheScanListLastDecidesWhatIsRead) {
  EXPECT_TRUE(joins_);
  said(*box_, "CONF:TEMP TC,K,(@101)");
  said(*box_, "CONF:TEMP TC,K,(@102)");
  const double skin = std::stod(said(*box_, "ROUT:SCAN (@101);:READ?"));
  const double air = std::stod(said(*box_, "ROUT:SCAN (@102);:READ?"));
  EXPECT_GT(air, skin + 5.0);
  EXPECT_NEAR(std::stod(said(*box_, "READ?")), air, 0.5) << "the list stands until somebody sets another one";
}

TEST_F(Scanner, AListOfChannelsIsReadInItsOrder) {
  said(*box_, "ROUT:SCAN (@102,101)");
  EXPECT_EQ(said(*box_, "ROUT:SCAN?"), "#210(@102,101)");
  EXPECT_THAT(said(*box_, "READ?"), HasSubstr(","));
}

TEST_F(Scanner, UnitsAreThoseOfTheirChannels) {
  said(*box_, "UNIT:TEMP F,(@102)");
  EXPECT_EQ(said(*box_, "UNIT:TEMP? (@102)"), "F");
  EXPECT_EQ(said(*box_, "UNIT:TEMP? (@101)"), "C");
}

TEST_F(Scanner, NothingIsConnectedElsewhere) {
  EXPECT_THAT(said(*box_, "ROUT:SCAN (@103);:READ?"), StartsWith("+9.9"));
  said(*box_, "ROUT:SCAN (@141)");
  EXPECT_THAT(said(*box_, "SYST:ERR?"), StartsWith("112"));
}

TEST_F(Scanner, AChannelIsTakenOnce) { EXPECT_FALSE(box_->also_serves({"chamber", node_of("{ channel: 102 }"), 1})); }

TEST(WireFarm, OtherBoxesAtOneEndpointAreRefusedWithBothNames) {
  const std::string place = "tcp://127.0.0.1:45025";
  try {
    const WireFarm farm(far_end(),
                        {{"thermometer", "keysight.daq970a", place, node_of("{ channel: 101 }")},
                         {"chamber", "watlow.f4t", place, node_of("{}")}},
                        {});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const RigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'thermometer' (keysight.daq970a) stands at " + place + " already"));
    EXPECT_THAT(error.what(), HasSubstr("chamber"));
  }
}

}  // namespace
}  // namespace rig::sim
