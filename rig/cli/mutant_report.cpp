#include "rig/cli/mutant_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>

#include "reports/output_file.hpp"
#include "reports/run_json.hpp"
#include "rig/cli/csv.hpp"
#include "rig/cli/table.hpp"

namespace rig::cli {
namespace {

std::string factor_text(double factor) { return factor > 0 ? fmt::format("{:.2f}", factor) : std::string("-"); }

std::string by_text(const Finder& finder) { return finder.found ? finder.theme + "/" + finder.test : std::string("-"); }

std::string distance_text(const DetectionCurve& curve, double factor) {
  Dimension dimension = curve.mutant.scale->dimension;
  dimension.point = false;  // sizes of temperatures are differences
  return format_rounded(factor * std::abs(curve.mutant.scale->step), dimension, 3);
}

nlohmann::ordered_json mutant_json(const MutantResult& result) {
  const Mutant& m = result.mutant;
  const Finder& f = result.finder;
  return {{"mutant", m.name},        {"group", m.group},
          {"what", m.what},          {"value", m.value},
          {"size", m.size},          {"basis", m.scale ? m.scale->basis.basis : ""},
          {"rows", m.rows},          {"outcome", outcome_name(result.outcome)},
          {"reason", result.reason}, {"theme", f.theme},
          {"case", f.test},          {"requirement", f.requirement},
          {"kind", f.kind},          {"rule", f.rule},
          {"sentence", f.sentence},  {"runs", f.runs},
          {"set", m.overrides}};
}

nlohmann::ordered_json curve_json(const DetectionCurve& curve) {
  auto points = nlohmann::ordered_json::array();
  for (const auto& point : curve.points) {
    points.push_back(
        {{"size", point.factor}, {"value", point.value}, {"found", point.finder.found}, {"case", point.finder.test}});
  }
  nlohmann::ordered_json json{{"mutant", curve.mutant.name},
                              {"rows", curve.mutant.rows},
                              {"basis", curve.mutant.scale->basis.basis},
                              {"tolerance_and_u", distance_text(curve, 1.0)},
                              {"smallest_found", nullptr},
                              {"smallest_size", nullptr},
                              {"largest_unseen", curve.largest_unseen},
                              {"inside_tolerance", curve.inside_tolerance()},
                              {"points", points}};
  if (curve.smallest) {
    json["smallest_found"] = distance_text(curve, curve.smallest->factor);
    json["smallest_size"] = curve.smallest->factor;
  }
  return json;
}

nlohmann::ordered_json names_with(const MutantReport& report, MutantOutcome outcome) {
  auto list = nlohmann::ordered_json::array();
  for (const MutantResult& result : report.results) {
    if (result.outcome == outcome) {
      list.push_back({{"mutant", result.mutant.name},
                      {"value", result.mutant.value},
                      {"what", result.mutant.what},
                      {"reason", result.reason}});
    }
  }
  return list;
}

// How many mutants each case found first; those that found none say nothing against the case.
std::vector<std::pair<std::string, std::size_t>> finds_by_case(const MutantReport& report) {
  std::map<std::string, std::size_t> counts;
  for (const MutantResult& result : report.results) {
    if (result.outcome == MutantOutcome::found) {
      ++counts[by_text(result.finder)];
    }
  }
  std::vector<std::pair<std::string, std::size_t>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

void print_list(const MutantReport& report, MutantOutcome outcome, const char* headline, std::ostream& out) {
  if (report.count(outcome) == 0) {
    return;
  }
  out << "\n" << headline << "\n";
  Table table({"mutant", "what", "reason"});
  for (const MutantResult& result : report.results) {
    if (result.outcome == outcome) {
      table.add({result.mutant.name, result.mutant.what, result.reason});
    }
  }
  table.print(out);
}

}  // namespace

std::size_t MutantReport::count(MutantOutcome outcome) const {
  return static_cast<std::size_t>(std::count_if(results.begin(), results.end(),
                                                [&](const MutantResult& result) { return result.outcome == outcome; }));
}

void print_mutants(const MutantReport& report, std::ostream& out) {
  Table table({"mutant", "value", "size", "outcome", "by case", "by requirement"});
  for (const MutantResult& r : report.results) {
    table.add({r.mutant.name, r.mutant.value, factor_text(r.mutant.size), std::string(outcome_name(r.outcome)),
               by_text(r.finder), r.finder.requirement});
  }
  table.print(out);
  if (!report.curves.empty()) {
    out << "\nSmallest defect found, in units of tolerance + U\n";
    Table curves({"number", "tolerance + U", "smallest found", "size", "not found", "by case"});
    for (const DetectionCurve& c : report.curves) {
      curves.add({c.mutant.name, distance_text(c, 1.0), c.smallest ? distance_text(c, c.smallest->factor) : "none",
                  c.smallest ? factor_text(c.smallest->factor) : "-", factor_text(c.largest_unseen),
                  c.smallest ? by_text(c.smallest->finder) : "-"});
    }
    curves.print(out);
  }
  print_list(report, MutantOutcome::explained, "Not found, and why no case finds them", out);
  print_list(report, MutantOutcome::impossible, "No pack can be so", out);
  print_list(report, MutantOutcome::survivor, "SURVIVORS: not found, and nothing says that they need not be", out);
  out << fmt::format("\n{} mutants: {} found, {} survivors, {} not found and explained; {:.0f} s\n", report.total(),
                     report.count(MutantOutcome::found), report.count(MutantOutcome::survivor),
                     report.count(MutantOutcome::explained), report.seconds);
}

nlohmann::ordered_json mutants_json(const MutantReport& report) {
  auto mutants = nlohmann::ordered_json::array();
  for (const MutantResult& result : report.results) {
    mutants.push_back(mutant_json(result));
  }
  auto curves = nlohmann::ordered_json::array();
  for (const DetectionCurve& curve : report.curves) {
    curves.push_back(curve_json(curve));
  }
  auto cases = nlohmann::ordered_json::array();
  for (const auto& [name, count] : finds_by_case(report)) {
    cases.push_back({{"case", name}, {"found", count}});
  }
  return {{"total", report.total()},
          {"found", report.count(MutantOutcome::found)},
          {"survivors", report.count(MutantOutcome::survivor)},
          {"explained", report.count(MutantOutcome::explained)},
          {"impossible", report.count(MutantOutcome::impossible)},
          {"asked", report.asked},
          {"complete", report.asked == report.results.size()},
          {"seconds", report.seconds},
          {"survivor_list", names_with(report, MutantOutcome::survivor)},
          {"explained_list", names_with(report, MutantOutcome::explained)},
          {"impossible_list", names_with(report, MutantOutcome::impossible)},
          {"by_case", cases},
          {"curves", curves},
          {"mutants", mutants}};
}

void write_mutants(const MutantReport& report, const std::string& folder) {
  std::filesystem::create_directories(folder);
  const auto file = [&](const char* name) { return (std::filesystem::path(folder) / name).string(); };
  write_output(file("mutants.json"), json_text(mutants_json(report)));
  Csv mutants({"mutant", "value", "size", "rows", "outcome", "theme", "case", "requirement", "rule", "reason"});
  for (const MutantResult& r : report.results) {
    std::string rows;
    for (const std::string& row : r.mutant.rows) {
      rows += (rows.empty() ? "" : " ") + row;
    }
    mutants.add({r.mutant.name, r.mutant.value, r.mutant.size > 0 ? factor_text(r.mutant.size) : "", rows,
                 std::string(outcome_name(r.outcome)), r.finder.theme, r.finder.test, r.finder.requirement,
                 r.finder.rule, r.reason});
  }
  write_output(file("mutants.csv"), mutants.text());
  Csv curves({"mutant", "size", "value", "found", "case"});
  for (const DetectionCurve& curve : report.curves) {
    for (const auto& point : curve.points) {
      curves.add({curve.mutant.name, factor_text(point.factor), point.value, point.finder.found ? "true" : "false",
                  point.finder.test});
    }
  }
  write_output(file("curves.csv"), curves.text());
}

}  // namespace rig::cli
