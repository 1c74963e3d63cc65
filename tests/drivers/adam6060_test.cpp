#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/modbus_box.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ModbusBox::Registers coils(int inputs) {
  ModbusBox::Registers out;
  for (int i = 0; i < inputs; ++i) {
    out[i] = 0;
  }
  for (int i = 16; i < 22; ++i) {
    out[i] = 0;
  }
  return out;
}

struct Adam {
  explicit Adam(const std::string& parameters, int code = 0x6060, ModbusBox::Registers in = coils(6))
      : box({{210, code}, {211, 0}}, std::move(in)) {
    link = make_transport(peer.endpoint());
    io = make_box_as<IoBox>("advantech.adam6060", parameters, *link);
    link->open(soon());
  }
  ModbusBox box;
  TcpPeer peer{box.script()};
  std::unique_ptr<Transport> link;
  std::unique_ptr<IoBox> io;
};

TEST(AdamIo, its_frames_are_the_documented_ones) {
  ReplayLink link("replay://adam", "adam",
                  transcript({{"0001 0000 0006 01 05 0010 FF00", "0001 0000 0006 01 05 0010 FF00"},
                              {"0002 0000 0006 01 01 0010 0001", "0002 0000 0004 01 01 01 01"}}));
  const auto io = make_box_as<IoBox>("advantech.adam6060", "button: 0", link);
  link.open(soon());
  io->press(true);
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(AdamIo, contacts_are_read_where_the_bench_file_says_and_as_it_says) {
  auto in = coils(6);
  in[2] = 1;
  Adam adam("charge_prohibited: 2, discharge_prohibited: 5, invert_discharge_prohibited: true", 0x6060, in);
  EXPECT_EQ(adam.io->connect().model, "ADAM-6060");
  const IoBox::Reading reading = adam.io->read();
  EXPECT_TRUE(reading.contacts.charge_prohibited);
  EXPECT_TRUE(reading.contacts.discharge_prohibited);
  EXPECT_FALSE(adam.io->fittings().button);
  EXPECT_FALSE(reading.lights.fresh);
}

TEST(AdamIo, another_module_is_refused) {
  Adam adam("button: 0", 0x6050);
  const auto [trouble, text] = trouble_of([&] { adam.io->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("reads 0x6060, found 0x6050"));
}

TEST(AdamIo, the_button_is_pressed_and_read_back) {
  Adam adam("button: 3");
  adam.io->connect();
  adam.io->press(true);
  EXPECT_TRUE(adam.io->read().button);
  adam.io->make_safe();
  adam.io->make_safe();
  EXPECT_FALSE(adam.io->read().button);
  EXPECT_THAT(adam.box.take_writes(), ElementsAre("19=65280", "19=0", "19=0"));
}

TEST(AdamIo, an_output_that_does_not_move_is_an_error) {
  Adam adam("button: 3");
  adam.box.stick(19);
  EXPECT_EQ(trouble_of([&] { adam.io->press(true); }).first, LinkTrouble::rejected);
}

TEST(AdamIo, the_twelve_inputs_of_an_adam_6050_also_see_the_lamps) {
  auto in = coils(12);
  in[4] = in[11] = 1;
  Adam adam("model: ADAM-6050, first_light: 4", 0x6050, in);
  adam.io->connect();
  EXPECT_TRUE(adam.io->fittings().lights);
  EXPECT_THAT(adam.io->read().lights.level, ElementsAre(1, 0, 0, 0, 0, 0, 0, 1));
}

TEST(AdamIo, channels_that_the_module_does_not_have_are_found_before_power) {
  EXPECT_THROW(Adam("charge_prohibited: 6"), std::runtime_error);
  EXPECT_THROW(Adam("charge_prohibited: 1"), std::runtime_error);  // where the other one is
  EXPECT_THROW(Adam("button: 6"), std::runtime_error);
  EXPECT_THROW(Adam("first_light: 0"), std::runtime_error);
  EXPECT_THROW(Adam("model: ADAM-6066"), std::runtime_error);
}

}  // namespace
}  // namespace rig::testing
