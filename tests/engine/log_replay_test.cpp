#include "rig/engine/log_replay.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "rig/core/error.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {
using testing::HasSubstr;

LogReplayOptions options() {
  LogReplayOptions result;
  result.requirements = source_dir() + "/cases/gtx5000.yaml";
  result.dbc = source_dir() + "/cases/gtx5000.dbc";
  return result;
}

// A SOFAR pack that asks for 56.1 V and permits `amps` of charging, for ten seconds.
std::string log_of_pack(int amps, const std::string& name = "414D415353000000") {
  std::string text;
  for (int s = 0; s < 10; ++s) {
    const int tenths = amps * 10;
    text += fmt::format("({}.000000) can0 351#3102{:02X}{:02X}EE02C801\n", s, tenths & 0xFF, tenths >> 8);
    text += fmt::format("({}.010000) can0 355#32006400FFFFF401\n", s);
    text += fmt::format("({}.020000) can0 356#A0140000FA000100\n", s);
    text += fmt::format("({}.030000) can0 35E#{}\n", s, name);
    text += fmt::format("({}.040000) can0 30F#0003000000000000\n", s);
  }
  return text;
}

LogReplayReport judged(const std::string& text) {
  LogReader log(LineSource("bus.log", text));
  return replay_log(log, options());
}

std::string refusal(const std::string& text) {
  try {
    judged(text);
  } catch (const RigError& error) {
    return error.what();
  }
  return "judged";
}

const RuleResult& row(const LogReplayReport& report, const std::string& id) {
  return *std::find_if(report.rules.begin(), report.rules.end(), [&](const RuleResult& r) { return r.row == id; });
}

TEST(LogReplay, judges_what_the_pack_sends_and_says_what_it_cannot_test) {
  const LogReplayReport report = judged(log_of_pack(50));
  EXPECT_EQ(report.dialect, Dialect::sofar_amass);
  EXPECT_EQ(report.frames, 50u);
  EXPECT_EQ(report.verdict, Verdict::pass) << (report.findings.empty() ? "" : report.findings.front().sentence);
  EXPECT_TRUE(row(report, "GTX-OC-03").tested);
  EXPECT_FALSE(row(report, "GTX-SEN-01").tested) << "nobody measured the voltage";
  EXPECT_FALSE(row(report, "GTX-SEN-01").vacuity.empty());
  EXPECT_LT(report.tested(), report.rules.size() / 4);
}

TEST(LogReplay, fails_a_pack_that_permits_more_than_its_rating) {
  const LogReplayReport report = judged(log_of_pack(60));
  EXPECT_EQ(report.verdict, Verdict::fail);
  EXPECT_EQ(row(report, "GTX-OC-03").verdict, Verdict::fail);
  EXPECT_EQ(row(report, "GTX-OV-06").verdict, Verdict::pass);
}

TEST(LogReplay, takes_nothing_checked_for_an_error) {
  const LogReplayReport report = judged("(1.000000) can0 123#00\n(2.000000) can0 123#00\n");
  EXPECT_EQ(report.tested(), 0u);
  EXPECT_EQ(report.verdict, Verdict::error);
}

TEST(LogReplay, cannot_pass_a_pack_whose_dialect_is_not_known) {
  std::string text = log_of_pack(50, "5858585858585858");
  while (text.find("30F#") != std::string::npos) {
    text.replace(text.find("30F#"), 4, "123#");
  }
  const LogReplayReport report = judged(text);
  EXPECT_EQ(report.dialect, Dialect::unknown);
  EXPECT_THAT(report.dialect_trouble, HasSubstr("no CAN dialect that is known"));
  EXPECT_EQ(report.verdict, Verdict::invalid);
}

TEST(LogReplay, refuses_logs_whose_times_are_no_clock) {
  EXPECT_THAT(refusal("  can0  356   [1]  00\n"), HasSubstr("bus.log:1:1: the log has no times"));
  EXPECT_THAT(refusal("(2.0) can0 356#00\n(1.0) can0 356#00\n"), HasSubstr("bus.log:2:1: the time goes back"));
  EXPECT_THAT(refusal("(2.0) can0 356#00\n(200000.0) can0 356#00\n"), HasSubstr("pauses for more than a day"));
  EXPECT_THAT(refusal("\n"), HasSubstr("no frame in this log"));
}

// More frames at one moment than a tick's batch holds, and times that begin in 1970 or today: nothing is lost.
TEST(LogReplay, hears_every_frame_wherever_its_time_begins) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("(1436509052.{:06}) can0 351#3102F401EE02C801\n", i);
  }
  text += "(1436509052.000300) can0 351#31025802EE02C801\n";  // 60 A, once
  EXPECT_EQ(row(judged(text), "GTX-OC-03").verdict, Verdict::fail);
}
}  // namespace
}  // namespace rig
