#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "reports/can_log.hpp"
#include "reports/junit.hpp"
#include "reports/output_file.hpp"
#include "reports/run_json.hpp"
#include "reports/text.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {
RunInfo failed_run() {
  RunInfo info;
  info.case_name = "trip";
  info.suite = "protection";
  info.verdict = "fail";
  info.sentence = "a < b & \"c\"\x01";
  info.seed = 18446744073709551615u;
  info.tick = Duration{10'000'000};
  info.software = "gtxrig 0.1.0";
  info.started_unix_ns = 1'000'000'000'000'000'000;
  info.stopped_unix_ns = 1'000'000'001'500'000'000;
  info.findings = {{.kind = "expectation", .time = TimePoint{Duration{1'500'000'000}}, .sentence = "too late"}};
  info.measures = {{.id = "m", .value = std::nan(""), .upper = 56.2}};
  info.documents = {{"bench", "virtual.yaml", "0123", "text"}};
  return info;
}
}  // namespace

TEST(RunJson, comes_back_as_it_was) {
  const RunInfo before = failed_run();
  const RunInfo after = run_from_json(run_json(before), "here");
  EXPECT_EQ(run_json(after).dump(), run_json(before).dump());
  EXPECT_EQ(after.seed, before.seed);
  EXPECT_EQ(after.findings[0].time, before.findings[0].time);
  EXPECT_EQ(after.started_unix_ns, before.started_unix_ns);
  EXPECT_TRUE(std::isnan(after.measures[0].value));
  EXPECT_FALSE(after.measures[0].lower.has_value());
}

TEST(RunJson, has_keys_that_name_their_unit) {
  const auto json = run_json(failed_run());
  EXPECT_EQ(json["format"], 1);
  EXPECT_EQ(json["verdict"], "fail");
  EXPECT_EQ(json["tick_s"], 0.01);
  EXPECT_EQ(json["findings"][0]["time_s"], 1.5);
  EXPECT_TRUE(json["measures"][0]["value"].is_null());
  EXPECT_EQ(json["measures"][0]["upper"], 56.2);
}

TEST(RunJson, holds_whatever_bytes_a_pack_sent) {
  RunInfo info = failed_run();
  info.identification = {{"serial", "\xFF\xFE\x01 GTX"}};
  EXPECT_TRUE(nlohmann::json::accept(json_text(run_json(info))));
}

TEST(RunJson, refuses_other_files_with_their_name) {
  EXPECT_THROW(run_from_json(nlohmann::ordered_json::array(), "x"), RigError);
  EXPECT_THROW(run_from_json({{"format", 2}}, "x"), RigError);
  auto json = run_json(failed_run());
  json["seed"] = "many";
  EXPECT_THROW(run_from_json(json, "x"), RigError);
}

TEST(Junit, tells_what_was_left_out_as_skipped) {
  RunInfo passed = failed_run();
  passed.verdict = "pass";
  passed.findings.clear();
  const std::string xml =
      junit_xml({passed}, {{"protection", "cold", "the bench has no 'chamber'"}, {"life", "old", "x"}});
  EXPECT_THAT(xml, testing::HasSubstr(R"(name="protection" package="gtxrig" id="0")"));
  EXPECT_THAT(xml, testing::HasSubstr(R"(tests="2" failures="0" errors="0" skipped="1")"));
  EXPECT_THAT(xml, testing::HasSubstr(R"(<testcase name="cold" classname="protection" time="0.000">
      <skipped message="the bench has no &#39;chamber&#39;"/>)"));
  EXPECT_THAT(xml, testing::HasSubstr(R"(name="life" package="gtxrig" id="1")"));
}

TEST(Junit, writes_failures_errors_and_passes_of_each_suite) {
  RunInfo passed = failed_run();
  passed.verdict = "pass";
  passed.row = "5 A";
  passed.findings.clear();
  RunInfo invalid = failed_run();
  invalid.suite = "limits";
  invalid.verdict = "invalid";
  invalid.sentence = "stale";
  invalid.findings.clear();
  invalid.started_unix_ns = invalid.stopped_unix_ns = 0;
  const std::string xml = junit_xml({failed_run(), invalid, passed});
  EXPECT_EQ(xml, R"~(<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="protection" package="gtxrig" id="0" hostname="localhost" timestamp="2001-09-09T01:46:40" tests="2" failures="1" errors="0" time="3.000">
    <properties>
      <property name="seed" value="18446744073709551615"/>
      <property name="software" value="gtxrig 0.1.0"/>
      <property name="bench" value="virtual.yaml (0123)"/>
    </properties>
    <testcase name="trip" classname="protection" time="1.500">
      <failure message="a &lt; b &amp; &quot;c&quot;)~"
                 "\xEF\xBF\xBD"
                 R"~(" type="fail">expectation at 1.5 s
  too late
seed 18446744073709551615, gtxrig 0.1.0
</failure>
    </testcase>
    <testcase name="trip[5 A]" classname="protection" time="1.500"/>
    <system-out/>
    <system-err/>
  </testsuite>
  <testsuite name="limits" package="gtxrig" id="1" hostname="localhost" timestamp="1970-01-01T00:00:00" tests="1" failures="0" errors="1" time="0.000">
    <properties>
      <property name="seed" value="18446744073709551615"/>
      <property name="software" value="gtxrig 0.1.0"/>
      <property name="bench" value="virtual.yaml (0123)"/>
    </properties>
    <testcase name="trip" classname="limits" time="0.000">
      <error message="stale" type="invalid">seed 18446744073709551615, gtxrig 0.1.0
</error>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
)~");
}

TEST(Escaped, replaces_what_xml_cannot_hold_and_keeps_every_language) {
  EXPECT_EQ(escaped("\xC2\xB0"
                    "C \xE2\x82\xAC \xF0\x9F\x94\x8B\t\n"),
            "\xC2\xB0"
            "C \xE2\x82\xAC \xF0\x9F\x94\x8B\t\n");
  const std::string replacement = "\xEF\xBF\xBD";
  for (const std::string& bad : {std::string(1, '\0'), std::string("\x1B"), std::string("\xFF"), std::string("\xC3"),
                                 std::string("\xEF\xBF\xBF")}) {
    EXPECT_TRUE(escaped("a" + bad + "b").starts_with("a" + replacement)) << testing::PrintToString(bad);
    EXPECT_TRUE(escaped("a" + bad + "b").ends_with("b"));
  }
  EXPECT_EQ(escaped("\xC0\x80"), replacement + replacement) << "an overlong zero";
  EXPECT_EQ(escaped("\xED\xA0\x80"), replacement + replacement + replacement) << "a surrogate";
}

TEST(Text, says_times_as_people_do) {
  EXPECT_EQ(span_text(Duration{0}), "0 s");
  EXPECT_EQ(span_text(Duration{850'000'000}), "850 ms");
  EXPECT_EQ(span_text(Duration{12'345'000'000}), "12.35 s");
  EXPECT_EQ(span_text(Duration{1'780'250'000'000}), "29 min 40.2 s");
  EXPECT_EQ(span_text(Duration{7'500'000'000'000}), "2 h 05 min");
  EXPECT_EQ(moment_text(TimePoint{Duration{1'782'900'000'000}}), "1782.9 s (29 min 42.9 s)");
  EXPECT_EQ(utc_text(1'795'515'388'000'000'000), "2026-11-24T10:16:28");
}

TEST(CanLog, has_the_lines_of_candump) {
  RecordedFrame a{.time = TimePoint{Duration{1'234'567'899}}, .id = 0x351, .length = 2};
  a.data[0] = 0x30;
  a.data[1] = 0xA2;
  const RecordedFrame b{.time = TimePoint{}, .id = 0x18FF50E5, .bus = 1, .extended = true};
  EXPECT_EQ(can_log(std::vector{a, b}), "(0000000001.234567) can0 351#30A2\n(0000000000.000000) can1 18FF50E5#\n");
}

TEST(WriteOutput, leaves_nothing_behind_when_it_cannot_finish) {
  const auto folder = std::filesystem::temp_directory_path() / ("gtxrig_output_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "report.html");
  const std::string path = (folder / "report.html").string();
  try {
    write_output(path, "text");
    ADD_FAILURE() << "a directory was replaced";
  } catch (const RigError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with(path)) << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  write_output((folder / "new" / "a.txt").string(), "text");
  std::ifstream in(folder / "new" / "a.txt");
  std::string text;
  in >> text;
  EXPECT_EQ(text, "text");
  std::filesystem::remove_all(folder);
}

}  // namespace rig
