// gtxrig must-pass: packs at the edge of their class. It passes when every case passes against every one of them.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rig/cli/must_fail.hpp"
#include "rig/cli/printing.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig must-pass [FILE|DIR]... [options]";
  usage.text =
      "Runs the cases of each file against the pack that the file describes: one at the edge of what its class "
      "allows.\n"
      "Passes when every case passes; a case that rejects such a pack is wrong. Default: the folder cases/corners "
      "here.\n"
      "Writes no record.";
  usage.examples =
      "  gtxrig must-pass\n"
      "  gtxrig must-pass cases/corners/late_and_high.yaml --seed 7\n";
  usage.positional = "file";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("seed", po::value<std::string>()->value_name("N"), "this seed instead of the files'");
  add("jobs", po::value<std::string>()->value_name("N"), "runs at a time");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

struct Outcome {
  std::size_t runs = 0;
  std::size_t failed = 0;
  std::string text;  // what was wrong, line by line
};

void run_seed(const MustPass& wanted, std::int64_t seed, const std::string& bench, std::size_t jobs, Outcome& outcome,
              Diagnostics& diagnostics) {
  Selection selection;
  selection.paths = wanted.tests;
  selection.bench = bench;
  selection.overrides = wanted.overrides;
  selection.seed = static_cast<std::uint64_t>(seed);
  selection.level = RecordLevel::none;
  const auto session = load(selection, diagnostics);
  if (diagnostics.has_errors()) {
    return;
  }
  const auto results = run_all(session->orders, jobs, Interrupt::count(), {});
  for (std::size_t i = 0; i < results.size(); ++i) {
    const RunResult& result = results[i];
    ++outcome.runs;
    if (result.verdict == Verdict::pass) {
      continue;
    }
    ++outcome.failed;
    outcome.text +=
        fmt::format("        seed {}: {} {}\n", seed, verdict_name(result.verdict), name_of(session->orders[i]));
    for (const Finding& finding : result.findings) {
      if (!finding.consequential) {
        outcome.text +=
            fmt::format("            {} {}: {}\n", finding_kind_name(finding.kind), finding.rule, finding.sentence);
      }
    }
  }
}

}  // namespace

int must_pass_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const bool as_json = map->count("json") != 0;
  Diagnostics diagnostics;
  std::vector<MustPass> list;
  for (const std::string& file : find_yaml_files(list_of(*map, "file"), "cases/corners")) {
    list.push_back(read_must_pass(file, diagnostics));
  }
  auto documents = nlohmann::ordered_json::array();
  const std::size_t jobs = map->count("jobs") != 0 ? number_of(*map, "jobs", 1, 256) : 1;
  std::size_t failed = 0;
  for (MustPass& wanted : list) {
    if (map->count("seed") != 0) {
      wanted.seeds = {static_cast<std::int64_t>(number_of(*map, "seed", 0, 1'000'000'000))};
    }
    Outcome outcome;
    for (const std::int64_t seed : wanted.seeds) {
      if (!diagnostics.has_errors()) {
        run_seed(wanted, seed, text_of(*map, "bench", default_bench), jobs, outcome, diagnostics);
      }
    }
    if (diagnostics.has_errors()) {
      break;
    }
    failed += outcome.failed == 0 ? 0 : 1;
    documents.push_back({{"must_pass", wanted.name}, {"runs", outcome.runs}, {"failed", outcome.failed}});
    if (!as_json) {
      console.out << fmt::format("{}{}: {} of {} runs passed\n{}", outcome.failed == 0 ? "pass    " : "FAIL    ",
                                 wanted.name, outcome.runs - outcome.failed, outcome.runs, outcome.text);
    }
  }
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, as_json, console);
  }
  const int code = failed == 0 ? exit_code::passed : exit_code::failed;
  if (as_json) {
    print_json({{"verdict", failed == 0 ? "pass" : "fail"}, {"exit_code", code}, {"files", documents}}, console);
  } else {
    console.out << fmt::format("{} files: {} passed, {} not\n", list.size(), list.size() - failed, failed);
  }
  return code;
}

}  // namespace rig::cli
