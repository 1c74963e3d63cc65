// gtxrig must-fail: inverts the verdict. It passes when the case fails against the defect, and for the stated reason.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "rig/cli/must_fail.hpp"
#include "rig/cli/printing.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {
Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig must-fail [FILE|DIR]... [options]";
  usage.text =
      "Runs each case of the files against the defect that the file names, and passes when the verdict, the rule and\n"
      "the kind of finding are the expected ones. Default: the folder cases/must_fail here. Writes no record.";
  usage.examples = "  gtxrig must-fail cases/must_fail/over_voltage_threshold_too_high.yaml\n";
  usage.positional = "case";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

struct Outcome {
  bool as_expected = false;
  std::string verdict;
  std::string text;
};

bool is_wanted(const Finding& finding, const Expected& expected) {
  return finding.kind == expected.kind && finding.rule == expected.rule &&
         finding.sentence.find(expected.says) != std::string::npos;
}

Outcome compare(const MustFail& wanted, const std::vector<RunResult>& results) {
  Outcome outcome;
  const Verdict verdict = worst_of(results);
  outcome.verdict = verdict_name(verdict);
  std::string seen;
  bool found = false;
  for (const RunResult& result : results) {
    for (const Finding& finding : result.findings) {
      if (finding.consequential) {
        continue;
      }
      found = found || is_wanted(finding, wanted.expected);
      seen += fmt::format("\n        {} {}: {}", finding_kind_name(finding.kind), finding.rule, finding.sentence);
    }
  }
  outcome.as_expected = found && verdict == wanted.expected.verdict;
  const std::string& says = wanted.expected.says;
  outcome.text = fmt::format("expected {} with {} {}{}, got {}{}", verdict_name(wanted.expected.verdict),
                             finding_kind_name(wanted.expected.kind), wanted.expected.rule,
                             says.empty() ? "" : " that says '" + says + "'", outcome.verdict, seen);
  return outcome;
}

Outcome run_one(const MustFail& wanted, const std::string& bench, Diagnostics& diagnostics) {
  Selection selection;
  selection.paths = {wanted.test};
  selection.bench = bench;
  selection.overrides = wanted.overrides;
  selection.parameters = wanted.parameters;
  selection.seed = wanted.seed;
  selection.level = RecordLevel::none;
  const auto session = load(selection, diagnostics);
  if (!wanted.row.empty()) {
    std::erase_if(session->orders,
                  [&](const RunOrder& order) { return order.row == nullptr || order.row->name != wanted.row; });
  }
  if (session->orders.empty()) {
    diagnostics.error(wanted.mark, "the case has no row '" + wanted.row + "'");
  }
  if (diagnostics.has_errors()) {
    return {};
  }
  return compare(wanted, run_all(session->orders, 1, Interrupt::count(), {}));
}

}  // namespace

int must_fail_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  std::vector<MustFail> list;
  for (const std::string& file : find_yaml_files(list_of(*map, "case"), "cases/must_fail")) {
    list.push_back(read_must_fail(file, diagnostics));
  }
  auto documents = nlohmann::ordered_json::array();
  std::size_t failed = 0;
  for (const MustFail& wanted : list) {
    if (diagnostics.has_errors()) {
      break;
    }
    const Outcome outcome = run_one(wanted, text_of(*map, "bench", default_bench), diagnostics);
    failed += outcome.as_expected ? 0 : 1;
    documents.push_back({{"must_fail", wanted.name}, {"passed", outcome.as_expected}, {"verdict", outcome.verdict}});
    if (!as_json && !diagnostics.has_errors()) {
      console.out << (outcome.as_expected ? "pass    " : "FAIL    ") << wanted.name << "\n";
      if (!outcome.as_expected) {
        console.out << "        " << outcome.text << "\n";
      }
    }
  }
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const int code = failed == 0 ? exit_code::passed : exit_code::failed;
  if (as_json) {
    print_json({{"verdict", failed == 0 ? "pass" : "fail"}, {"exit_code", code}, {"files", documents}}, console);
  } else {
    console.out << fmt::format("{} files: {} as expected, {} not\n", list.size(), list.size() - failed, failed);
  }
  return code;
}

}  // namespace rig::cli
