// What the command does with wrong input and wrong usage, and what it lists.
#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Input : public Cli {};

TEST_F(Input, every_mistake_of_every_file_is_reported_and_nothing_runs) {
  write("cases/good.yaml",
        "case: good\nsteps:\n  - { name: s, expect: [{ that: pack.voltage > 1 V, within: 1 s }] }\n");
  write("cases/wrong.yaml", "case: wrong\nsteps:\n  - { name: s, holds: 1 s }\n");
  write("cases/garbage.yaml", std::string("\x80\xff\x00x", 4));
  write("cases/empty.yaml", "");
  write("cases/must_fail/other.yaml", "must_fail: x\n");
  EXPECT_EQ(call({"run", path("cases"), "--out", path("o")}), 2);
  EXPECT_THAT(err, HasSubstr("wrong.yaml:3:16: error: unknown key 'holds'; did you mean 'hold'?"));
  EXPECT_THAT(err, HasSubstr("garbage.yaml:1:1: error"));
  EXPECT_THAT(err, HasSubstr("empty.yaml: error"));
  EXPECT_THAT(err, Not(HasSubstr("must_fail")));
  EXPECT_FALSE(fs::exists(path("o")));
  EXPECT_EQ(call({"check", path("cases"), "--json"}), 2);
  EXPECT_GE(document().at("errors").size(), 3u);
}

TEST_F(Input, a_mistake_in_an_option_is_shown_with_a_caret_under_it) {
  EXPECT_EQ(call({"check", over_voltage, "--set", "dut.firmware.pack_ov.treshold=57 V"}), 2);
  EXPECT_THAT(err, HasSubstr("did you mean 'threshold'?"));
  EXPECT_THAT(err, HasSubstr("\n                         ^"));
  EXPECT_EQ(call({"check", over_voltage, "--param", "approach_current=5 V"}), 2);
  EXPECT_THAT(err, HasSubstr("--param:1:18"));
  EXPECT_EQ(call({"check", over_voltage, "--set", "dut.profile=other.yaml"}), 2);
  EXPECT_THAT(err, HasSubstr("never what it is judged by"));
}

TEST_F(Input, the_defects_of_the_firmware_are_listed_and_a_slip_finds_its_neighbour) {
  EXPECT_EQ(call({"list", "defects", "--json"}), 0);
  ASSERT_GE(document().size(), 35u);
  for (const auto& defect : document()) {
    EXPECT_FALSE(defect.at("name").get<std::string>().empty());
    EXPECT_FALSE(defect.at("what").get<std::string>().empty());
    EXPECT_THAT(defect.at("row").get<std::string>(), HasSubstr("GTX-"));
  }
  EXPECT_EQ(call({"check", over_voltage, "--set", "dut.defects=[silent_can, frozen_limit]"}), 2);
  EXPECT_THAT(err, HasSubstr("dut.defects=...:1:26"));
  EXPECT_THAT(err, HasSubstr("did you mean 'frozen_limits'?"));
}

TEST_F(Input, an_age_is_a_name_of_the_requirements_or_cycles_between_them) {
  const auto with_age = [&](const std::string& age) {
    write("aged.yaml", "case: aged\nstart: { age: " + age +
                           " }\nsteps:\n  - { name: s, expect: [{ that: pack.voltage > 1 V, within: 1 s }] }\n");
    return call({"check", path("aged.yaml")});
  };
  EXPECT_EQ(with_age("2000 cycles"), 0) << err;
  EXPECT_EQ(with_age("7000 cycles"), 2);
  EXPECT_THAT(err, HasSubstr("aged.yaml:2:15: error: the requirements know no age '7000 cycles'"));
  EXPECT_THAT(err, HasSubstr("a number of cycles up to 6000, as in \"2000 cycles\""));
  EXPECT_EQ(with_age("label_50"), 2);
  EXPECT_THAT(err, HasSubstr("did you mean 'label_500'?"));
}

TEST_F(Input, a_bench_that_cannot_be_built_is_reported_once) {
  EXPECT_EQ(call({"check", root, "--set", "instruments.meter.driver=sim.metre", "--json"}), 2);
  EXPECT_EQ(document().at("errors").size(), 1u) << err;
}

TEST_F(Input, wrong_usage_ends_with_exit_code_64) {
  EXPECT_EQ(call({}), 64);
  EXPECT_EQ(call({"rum"}), 64);
  EXPECT_THAT(err, HasSubstr("did you mean 'run'?"));
  EXPECT_EQ(call({"run", "--sead", "1"}), 64);
  EXPECT_EQ(call({"run", "--seed", "-1"}), 64);
  EXPECT_EQ(call({"run", "--seed", "1x"}), 64);
  EXPECT_EQ(call({"run", "--tick", "10"}), 64);
  EXPECT_EQ(call({"run", "--jobs", "0"}), 64);
  EXPECT_EQ(call({"run", "--record", "all"}), 64);
  EXPECT_EQ(call({"list"}), 64);
  EXPECT_EQ(call({"list", "schema", "cases"}), 64);
  EXPECT_EQ(call({"report"}), 64);
  EXPECT_EQ(call({"completion", "fish"}), 64);
}

TEST_F(Input, selecting_nothing_is_an_error) {
  fs::create_directories(path("nothing"));
  EXPECT_EQ(call({"run", path("nothing"), "--out", path("o")}), 2);
  EXPECT_THAT(err, HasSubstr("there is no case here"));
  EXPECT_EQ(call({"run", path("nothing"), inside, "--out", path("o")}), 2);
  EXPECT_EQ(call({"check", path("not_there.yaml")}), 2);
  EXPECT_EQ(call({"check", inside, "--bench", path("nothing")}), 2);
  EXPECT_EQ(call({"replay", path("nothing")}), 2);
  EXPECT_EQ(call({"report", path("nothing")}), 2);
  EXPECT_EQ(call({"must-fail", path("nothing")}), 2);
}

TEST_F(Input, each_command_has_help_with_examples_and_completion_offers_what_it_names) {
  for (const Command& command : commands()) {
    EXPECT_EQ(call({command.name, "--help"}), 0) << command.name;
    EXPECT_THAT(out, HasSubstr("usage: gtxrig " + command.name));
    EXPECT_THAT(out, HasSubstr("examples:"));
    for (const std::string& option : command.options) {
      if (option.starts_with("--")) {
        EXPECT_THAT(out, HasSubstr(option)) << command.name;
      }
    }
  }
  EXPECT_EQ(call({"--version"}), 0);
  EXPECT_THAT(out, HasSubstr("gtxrig "));
  ASSERT_EQ(call({"completion", "bash"}), 0);
  EXPECT_THAT(out, HasSubstr("must-fail"));
  EXPECT_THAT(out, HasSubstr("--junit"));
}

TEST_F(Input, lists_are_the_same_with_and_without_json) {
  for (const char* what : {"signals", "drivers", "requirements", "firmware"}) {
    ASSERT_EQ(call({"list", what}), 0) << err;
    const auto lines = static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
    ASSERT_EQ(call({"list", what, "--json"}), 0);
    EXPECT_EQ(document().size() + 1, lines) << what;
  }
  ASSERT_EQ(call({"list", "firmware", "--set", "dut.firmware.pack_ov.threshold=57.0 V", "--json"}), 0);
  bool found = false;
  for (const auto& row : document()) {
    found = found || (row.at("name") == "dut.firmware.pack_ov.threshold" && row.at("value") == "57 V");
  }
  EXPECT_TRUE(found);
  ASSERT_EQ(call({"list", "cases", root, "--json"}), 0);
  EXPECT_GE(document().size(), 10u);
  for (const char* kind : {"case", "bench", "requirements", "profile"}) {
    ASSERT_EQ(call({"list", "schema", kind}), 0);
    EXPECT_TRUE(document().contains("$schema")) << kind;
  }
}

TEST_F(Input, check_says_how_long_each_case_takes) {
  ASSERT_EQ(call({"check", root, "--json"}), 0) << err;
  EXPECT_FALSE(document().at("cases").empty());
  const auto answer = document();
  for (const auto& one : answer.at("cases")) {
    EXPECT_GT(one.at("longest_s").get<double>(), 1.0);
  }
}

TEST_F(Input, the_speed_is_told_by_stage) {
  ASSERT_EQ(call({"bench", "--seconds", "1", "--json"}), 0) << err;
  const auto json = document();
  EXPECT_GT(json.at("lockstep").at("ticks_per_second").get<double>(), 0.0);
  EXPECT_EQ(json.at("lockstep").at("ns_per_stage").size(), 8u);
  EXPECT_GT(json.at("recorded").at("ticks_per_second").get<double>(), 0.0);
  EXPECT_GT(json.at("plant").at("ns_per_step").get<double>(), 0.0);
}

}  // namespace
}  // namespace rig::cli
