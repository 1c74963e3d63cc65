// gtxrig run and what follows it: exit codes, what is printed, what lies on the disk afterwards.
#include "rig/record/reader.hpp"

#include <nlohmann/json.hpp>
#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;

class RunCommand : public Cli {};

TEST_F(RunCommand, a_passing_case_leaves_record_log_and_reports) {
  ASSERT_EQ(call({"run", inside, "--out", path("o")}), 0) << out << err;
  EXPECT_THAT(out, HasSubstr("1 case: 1 passed, 0 failed"));
  EXPECT_THAT(out, HasSubstr("Report: " + path("o/report.html")));
  const std::string run = "o/limits/limits_and_permissions_inside_the_ratings/";
  for (const char* name : {"run.sqlite", "run.json", "can.log"}) {
    EXPECT_TRUE(fs::exists(path(run + name))) << name;
  }
  EXPECT_TRUE(fs::exists(path("o/junit.xml")));
  EXPECT_EQ(call({"replay", path(run)}), 0) << out << err;
  EXPECT_THAT(out, HasSubstr("identical"));
  fs::remove(path("o/report.html"));
  EXPECT_EQ(call({"report", path("o")}), 0) << err;
  EXPECT_TRUE(fs::exists(path("o/report.html")));
}

TEST_F(RunCommand, a_defect_fails_with_the_rule_and_the_manual_section) {
  ASSERT_EQ(call({"run", over_voltage, "--set", "dut.firmware.pack_ov.threshold=57.0 V", "--out", path("o"), "--json"}),
            1)
      << err;
  const auto json = document();
  EXPECT_EQ(json.at("verdict"), "fail");
  EXPECT_EQ(json.at("exit_code"), 1);
  const auto& one = json.at("cases").at(0);
  EXPECT_EQ(one.at("case"), "pack_over_voltage_stops_charging");
  EXPECT_EQ(one.at("findings").at(0).at("rule"), "GTX-OV-01");
  EXPECT_EQ(one.at("findings").at(0).at("kind"), "divergence");
  EXPECT_EQ(one.at("findings").at(0).at("manual"), "9.1-2d");
  EXPECT_TRUE(fs::exists(one.at("record").get<std::string>()));
  EXPECT_THAT(err, HasSubstr("9.1-2d"));  // with --json the lines for people go to stderr
}

TEST_F(RunCommand, a_trip_ends_with_exit_code_3_and_level_none_leaves_no_record) {
  // With the current in it nothing is proven before power; a bare voltage would be refused.
  EXPECT_EQ(call({"run", inside, "--set", "limits[0].never=pack.voltage > 40 V and pack.current > 1 A", "--record",
                  "none", "--out", path("o")}),
            3);
  EXPECT_THAT(out, HasSubstr("terminal over-voltage"));
  const std::string run = "o/limits/limits_and_permissions_inside_the_ratings/";
  EXPECT_FALSE(fs::exists(path(run + "run.sqlite")));
  EXPECT_TRUE(fs::exists(path(run + "run.json")));
}

TEST_F(RunCommand, what_is_set_for_cases_with_benches_of_their_own_need_not_fit_another_bench) {
  const std::string parallel = "dut.parallel=[{firmware: {discharge_oc: {delay: 9 s}}}]";
  EXPECT_EQ(call({"check", root + "parallel", "--set", parallel}), 0) << err;
  EXPECT_EQ(call({"check", inside, "--set", parallel}), 2);
  EXPECT_THAT(err, HasSubstr("packs: 1"));
}

TEST_F(RunCommand, a_case_that_reached_none_of_its_rows_says_so) {
  write("idle.yaml",
        "case: idle\ntitle: t\nwhy: w\nverifies: [GTX-OV-01, GTX-OC-01]\nneeds: [supply]\n"
        "start: { state: standby, soc: 50 %, temperature: 25 degC }\n"
        "steps: [{ name: idle, hold: 1 s }]\nalways: [{ reference: conforms }]\n");
  const std::string sentence = "none of the rows that it verifies was exercised: GTX-OV-01, GTX-OC-01";
  ASSERT_EQ(call({"run", path("idle.yaml"), "--out", path("o")}), 0) << err;
  EXPECT_THAT(out, HasSubstr("WARNING: " + sentence));
  EXPECT_THAT(read_text(path("o/junit.xml"))->text, HasSubstr(sentence));
  EXPECT_THAT(read_text(path("o/report.html"))->text, HasSubstr(sentence));
  ASSERT_EQ(call({"run", inside, "--out", path("p")}), 0) << err;
  EXPECT_THAT(out, testing::Not(HasSubstr("WARNING")));
}

TEST_F(RunCommand, order_and_records_do_not_depend_on_the_number_of_threads) {
  const auto run = [&](const std::string& folder, const std::string& jobs) {
    EXPECT_EQ(call({"run", root + "limits", root + "under_voltage", root + "over_voltage", "--seed", "5", "--out",
                    path(folder), "--jobs", jobs, "--json"}),
              0)
        << err;
    std::vector<std::string> result;
    const auto answer = document();
    for (const auto& one : answer.at("cases")) {
      result.push_back(one.at("case").get<std::string>() + " " + record_digest(one.at("record").get<std::string>()));
    }
    return result;
  };
  EXPECT_EQ(run("a", "1"), run("b", "4"));
}

// A bench without a load, and a folder of which two cases need none; one of the others has a slip in its name.
TEST_F(RunCommand, a_case_of_a_folder_that_needs_what_the_bench_lacks_is_left_out_and_told) {
  std::string text = read_text("builtin:cases/benches/virtual.yaml")->text;
  const auto edit = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  edit("  load: { driver: sim.load, voltage: 80 V, current: 340 A, power: 15 kW }\n", "");
  edit("supply.current - load.current", "supply.current");
  edit("  pack.discharge_demand: load.input\n", "");
  edit("load, ", "");
  edit(", load", "");
  edit("../", "builtin:cases/");
  edit("bench: virtual\n", "bench: small\n");
  const std::string bench = write("bench.yaml", text);
  const auto a_case = [&](const std::string& name, const std::string& needs) {
    return write("cases/" + name + ".yaml",
                 "case: " + name + "\nneeds: [" + needs + "]\nsteps:\n" +
                     "  - { name: wait, hold: 1 s, expect: [{ that: not supply.output }] }\n");
  };
  a_case("one", "supply");
  const std::string lacking = a_case("two", "supply, load");
  // It names a bench that has what it needs; the chosen one stands for it all the same.
  const std::string moved = write("cases/moved.yaml",
                                  "case: moved\nneeds: [service]\n"
                                  "bench: builtin:cases/benches/virtual_service.yaml\nsteps:\n"
                                  "  - { name: wait, hold: 1 s, expect: [{ that: not supply.output }] }\n");
  ASSERT_EQ(call({"run", path("cases"), "--bench", bench, "--out", path("o"), "--json"}), 0) << err;
  EXPECT_THAT(err, HasSubstr("1 case: 1 passed, 0 failed; 2 left out"));
  EXPECT_THAT(err, HasSubstr("cases/two  left out: the bench has no 'load'"));
  EXPECT_EQ(document().at("left_out").size(), 2u);
  EXPECT_THAT(read_text(path("o/junit.xml"))->text, HasSubstr("<skipped"));
  const std::string page = read_text(path("o/report.html"))->text;
  EXPECT_THAT(page, HasSubstr("The case passed, 2 left out"));
  EXPECT_THAT(page, HasSubstr("<td>two<br><span class=\"dim\">cases</span></td><td>the bench has no "));
  EXPECT_EQ(call({"check", path("cases"), "--bench", bench}), 0) << err;
  EXPECT_THAT(out, HasSubstr("1 case, no mistake, 2 left out"));
  EXPECT_EQ(call({"check", path("cases"), "--bench", bench, "--json"}), 0) << err;
  const auto told = document().at("left_out");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told.at(1).at("case"), "two");
  EXPECT_THAT(told.at(1).at("reason").get<std::string>(), HasSubstr("the bench has no 'load'"));
  EXPECT_EQ(call({"healthy", path("cases"), "--bench", bench, "--packs", "1", "--theme", "all"}), 0) << out << err;
  EXPECT_THAT(err, HasSubstr("cases/two  left out: the bench has no 'load'"));
  EXPECT_THAT(out, HasSubstr("1 passed, 0 rejected; 1 run"));
  // Asked for by name it is a mistake, and so is a folder of which nothing can run.
  EXPECT_EQ(call({"run", lacking, "--bench", bench, "--out", path("p")}), 2);
  EXPECT_THAT(err, HasSubstr("the bench has no 'load'"));
  fs::remove(path("cases/one.yaml"));
  fs::remove(moved);
  EXPECT_EQ(call({"run", path("cases"), "--bench", bench, "--out", path("p")}), 2);
  EXPECT_THAT(
      err,
      HasSubstr("not one case that was found can run on this bench: two is left out, since the bench has no 'load'"));
  EXPECT_FALSE(fs::exists(path("p")));
  EXPECT_EQ(call({"healthy", path("cases"), "--bench", bench, "--packs", "1", "--theme", "all"}), 2);
  EXPECT_THAT(err, HasSubstr("not one case that was found can run on this bench"));
  // A slip of a name would never run anywhere.
  a_case("three", "suply");
  EXPECT_EQ(call({"run", path("cases"), "--bench", bench, "--out", path("p")}), 2);
  EXPECT_THAT(err, HasSubstr("did you mean 'supply'?"));
}

TEST_F(RunCommand, results_are_never_overwritten) {
  const std::string kept = write("o/something", "x");
  EXPECT_EQ(call({"run", inside, "--out", path("o")}), 2);
  EXPECT_THAT(err, HasSubstr("not empty"));
  EXPECT_TRUE(fs::exists(kept));
  EXPECT_EQ(call({"run", inside, "--out", write("file", "x")}), 2);
  EXPECT_EQ(call({"run", inside, "--out", path("p"), "--junit", path("no/such/folder.xml")}), 2);
  EXPECT_FALSE(fs::exists(path("p")));
}

// A case for four packs brings its bench; only a bench of four takes its place.
TEST_F(RunCommand, a_case_for_several_packs_runs_on_the_bench_that_it_names) {
  const std::string four = root + "parallel/button_of_a_slave_does_nothing.yaml";
  const auto bench_of = [&](const std::string& name) {
    std::ifstream file(path(name) + "/parallel/button_of_a_slave_does_nothing/run.json");
    return nlohmann::json::parse(file).at("identification").dump();
  };
  ASSERT_EQ(call({"run", four, "--out", path("alone")}), 0) << out << err;
  EXPECT_THAT(bench_of("alone"), HasSubstr("virtual_parallel"));
  ASSERT_EQ(call({"run", four, inside, "--bench", root + "benches/virtual.yaml", "--out", path("both")}), 0)
      << out << err;
  EXPECT_THAT(bench_of("both"), HasSubstr("virtual_parallel"));
  ASSERT_EQ(call({"replay", path("alone") + "/parallel/button_of_a_slave_does_nothing"}), 0) << out << err;
  EXPECT_EQ(call({"run", four, "--bench", root + "benches/virtual_five_packs.yaml", "--set", "dut.packs=4", "--out",
                  path("other")}),
            2);
  EXPECT_THAT(err, HasSubstr("an instrument stands at pack 5, but dut.packs is 4"));
}

// Somebody's own bench is a choice: a case does not bring another one as long as it has as many packs.
TEST_F(RunCommand, a_bench_that_was_chosen_stays_when_a_case_names_another) {
  std::string text = read_text(inside)->text;
  text.insert(text.find("case:"), "bench: " + root + "benches/virtual_abuse.yaml\n");
  const std::string file = write("cases/elsewhere.yaml", text);
  const auto bench_of = [&](const std::string& name) {
    std::ifstream run(path(name) + "/cases/" + fs::path(inside).stem().string() + "/run.json");
    return nlohmann::json::parse(run).at("identification").dump();
  };
  ASSERT_EQ(call({"run", file, "--out", path("everyday")}), 0) << out << err;
  EXPECT_THAT(bench_of("everyday"), HasSubstr("virtual_abuse"));
  std::string own = read_text(root + "benches/virtual.yaml")->text;
  own.replace(own.find("bench: virtual"), 14, "bench: of_our_lab");
  for (std::size_t at = own.find("../"); at != std::string::npos; at = own.find("../", at)) {
    own.replace(at, 3, root);
  }
  ASSERT_EQ(call({"run", file, "--bench", write("lab.yaml", own), "--out", path("chosen")}), 0) << out << err;
  EXPECT_THAT(bench_of("chosen"), HasSubstr("of_our_lab"));
}

TEST_F(RunCommand, a_case_whose_bench_cannot_be_read_says_where_it_was_named) {
  std::string text = read_text(root + "parallel/button_of_a_slave_does_nothing.yaml")->text;
  const std::string named = "../benches/virtual_parallel.yaml";
  text.replace(text.find(named), named.size(), "nowhere.yaml");
  const std::string file = write("cases/lost.yaml", text);
  EXPECT_EQ(call({"run", file, inside, "--out", path("x")}), 2);
  EXPECT_THAT(err, HasSubstr("nowhere.yaml"));
}

TEST_F(RunCommand, each_row_of_a_case_is_a_test_of_its_own) {
  const std::string file = write("rows.yaml", R"(case: rows
parameters: { level: 50 V }
rows:
  - { name: low, level: 40 V }
  - { name: high, level: 58 V }
steps:
  - name: s
    expect: [{ that: pack.voltage > $level, within: 1 s }]
)");
  EXPECT_EQ(call({"run", file, "--out", path("o"), "--json"}), 1) << out << err;
  const auto json = document();
  ASSERT_EQ(json.at("cases").size(), 2u);
  EXPECT_EQ(json.at("cases").at(0).at("row"), "low");
  EXPECT_EQ(json.at("cases").at(0).at("verdict"), "pass");
  EXPECT_EQ(json.at("cases").at(1).at("verdict"), "fail");
  EXPECT_EQ(call({"replay", json.at("cases").at(1).at("record").get<std::string>()}), 0) << out << err;
}

TEST_F(RunCommand, a_parameter_reaches_the_record_and_its_replay) {
  const std::string file = write("p.yaml", R"(case: p
parameters: { level: 40 V }
steps:
  - name: s
    expect: [{ that: pack.voltage > $level, within: 1 s }]
)");
  ASSERT_EQ(call({"run", file, "--param", "level=58 V", "--out", path("o"), "--json"}), 1) << err;
  const auto record = document().at("cases").at(0).at("record").get<std::string>();
  EXPECT_EQ(call({"replay", record, "--json"}), 0) << err;
  EXPECT_EQ(document().at("verdict"), "fail");
  EXPECT_TRUE(document().at("identical").get<bool>());
}

TEST_F(RunCommand, replay_needs_no_file_but_the_record) {
  write("steps.yaml", "- { name: included, expect: [{ that: pack.voltage > 40 V, within: 1 s }] }\n");
  const std::string file = write("c.yaml", "case: c\nsteps:\n  - include: steps.yaml\n");
  ASSERT_EQ(call({"run", file, "--out", path("o"), "--json"}), 0) << err;
  const auto record = document().at("cases").at(0).at("record").get<std::string>();
  fs::remove(file);
  fs::remove(path("steps.yaml"));
  EXPECT_EQ(call({"replay", record}), 0) << out << err;
}

TEST_F(RunCommand, a_slave_that_fails_is_named_and_its_row_fails_also_in_the_replay) {
  ASSERT_EQ(call({"run", root + "parallel/an_overload_is_stopped_by_each_of_two_packs.yaml", "--set",
                  "dut.parallel=[{defects: [dead_contact]}]", "--out", path("o"), "--json"}),
            1)
      << err;
  const auto result = document().at("cases").at(0);
  const auto& finding = result.at("findings").at(0);
  EXPECT_THAT(finding.at("sentence").get<std::string>(), testing::StartsWith("Pack 2: io2.discharge_prohibited said"));
  const auto failed = [&](const nlohmann::json& rules) {
    std::vector<std::string> ids;
    for (const auto& rule : rules) {
      if (rule.at("verdict") == "fail") {
        ids.push_back(rule.at("requirement"));
      }
    }
    return ids;
  };
  EXPECT_EQ(failed(result.at("rules")), std::vector<std::string>{"GTX-DRY-02"});
  EXPECT_EQ(call({"replay", result.at("record").get<std::string>(), "--json"}), 0) << out << err;
}

TEST_F(RunCommand, must_fail_passes_only_for_the_stated_reason) {
  const std::string file = "must_fail: x\ncase: " + over_voltage + "\nset: [dut.firmware.pack_ov.threshold=57.0 V]\n";
  const auto with = [&](const std::string& text) { return call({"must-fail", write("m.yaml", text)}); };
  EXPECT_EQ(with(file + "expect: { verdict: fail, kind: divergence, rule: GTX-OV-01 }\n"), 0) << out << err;
  EXPECT_EQ(with(file + "expect: { verdict: fail, kind: divergence, rule: GTX-UV-01 }\n"), 1);
  EXPECT_THAT(out, HasSubstr("got fail"));
  EXPECT_EQ(with(file + "expect: { verdict: error, kind: divergence, rule: GTX-OV-01 }\n"), 1);
  EXPECT_EQ(with(file + "expect: { verdict: fail, kind: never, rule: GTX-OV-01 }\n"), 1);
  EXPECT_EQ(
      with("must_fail: x\ncase: " + over_voltage + "\nexpect: { verdict: fail, kind: divergence, rule: GTX-OV-01 }\n"),
      1);  // a healthy pack
  EXPECT_EQ(with(file + "expect: { verdict: fial, kind: divergence, rule: X }\n"), 2);
}

TEST_F(RunCommand, must_pass_wants_every_case_to_pass_for_every_seed) {
  const std::string file = "must_pass: x\ncases: [" + over_voltage + "]\nseeds: [1, 2]\n";
  EXPECT_EQ(call({"must-pass", write("healthy.yaml", file)}), 0) << out << err;
  EXPECT_THAT(out, HasSubstr("2 of 2 runs passed"));
  const std::string defect = write("defect.yaml", file + "set: [dut.firmware.pack_ov.threshold=57.0 V]\n");
  EXPECT_EQ(call({"must-pass", defect, "--seed", "3"}), 1);
  EXPECT_THAT(out, HasSubstr("0 of 1 runs passed"));
  EXPECT_THAT(out, HasSubstr("divergence GTX-OV-01"));
  EXPECT_EQ(call({"must-pass", write("wrong.yaml", "must_pass: x\ncases: []\n")}), 2);
  EXPECT_EQ(call({"must-pass", write("none.yaml", "must_pass: x\ncases: [" + path("nothing.yaml") + "]\n")}), 2);
}

}  // namespace
}  // namespace rig::cli
