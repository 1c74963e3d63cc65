#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/modbus_box.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// 23.5 degC in the chamber (41BC0000), controlled to 25 (41C80000), off; the low word first.
ModbusBox::Registers f4t() {
  ModbusBox::Registers r{{2730, 62}, {2814, 62},     {2782, 0},  {2783, 0x41C8}, {2810, 0}, {2811, 0x41C8},
                         {2820, 0},  {2821, 0x41BC}, {1356, 61}, {6730, 15},     {16566, 0}};
  for (const int alarm : {2, 3, 4, 5, 6}) {
    r[1356 + 100 * (alarm - 1)] = 61;
  }
  const std::string part = "F4T1A3";
  for (int i = 0; i < 15; ++i) {
    r[16 + i] = i < static_cast<int>(part.size()) ? part[static_cast<std::size_t>(i)] : 0;
  }
  return r;
}

struct F4t {
  explicit F4t(const std::string& parameters = "unit: 1") {
    box.follow(2730, 2814);
    box.follow(2782, 2810);
    box.follow(2783, 2811);
    link = make_transport(peer.endpoint());
    chamber = make_box_as<ChamberBox>("watlow.f4t", parameters, *link);
    link->open(soon());
  }
  ModbusBox box{f4t()};
  TcpPeer peer{box.script()};
  std::unique_ptr<Transport> link;
  std::unique_ptr<ChamberBox> chamber;
};

TEST(WatlowF4t, connecting_reads_its_part_number_and_switches_nothing) {
  F4t f4t;
  EXPECT_EQ(f4t.chamber->connect().model, "F4T1A3");
  EXPECT_THAT(f4t.box.take_writes(), ElementsAre());
}

TEST(WatlowF4t, a_controller_in_fahrenheit_is_refused) {
  F4t f4t;
  f4t.box.set(6730, 30);
  const auto [trouble, text] = trouble_of([&] { f4t.chamber->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected temperatures in degC (15), found degF (30)"));
}

TEST(WatlowF4t, another_box_at_its_address_is_refused) {
  F4t f4t;
  f4t.box.set(16, 'P');
  EXPECT_EQ(trouble_of([&] { f4t.chamber->connect(); }).first, LinkTrouble::mismatch);
  F4t other("part_number: F4T2");
  EXPECT_THAT(trouble_of([&] { other.chamber->connect(); }).second, HasSubstr("found 'F4T1A3'"));
}

TEST(WatlowF4t, the_other_order_of_words_is_found_out_by_an_air_that_cannot_be) {
  F4t f4t("low_word_first: false");
  f4t.box.set(2820, 0x47C3);  // 99840 when it is taken for the high word
  EXPECT_THAT(trouble_of([&] { f4t.chamber->connect(); }).second, HasSubstr("low_word_first"));
}

TEST(WatlowF4t, the_other_order_of_words_is_found_out_although_it_reads_as_zero) {
  F4t f4t("low_word_first: false");  // 23.5 degC is then 2.4e-41
  f4t.box.set(2820, 0);
  f4t.box.set(2821, 0x41BC);
  f4t.box.set(2782, 0);
  f4t.box.set(2783, 0);  // 0 degC is 0 in both
  EXPECT_THAT(trouble_of([&] { f4t.chamber->connect(); }).second,
              HasSubstr("at address 2820, found the registers 0 and 16828"));
}

TEST(WatlowF4t, a_set_point_is_written_before_the_chamber_is_started) {
  F4t f4t;
  f4t.chamber->connect();
  f4t.chamber->write({.temperature = Celsius{-25.0}, .run = true});
  EXPECT_THAT(f4t.box.take_writes(), ElementsAre("2782=0", "2783=49608", "2730=10"));
  const ChamberReading reading = f4t.chamber->read();
  EXPECT_DOUBLE_EQ(reading.temperature.value(), 23.5);
  EXPECT_DOUBLE_EQ(reading.set.value(), -25.0);
  EXPECT_TRUE(reading.run);
  EXPECT_TRUE(reading.valid);
}

TEST(WatlowF4t, a_set_point_that_is_taken_but_not_active_is_an_error) {
  F4t f4t;
  f4t.box.unfollow(2782);
  f4t.box.unfollow(2783);
  const auto [trouble, text] = trouble_of([&] { f4t.chamber->write({.temperature = Celsius{-25.0}}); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("took the set-point -25 degC but controls to 25 degC"));
}

TEST(WatlowF4t, a_mode_that_does_not_come_is_an_error) {
  F4t f4t;
  f4t.box.unfollow(2730);
  EXPECT_THAT(trouble_of([&] { f4t.chamber->write({.run = true}); }).second, HasSubstr("does not become 10"));
}

TEST(WatlowF4t, stopping_switches_the_loop_off_and_the_reading_says_so) {
  F4t f4t;
  f4t.chamber->write({.run = true});
  f4t.chamber->write({.run = false});
  EXPECT_EQ(f4t.box.at(2730), 62);
  EXPECT_FALSE(f4t.chamber->read().run);
}

TEST(WatlowF4t, making_safe_goes_to_room_temperature_and_keeps_running) {
  F4t f4t;
  f4t.box.set(2783, 0x4282);  // it was at 65 degC
  f4t.box.set(2811, 0x4282);
  f4t.chamber->make_safe();
  f4t.chamber->make_safe();
  EXPECT_TRUE(f4t.chamber->read().run);
  EXPECT_DOUBLE_EQ(f4t.chamber->read().set.value(), 25.0);
  EXPECT_THAT(f4t.box.take_writes(), Not(Contains("16566=148")));
}

TEST(WatlowF4t, making_safe_ends_a_profile_that_holds_the_set_point) {
  F4t f4t;
  f4t.box.unfollow(2782);
  f4t.box.unfollow(2783);
  f4t.box.set(2811, 0x4282);
  f4t.box.on_write([](ModbusBox::Registers& r, int address) {
    if (address == 16566 && r[16566] == 148) {
      r[2811] = r[2783];
    }
  });
  f4t.chamber->make_safe();
  EXPECT_DOUBLE_EQ(f4t.chamber->read().set.value(), 25.0);
}

TEST(WatlowF4t, a_sensor_that_is_open_makes_the_reading_invalid) {
  F4t f4t;
  f4t.box.set(2821, 0x7FC0);  // not a number
  EXPECT_FALSE(f4t.chamber->read().valid);
}

TEST(WatlowF4t, an_alarm_that_stands_is_told_at_connect_and_while_reading_but_does_not_keep_it_from_being_safe) {
  F4t f4t;
  f4t.chamber->connect();
  f4t.box.set(1356, 28);
  EXPECT_THAT(trouble_of([&] { f4t.chamber->connect(); }).second, HasSubstr("alarm 1 stands"));
  EXPECT_EQ(trouble_of([&] { f4t.chamber->read(); }).first, LinkTrouble::rejected);
  EXPECT_NO_THROW(f4t.chamber->make_safe());
}

TEST(WatlowF4t, all_its_alarms_are_looked_at_the_others_in_turn) {
  F4t f4t;
  f4t.chamber->connect();
  f4t.box.set(1356 + 400, 28);
  EXPECT_THAT(trouble_of([&] { f4t.chamber->connect(); }).second, HasSubstr("alarm 5 stands"));
  const auto reads = [&] {
    for (int i = 0; i < 5; ++i) {
      f4t.chamber->read();
    }
  };
  EXPECT_THAT(trouble_of(reads).second, HasSubstr("alarm 5 stands"));
  F4t of_one("alarms: 1");
  of_one.box.set(1356 + 400, 28);
  EXPECT_NO_THROW(of_one.chamber->connect());
  EXPECT_TRUE(of_one.chamber->read().valid);
}

// The vectors as the documents print them.
TEST(WatlowF4t, its_frames_are_the_documented_ones) {
  ReplayLink link("replay://f4t", "f4t",
                  transcript({{"0001 0000 000B 01 10 0ADE 0002 04 0000C1C8", "0001 0000 0006 01 10 0ADE 0002"},
                              {"0002 0000 0006 01 03 0ADE 0002", "0002 0000 0007 01 03 04 0000C1C8"},
                              {"0003 0000 0006 01 06 0AAA 003E", "0003 0000 0006 01 06 0AAA 003E"},
                              {"0004 0000 0006 01 03 0AFE 0001", "0004 0000 0005 01 03 02 003E"}}));
  const auto chamber = make_box_as<ChamberBox>("watlow.f4t", "unit: 1", link);
  link.open(soon());
  chamber->write({.temperature = Celsius{-25.0}, .run = false});
  EXPECT_EQ(link.left_over(), std::nullopt);
}

}  // namespace
}  // namespace rig::testing
