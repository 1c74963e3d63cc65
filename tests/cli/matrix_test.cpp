// gtxrig matrix: which case can fail which requirement.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {
using testing::HasSubstr;
using testing::StartsWith;

class Matrix : public Cli {
 protected:
  [[nodiscard]] nlohmann::json row(const std::string& id) const {
    for (const auto& row : matrix_.at("rows")) {
      if (row.at("requirement") == id) {
        return row;
      }
    }
    ADD_FAILURE() << "no row " << id;
    return {};
  }
  int look(Arguments arguments) {
    arguments.insert(arguments.begin(), "matrix");
    arguments.emplace_back("--json");
    const int code = call(arguments);
    matrix_ = document();
    return code;
  }
  nlohmann::json matrix_;  // NOLINT(misc-non-private-member-variables-in-classes): the tests read it
};

TEST_F(Matrix, a_case_that_brings_a_requirement_to_its_decision_is_told_from_one_that_only_names_it) {
  // One case alone leaves most of the requirements without any.
  EXPECT_EQ(look({over_voltage}), 1) << err;
  const auto exercised = row("GTX-OV-01");
  EXPECT_EQ(exercised.at("verdict"), "pass");
  EXPECT_TRUE(exercised.at("exercised"));
  EXPECT_FALSE(exercised.at("vacuous"));
  EXPECT_EQ(exercised.at("manual"), "9.1-2d");
  const auto cell = exercised.at("cases").at(0);
  EXPECT_THAT(cell.at("case").get<std::string>(), HasSubstr("pack_over_voltage_stops_charging"));
  EXPECT_TRUE(cell.at("claims"));
  EXPECT_FALSE(cell.at("evidence").get<std::string>().empty());

  EXPECT_TRUE(row("GTX-UV-01").at("orphan"));
  EXPECT_EQ(row("GTX-UV-01").at("verdict"), "not tested");
  EXPECT_EQ(matrix_.at("requirements"), matrix_.at("rows").size());
  const auto& rows = matrix_.at("rows");
  EXPECT_EQ(matrix_.at("orphans"),
            std::count_if(rows.begin(), rows.end(), [](const auto& r) { return r.at("orphan").template get<bool>(); }));
}

TEST_F(Matrix, what_no_rig_can_check_is_listed_with_its_reason_and_owes_no_case) {
  look({over_voltage});
  const auto body = row("GTX-OUT-03");
  EXPECT_TRUE(body.at("listed_only"));
  EXPECT_FALSE(body.at("orphan"));
  EXPECT_FALSE(body.at("vacuous"));
  EXPECT_THAT(body.at("beyond").get<std::string>(), StartsWith("outside: "));
  EXPECT_THAT(row("GTX-C-04").at("beyond").get<std::string>(), StartsWith("taken: "));
  EXPECT_FALSE(row("GTX-OV-01").at("listed_only"));
  EXPECT_GE(matrix_.at("listed_only"), 30);
}

TEST_F(Matrix, each_requirement_names_the_section_that_it_belongs_to) {
  look({inside});
  for (const auto& one : matrix_.at("rows")) {
    const std::string manual = one.at("manual");
    EXPECT_TRUE(!manual.empty() && manual.front() >= '1' && manual.front() <= '9') << one.at("requirement");
  }
}

TEST_F(Matrix, a_claim_that_is_never_decided_is_vacuous_with_its_reason) {
  const std::string file = write("cases/claims.yaml",
                                 "case: claims\ntitle: claims what it never brings about\nverifies: [GTX-UV-01]\n"
                                 "start: { state: standby, soc: 50 % }\nsteps:\n  - { name: rest, hold: 5 s }\n"
                                 "always:\n  - reference: conforms\n");
  look({file});
  const auto claimed = row("GTX-UV-01");
  EXPECT_FALSE(claimed.at("orphan"));
  EXPECT_TRUE(claimed.at("vacuous"));
  EXPECT_EQ(claimed.at("verdict"), "not tested");
  EXPECT_FALSE(claimed.at("cases").at(0).at("vacuity").get<std::string>().empty());
  EXPECT_GE(matrix_.at("vacuous"), 1);
}

TEST_F(Matrix, a_case_that_names_no_requirement_is_an_orphan_too) {
  const std::string file = write("cases/idle.yaml",
                                 "case: idle\ntitle: does nothing\nstart: { state: standby, soc: 50 % }\nsteps:\n"
                                 "  - { name: rest, hold: 5 s }\nalways:\n  - reference: conforms\n");
  EXPECT_EQ(look({file}), 1);
  EXPECT_TRUE(matrix_.at("cases").at(0).at("orphan"));
  EXPECT_EQ(call({"matrix", file}), 1);
  EXPECT_THAT(out, HasSubstr("cases/idle: ORPHAN"));
}

TEST_F(Matrix, a_defect_shows_as_the_verdict_of_its_requirement) {
  look({over_voltage, "--set", "dut.firmware.pack_ov.threshold=57 V", "--set", "dut.firmware.cell_ov.threshold=4 V"});
  EXPECT_EQ(row("GTX-OV-01").at("verdict"), "fail");
}

TEST_F(Matrix, is_written_as_a_page_and_as_a_table) {
  EXPECT_EQ(call({"matrix", over_voltage, "--html", path("m.html"), "--csv", path("m.csv")}), 1);
  const std::string html = read_text(path("m.html"))->text;
  EXPECT_THAT(html, StartsWith("<!doctype html>"));
  EXPECT_THAT(html, HasSubstr("<tr id=\"GTX-OV-01\">"));
  EXPECT_THAT(html, HasSubstr("href=\"#GTX-OV-01\""));
  const std::string csv = read_text(path("m.csv"))->text;
  EXPECT_THAT(csv, StartsWith("requirement,rule,manual,kind,case,claimed,exercised,verdict,evidence,margin,unit"));
  EXPECT_THAT(csv, HasSubstr("GTX-OV-01,pack_ov,9.1-2d,protection,over_voltage/pack_over_voltage_stops_charging"));
}

TEST_F(Matrix, mistakes_are_told_before_anything_runs) {
  const std::string file = write("cases/wrong.yaml", "case: wrong\nsteps: []\n");
  EXPECT_EQ(call({"matrix", file}), 2);
  EXPECT_THAT(err, HasSubstr("wrong.yaml"));
  EXPECT_EQ(call({"matrix", over_voltage, "--htm", "x"}), 64);
}

}  // namespace
}  // namespace rig::cli
