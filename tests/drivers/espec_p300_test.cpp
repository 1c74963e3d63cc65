#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// Lines as they go over the wire, without their ends.
std::string lines(std::initializer_list<std::pair<std::string, std::string>> exchanges) {
  std::string out;
  for (const auto& [sent, answered] : exchanges) {
    out += "> \"" + sent + "\\r\\n\"\n";
    out += answered == "timeout" ? "! timeout\n" : "< \"" + answered + "\\r\\n\"\n";
  }
  return out;
}

struct Espec {
  Espec(std::initializer_list<std::pair<std::string, std::string>> exchanges)
      : link("replay://espec", "espec", lines(exchanges)),
        chamber(make_box_as<ChamberBox>("espec.p300", "model: P300", link)) {
    link.open(soon());
  }
  ~Espec() { EXPECT_EQ(link.left_over(), std::nullopt); }
  ReplayLink link;
  std::unique_ptr<ChamberBox> chamber;
};

TEST(EspecP300, connecting_names_the_controller_and_reads_it_once) {
  Espec espec{{"TYPE?", "T,T,P300,180.0"},
              {"ROM?", "P300-1.24"},
              {"MON?", "23.0,,STANDBY,0"},
              {"TEMP?", "23.0,25.0,70.0,-30.0"}};
  const Identity identity = espec.chamber->connect();
  EXPECT_EQ(identity.model, "P300");
  EXPECT_EQ(identity.firmware, "P300-1.24");
}

TEST(EspecP300, another_controller_is_refused) {
  Espec espec{{"TYPE?", "T,T,SCP220,180.0"}};
  EXPECT_EQ(trouble_of([&] { espec.chamber->connect(); }).first, LinkTrouble::mismatch);
}

TEST(EspecP300, a_reading_has_air_active_set_point_and_mode) {
  Espec espec{{"MON?", "-24.8,,CONSTANT,0"}, {"TEMP?", "-24.8,-25.0,70.0,-30.0"}};
  const ChamberReading reading = espec.chamber->read();
  EXPECT_DOUBLE_EQ(reading.temperature.value(), -24.8);
  EXPECT_DOUBLE_EQ(reading.set.value(), -25.0);
  EXPECT_TRUE(reading.run);
  EXPECT_TRUE(reading.valid);
}

TEST(EspecP300, a_sensor_without_a_value_makes_the_reading_invalid) {
  Espec espec{{"MON?", "0.0,,CONSTANT,0"}, {"TEMP?", "NA:DATA NOT READY"}};
  EXPECT_FALSE(espec.chamber->read().valid);
}

TEST(EspecP300, a_word_for_no_value_makes_the_reading_invalid) {
  for (const char* nothing : {"OVLD", "9.9E37", "NAN"}) {
    Espec espec{{"MON?", "0.0,,CONSTANT,0"}, {"TEMP?", std::string(nothing) + ",25.0,70.0,-30.0"}};
    EXPECT_FALSE(espec.chamber->read().valid) << nothing;
  }
}

TEST(EspecP300, a_set_point_without_a_value_is_not_verified) {
  Espec espec{{"TEMP, S0.0", "OK:TEMP, S0.0"}, {"MODE?", "CONSTANT"}, {"TEMP?", "23.0,OVLD,70.0,-30.0"}};
  EXPECT_THAT(trouble_of([&] { espec.chamber->write({.temperature = Celsius{0.0}, .run = true}); }).second,
              HasSubstr("controls to no value"));
}

TEST(EspecP300, an_alarm_that_stands_is_told_with_its_codes) {
  Espec espec{{"MON?", "80.0,,STANDBY,2"}, {"ALARM?", "2,1,7"}};
  EXPECT_THAT(trouble_of([&] { espec.chamber->read(); }).second, HasSubstr("alarms stand: 2,1,7"));
}

TEST(EspecP300, a_set_point_is_sent_in_tenths_and_started_and_verified) {
  Espec espec{{"TEMP, S-25.0", "OK:TEMP, S-25.0"},   {"MODE?", "OFF"},      {"POWER,ON", "OK:POWER,ON"},
              {"MODE,CONSTANT", "OK:MODE,CONSTANT"}, {"MODE?", "CONSTANT"}, {"TEMP?", "23.0,-25.0,70.0,-30.0"}};
  espec.chamber->write({.temperature = Celsius{-25.0}, .run = true});
}

TEST(EspecP300, a_set_point_that_is_taken_but_not_active_is_an_error) {
  Espec espec{{"TEMP, S-25.0", "OK:TEMP, S-25.0"}, {"MODE?", "CONSTANT"}, {"TEMP?", "23.0,65.0,70.0,-30.0"}};
  EXPECT_THAT(trouble_of([&] { espec.chamber->write({.temperature = Celsius{-25.0}, .run = true}); }).second,
              HasSubstr("took the set-point -25 degC but controls to 65 degC"));
}

TEST(EspecP300, stopping_is_verified) {
  Espec espec{{"TEMP, S25.0", "OK:TEMP, S25.0"}, {"MODE,STANDBY", "OK:MODE,STANDBY"}, {"MODE?", "CONSTANT"}};
  EXPECT_THAT(trouble_of([&] { espec.chamber->write({.run = false}); }).second, HasSubstr("does not become STANDBY"));
}

TEST(EspecP300, making_safe_works_first_and_twice_and_takes_it_out_of_a_program) {
  Espec espec{{"TEMP, S25.0", "OK:TEMP, S25.0"},
              {"MODE?", "RUN"},
              {"MODE,CONSTANT", "OK:MODE,CONSTANT"},
              {"MODE?", "CONSTANT"},
              {"TEMP?", "65.0,25.0,70.0,-30.0"},
              {"TEMP, S25.0", "OK:TEMP, S25.0"},
              {"MODE?", "CONSTANT"},
              {"TEMP?", "64.0,25.0,70.0,-30.0"}};
  espec.chamber->make_safe();
  espec.chamber->make_safe();
}

TEST(EspecP300, a_panel_that_protects_its_keys_is_told) {
  Espec espec{{"TEMP, S25.0", "NA:PROTECT ON"}};
  const auto [trouble, text] = trouble_of([&] { espec.chamber->make_safe(); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("somebody at the panel owns it"));
}

TEST(EspecP300, silence_and_the_echo_of_another_command_are_errors) {
  Espec silent{{"MON?", "timeout"}};
  EXPECT_EQ(trouble_of([&] { silent.chamber->read(); }).first, LinkTrouble::timeout);
  Espec other{{"TEMP, S25.0", "OK:MODE,STANDBY"}};
  EXPECT_EQ(trouble_of([&] { other.chamber->make_safe(); }).first, LinkTrouble::garbled);
  Espec torn{{"MON?", "23.0,,CONST"}};
  EXPECT_EQ(trouble_of([&] { torn.chamber->read(); }).first, LinkTrouble::garbled);
}

}  // namespace
}  // namespace rig::testing
