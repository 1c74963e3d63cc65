// gtxrig mutants: what it makes of a firmware, what it says it found, and that a killed campaign goes on.
#include "rig/cli/mutant_hunt.hpp"

#include <nlohmann/json.hpp>
#include "rig/engine/setup.hpp"
#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {
using testing::HasSubstr;

// Two cases: one that reaches over-voltage, and one that stays inside the ratings.
class Mutants : public Cli {
 protected:
  int mutants(Arguments more) {
    more.insert(more.begin(), {"mutants", over_voltage, inside, "--plan", root + "mutants.yaml", "--jobs", "1"});
    return call(more);
  }
  static std::vector<std::string> names_of(const nlohmann::json& list) {
    std::vector<std::string> names;
    for (const auto& one : list) {
      names.push_back(one.at("mutant"));
    }
    return names;
  }
};

TEST_F(Mutants, every_value_of_the_firmware_has_one) {
  Diagnostics diagnostics;
  const auto setup = read_setup(default_bench, {}, diagnostics);
  ASSERT_EQ(mutants({"--list", "--json"}), 0) << err;
  std::set<std::string> mutated;
  const auto list = document();
  for (const auto& one : list) {
    const std::string name = one.at("mutant");
    mutated.insert(name.substr(0, name.find(' ')));
  }
  for (const FirmwareValue& value : firmware_values(setup.bench, diagnostics)) {
    EXPECT_TRUE(mutated.contains(value.name)) << value.name;
  }
  EXPECT_GE(document().size(), 500U);
  EXPECT_TRUE(mutated.contains("defect"));
}

TEST_F(Mutants, a_number_with_a_requirement_is_off_by_its_tolerance_and_uncertainty) {
  ASSERT_EQ(mutants({"--list", "--json", "--only", "pack_ov.threshold"}), 0) << err;
  ASSERT_EQ(document().size(), 2U);
  EXPECT_EQ(document().at(1).at("mutant"), "pack_ov.threshold high");
  EXPECT_EQ(document().at(1).at("rows"), "GTX-OV-01");
  const double value = std::stod(document().at(1).at("value").get<std::string>());
  EXPECT_GT(value, 56.0 + 1.25 * 0.2);  // the tolerance of the row alone is 0.2 V
  EXPECT_LT(value, 56.0 + 1.25 * 0.3);
}

TEST_F(Mutants, the_case_and_the_requirement_that_found_one_are_named) {
  ASSERT_EQ(mutants({"--only", "pack_ov.fet", "--json", "--no-curves"}), 0) << out << err;
  EXPECT_EQ(document().at("total"), 1);
  EXPECT_EQ(document().at("found"), 1);
  EXPECT_EQ(document().at("survivors"), 0);
  const auto one = document().at("mutants").at(0);
  EXPECT_EQ(one.at("case"), "pack_over_voltage_stops_charging");
  EXPECT_EQ(one.at("requirement"), "GTX-OV-01");
  EXPECT_THAT(one.at("set"), testing::Contains("dut.firmware.pack_ov.fet=false"));
}

TEST_F(Mutants, what_no_case_finds_is_a_survivor_and_fails) {
  EXPECT_EQ(mutants({"--only", "pack_uv.threshold high", "--json", "--no-curves"}), 1) << out << err;
  EXPECT_EQ(document().at("found"), 0);
  EXPECT_EQ(document().at("survivors"), 1);
  EXPECT_THAT(names_of(document().at("survivor_list")), testing::ElementsAre("pack_uv.threshold high"));
  EXPECT_THAT(err, HasSubstr("survivor"));
}

TEST_F(Mutants, an_explained_survivor_is_listed_apart_and_never_counted_as_found) {
  EXPECT_EQ(mutants({"--only", "pack_ov.release_current", "--json", "--no-curves"}), 0) << out << err;
  EXPECT_EQ(document().at("found"), 0);
  EXPECT_EQ(document().at("survivors"), 0);
  EXPECT_EQ(document().at("explained"), 2);
  EXPECT_THAT(document().at("explained_list").at(0).at("reason"), HasSubstr("release policy"));
}

TEST_F(Mutants, the_smallest_defect_lies_between_one_that_is_found_and_one_that_is_not) {
  ASSERT_EQ(mutants({"--only", "pack_ov.threshold low", "--json"}), 0) << out << err;
  ASSERT_EQ(document().at("curves").size(), 1U);
  const auto curve = document().at("curves").at(0);
  EXPECT_GT(curve.at("smallest_size").get<double>(), curve.at("largest_unseen").get<double>());
  EXPECT_LE(curve.at("smallest_size").get<double>() - curve.at("largest_unseen").get<double>(), 0.1);
  EXPECT_FALSE(curve.at("inside_tolerance"));
}

TEST_F(Mutants, a_campaign_goes_on_where_it_was_killed) {
  const std::string ledger = path("mutants.jsonl");
  const Arguments wanted{"--only", "pack_ov.f", "--no-curves", "--resume", ledger, "--json"};
  ASSERT_EQ(mutants(wanted), 0) << err;
  const auto whole = document();
  std::vector<std::string> lines;
  {
    std::ifstream in(ledger);
    for (std::string line; std::getline(in, line);) {
      lines.push_back(line);
    }
  }
  ASSERT_EQ(lines.size(), 3U);  // the head and two mutants
  // Killed in the middle of the second line of results.
  std::ofstream(ledger) << lines[0] << "\n" << lines[1] << "\n" << lines[2].substr(0, 20);
  ASSERT_EQ(mutants(wanted), 0) << err;
  EXPECT_THAT(err, HasSubstr("1 results taken over"));
  EXPECT_EQ(document().at("mutants"), whole.at("mutants"));
}

TEST_F(Mutants, results_of_another_seed_are_refused) {
  const std::string ledger = path("mutants.jsonl");
  ASSERT_EQ(mutants({"--only", "pack_ov.fet", "--no-curves", "--resume", ledger}), 0) << err;
  EXPECT_EQ(mutants({"--only", "pack_ov.fet", "--no-curves", "--resume", ledger, "--seed", "2"}), 2);
  EXPECT_THAT(err, HasSubstr("another bench, seed or version"));
  EXPECT_THAT(err, HasSubstr("another file"));
}

TEST_F(Mutants, a_pack_that_fails_without_a_defect_proves_nothing) {
  EXPECT_EQ(mutants({"--only", "pack_ov.fet", "--set", "dut.firmware.pack_ov.threshold=57 V"}), 2);
  EXPECT_THAT(err, HasSubstr("the pack without a defect does not pass"));
}

TEST_F(Mutants, a_plan_that_names_what_is_not_there_is_a_mistake_with_its_place) {
  const std::string plan = write("plan.yaml",
                                 "mutants: mine\nsizes:\n  - { parameter: pack_ov.treshold, size: 1 V }\n"
                                 "explained:\n  - { mutant: \"nothing *\", reason: none }\n");
  EXPECT_EQ(call({"mutants", inside, "--plan", plan}), 2);
  EXPECT_THAT(err, HasSubstr("plan.yaml:3"));
  EXPECT_THAT(err, HasSubstr("pack_ov.treshold"));
  EXPECT_THAT(err, HasSubstr("there is no mutant 'nothing *'"));
  EXPECT_EQ(mutants({"--only", "no_such_thing"}), 2);
  EXPECT_THAT(err, HasSubstr("--list"));
}

}  // namespace
}  // namespace rig::cli
