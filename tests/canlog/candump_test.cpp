#include "rig/canlog/candump.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rig/canlog/line_cursor.hpp"

namespace rig {
namespace {
using Bytes = std::vector<std::uint8_t>;
using Direction = LoggedFrame::Direction;

LoggedFrame read(const std::string& line) {
  LoggedFrame frame;
  try {
    parse_candump(line, frame);
  } catch (const LineFault& fault) {
    ADD_FAILURE() << line << "\ncolumn " << fault.column << ": " << fault.message;
  }
  return frame;
}

Bytes data_of(const LoggedFrame& frame) { return {frame.data().begin(), frame.data().end()}; }

// "column: message", or "read" when there was no mistake.
std::string mistake(const std::string& line) {
  LoggedFrame frame;
  try {
    parse_candump(line, frame);
  } catch (const LineFault& fault) {
    return std::to_string(fault.column) + ": " + fault.message;
  }
  return "read";
}

TEST(CandumpLog, holds_time_channel_identifier_and_data) {
  const LoggedFrame frame = read("(1436509052.249713) vcan0 244#DEADBEEF");
  EXPECT_EQ(frame.time_ns, 1436509052249713000);
  EXPECT_EQ(frame.time_digits, 6);
  EXPECT_EQ(frame.channel, "vcan0");
  EXPECT_EQ(frame.id, 0x244u);
  EXPECT_FALSE(frame.extended || frame.remote || frame.fd || frame.error);
  EXPECT_EQ(data_of(frame), (Bytes{0xDE, 0xAD, 0xBE, 0xEF}));
  EXPECT_EQ(frame.direction, Direction::untold);
}

TEST(CandumpLog, takes_eight_digits_for_29_bits_however_small_the_number_is) {
  EXPECT_TRUE(read("(0.000000) can0 00000356#").extended);
  EXPECT_FALSE(read("(0.000000) can0 356#").extended);
  EXPECT_EQ(read("(0.000000) can0 1FFFFFFF#00").id, 0x1FFFFFFFu);
}

TEST(CandumpLog, knows_requests_with_and_without_a_length) {
  const LoggedFrame asks = read("(1.000000) can0 305#R8");
  EXPECT_TRUE(asks.remote);
  EXPECT_EQ(asks.length, 8);
  EXPECT_TRUE(asks.data().empty()) << "a request has no data";
  EXPECT_EQ(read("(1.000000) can0 305#R").length, 0);
}

TEST(CandumpLog, knows_FD_frames_and_their_flags) {
  const LoggedFrame frame = read("(1.000000) can0 12345678##3000102030405060708090A0B");
  EXPECT_TRUE(frame.fd && frame.extended && frame.bit_rate_switch && frame.sender_passive);
  EXPECT_EQ(frame.length, 12);
  EXPECT_EQ(frame.data()[11], 0x0B);
  EXPECT_FALSE(read("(1.000000) can0 123##0").bit_rate_switch);
}

TEST(CandumpLog, knows_error_frames_by_the_marker_in_the_identifier) {
  const LoggedFrame frame = read("(1.000000) can0 20000088#0000080000000000");
  EXPECT_TRUE(frame.error);
  EXPECT_FALSE(frame.extended);
  EXPECT_EQ(frame.id, 0x88u);
}

TEST(CandumpLog, reads_the_direction_and_the_raw_length_code_behind_the_data) {
  EXPECT_EQ(read("(1.000000) can0 123#00 T").direction, Direction::sent);
  EXPECT_EQ(read("(1.000000) can0 123#R R").direction, Direction::received);
  EXPECT_EQ(read("(1.000000) can0 123#0011223344556677_B R").raw_code, 0x0B);
  EXPECT_EQ(data_of(read("(1.000000) can0 123#11.22.33")), (Bytes{0x11, 0x22, 0x33}));
}

TEST(CandumpConsole, holds_the_same_as_the_log) {
  const LoggedFrame frame = read("  can0  356   [8]  7A 13 F2 FE 6B 01 00 00");
  EXPECT_FALSE(frame.has_time);
  EXPECT_EQ(frame.id, 0x356u);
  EXPECT_EQ(data_of(frame), (Bytes{0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01, 0, 0}));
  EXPECT_TRUE(read("  can0  00000356   [0] ").extended);
  EXPECT_TRUE(read("  can0  305   [8]  remote request").remote);
  EXPECT_EQ(read("  can0  35E   [5]  41 4D 41 53 53            'AMASS'").length, 5);
  EXPECT_TRUE(read("  can0  20000004   [8]  00 04 00 00 00 00 00 00   ERRORFRAME").error);
  EXPECT_TRUE(read("  can0  123  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B").fd);
  EXPECT_TRUE(read("  can0  123  [08]  00 01 02 03 04 05 06 07").fd);
}

TEST(CandumpConsole, has_times_of_every_kind) {
  EXPECT_EQ(read(" (1436509052.249713)  can0  356   [1]  7A").time_ns, 1436509052249713000);  // -t a
  EXPECT_EQ(read(" (000.100012)  can0  356   [1]  7A").time_ns, 100012000);                   // -t d, -t z
  // 2015-07-10 06:17:32 UTC is 1436509052 s.
  EXPECT_EQ(read(" (2015-07-10 06:17:32.249713)  can0  356   [1]  7A").time_ns, 1436509052249713000);  // -t A
}

TEST(CandumpConsole, has_the_direction_before_the_identifier) {
  EXPECT_EQ(read(" (000.100000)  can0  RX - -  356   [1]  7A").direction, Direction::received);
  const LoggedFrame sent = read("  can0  TX B E  356  [01]  7A");
  EXPECT_EQ(sent.direction, Direction::sent);
  EXPECT_TRUE(sent.bit_rate_switch && sent.sender_passive);
  const LoggedFrame classic = read("  can0  TX B E  356   [1]  7A");
  EXPECT_FALSE(classic.bit_rate_switch || classic.sender_passive) << "only FD frames have them";
}

TEST(CandumpMistakes, name_the_column_what_was_expected_and_what_was_found) {
  EXPECT_EQ(mistake("(1.000000) can0 356#7A13F"),
            "25: expected two hex digits for each byte, found the single digit 'F'");
  EXPECT_EQ(mistake("(1.000000) can0 35G#7A"), "19: expected '#' after the identifier, found 'G#7A'");
  EXPECT_EQ(mistake("(1.000000) can0 356#7AXX"), "23: expected hex digits of the data, found 'XX'");
  EXPECT_EQ(mistake("(1.0.0) can0 356#7A"), "5: expected ')' after the time, found '.0)'");
  EXPECT_EQ(mistake("(abc) can0 356#7A"), "2: expected a time in seconds such as 1436509052.249713, found 'abc)'");
  EXPECT_EQ(mistake("(1.000000) can0 356#001122334455667788"),
            "21: expected at most 8 bytes in a classic frame, found 9");
  EXPECT_EQ(mistake("(1.000000) can0 356##0001122334455667788"),
            "23: expected 0 to 8, 12, 16, 20, 24, 32, 48 or 64 bytes, found 9");
  EXPECT_EQ(mistake("(1.000000) can0 800#00"), "17: expected an identifier of at most 7FF (11 bits), found 800");
  EXPECT_EQ(mistake("(1.000000) can0 356#R9"), "22: expected 0 to 8 bytes that are asked for, found 9");
  EXPECT_EQ(mistake("(1.000000) can0 356#00 X"),
            "24: expected T or R for the direction, or the end of the line, found 'X'");
  EXPECT_EQ(mistake("  can0  356   [8]  7A 13 F2"), "28: expected byte 4 of 8, found the end of the line");
  EXPECT_EQ(mistake("  can0  356   [9]  7A"), "16: expected at most 8 bytes in a classic frame, found 9");
  EXPECT_EQ(mistake("  can0  356   [1]  7A 13"), "23: expected the end of the line, or fewer bytes in [ ], found '13'");
  EXPECT_EQ(mistake("(1.000000)"), "11: expected a blank and the interface such as can0, found the end of the line");
  EXPECT_EQ(mistake("(1.000000) can0"), "16: expected a blank and the identifier, found the end of the line");
  EXPECT_EQ(mistake("(99999999999999999999.0) can0 356#"),
            "2: expected a time of at most 9000000000 s, found 99999999999999999999");
}

TEST(CandumpMistakes, refuse_every_beginning_of_a_line_that_lacks_something) {
  const std::string line = "(1436509052.249713) can0 244#DE";
  for (std::size_t length = 1; length + 2 < line.size(); ++length) {
    EXPECT_NE(mistake(line.substr(0, length)), "read") << line.substr(0, length);
  }
}

TEST(CandumpWriter, writes_what_was_read) {
  for (const std::string line :
       {"(1436509052.249713) vcan0 244#DEADBEEF", "(0000000001.000000) can0 00000356#",
        "(0000000001.000000) can0 305#R8", "(0000000001.000000) can0 305#R",
        "(0000000001.000000) can1 12345678##3000102030405060708090A0B", "(0000000001.000000) can0 123##0",
        "(0000000001.000000) can0 20000088#0000080000000000", "(0000000001.000000) can0 123#0011223344556677_B R",
        "(0000000001.000000) can0 123#00 T"}) {
    EXPECT_EQ(candump_line(read(line)), line);
  }
}
}  // namespace
}  // namespace rig
