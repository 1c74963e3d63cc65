#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "rig/canlog/log_reader.hpp"
#include "rig/dut/dialect.hpp"
#include "rig/judge/rule_result.hpp"
#include "rig/judge/verdict.hpp"

namespace rig {

struct LogReplayOptions {
  std::string requirements = "builtin:cases/gtx5000.yaml";
  std::string profile;  // empty: none, as for a pack that nobody knows
  std::string dbc = "builtin:cases/gtx5000.dbc";
  Dialect dialect = Dialect::unknown;  // unknown: found out from the whole log
};

struct LogReplayReport {
  std::uint64_t frames = 0;
  double seconds = 0.0;  // from the first frame to the last
  Dialect dialect = Dialect::unknown;
  std::string dialect_trouble;  // empty when the frames are those of a dialect and agree with each other
  Verdict verdict = Verdict::error;
  std::vector<Finding> findings;
  std::vector<RuleResult> rules;
  [[nodiscard]] std::size_t tested() const noexcept;  // rules to which the log gave no way out
};

// Judges a pack by a log of its CAN frames alone. Nothing of what it reports was measured by anybody, so rows that need
// a measurement are not tested and say why; a log that tests no row is an error, not a pass. Nothing is known of the
// pack's state before the log. Throws RigError for a log without times, or whose times are no times of day.
LogReplayReport replay_log(LogReader& log, const LogReplayOptions& options);

}  // namespace rig
