#include "drivers/transport/replay.hpp"

#include <gmock/gmock.h>

#include <array>

#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

ReplayLink transcript(const std::string& text) { return {"replay://t", "t", text}; }

std::string read_all(Transport& link) {
  std::array<std::byte, 64> buffer{};
  return text_of(std::span(buffer).first(link.read(buffer, soon())));
}

template <class Act>
std::string complaint(const Act& act) {
  try {
    act();
  } catch (const RigError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(ReplayLink, plays_what_stands_there) {
  ReplayLink link = transcript("# a supply\n> \"*IDN?\\n\"\n< 41 42\n< \"C\\r\\n\"\n");
  link.open(soon());
  link.write(bytes_of("*IDN?\n"), soon());
  EXPECT_EQ(read_all(link), "AB");
  EXPECT_EQ(read_all(link), "C\r\n");
  EXPECT_EQ(link.left_over(), std::nullopt);
}

TEST(ReplayLink, another_byte_than_expected_is_an_error_with_its_line) {
  ReplayLink link = transcript("> \"VOLT 56.20\\n\"\n");
  link.open(soon());
  EXPECT_THAT(complaint([&] { link.write(bytes_of("VOLT 56.21\n"), soon()); }),
              HasSubstr("t:1:1: expected \"VOLT 56.20\\n\""));
}

TEST(ReplayLink, more_than_the_transcript_has_is_an_error) {
  ReplayLink link = transcript("> 01\n");
  link.open(soon());
  EXPECT_THAT(complaint([&] { link.write(bytes_of("\x01\x02"), soon()); }), HasSubstr("end of the transcript"));
}

TEST(ReplayLink, tells_what_was_left_over) {
  ReplayLink link = transcript("> 01\n> 02\n");
  link.open(soon());
  link.write(bytes_of("\x01"), soon());
  EXPECT_THAT(link.left_over().value_or("nothing"), HasSubstr("> 02"));
}

TEST(ReplayLink, an_answer_that_was_read_in_part_is_left_over) {
  ReplayLink link = transcript("< 01 02\n");
  link.open(soon());
  std::array<std::byte, 1> one{};
  EXPECT_EQ(link.read(one, soon()), 1U);
  EXPECT_TRUE(link.left_over().has_value());
}

TEST(ReplayLink, plays_silence_and_hanging_up) {
  ReplayLink link = transcript("! timeout\n! clear\n! closed\n");
  link.open(soon());
  EXPECT_THAT(complaint([&] { read_all(link); }), HasSubstr("no answer"));
  link.clear(soon());
  EXPECT_THAT(complaint([&] { read_all(link); }), HasSubstr("hung up"));
  EXPECT_FALSE(link.is_open());
}

TEST(ReplayLink, a_mistake_in_the_transcript_says_where_it_is) {
  EXPECT_THAT(complaint([] { transcript("\n> 4\n"); }), HasSubstr("t:2:1"));
  EXPECT_THAT(complaint([] { transcript("? 41\n"); }), HasSubstr("expected '> bytes'"));
  EXPECT_THAT(complaint([] { transcript("> \"no end\n"); }), HasSubstr("t:1:1"));
  EXPECT_THAT(complaint([] { transcript("! sleep\n"); }), HasSubstr("! timeout"));
}

}  // namespace
}  // namespace rig::testing
