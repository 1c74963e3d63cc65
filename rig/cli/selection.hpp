#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/left_out.hpp"
#include "rig/case/case.hpp"
#include "rig/cli/bench_shelf.hpp"
#include "rig/cli/options.hpp"
#include "rig/cli/planning.hpp"
#include "rig/engine/run_order.hpp"

namespace rig::cli {

inline constexpr const char* default_bench = "builtin:cases/benches/virtual.yaml";

// Which cases on which bench: what `run`, `check` and `must-fail` have in common.
struct Selection {
  std::vector<std::string> paths;  // files or folders; empty: the folder `cases` here
  std::string bench = default_bench;
  std::vector<std::string> overrides;   // --set
  std::vector<std::string> parameters;  // --param
  std::uint64_t seed = 1;
  std::optional<Duration> tick;
  RecordLevel level = RecordLevel::full;
  bool allow_overdue = false;
  std::shared_ptr<const SourceText> profile;  // instead of the file that the bench names
  bool searched = false;                      // files among the paths were found by a search, too
};
void add_selection_options(po::options_description& options);
Selection selection_of(const po::variables_map& map);

// Everything that a session needs, read and checked. Orders point into the other members.
struct Session {
  Setup setup;
  std::unique_ptr<BenchShelf> benches;  // of cases that name their own
  struct Loaded {
    Case test;
    std::string path;
    std::string suite;
    std::vector<std::string> parameters;  // those of --param that the case has
    bool well = false;                    // read without a mistake
  };
  std::vector<std::unique_ptr<Loaded>> cases;
  std::vector<RunOrder> orders;  // one for each case and row, sorted by path
  std::vector<RunPlan> plans;    // one for each order when there was no mistake
  std::vector<RowTestability> rows;
  std::vector<LeftOut> left_out;  // cases of a searched folder for which the bench lacks something
};

// The case files of a selection, sorted. A folder is searched for *.yaml with the key `case:`; folders named must_fail,
// benches and packs are left out. Throws RigError when nothing is selected.
std::vector<std::string> find_cases(const std::vector<std::string>& paths);

// The theme of a case: the folder that the file lies in.
std::string theme_of(const std::string& path);

// Reads bench and cases and builds every run once, so that each mistake of each file is found before anything is
// switched on. A case that needs what the bench lacks is left out when it came with a folder, and a mistake when it was
// named itself. The session may be used only when `diagnostics` got no errors.
std::unique_ptr<Session> load(const Selection& selection, Diagnostics& diagnostics);

}  // namespace rig::cli
