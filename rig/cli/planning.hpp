#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rig/engine/run_order.hpp"
#include "rig/plan/forecast.hpp"
#include "rig/plan/row_testability.hpp"

namespace rig {
class Run;
}

namespace rig::cli {

// What was found about one run before power.
struct RunPlan {
  Forecast forecast;
  std::vector<Diagnostic> warnings;
  std::vector<RowTestability> verifies;  // the rows that the case claims, as this bench can decide them
};

// Plans a run that was built without a mistake. Errors go to `diagnostics`, warnings into the plan.
RunPlan plan_run(const RunOrder& order, Run& run, const std::vector<RowTestability>& rows, Diagnostics& diagnostics);

// The lines of one case: how long, how much, how high.
std::string plan_text(const RunOrder& order, const RunPlan& plan);
nlohmann::ordered_json plan_json(const RunOrder& order, const RunPlan& plan);

std::string rows_text(const std::vector<RowTestability>& rows);
nlohmann::ordered_json rows_json(const std::vector<RowTestability>& rows);

}  // namespace rig::cli
