#include <gmock/gmock.h>

#include <map>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"
#include "tests/drivers/wire_script.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// "11004|1|1" with pilcrows, as it goes over the wire.
std::string with_pilcrows(std::string text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? std::string("\\xB6") : std::string(1, c);
  }
  return out;
}

std::string lines(std::initializer_list<std::pair<std::string, std::string>> exchanges) {
  std::string out;
  for (const auto& [sent, answered] : exchanges) {
    out += "> \"" + with_pilcrows(sent) + "\\r\"\n";
    out += answered == "timeout" ? "! timeout\n" : "< \"" + with_pilcrows(answered) + "\\r\\n\"\n";
  }
  return out;
}

struct Weiss {
  Weiss(std::initializer_list<std::pair<std::string, std::string>> exchanges)
      : link("replay://weiss", "weiss", lines(exchanges)),
        chamber(make_box_as<ChamberBox>("weiss.simserv", "model: LabEvent", link)) {
    link.open(soon());
  }
  ~Weiss() { EXPECT_EQ(link.left_over(), std::nullopt); }
  ReplayLink link;
  std::unique_ptr<ChamberBox> chamber;
};

TEST(WeissSimserv, its_bytes_are_the_documented_ones) {
  ReplayLink link("replay://weiss", "weiss",
                  "> 31 31 30 30 31 B6 31 B6 31 B6 2D 32 35 2E 30 0D\n< \"1\\r\\n\"\n" +
                      lines({{"11002|1|1", "1|-25.00"}, {"14001|1|1|1", "1"}, {"10012|1", "1|3"}}));
  const auto chamber = make_box_as<ChamberBox>("weiss.simserv", "variable: 1", link);
  link.open(soon());
  chamber->write({.temperature = Celsius{-25.0}, .run = true});
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(WeissSimserv, connecting_looks_at_type_serial_number_and_unit) {
  Weiss weiss{{"99997|1|1", "1|LabEvent T/210"},
              {"99997|1|3", "1|58226212340010"},
              {"11026|1|1", "1|Temperature"},
              {"11023|1|1",
               "1|\\xB0"
               "C"},
              {"10012|1", "1|1"},
              {"11004|1|1", "1|23.41"},
              {"11002|1|1", "1|25.00"}};
  const Identity identity = weiss.chamber->connect();
  EXPECT_EQ(identity.model, "LabEvent T/210");
  EXPECT_EQ(identity.serial, "58226212340010");
}

TEST(WeissSimserv, another_chamber_or_another_unit_is_refused) {
  Weiss other{{"99997|1|1", "1|VC3"}, {"99997|1|3", "1|5"}};
  EXPECT_EQ(trouble_of([&] { other.chamber->connect(); }).first, LinkTrouble::mismatch);
  Weiss humid{{"99997|1|1", "1|LabEvent"}, {"99997|1|3", "1|5"}, {"11026|1|1", "1|Humidity"}, {"11023|1|1", "1|%rh"}};
  EXPECT_EQ(trouble_of([&] { humid.chamber->connect(); }).first, LinkTrouble::mismatch);
  Weiss imperial{
      {"99997|1|1", "1|LabEvent"}, {"99997|1|3", "1|5"}, {"11026|1|1", "1|Temperature"}, {"11023|1|1", "1|F"}};
  EXPECT_EQ(trouble_of([&] { imperial.chamber->connect(); }).first, LinkTrouble::mismatch);
}

TEST(WeissSimserv, a_reading_has_air_set_point_and_the_running_flag) {
  Weiss weiss{{"10012|1", "1|7"}, {"11004|1|1", "1|-24.81"}, {"11002|1|1", "1|-25.00"}};
  const ChamberReading reading = weiss.chamber->read();  // running, with a warning
  EXPECT_DOUBLE_EQ(reading.temperature.value(), -24.81);
  EXPECT_DOUBLE_EQ(reading.set.value(), -25.0);
  EXPECT_TRUE(reading.run);
}

TEST(WeissSimserv, a_value_that_is_not_available_makes_the_reading_invalid) {
  Weiss weiss{{"10012|1", "1|3"}, {"11004|1|1", "-8"}};
  EXPECT_FALSE(weiss.chamber->read().valid);
}

TEST(WeissSimserv, an_alarm_that_stands_is_told_with_its_text) {
  Weiss weiss{{"10012|1", "1|9"}, {"17007|1|1", "1|Temperature limiter"}};
  EXPECT_THAT(trouble_of([&] { weiss.chamber->read(); }).second, HasSubstr("an alarm stands: \"Temperature limiter\""));
}

TEST(WeissSimserv, making_safe_works_first_and_twice_and_keeps_it_running) {
  Weiss weiss{{"11001|1|1|25.0", "1"}, {"11002|1|1", "1|25.0"}, {"14001|1|1|1", "1"}, {"10012|1", "1|3"},
              {"11001|1|1|25.0", "1"}, {"11002|1|1", "1|25.0"}, {"14001|1|1|1", "1"}, {"10012|1", "1|3"}};
  weiss.chamber->make_safe();
  weiss.chamber->make_safe();
}

TEST(WeissSimserv, a_start_that_is_taken_but_does_not_happen_is_an_error) {
  Weiss weiss{{"11001|1|1|25.0", "1"}, {"11002|1|1", "1|25.0"}, {"14001|1|1|1", "1"}, {"10012|1", "1|1"}};
  EXPECT_THAT(trouble_of([&] { weiss.chamber->make_safe(); }).second, HasSubstr("it does not start"));
}

TEST(WeissSimserv, a_set_point_that_is_not_kept_is_an_error) {
  Weiss weiss{{"11001|1|1|-25.0", "1"}, {"11002|1|1", "1|65.0"}};
  EXPECT_THAT(trouble_of([&] { weiss.chamber->write({.temperature = Celsius{-25.0}}); }).second,
              HasSubstr("controls to 65 degC"));
}

TEST(WeissSimserv, refusals_are_told_with_their_meaning) {
  Weiss range{{"11001|1|1|25.0", "-6"}};
  EXPECT_THAT(trouble_of([&] { range.chamber->make_safe(); }).second, HasSubstr("refused with -6"));
  Weiss unknown{{"10012|1", "-5"}};
  EXPECT_EQ(trouble_of([&] { unknown.chamber->read(); }).first, LinkTrouble::rejected);
}

TEST(WeissSimserv, silence_and_garbage_are_errors_and_leave_the_link_dirty) {
  Weiss silent{{"10012|1", "timeout"}};
  const auto [trouble, text] = trouble_of([&] { silent.chamber->read(); });
  EXPECT_EQ(trouble, LinkTrouble::timeout);
  EXPECT_THAT(text, HasSubstr("10012\\xB61 was not answered"));  // a pilcrow by itself is no UTF-8
  Weiss garbage{{"10012|1", "HTTP/1.0 400"}};
  EXPECT_EQ(trouble_of([&] { garbage.chamber->read(); }).first, LinkTrouble::garbled);
  EXPECT_EQ(trouble_of([&] { garbage.chamber->read(); }).first, LinkTrouble::closed);
}

}  // namespace
}  // namespace rig::testing
