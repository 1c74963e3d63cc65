// A world without its thread: the test turns it, so that nothing here depends on the machine's speed.
#include "drivers/sim/wire_world.hpp"

#include <gmock/gmock.h>

#include "drivers/sim/wire_control.hpp"
#include "rig/core/error.hpp"

namespace rig::sim {
namespace {

using testing::HasSubstr;

std::vector<FarInstrument> far_end() {
  return {{"dut", "sim.pack", {}},       {"supply", "sim.supply", {}}, {"load", "sim.load", {}},
          {"meter", "sim.meter", {}},    {"io", "sim.io", {}},         {"can", "sim.can", {}},
          {"chamber", "sim.chamber", {}}};
}

void pass(WireWorld& world, double seconds) {
  const TimePoint end = world.now() + from_seconds(seconds);
  while (world.now() < end) {
    world.turn();
  }
}

std::string ask(WireBox& box, const std::string& text, const std::string& end = "\n") {
  const auto session = box.connect();
  std::string inbox = text + end;
  std::string out;
  while (const auto answer = session->take(inbox)) {
    out += answer->bytes;
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) {
    out.pop_back();
  }
  return out;
}

std::unique_ptr<WireBox> box_of(WireWorld& world, const std::string& driver, const std::string& instrument) {
  auto box = wire_sims().at(driver).make(world, {instrument, {}, 1});
  world.attach(*box);
  return box;
}

TEST(WireWorld, NothingIsOnBeforeAWireAskedForIt) {
  WireWorld world(far_end(), {});
  const auto psb = box_of(world, "ea.psb", "supply");
  const auto load = box_of(world, "chroma.63200a", "load");
  const auto chamber = box_of(world, "watlow.f4t", "chamber");
  pass(world, 1.0);
  EXPECT_EQ(world[world.signal("supply.output")].value, 0.0);
  EXPECT_EQ(world[world.signal("load.input")].value, 0.0);
  EXPECT_EQ(world[world.signal("chamber.run")].value, 0.0);
}

TEST(WireWorld, ACommandOnTheWireMovesTheOnePlant) {
  WireWorld world(far_end(), {});
  const auto psb = box_of(world, "ea.psb", "supply");
  ask(*psb, "SYST:LOCK ON;:SINK:CURR 0;:VOLT 56;:CURR 20;:OUTP ON");
  pass(world, 1.0);
  EXPECT_NEAR(world.plant().node().pack_current, 20.0, 0.5);
}

TEST(WireWorld, APresetLeavesNothingOfTheCaseBefore) {
  WireWorld world(far_end(), {});
  const auto psb = box_of(world, "ea.psb", "supply");
  ask(*psb, "SYST:LOCK ON;:VOLT 56;:CURR 20;:OUTP ON;:NONSENSE");
  pass(world, 1.0);
  world.preset({.soc = 0.2, .temperature = 5.0}, std::nullopt);
  EXPECT_EQ(ask(*psb, "SYST:LOCK:OWN?;:VOLT?;:OUTP?;:SYST:ERR?"), "NONE;0.00 V;OFF;0,\"No error\"");
  pass(world, 0.1);
  EXPECT_EQ(world.plant().node().supply_current, 0.0);
  EXPECT_NEAR(world.plant().cells().mean_soc(), 0.2, 0.01);
  EXPECT_NEAR(world[world.signal("chamber.temperature")].value, 5.0, 1.0);
}

TEST(WireWorld, ACaseBeginsThereAsItWouldHere) {
  WireWorld world(far_end(), {});
  WireControl control(world);
  const std::string begin = R"({"command": "preset", "seed": 1, "start": {"soc": 0.9, "temperature": 40.0, )";
  EXPECT_THAT(control.answer(begin + R"("hot_cell": 6, "hot_by": 10.0}})"), HasSubstr(R"("ok":true)"));
  EXPECT_NEAR(world.plant().cells().cell_temperature(5), 50.0, 0.5);
  EXPECT_THAT(control.answer(begin + R"("stored": 31536000.0}})"), HasSubstr(R"("ok":true)"));
  EXPECT_LT(world.plant().cells().mean_soc(), 0.88) << "a year takes its share";
  control.answer(begin + R"("age": "bol"}})");
  const double young = world.plant().cells().series_resistance();
  EXPECT_THAT(control.answer(begin + R"("age": "2000 cycles"}})"), HasSubstr(R"("ok":true)"));
  EXPECT_GT(world.plant().cells().series_resistance(), 1.1 * young);
  EXPECT_THAT(control.answer(begin + R"("age": "old"}})"), HasSubstr("this pack cannot begin like this"));
  EXPECT_THAT(control.answer(begin + R"("ag": "bol"}})"), HasSubstr("a start state has no 'ag'"));
  EXPECT_THAT(control.answer("preset soc=0.25 state=off"), HasSubstr(R"("ok":true)"));
  EXPECT_NEAR(world.plant().cells().mean_soc(), 0.25, 0.01);
}

TEST(WireWorld, TheSameSeedGivesTheSamePack) {
  WireWorld world(far_end(), {.seed = 7});
  const double first = world.plant().node().voltage;
  world.preset({}, 8);
  EXPECT_NE(world.plant().node().voltage, first);
  world.preset({}, 7);
  EXPECT_EQ(world.plant().node().voltage, first);
}

TEST(WireSupply, ItsComparatorActsInTheSameTurn) {
  WireWorld world(far_end(), {});
  const auto psb = box_of(world, "ea.psb", "supply");
  ask(*psb, "SYST:LOCK ON;:SINK:CURR 0;:VOLT 56;:CURR 20;:OUTP ON");
  pass(world, 0.5);
  ask(*psb, "CURR:PROT 10");
  world.turn();
  EXPECT_EQ(world.plant().node().supply_current, 0.0);
  EXPECT_EQ(ask(*psb, "OUTP?"), "OFF");
}

TEST(WireSupply, TheFrontPanelKeepsWhatItHasTaken) {
  WireWorld world(far_end(), {});
  const auto psb = box_of(world, "ea.psb", "supply");
  ask(*psb, "SYST:LOCK ON;:VOLT 56;:CURR 20;:OUTP ON");
  EXPECT_TRUE(psb->fault("local", {}));
  EXPECT_EQ(ask(*psb, "OUTP?;:SYST:LOCK:OWN?"), "OFF;LOCAL");
  ask(*psb, "SYST:LOCK ON");
  EXPECT_EQ(ask(*psb, "SYST:LOCK:OWN?"), "LOCAL");
  psb->fault("clear", {});
  ask(*psb, "SYST:LOCK ON");
  EXPECT_EQ(ask(*psb, "SYST:LOCK:OWN?"), "REMOTE");
}

TEST(WireSupply, AGenesysRefusesSetPointsThatItsProtectionWouldNotAllow) {
  WireWorld world(far_end(), {});
  const auto genesys = box_of(world, "tdk.genesys", "supply");
  ask(*genesys, "ADR 6", "\r");
  EXPECT_EQ(ask(*genesys, "OVP 58\rPV 57", "\r"), "OK\rE01");
  EXPECT_EQ(ask(*genesys, "PV 50\rOVP 52\rUVL 49", "\r"), "OK\rE04\rE06");
  EXPECT_EQ(ask(*genesys, "PV?$00", "\r"), "C04");
}

TEST(WireLoad, AModeOfASmallerRangeClampsAndDrops) {
  WireWorld world(far_end(), {});
  const auto load = box_of(world, "chroma.63200a", "load");
  ask(*load, "MODE CCH;:CURR:STAT:L1 100;:LOAD ON");
  pass(world, 0.5);
  EXPECT_NEAR(world.plant().node().load_current, 100.0, 1.0);
  ask(*load, "MODE CCL");
  pass(world, 0.1);
  EXPECT_EQ(world.plant().node().load_current, 0.0);
}

TEST(WireCan, AFrameOfTheRigReachesThePackOnlyAtItsRate) {
  WireWorld world(far_end(), {});
  const auto adapter = box_of(world, "can.slcan", "can");
  EXPECT_EQ(ask(*adapter, "t3050", "\r"), "\a") << "closed";
  EXPECT_EQ(ask(*adapter, "S5\rO\rt3050", "\r"), "\r\r\a") << "250 kbit/s";
  EXPECT_EQ(ask(*adapter, "C\rS6\rO", "\r").size(), 0u);
  EXPECT_EQ(ask(*adapter, "t30580102030405060708", "\r"), "z");
  pass(world, 0.1);
  EXPECT_EQ(world.plant().bus.keep_alives, 1u);
}

TEST(WireWorld, ABoxNeedsAnInstrumentAtTheFarEnd) {
  WireWorld world(far_end(), {});
  EXPECT_THROW((void)wire_sims().at("ea.psb").make(world, {"suply", {}, 1}), RigError);
}

}  // namespace
}  // namespace rig::sim
