#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/modbus_box.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void put_text(ModbusBox::Registers& registers, int address, const std::string& text) {
  for (int i = 0; i < 20; ++i) {
    const auto at = 2 * static_cast<std::size_t>(i);
    const int high = at < text.size() ? text[at] : 0;
    const int low = at + 1 < text.size() ? text[at + 1] : 0;
    registers[address + i] = high << 8 | low;
  }
}

// A PSB 9080-240 3U, off, in remote control as soon as its coil says so.
ModbusBox::Registers plate() {
  ModbusBox::Registers out;
  put_text(out, 1, "PSB 9080-240 3U");
  put_text(out, 21, "EA Elektro-Automatik");
  put_text(out, 151, "2830340017");
  put_text(out, 191, "V2.29");
  out[121] = 0x42A0;  // 80.0
  out[122] = 0;
  out[123] = 0x4370;  // 240.0
  out[124] = 0;
  for (const int address : {498, 499, 500, 501, 502, 507, 508, 509, 550, 553}) {
    out[address] = 0;
  }
  out[505] = 0;
  out[506] = 1 << 11;  // remote
  return out;
}

struct Psb {
  explicit Psb(ModbusBox::Registers registers = plate()) : box(std::move(registers), {{402, 0}, {405, 0}}) {
    link = make_transport(peer.endpoint());
    supply = make_box_as<SupplyBox>("ea.psb_modbus", "model: PSB 9080-240 3U", *link);
    link->open(soon());
  }
  ModbusBox box;
  TcpPeer peer{box.script()};
  std::unique_ptr<Transport> link;
  std::unique_ptr<SupplyBox> supply;
};

TEST(EaPsbModbus, its_frames_are_those_of_the_manual) {
  ReplayLink link("replay://psb", "psb",
                  transcript({{"0001 0000 0006 00 05 0192 FF00", "0001 0000 0006 00 05 0192 FF00"},
                              {"0002 0000 0006 00 05 0195 0000", "0002 0000 0006 00 05 0195 0000"},
                              {"0003 0000 0006 00 01 0195 0001", "0003 0000 0004 00 01 01 00"},
                              {"0004 0000 0006 00 06 01F4 8FDF", "0004 0000 0006 00 06 01F4 8FDF"},
                              {"0005 0000 0006 00 03 01F4 0001", "0005 0000 0005 00 03 02 8FDF"}}));
  const auto supply = make_box_as<SupplyBox>("ea.psb_modbus", "model: PSB 9080-240 3U", link);
  link.open(soon());
  supply->make_safe();  // remote, off, and is it?
  // 56.2 V of 80 V; then it wants to set the current, which the transcript no longer has.
  EXPECT_EQ(trouble_of([&] { supply->write({.voltage = Volts{56.2}}); }).first, LinkTrouble::garbled);
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(EaPsbModbus, connecting_checks_its_plate_and_its_nominal_values) {
  Psb psb;
  const Identity identity = psb.supply->connect();
  EXPECT_EQ(identity.model, "PSB 9080-240 3U");
  EXPECT_EQ(identity.serial, "2830340017");
  EXPECT_EQ(psb.box.coil(402), 1);
  EXPECT_EQ(psb.box.coil(405), 0);
}

TEST(EaPsbModbus, nominal_values_in_another_word_order_are_not_believed) {
  ModbusBox::Registers swapped = plate();
  std::swap(swapped[121], swapped[122]);
  Psb psb(swapped);
  const auto [trouble, text] = trouble_of([&] { psb.supply->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected PSB 9080-240 3U"));
}

TEST(EaPsbModbus, arming_closes_the_sink_and_puts_the_voltage_down_first) {
  Psb psb;
  psb.supply->arm({.over_voltage = 60.0, .over_current = 100.0});
  // 60/80 and 105/240 of 52428.
  EXPECT_THAT(psb.box.take_writes(), ElementsAre("499=0", "498=0", "500=0", "550=39321", "553=22937"));
}

TEST(EaPsbModbus, one_exchange_reads_state_voltage_and_current) {
  ModbusBox::Registers on = plate();
  on[506] = 1 << 11 | 1 << 7 | 2 << 9;  // remote, on, constant current
  on[507] = 36831;
  on[508] = 16384;
  Psb psb(on);
  const SupplyReading reading = psb.supply->read();
  EXPECT_NEAR(reading.voltage.value(), 56.2, 1e-3);
  EXPECT_NEAR(reading.current.value(), 75.0, 2e-3);
  EXPECT_EQ(reading.regulation, Regulation::constant_current);
  EXPECT_TRUE(reading.output);
}

TEST(EaPsbModbus, an_alarm_and_lost_remote_control_are_told) {
  ModbusBox::Registers tripped = plate();
  tripped[505] = 1;  // bit 16
  Psb first(tripped);
  EXPECT_THAT(trouble_of([&] { first.supply->connect(); }).second, HasSubstr("tripped: over-voltage"));
  ModbusBox::Registers local = plate();
  local[506] = 0;
  Psb second(local);
  EXPECT_THAT(trouble_of([&] { second.supply->read(); }).second, HasSubstr("no longer in remote control"));
}

TEST(EaPsbModbus, an_output_that_does_not_switch_off_is_told) {
  Psb psb;
  psb.supply->write({.voltage = Volts{50}, .output = true});
  EXPECT_EQ(psb.box.coil(405), 1);
  psb.box.stick(405);
  EXPECT_THAT(trouble_of([&] { psb.supply->make_safe(); }).second, HasSubstr("does not switch off"));
}

}  // namespace
}  // namespace rig::testing
