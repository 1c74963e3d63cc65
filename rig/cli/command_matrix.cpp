// gtxrig matrix: which case can fail which requirement, and what each said when it ran last, which is now.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

#include "reports/output_file.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/requirement_matrix.hpp"
#include "rig/cli/session_runner.hpp"
#include "rig/cli/table.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig matrix [CASE|DIR]... [options]";
  usage.text =
      "Runs the cases and shows, for each requirement, which of them can fail it: verdict, class of the evidence,\n"
      "margin, and whether a pack had no choice at least once (exercised) or the row only looked covered (vacuous).\n"
      "And back: what each case verifies. Default: the folder `cases` here. Keeps no record.\n"
      "Exit code: 0 no orphan, 1 a requirement without a case or a case without a requirement, 2 mistakes in the\n"
      "input, 3 stopped.";
  usage.examples =
      "  gtxrig matrix --html matrix.html\n"
      "  gtxrig matrix cases --csv matrix.csv --json\n";
  usage.positional = "case";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench, may be repeated");
  add("seed", po::value<std::string>()->value_name("N"), "of everything drawn; default 1");
  add("jobs", po::value<std::string>()->value_name("N"), "runs at a time; default: one for each core");
  add("html", po::value<std::string>()->value_name("FILE"), "write it as a page");
  add("csv", po::value<std::string>()->value_name("FILE"), "write it as CSV, a line for each requirement and case");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

nlohmann::ordered_json row_json(const MatrixRow& row) {
  auto cells = nlohmann::ordered_json::array();
  for (const MatrixCell& cell : row.cells) {
    cells.push_back({{"case", cell.test},
                     {"claims", cell.claims},
                     {"exercised", cell.exercised},
                     {"verdict", cell.verdict},
                     {"evidence", cell.evidence},
                     {"margin", cell.margin ? nlohmann::ordered_json(*cell.margin) : nlohmann::ordered_json(nullptr)},
                     {"unit", cell.unit},
                     {"vacuity", cell.vacuity}});
  }
  return {{"requirement", row.id},
          {"rule", row.rule},
          {"manual", row.manual},
          {"kind", row.kind},
          {"statement", row.statement},
          {"verdict", row.verdict()},
          {"why", row.vacuous() ? row.why() : std::string()},
          {"exercised", row.exercised()},
          {"vacuous", row.vacuous()},
          {"orphan", row.orphan()},
          {"listed_only", row.listed_only()},
          {"beyond", row.beyond},
          {"cases", cells}};
}

nlohmann::ordered_json json_of(const RequirementMatrix& matrix, int code) {
  auto rows = nlohmann::ordered_json::array();
  for (const MatrixRow& row : matrix.rows) {
    rows.push_back(row_json(row));
  }
  auto cases = nlohmann::ordered_json::array();
  for (const MatrixCase& one : matrix.cases) {
    cases.push_back({{"case", one.test},
                     {"verdict", one.verdict},
                     {"verifies", one.claimed},
                     {"exercised", one.exercised},
                     {"orphan", one.orphan()}});
  }
  return {{"requirements", matrix.rows.size()},
          {"orphans", matrix.orphans()},
          {"vacuous", matrix.vacuous()},
          {"listed_only", matrix.listed_only()},
          {"exit_code", code},
          {"rows", rows},
          {"cases", cases}};
}

std::string margin_text(const MatrixCell* cell) {
  return cell == nullptr || !cell->margin ? "-" : fmt::format("{:.3g} {}", *cell->margin, cell->unit);
}

void print(const RequirementMatrix& matrix, std::ostream& out) {
  Table table({"requirement", "manual", "verdict", "evidence", "margin", "claimed by", "exercised by", "state"});
  for (const MatrixRow& row : matrix.rows) {
    const auto count = [&](bool MatrixCell::*what) {
      return std::to_string(
          std::count_if(row.cells.begin(), row.cells.end(), [&](const MatrixCell& cell) { return cell.*what; }));
    };
    const MatrixCell* leading = row.leading();
    table.add({row.id, row.manual, row.verdict(), leading != nullptr ? leading->evidence : "-", margin_text(leading),
               count(&MatrixCell::claims), count(&MatrixCell::exercised),
               row.orphan()        ? "ORPHAN: no case can fail it"
               : row.listed_only() ? row.beyond
               : row.vacuous()     ? "vacuous: " + row.why()
                                   : ""});
  }
  table.print(out);
  for (const MatrixCase& one : matrix.cases) {
    if (one.orphan()) {
      out << one.test << ": ORPHAN: it names no requirement under `verifies`\n";
    }
  }
  out << fmt::format("{} requirements, {} cases: {} orphans, {} vacuous, {} listed with their reason\n",
                     matrix.rows.size(), matrix.cases.size(), matrix.orphans(), matrix.vacuous(), matrix.listed_only());
}

}  // namespace

int matrix_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  Selection selection;
  selection.paths = list_of(*map, "case");
  selection.bench = text_of(*map, "bench", default_bench);
  selection.overrides = list_of(*map, "set");
  selection.level = RecordLevel::none;
  if (map->count("seed") != 0) {
    selection.seed = number_of(*map, "seed", 0, 1'000'000'000);
  }
  const std::size_t jobs =
      map->count("jobs") != 0 ? number_of(*map, "jobs", 1, 256) : std::max(1U, std::thread::hardware_concurrency());
  Diagnostics diagnostics;
  const auto session = load(selection, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const auto results = run_all(session->orders, jobs, Interrupt::count(), {});
  if (Interrupt::count().load() > 0) {
    return exit_code::aborted;  // a matrix of half the cases would show orphans that are none
  }
  const RequirementMatrix matrix = matrix_of(*session, results);
  if (const std::string file = text_of(*map, "html", ""); !file.empty()) {
    write_output(file, matrix_html(matrix, session->setup.requirements.product, session->setup.bench.name));
  }
  if (const std::string file = text_of(*map, "csv", ""); !file.empty()) {
    write_output(file, matrix_csv(matrix));
  }
  const int code = matrix.orphans() == 0 ? exit_code::passed : exit_code::failed;
  if (as_json) {
    print_json(json_of(matrix, code), console);
  } else {
    print(matrix, console.out);
  }
  return code;
}

}  // namespace rig::cli
