#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// A frame of 26 bytes from its first bytes and its checksum, as documents print them.
std::string frame(const std::string& begin, const std::string& checksum) {
  std::string bytes = from_hex(begin);
  bytes.resize(25, '\0');
  return to_hex(bytes + from_hex(checksum));
}

const std::string remote_on = frame("AA 00 20 01", "CB");
const std::string input_on = frame("AA 00 21 01", "CC");
const std::string input_off = frame("AA 00 21", "CB");
const std::string amps_100 = frame("AA 00 2A 40 42 0F", "65");
const std::string ask_amps = frame("AA 00 2B", "D5");
const std::string amps_are_100 = frame("AA 00 2B 40 42 0F", "66");
const std::string ask_state = frame("AA 00 5F", "09");
const std::string ok = frame("AA 00 12 80", "3C");
const std::string state_on = frame("AA 00 5F 00 C8 00 00 40 42 0F 00 00 20 4E 00 0C 40 00", "1C");
const std::string state_off = frame("AA 00 5F 00 C8 00 00 00 00 00 00 00 00 00 00 04 00 00", "D5");

std::string dialogue(const std::vector<std::pair<std::string, std::string>>& exchanges) {
  std::string out;
  for (const auto& [sent, answered] : exchanges) {
    out += "> " + sent + "\n< " + answered + "\n";
  }
  return out;
}

struct It8500 {
  explicit It8500(const std::vector<std::pair<std::string, std::string>>& exchanges)
      : link("replay://it8500", "it8500", dialogue(exchanges)),
        box(make_box_as<LoadBox>("itech.it8500", "model: IT8514C+", link)) {
    link.open(soon());
  }
  ReplayLink link;
  std::unique_ptr<LoadBox> box;
};

template <class Act>
std::pair<LinkTrouble, std::string> trouble_of(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return {error.trouble(), error.what()};
  }
  ADD_FAILURE() << "nothing was thrown";
  return {LinkTrouble::unreachable, ""};
}

TEST(ItechIt8500, one_exchange_reads_volts_amps_and_state) {
  It8500 load({{ask_state, state_on}});
  const LoadReading reading = load.box->read();
  EXPECT_DOUBLE_EQ(reading.voltage.value(), 51.2);
  EXPECT_DOUBLE_EQ(reading.current.value(), 100.0);
  EXPECT_TRUE(reading.input);
  EXPECT_EQ(reading.regulation, Regulation::constant_current);
  EXPECT_EQ(load.link.left_over(), std::nullopt);
}

TEST(ItechIt8500, sets_the_current_then_the_mode_then_switches_on) {
  It8500 load({{amps_100, ok},
               {ask_amps, amps_are_100},
               {frame("AA 00 28", "D2"), ok},
               {frame("AA 00 29", "D3"), frame("AA 00 29", "D3")},
               {input_on, ok},
               {ask_state, state_on}});
  load.box->write({.mode = LoadMode::constant_current, .current = Amps{100}, .input = true});
  EXPECT_EQ(load.link.left_over(), std::nullopt);
}

// A frame with the checksum of its bytes.
std::string sealed(const std::string& begin) {
  unsigned sum = 0;
  for (const char byte : from_hex(begin)) {
    sum += static_cast<unsigned char>(byte);
  }
  return frame(begin, to_hex(std::string(1, static_cast<char>(sum & 0xFFU))));
}

const std::string ask_model = frame("AA 00 6A", "14");
const std::string ask_limits = frame("AA 00 01", "AB");
// 6A: model, firmware 1.56, serial number 8001230001. 01: 240 A, 120 V, 0.1 V, 1500 W.
const std::string plate_8514c = sealed("AA 00 6A 38 35 31 34 43 38 01 38 30 30 31 32 33 30 30 30 31");
const std::string limits_8514c = sealed("AA 00 01 00 9F 24 00 C0 D4 01 00 64 00 00 00 60 E3 16 00");

TEST(ItechIt8500, connecting_reads_its_model_and_limits_and_takes_it) {
  It8500 load({{ask_model, plate_8514c}, {ask_limits, limits_8514c}, {remote_on, ok}, {ask_state, state_off}});
  const Identity identity = load.box->connect();
  EXPECT_EQ(identity.model, "8514C");
  EXPECT_EQ(identity.serial, "8001230001");
  EXPECT_EQ(load.link.left_over(), std::nullopt);
}

TEST(ItechIt8500, the_same_number_with_another_letter_is_another_box) {
  It8500 load({{ask_model, sealed("AA 00 6A 38 35 31 34 42 38 01 38 30 30 31 32 33 30 30 30 31")}});
  const auto [trouble, text] = trouble_of([&] { load.box->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected IT8514C+, found \"8514B\""));
}

TEST(ItechIt8500, limits_that_are_not_the_plates_are_another_box) {
  // 60 A, 500 V, 1500 W
  It8500 load({{ask_model, sealed("AA 00 6A 38 35 31 34 20 38 01 38 30 30 31 32 33 30 30 30 31")},
               {ask_limits, sealed("AA 00 01 C0 27 09 00 20 A1 07 00 64 00 00 00 60 E3 16 00")}});
  const auto [trouble, text] = trouble_of([&] { load.box->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::mismatch);
  EXPECT_THAT(text, HasSubstr("expected 120 V, 240.0 A, 1500 W of an IT8514C+, found 500 V, 60.0 A, 1500 W"));
}

TEST(ItechIt8500, done_is_no_answer_to_a_question) {
  It8500 load({{remote_on, ok}, {input_off, ok}, {ask_state, ok}});
  EXPECT_EQ(trouble_of([&] { load.box->make_safe(); }).first, LinkTrouble::garbled) << "it would read as off";
}

TEST(ItechIt8500, an_answer_with_values_does_not_confirm_a_setting) {
  It8500 load({{remote_on, state_off}});
  EXPECT_EQ(trouble_of([&] { load.box->make_safe(); }).first, LinkTrouble::garbled);
}

TEST(ItechIt8500, making_safe_works_first_and_twice_and_reads_back) {
  It8500 load({{remote_on, ok},
               {input_off, ok},
               {ask_state, state_off},
               {remote_on, ok},
               {input_off, ok},
               {ask_state, state_off}});
  load.box->make_safe();
  load.box->make_safe();
  EXPECT_EQ(load.link.left_over(), std::nullopt);
}

TEST(ItechIt8500, a_wrong_checksum_makes_the_line_dirty_until_it_is_made_safe) {
  std::string broken = state_on;
  broken.replace(broken.size() - 2, 2, "1D");
  It8500 load({{ask_state, broken}});
  EXPECT_EQ(trouble_of([&] { load.box->read(); }).first, LinkTrouble::garbled);
  EXPECT_EQ(trouble_of([&] { load.box->read(); }).first, LinkTrouble::closed);
}

TEST(ItechIt8500, an_answer_to_another_command_is_not_taken) {
  It8500 load({{ask_state, amps_are_100}});
  EXPECT_THAT(trouble_of([&] { load.box->read(); }).second, HasSubstr("an answer to command 0x5F"));
}

TEST(ItechIt8500, a_status_is_told_with_its_meaning) {
  It8500 load({{amps_100, frame("AA 00 12 A0", "5C")}});
  const auto [trouble, text] = trouble_of([&] { load.box->write({.current = Amps{100}}); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("out of its range"));
}

TEST(ItechIt8500, a_trip_is_seen_in_its_demand_state) {
  It8500 load({{ask_state, frame("AA 00 5F 00 C8 00 00 00 00 00 00 00 00 00 00 04 02 00", "D7")}});
  EXPECT_THAT(trouble_of([&] { load.box->read(); }).second, HasSubstr("tripped: over-voltage"));
}

TEST(ItechIt8500, an_answer_may_come_byte_by_byte) {
  PtyPeer peer([](PeerSide& side, int) {
    while (!side.is_over()) {
      const std::string request = side.read_exactly(26);
      if (!request.empty()) {
        side.send_bytewise(from_hex(request[2] == '\x5F' ? state_off : ok));
      }
    }
  });
  const auto link = make_transport(peer.endpoint());
  const auto box = make_box_as<LoadBox>("itech.it8500", "model: IT8514C+", *link);
  link->open(soon());
  EXPECT_NO_THROW(box->make_safe());
}

}  // namespace
}  // namespace rig::testing
