// Several packs in parallel: the page says that they were judged as one.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "reports/html_report.hpp"
#include "sample_session.hpp"

namespace rig::test {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlAggregate, says_when_several_packs_were_judged_as_one) {
  const auto folder = std::filesystem::temp_directory_path() / ("gtxrig_aggregate_" + std::to_string(getpid()));
  std::vector<RunForReport> runs = {SampleRun((folder / "run").string(), true, 1).make()};
  EXPECT_THAT(html_report(runs), Not(HasSubstr("Judged as an aggregate")));
  runs.front().info.identification.push_back({"packs", "1"});
  EXPECT_THAT(html_report(runs), Not(HasSubstr("Judged as an aggregate")));
  runs.front().info.identification.back().value = "4";
  EXPECT_THAT(html_report(runs), HasSubstr("Judged as an aggregate:</b> 4 packs in parallel"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace rig::test
