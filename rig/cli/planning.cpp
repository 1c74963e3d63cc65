#include "rig/cli/planning.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <sstream>

#include "reports/text.hpp"
#include "rig/cli/session_runner.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/run.hpp"
#include "rig/plan/plan.hpp"
#include "rig/plan/testability.hpp"

namespace rig::cli {
namespace {

constexpr double joules_per_wh = 3600.0;
constexpr double coulombs_per_ah = 3600.0;

std::string energy_text(double joules, double coulombs) {
  const double wh = joules / joules_per_wh;
  const std::string energy = wh >= 1000 ? number_text(wh / 1000, 3) + " kWh" : number_text(wh, 3) + " Wh";
  return energy + " (" + number_text(coulombs / coulombs_per_ah, 3) + " Ah)";
}

// Minutes are exact enough for a plan.
std::string about_text(Duration duration) {
  const auto whole = std::chrono::round<std::chrono::minutes>(duration);
  if (duration < std::chrono::minutes(2)) {
    return fmt::format("{:.0f} s", to_seconds(duration));
  }
  return whole < std::chrono::hours(1) ? fmt::format("{} min", whole.count()) : span_text(Duration(whole));
}

nlohmann::ordered_json diagnostic_json(const Diagnostic& d) {
  return {{"file", d.mark.source ? d.mark.source->name : ""},
          {"line", d.mark.line},
          {"column", d.mark.column},
          {"message", d.message},
          {"hint", d.hint}};
}

}  // namespace

RunPlan plan_run(const RunOrder& order, Run& run, const std::vector<RowTestability>& rows, Diagnostics& diagnostics) {
  RunPlan plan;
  Diagnostics found;
  plan.forecast =
      plan_case({*order.test, run.judgement().program(), run.bench(), order.setup->requirements, run.tick()}, found);
  warn_of_claims(*order.test, rows, found);
  for (const Diagnostic& d : found.all()) {
    if (d.severity == Severity::error) {
      diagnostics.error(d.mark, d.message, d.hint);
    } else {
      plan.warnings.push_back(d);
    }
  }
  for (const MarkedText& claim : order.test->verifies) {
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(plan.verifies),
                 [&](const RowTestability& row) { return row.id == claim.text; });
  }
  return plan;
}

std::string plan_text(const RunOrder& order, const RunPlan& plan) {
  const Forecast& f = plan.forecast;
  std::string text =
      fmt::format("ok  {}/{}  {} {}, at most {}\n", order.suite, name_of(order), f.known ? "about" : "up to",
                  about_text(f.known ? f.expected : f.longest), span_text(f.longest));
  text += fmt::format("      in {}, out {}, highest {} V, {} A in, {} A out, {:.0f} W\n",
                      energy_text(f.energy_in, f.charge_in), energy_text(f.energy_out, f.charge_out),
                      number_text(f.highest_voltage, 4), number_text(f.highest_charge, 3),
                      number_text(f.highest_discharge, 3), f.highest_power);
  text += fmt::format("      supply on {}, load on {}", about_text(f.supply_on), about_text(f.load_on));
  if (f.chamber_moves > 0) {
    text += fmt::format(", {} chamber {} of about {} together", f.chamber_moves,
                        f.chamber_moves == 1 ? "move" : "moves", about_text(f.chamber_time));
  }
  return text + "\n";
}

nlohmann::ordered_json plan_json(const RunOrder& order, const RunPlan& plan) {
  const Forecast& f = plan.forecast;
  auto steps = nlohmann::ordered_json::array();
  for (const StepForecast& step : f.steps) {
    steps.push_back({{"name", step.name},
                     {"expected_s", to_seconds(step.expected)},
                     {"longest_s", to_seconds(step.longest)},
                     {"estimated", step.known && step.comes}});
  }
  auto warnings = nlohmann::ordered_json::array();
  for (const Diagnostic& warning : plan.warnings) {
    warnings.push_back(diagnostic_json(warning));
  }
  auto verifies = nlohmann::ordered_json::array();
  for (const RowTestability& row : plan.verifies) {
    verifies.push_back({{"id", row.id}, {"state", testability_name(row.state)}});
  }
  return {{"case", order.test->name.text},
          {"row", order.row == nullptr ? nlohmann::ordered_json() : nlohmann::ordered_json(order.row->name)},
          {"suite", order.suite},
          {"title", order.test->title},
          {"expected_s", to_seconds(f.expected)},
          {"estimated", f.known},
          {"longest_s", to_seconds(f.longest)},
          {"energy_in_wh", f.energy_in / joules_per_wh},
          {"energy_out_wh", f.energy_out / joules_per_wh},
          {"charge_in_ah", f.charge_in / coulombs_per_ah},
          {"charge_out_ah", f.charge_out / coulombs_per_ah},
          {"highest_voltage_v", f.highest_voltage},
          {"highest_charge_a", f.highest_charge},
          {"highest_discharge_a", f.highest_discharge},
          {"highest_power_w", f.highest_power},
          {"supply_on_s", to_seconds(f.supply_on)},
          {"load_on_s", to_seconds(f.load_on)},
          {"chamber_moves", f.chamber_moves},
          {"chamber_s", to_seconds(f.chamber_time)},
          {"steps", steps},
          {"verifies", verifies},
          {"warnings", warnings}};
}

std::string rows_text(const std::vector<RowTestability>& rows) {
  Table table({"requirement", "on this bench", "threshold", "delay", "release", "why", "mended by"});
  for (const RowTestability& row : rows) {
    const auto field = [&](const char* name) -> std::string {
      const auto found =
          std::find_if(row.fields.begin(), row.fields.end(), [&](const auto& f) { return f.field == name; });
      return found == row.fields.end() ? "-" : std::string(testability_name(found->state));
    };
    std::string why = row.why;
    std::string mend = row.mend;
    for (const FieldTestability& f : row.fields) {
      if (why.empty() && f.state != Testability::testable) {
        why = f.field + ": " + f.why;
        mend = f.mend;
      }
    }
    table.add({row.id, std::string(testability_name(row.state)), field("threshold"), field("delay"), field("release"),
               why, mend});
  }
  std::ostringstream out;
  table.print(out);
  return out.str();
}

nlohmann::ordered_json rows_json(const std::vector<RowTestability>& rows) {
  auto list = nlohmann::ordered_json::array();
  for (const RowTestability& row : rows) {
    auto fields = nlohmann::ordered_json::array();
    for (const FieldTestability& f : row.fields) {
      fields.push_back({{"field", f.field}, {"state", testability_name(f.state)}, {"why", f.why}, {"mend", f.mend}});
    }
    list.push_back({{"id", row.id},
                    {"state", testability_name(row.state)},
                    {"why", row.why},
                    {"mend", row.mend},
                    {"fields", fields}});
  }
  return list;
}

}  // namespace rig::cli
