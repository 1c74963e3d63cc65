#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rig/case/outside_port.hpp"
#include "rig/case/program.hpp"
#include "rig/judge/decision.hpp"
#include "rig/record/run_info.hpp"

// What came of the work of a step that is done outside of the loop: what it checked, what it gave back, what went
// wrong. The run and a replay read the same text of the record, so that they judge the same.
namespace rig {

struct OutsideOutcome {
  std::uint32_t job = 0;
  std::vector<MeasureResult> checks;
  std::vector<OutsidePort::Given> given;  // in the order of the program's returns
  std::optional<Finding> failure;
  [[nodiscard]] std::vector<Finding> findings() const;  // of checks and failure, each with the step's name
};

// Why there is no answer.
enum class OutsideTrouble : std::uint8_t { late, broken };

// The lines of the record.
std::string answered_text(std::uint32_t job, TimePoint time, const nlohmann::ordered_json& answer);
std::string unanswered_text(std::uint32_t job, TimePoint time, OutsideTrouble trouble, const std::string& what);

// Reads such a line. `taken`: ids of checks so far, to which these are added. A line that says something else than an
// answer may say is a failure of the work, not an exception; RigError only for what no program of ours has written.
OutsideOutcome outcome_of(const Program& program, const std::string& line, std::set<std::string>& taken);

// The ids that checks of functions cannot have.
std::set<std::string> taken_ids(const Program& program);

inline constexpr const char* answer_document = "answer";
DocumentRow answer_row(const Program& program, std::uint32_t job, const std::string& line);
// All answers of a record, in their order.
std::vector<OutsideOutcome> recorded_outcomes(const Program& program, const RunInfo& info);

// [volt, ampere, second, kelvin, point, truth]
nlohmann::ordered_json dimension_json(Dimension dimension);

}  // namespace rig
