#include "rig/canlog/log_reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rig/core/error.hpp"

namespace rig {
namespace {
std::vector<LoggedFrame> all(LogReader& reader) {
  std::vector<LoggedFrame> frames;
  LoggedFrame frame;
  while (reader.next(frame)) {
    frames.push_back(frame);
  }
  return frames;
}

LogReader reader_of(std::string text) { return LogReader(LineSource("bus.log", std::move(text))); }

TEST(LogReader, reads_both_forms_of_candump_and_passes_over_blank_lines_and_comments) {
  LogReader reader = reader_of(
      "# charged with 20 A\r\n"
      "\r\n"
      "(1.000000) can0 356#7A13F2FE6B01\r\n"
      "   \n"
      "; a note\n"
      "  can0  351   [2]  14 02\n"
      "\tcontroller-problem{rx-error-warning}\n"
      "// the end\n");
  const auto frames = all(reader);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].line, 3u);
  EXPECT_EQ(frames[1].line, 6u);
  EXPECT_EQ(reader.mistake_count(), 0u);
}

TEST(LogReader, notes_a_bad_line_with_its_place_and_reads_on) {
  LogReader reader = reader_of("(1.000000) can0 356#7A\n(2.000000) can0 356#7\n(3.000000) can0 356#7C\n");
  EXPECT_EQ(all(reader).size(), 2u);
  ASSERT_EQ(reader.mistakes().size(), 1u);
  EXPECT_EQ(render(reader.mistakes()[0], reader.name()),
            "bus.log:2:21: error: expected two hex digits for each byte, found the single digit '7'; is the line cut "
            "off?\n"
            "    (2.000000) can0 356#7\n"
            "                        ^\n");
}

TEST(LogReader, counts_more_mistakes_than_it_lists) {
  std::string text;
  for (int i = 0; i < 250; ++i) {
    text += "nonsense\n";
  }
  LogReader reader = reader_of(text);
  EXPECT_TRUE(all(reader).empty());
  EXPECT_EQ(reader.mistake_count(), 250u);
  EXPECT_EQ(reader.mistakes().size(), LogReader::most_listed);
}

TEST(LogReader, says_that_the_last_frame_may_be_cut_when_its_line_has_no_end) {
  LogReader whole = reader_of("(1.000000) can0 356#7A13\n");
  all(whole);
  EXPECT_FALSE(whole.may_be_cut());
  LogReader cut = reader_of("(1.000000) can0 356#7A13\n(1.000000) can0 356#7A");
  EXPECT_EQ(all(cut).size(), 2u);
  EXPECT_TRUE(cut.may_be_cut());
}

TEST(LogReader, counts_the_frames_that_candump_lost) {
  LogReader reader = reader_of("DROPCOUNT: dropped 5 CAN frames on 'can0' socket (total drops 5)\n(1.0) can0 1#\n");
  EXPECT_EQ(all(reader).size(), 1u);
  EXPECT_EQ(reader.lost_frames(), 5u);
  EXPECT_EQ(reader.mistake_count(), 0u);
}

TEST(LogReader, begins_again_with_nothing_noted) {
  LogReader reader = reader_of("(1.000000) can0 356#7\n(2.000000) can0 356#7A\n");
  EXPECT_EQ(all(reader).size(), 1u);
  reader.rewind();
  EXPECT_EQ(reader.mistake_count(), 0u);
  EXPECT_EQ(all(reader).size(), 1u);
  EXPECT_EQ(reader.mistake_count(), 1u);
}

TEST(LogReader, refuses_other_kinds_of_logs_by_name) {
  for (const auto& [begin, word] : {std::pair<std::string, std::string>{"LOGG\x90", "BLF"},
                                    {"\x1F\x8B\x08", "gunzip"},
                                    {"MDF     4.10", "MDF"},
                                    {"\xFF\xFE(", "iconv -f UTF-16"},
                                    {";$FILEVERSION=2.0", "PCAN-View"},
                                    {"Time Stamp,ID,Extended,Dir,Bus,LEN", "SavvyCAN"},
                                    {"SQLite format 3", "replay"}}) {
    LogReader reader = reader_of(begin + "\n");
    LoggedFrame frame;
    try {
      reader.next(frame);
      ADD_FAILURE() << word;
    } catch (const RigError& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(LogReader, names_the_byte_that_no_text_has) {
  LogReader reader = reader_of(std::string("(1.000000) can0 356#7A\0\n", 24));
  EXPECT_TRUE(all(reader).empty());
  ASSERT_EQ(reader.mistake_count(), 1u);
  EXPECT_EQ(reader.mistakes()[0].column, 23);
  EXPECT_EQ(reader.mistakes()[0].message, "expected text, found the byte 0x00");
}

// Larger than the reader's chunks, so that lines lie across their borders.
TEST(LogReader, reads_a_large_file_twice_without_holding_it) {
  const auto path = std::filesystem::temp_directory_path() / ("log_reader_" + std::to_string(getpid()) + ".log");
  constexpr std::uint32_t lines = 20000;
  {
    std::ofstream file(path);
    for (std::uint32_t i = 0; i < lines; ++i) {
      file << "(" << i << ".000000) can0 " << (i % 2 != 0 ? "356#7A13F2FE6B01" : "35C#C000") << "\n";
    }
  }
  LogReader reader{LineSource(path.string())};
  for (int pass = 0; pass < 2; ++pass) {
    LoggedFrame frame;
    std::uint32_t count = 0;
    for (; reader.next(frame); ++count) {
      ASSERT_EQ(frame.time_ns, std::int64_t{count} * 1'000'000'000);
      ASSERT_EQ(frame.length, count % 2 != 0 ? 6 : 2);
    }
    EXPECT_EQ(count, lines);
    EXPECT_EQ(reader.mistake_count(), 0u);
    reader.rewind();
  }
  std::filesystem::remove(path);
}

TEST(LineSource, says_which_file_it_cannot_read) {
  EXPECT_THROW(LineSource("/nowhere/bus.log"), RigError);
  EXPECT_THROW(LineSource("/tmp"), RigError);
}

constexpr const char* asc =
    "date Thu Apr 28 10:44:52.480 am 2022\n"
    "base hex  timestamps absolute\n"
    "internal events logged\n"
    "// version 9.0.0\n"
    "Begin TriggerBlock Thu Apr 28 10:44:52.480 am 2022\n"
    "   0.000000 Start of measurement\n"
    "   0.015991 1  356             Rx   d 8 7A 13 F2 FE 6B 01 00 00  Length = 230000 BitCount = 119 ID = 854\n"
    "   0.016200 2  18EB3410x       Tx   d 2 01 FF\n"
    "   0.016300 1  305             Rx   r 8\n"
    "   0.016400 1  ErrorFrame\n"
    "   0.017000 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%\n"
    "   0.018000 CANFD   1 Rx        123  Name                  1 0 9 12 00 01 02 03 04 05 06 07 08 09 0A 0B   130000 "
    " 130 3000 0 0 0 0 0\n"
    "   0.019000 1  356             Rx   d 8 7A 13\n"
    "End TriggerBlock\n";

TEST(VectorAsc, holds_data_requests_FD_and_error_frames_and_other_events) {
  LogReader reader = reader_of(asc);
  const auto frames = all(reader);
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(frames[0].id, 0x356u);
  EXPECT_EQ(frames[0].time_ns, 15'991'000);
  EXPECT_EQ(frames[0].data()[3], 0xFE);
  EXPECT_TRUE(frames[1].extended);
  EXPECT_EQ(frames[1].id, 0x18EB3410u);
  EXPECT_EQ(frames[1].direction, LoggedFrame::Direction::sent);
  EXPECT_TRUE(frames[2].remote);
  EXPECT_EQ(frames[2].length, 8);
  EXPECT_TRUE(frames[3].error);
  EXPECT_TRUE(frames[4].fd && frames[4].bit_rate_switch);
  EXPECT_EQ(frames[4].length, 12);
  ASSERT_EQ(reader.mistakes().size(), 1u);
  EXPECT_EQ(reader.mistakes()[0].line, 13u);
  EXPECT_EQ(reader.mistakes()[0].message, "expected byte 3 of 8, found the end of the line");
}

// One event behind a head; "read" or the mistake.
std::string outcome(const std::string& event, LoggedFrame& frame) {
  LogReader reader = reader_of("base hex  timestamps absolute\n" + event + "\n");
  const bool found = reader.next(frame);
  return !reader.mistakes().empty() ? reader.mistakes()[0].message : found ? "read" : "passed over";
}

TEST(VectorAsc, reads_classic_frames_requests_and_error_frames_of_an_FD_channel) {
  LoggedFrame frame;
  EXPECT_EQ(outcome("   1.0 CANFD   1 Rx        356   0 0 2 2 14 02   130000  130 0 0", frame), "read");
  EXPECT_TRUE(!frame.fd && frame.length == 2);
  EXPECT_EQ(outcome("   1.0 CANFD   1 Tx        305   0 0 8 0   130000  130 10 0", frame), "read");
  EXPECT_TRUE(frame.remote && frame.length == 8 && frame.data().empty());
  EXPECT_EQ(outcome("   1.0 CANFD   1 Rx ErrorFrame   Not Acknowledge error, dominant error flag  fffe", frame),
            "read");
  EXPECT_TRUE(frame.error);
}

TEST(VectorAsc, does_not_guess_what_an_FD_frame_with_contradictions_is) {
  LoggedFrame frame;
  EXPECT_EQ(outcome("   1.0 CANFD   1 Rx  123  1 0 9 9 00 01 02 03 04 05 06 07 08  130000  130 3000", frame),
            "expected 12 bytes, as the length code 9 says, found '9'");
  EXPECT_EQ(outcome("   1.0 CANFD   1 Rx  123  1 0 9 12 00 01 02 03 04 05 06 07 08 09 0A 0B  130000  130 0", frame),
            "expected as many bytes as the length code 9 says in a classic frame, found '9'");
  EXPECT_EQ(outcome("   1.0 CANFD   (2 Rx  123  1 0 1 1 00", frame), "expected the channel, a number, found '(2'");
}

TEST(VectorAsc, may_count_in_tens_and_in_distances) {
  LogReader reader = reader_of(
      "base dec  timestamps relative\n"
      "   1.000000 1  854             Rx   d 2 122 19\n"
      "   0.500000 1  854             Rx   d 2 122 19\n");
  const auto frames = all(reader);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].id, 854u);
  EXPECT_EQ(frames[0].data()[0], 122);
  EXPECT_EQ(frames[1].time_ns, 1'500'000'000);
}
}  // namespace
}  // namespace rig
