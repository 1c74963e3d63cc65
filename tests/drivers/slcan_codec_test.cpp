#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "drivers/can/slcan.hpp"

namespace rig::slcan {
namespace {

using ::testing::ElementsAre;

std::string line_of(const Frame& frame) { return std::string(encode(frame).view()); }

// What a stream is made of, frames as they would be sent.
std::vector<std::string> heard(Parser& parser, std::string_view bytes) {
  std::vector<std::string> out;
  for (const char byte : bytes) {
    switch (parser.take(byte)) {
      case Said::frame:
        out.push_back(line_of(parser.frame()));
        break;
      case Said::ok:
        out.emplace_back("ok");
        break;
      case Said::error:
        out.emplace_back("error");
        break;
      case Said::text:
        out.emplace_back(parser.text());
        break;
      case Said::garbage:
        out.emplace_back("garbage");
        break;
      case Said::nothing:
        break;
    }
  }
  return out;
}

TEST(SlcanCodec, the_four_kinds_of_frames_are_written_byte_for_byte) {
  EXPECT_EQ(line_of({.can = {.id = 0x305, .length = 8}}), "t30580000000000000000\r");
  EXPECT_EQ(line_of({.can = {.id = 0x1ABCDEF0, .extended = true, .length = 2, .data = {0x0F, 0xA5}}}),
            "T1ABCDEF020FA5\r");
  EXPECT_EQ(line_of({.can = {.id = 0x351, .length = 8}, .remote = true}), "r3518\r");
  EXPECT_EQ(line_of({.can = {.id = 0x12, .extended = true, .length = 0}, .remote = true}), "R000000120\r");
}

TEST(SlcanCodec, what_was_written_is_read_back) {
  for (const std::string line : {"t7FF3010203", "T1FFFFFFF8AABBCCDDEEFF0011", "r0000", "R1ABCDEF05"}) {
    const auto frame = decode(line);
    ASSERT_TRUE(frame) << line;
    EXPECT_EQ(line_of(*frame), line + "\r");
  }
}

TEST(SlcanCodec, small_letters_and_a_time_stamp_are_read_too) {
  const auto frame = decode("t1232abcd1F40");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->can.id, 0x123U);
  EXPECT_EQ(frame->can.length, 2);
  EXPECT_EQ(frame->can.data[1], 0xCD);
  EXPECT_EQ(frame->stamp, 0x1F40);
  EXPECT_EQ(decode("r1238EA5F")->stamp, 59999);
  EXPECT_FALSE(decode("t1232abcd")->stamp);
}

TEST(SlcanCodec, what_is_no_frame_is_none) {
  for (const char* line : {"", "t", "t12", "t8000", "t1239", "t12320102030", "t123201", "t1232010", "tXYZ0", "t1231G0",
                           "T200000000", "T12345678", "r1234567890", "V1013", "t12310102"}) {
    EXPECT_FALSE(decode(line)) << line;
  }
}

TEST(SlcanCodec, status_flags_are_read_and_nothing_else_is_taken_for_them) {
  EXPECT_EQ(decode_flags("FA4"), 0xA4);
  EXPECT_EQ(decode_flags("F00"), 0);
  for (const char* line : {"", "F", "F0", "F000", "V12", "FxG"}) {
    EXPECT_FALSE(decode_flags(line)) << line;
  }
}

TEST(SlcanParser, frames_and_answers_come_in_any_parts) {
  Parser parser;
  EXPECT_THAT(heard(parser, "t35"), ElementsAre());
  EXPECT_THAT(heard(parser, "1201"), ElementsAre());
  EXPECT_THAT(heard(parser, "02\r\rt3"), ElementsAre("t35120102\r", "ok"));
  EXPECT_THAT(heard(parser, "550\rV1013\rz\rZ\r\a"), ElementsAre("t3550\r", "V1013", "ok", "ok", "error"));
}

TEST(SlcanParser, garbage_costs_the_line_that_it_stands_in) {
  Parser parser;
  EXPECT_THAT(heard(parser, "\xFF\x01z!\rt35111\r"), ElementsAre("garbage", "garbage"));
  EXPECT_THAT(heard(parser, "t3550\rt35512"), ElementsAre("t3550\r"));
  EXPECT_THAT(heard(parser, "\at3550\r"), ElementsAre("error", "t3550\r"));
}

TEST(SlcanParser, a_line_without_end_is_thrown_away_up_to_its_end) {
  Parser parser;
  EXPECT_THAT(heard(parser, std::string(100000, 't') + "t3550\rt3550\r"), ElementsAre("garbage", "t3550\r"));
}

TEST(SlcanParser, the_longest_line_is_read) {
  Parser parser;
  EXPECT_THAT(heard(parser, "T1FFFFFFF80102030405060708EA5F\r"), ElementsAre("T1FFFFFFF80102030405060708\r"));
}

}  // namespace
}  // namespace rig::slcan
