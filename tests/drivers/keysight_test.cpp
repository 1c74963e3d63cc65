// The meter and the scanner: whose they are, and that each thermometer reads its own channel.
#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

TEST(KeysightMeter, another_maker_with_the_same_model_is_refused) {
  ReplayLink link("replay://meter", "meter", "> \"*IDN?\\n\"\n< \"Acme Corp,34465A,1,2\\n\"\n");
  const auto meter = make_box_as<MeterBox>("keysight.3446x", "model: 34465A", link);
  link.open(soon());
  const auto [trouble, text] = trouble_of([&] { meter->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected Keysight or Agilent 34465A, found \"Acme Corp 34465A\""));
}

TEST(KeysightMeter, the_makers_older_name_is_its_own) {
  ReplayLink link(
      "replay://meter", "meter",
      "> \"*IDN?\\n\"\n< \"Agilent Technologies,34460A,1,2\\n\"\n> \"*CLS\\nCONF:VOLT:DC 100\\n"
      "VOLT:DC:NPLC 1\\nVOLT:DC:IMP:AUTO OFF\\nTRIG:SOUR IMM\\nSYST:ERR?\\n\"\n< \"0,\\\"No error\\\"\\n\"\n");
  const auto meter = make_box_as<MeterBox>("keysight.3446x", "model: 34460A", link);
  link.open(soon());
  EXPECT_EQ(meter->connect().maker, "Agilent Technologies");
}

TEST(KeysightDaq970a, a_reading_names_its_channel_in_the_same_message) {
  ReplayLink link("replay://daq", "daq",
                  "> \"ROUT:SCAN (@102);:READ?\\n\"\n< \"+2.50000000E+01\\n\"\n"
                  "> \"ROUT:SCAN (@101);:READ?\\n\"\n< \"+6.00000000E+01\\n\"\n");
  const auto ambient = make_box_as<ThermometerBox>("keysight.daq970a", "channel: 102", link);
  const auto skin = make_box_as<ThermometerBox>("keysight.daq970a", "channel: 101", link);
  link.open(soon());
  EXPECT_DOUBLE_EQ(ambient->read().temperature.value(), 25.0);
  EXPECT_DOUBLE_EQ(skin->read().temperature.value(), 60.0);
}

TEST(KeysightDaq970a, readings_of_several_channels_are_no_reading) {
  ReplayLink link("replay://daq", "daq",
                  "> \"ROUT:SCAN (@101);:READ?\\n\"\n< \"+2.50000000E+01,+6.00000000E+01\\n\"\n");
  const auto skin = make_box_as<ThermometerBox>("keysight.daq970a", "channel: 101", link);
  link.open(soon());
  EXPECT_EQ(trouble_of([&] { skin->read(); }).first, LinkTrouble::garbled);
}

}  // namespace
}  // namespace rig::testing
