#include "reports/html_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "sample_session.hpp"

namespace rig::test {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

// The first tag that is closed in the wrong order, or left open; empty when all is well. Also every id, once.
std::string unbalanced(const std::string& html, std::set<std::string>& ids) {
  static const std::set<std::string> empty_elements = {"meta", "br", "!doctype"};
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
    const std::size_t end = html.find('>', at);
    const std::string tag = html.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != name) {
        return tag + " after " + (open.empty() ? "nothing" : open.back());
      }
      open.pop_back();
    } else if (!tag.ends_with('/') && !empty_elements.contains(name)) {
      open.push_back(name);
    }
    if (const std::size_t id = tag.find(" id=\""); id != std::string::npos) {
      const std::string value = tag.substr(id + 5, tag.find('"', id + 5) - id - 5);
      if (!ids.insert(value).second) {
        return "id " + value + " twice";
      }
    }
    at = name == "script" || name == "style" ? html.find("</", end) : end;
  }
  return open.empty() ? "" : "open: " + open.back();
}
}  // namespace

class HtmlReport : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::temp_directory_path() / ("gtxrig_report_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    runs_ = {SampleRun((folder_ / "good").string(), true, 1).make(),
             SampleRun((folder_ / "bad").string(), false, 1).make(), broken_run()};
    page_ = html_report(runs_);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }
  static inline std::filesystem::path folder_;
  static inline std::vector<RunForReport> runs_;
  static inline std::string page_;
};

TEST_F(HtmlReport, is_well_formed_with_unique_ids_and_links_that_lead_somewhere) {
  std::set<std::string> ids;
  EXPECT_EQ(unbalanced(page_, ids), "");
  for (std::size_t at = page_.find("href=\"#"); at != std::string::npos; at = page_.find("href=\"#", at + 1)) {
    EXPECT_TRUE(ids.contains(page_.substr(at + 7, page_.find('"', at + 7) - at - 7)));
  }
}

TEST_F(HtmlReport, loads_nothing_from_elsewhere) {
  for (const char* word : {"src=", "<link", "@import", "href=\"http", "url(h", "fetch("}) {
    EXPECT_THAT(page_, Not(HasSubstr(word)));
  }
}

TEST_F(HtmlReport, stays_small) {
  EXPECT_LT(page_.size(), 1'500'000u);
  EXPECT_LT(html_report({runs_[1]}).size(), 500'000u) << "twenty of these stay below 10 MB";
}

TEST_F(HtmlReport, says_at_the_top_what_failed_where_and_why) {
  const std::string top = page_.substr(0, page_.find("<details"));
  for (const char* text : {"2 of 3 cases did not pass", "virtual.yaml", "Charging went on for 12 s above 56.2 V",
                           "9.1-2d", "supply did not answer within 200 ms"}) {
    EXPECT_THAT(top, HasSubstr(text));
  }
}

TEST_F(HtmlReport, shows_the_finding_before_its_plots_with_what_was_expected_and_seen) {
  const std::string page = html_report({runs_[1]});
  const std::size_t finding = page.find("<article class=\"finding\">");
  ASSERT_NE(finding, std::string::npos);
  EXPECT_LT(finding, page.find("<svg"));
  for (const char* text : {"charging stopped within 2.9 s above 56.2 V", "charging went on at 56.08 V, 5.00 A",
                           "1782.9 s (29 min 42.9 s), since 1780 s", "pack_ov or cell_ov", "independent",
                           "What followed from it", "Around the finding at 1780 s"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST_F(HtmlReport, marks_where_the_pack_did_not_act_although_it_must_and_only_there) {
  EXPECT_THAT(html_report({runs_[1]}), HasSubstr("<rect class=\"absent\""));
  const std::string good = html_report({runs_[0]});
  EXPECT_THAT(good, Not(HasSubstr("<rect class=\"absent\"")));
  EXPECT_THAT(good, Not(HasSubstr("<rect class=\"wrong\"")));
  EXPECT_THAT(good, HasSubstr("<rect class=\"must\""));
}

TEST_F(HtmlReport, says_which_rules_were_not_tested) {
  EXPECT_THAT(page_, HasSubstr("not tested: must never reached"));
}

TEST_F(HtmlReport, shows_a_trip_point_with_its_uncertainty_in_text_and_plot) {
  const std::string page = html_report({runs_[0]});
  EXPECT_THAT(page, HasSubstr("charging refused at <b>56.010 V \u00b10.012 V</b>"));
  EXPECT_THAT(page, HasSubstr(">charging refused at 56.010 V \u00b10.012 V</text>"));
}

TEST_F(HtmlReport, names_the_manual_sections_of_what_a_passed_case_verifies) {
  RunForReport run = broken_run();
  run.info.findings.clear();
  run.info.verdict = "pass";
  run.info.verifies = "B, C, D";
  run.info.rules = {{.requirement = "A", .manual = "1.1"},
                    {.requirement = "B", .manual = "9.1-2d"},
                    {.requirement = "C", .manual = "9.1-2d"},
                    {.requirement = "D", .manual = "5.3.5"}};
  EXPECT_THAT(html_report({run}), HasSubstr("<td>9.1-2d, 5.3.5</td></tr></tbody>"));
}

TEST_F(HtmlReport, shows_what_was_found_within_what_is_allowed_and_untested_rows_below) {
  const std::string page = html_report({runs_[0]});
  EXPECT_THAT(page, HasSubstr("threshold 55.980 V to 56.030 V<br><svg class=\"bar\""));
  EXPECT_THAT(page, HasSubstr("allowed 55.8 V to 56.2 V"));
  EXPECT_LT(page.find("Not tested by this case"), page.find("Cell over-voltage stops charging"));
  EXPECT_GT(page.find("Not tested by this case"), page.find("threshold 55.980 V"));
}

TEST_F(HtmlReport, shows_plus_minus_as_one_sign) {
  RunForReport run = broken_run();
  run.info.sentence = "the battery at 56.230 V +-0.012 V, a+-b";
  EXPECT_THAT(html_report({run}), HasSubstr("the battery at 56.230 V \u00b10.012 V, a+-b"));
}

TEST_F(HtmlReport, tells_steady_values_in_a_sentence_and_plots_those_that_move) {
  const std::string page = html_report({runs_[0]});
  EXPECT_THAT(page, HasSubstr("Steady in this window: pack.skin_temperature"));
  EXPECT_THAT(page, HasSubstr("<b>Charge current limit</b>"));
  EXPECT_THAT(page, HasSubstr("allowed for dut.charge_current_limit"));
}

TEST_F(HtmlReport, shows_hostile_text_as_text) {
  RunForReport run = broken_run();
  run.info.sentence = "<script>alert(1)</script>";
  run.info.case_name = "a\"><b>";
  run.info.findings[0].seen = "<img onerror=x>";
  run.info.verdict = "\"><i>";
  const std::string page = html_report({run});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("><b>\"")));
  EXPECT_THAT(page, Not(HasSubstr("<i>\"")));
  std::set<std::string> ids;
  EXPECT_EQ(unbalanced(page, ids), "");
}

TEST_F(HtmlReport, names_a_record_that_cannot_be_read_and_goes_on) {
  RunForReport run = runs_[0];
  run.record = (folder_ / "garbage.sqlite").string();
  std::ofstream(run.record) << std::string(5000, 'x');
  const std::string page = html_report({run, runs_[1]});
  EXPECT_THAT(page, HasSubstr("The record cannot be read"));
  EXPECT_THAT(page, HasSubstr("garbage.sqlite"));
  EXPECT_THAT(page, HasSubstr("Around the finding"));
}

TEST_F(HtmlReport, of_no_run_at_all_does_not_look_like_a_pass) {
  const std::string page = html_report({});
  EXPECT_THAT(page, HasSubstr("Nothing was run"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"banner pass\"")));
}

}  // namespace rig::test
