#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

struct Relay {
  Relay(const std::string& parameters, std::initializer_list<Dialogue::value_type> exchanges)
      : link("replay://relay", "relay", transcript(exchanges)),
        io(make_box_as<IoBox>("waveshare.relay", parameters, link)) {
    link.open(soon());
  }
  ~Relay() { EXPECT_EQ(link.left_over(), std::nullopt); }
  ReplayLink link;
  std::unique_ptr<IoBox> io;
};

// The document's press of 500 ms on relay 3.
TEST(WaveshareRelay, the_button_is_pressed_with_a_pulse_that_the_module_times) {
  Relay relay("framing: tcp, button: 3, longest_press: 500 ms",
              {{"0001 0000 0006 01 05 0203 0005", "0001 0000 0006 01 05 0203 0005"},
               {"0002 0000 0006 01 01 0003 0001", "0002 0000 0004 01 01 01 01"}});
  relay.io->press(true);
}

TEST(WaveshareRelay, the_button_is_released_at_once_and_read_back) {
  Relay relay("framing: tcp, button: 3", {{"0001 0000 0006 01 05 0003 0000", "0001 0000 0006 01 05 0003 0000"},
                                          {"0002 0000 0006 01 01 0003 0001", "0002 0000 0004 01 01 01 00"},
                                          {"0003 0000 0006 01 05 0003 0000", "0003 0000 0006 01 05 0003 0000"},
                                          {"0004 0000 0006 01 01 0003 0001", "0004 0000 0004 01 01 01 01"}});
  relay.io->make_safe();
  EXPECT_THAT(trouble_of([&] { relay.io->make_safe(); }).second,
              HasSubstr("relay 3 of the button does not become off"));
}

TEST(WaveshareRelay, connecting_reads_its_version_and_its_inputs_in_rtu_frames) {
  Relay relay("charge_prohibited: 2", {{"01 03 8000 0001 AD CA", "01 03 02 00 C8 B9 D2"},
                                       {"01 02 0000 0008 79 CC", "01 02 01 04 A0 4B"},
                                       {"01 02 0000 0008 79 CC", "01 02 01 04 A0 4B"}});
  EXPECT_EQ(relay.io->connect().firmware, "2.00");
  const IoBox::Reading reading = relay.io->read();
  EXPECT_TRUE(reading.contacts.charge_prohibited);
  EXPECT_FALSE(reading.contacts.discharge_prohibited);
  EXPECT_FALSE(relay.io->fittings().button);
}

TEST(WaveshareRelay, another_box_is_refused) {
  Relay relay("framing: tcp", {{"0001 0000 0006 01 03 8000 0001", "0001 0000 0005 01 03 02 0000"}});
  EXPECT_EQ(trouble_of([&] { relay.io->connect(); }).first, LinkTrouble::mismatch);
  Relay without("framing: tcp", {{"0001 0000 0006 01 03 8000 0001", "0001 0000 0003 01 83 02"}});
  EXPECT_EQ(trouble_of([&] { without.io->connect(); }).first, LinkTrouble::rejected);
}

TEST(WaveshareRelay, channels_that_it_does_not_have_are_found_before_power) {
  EXPECT_THROW(Relay("button: 8", {}), std::runtime_error);
  EXPECT_THROW(Relay("charge_prohibited: -1", {}), std::runtime_error);
}

}  // namespace
}  // namespace rig::testing
