#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/judge/rule_result.hpp"
#include "rig/judge/verdict.hpp"
#include "rig/record/run_info.hpp"
#include "rig/signal/sample.hpp"

namespace rig {

struct ReplayOptions {
  // Other files than those in the record: the same stimulus is judged again by other rules. The flow of the case, its
  // trips and timeouts, stay what they were.
  std::string requirements;
  std::string profile;
  [[nodiscard]] bool rejudges() const noexcept { return !requirements.empty() || !profile.empty(); }
};

struct ReplayDifference {
  std::int64_t tick = 0;
  TimePoint time{};
  std::string signal;
  Sample recorded;
  Sample recomputed;
};

struct ReplayReport {
  RunInfo recorded;
  std::int64_t ticks = 0;
  std::size_t columns = 0;                // model and judge columns that were compared
  std::vector<ReplayDifference> first;    // the first difference of each column that differs, in order of time
  std::vector<std::string> not_compared;  // columns of the record that are not computed any more, and the reverse
  bool incomplete = false;                // rows are missing in the record: comparing proves nothing
  Verdict verdict = Verdict::error;       // as judged now
  std::vector<Finding> findings;
  std::vector<RuleResult> rules;
  [[nodiscard]] bool identical() const noexcept { return !incomplete && first.empty() && not_compared.empty(); }
};

// Judges a record again from the record alone: case, requirements and profile are the texts that it holds. Runs stages
// 4 and 5 over the recorded inputs and compares every model and judge column bit for bit (value, own time, quality).
// Throws RigError for a record that cannot be replayed: of a lower level than full, damaged, of a run that did not end.
ReplayReport replay(const std::string& path, const ReplayOptions& options = {});

}  // namespace rig
