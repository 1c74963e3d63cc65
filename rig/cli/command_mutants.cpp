// gtxrig mutants: packs with one mistake each, and which case finds which.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "rig/cli/mutant_report.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/cli/work_through.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {

constexpr std::size_t ci_subset = 60;

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig mutants [CASE|DIR]... [options]";
  usage.text =
      "Makes packs with one mistake in their firmware each: every number too low and too high, every switch the other\n"
      "way, every named defect. Runs the cases against each of them until one finds it, those that verify its\n"
      "requirement first, and says which case found which mutant by which requirement. A number that a requirement\n"
      "bounds is off by 1.25 times its tolerance plus the uncertainty of the bench; for these the smallest defect "
      "that\n"
      "is found is looked for too. Default: the folder `cases` here. What no case has to find stands in mutants.yaml\n"
      "there, with the reason, and is never counted as found. All of them take about half an hour on two cores.\n"
      "Exit code: 0 all found or explained, 1 there are survivors, 2 mistakes in the input, or the pack without a\n"
      "defect does not pass, 3 stopped.";
  usage.examples =
      "  gtxrig mutants --jobs 2 --resume mutants.jsonl --out out/mutants\n"
      "  gtxrig mutants --only 'pack_ov.*'\n"
      "  gtxrig mutants --ci --json\n"
      "  gtxrig mutants --list\n";
  usage.positional = "case";
  auto add = usage.options.add_options();
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench for all mutants, may be repeated");
  add("only", po::value<std::string>()->value_name("PATTERN"), "mutants whose name contains this, `*`: any text");
  add("subset", po::value<std::string>()->value_name("N"), "so many of those that have to be found, always the same");
  add("ci", "a subset that takes less than a minute, without curves");
  add("quick",
      "only the cases that verify a mutant's requirement, and short ones; what survives these is a question, "
      "no answer");
  add("no-curves", "do not look for the smallest defect of each number");
  add("jobs", po::value<std::string>()->value_name("N"), "so many at once; default: one for each core");
  add("seed", po::value<std::string>()->value_name("N"), "seed of the pack and of all noise; default 1");
  add("resume", po::value<std::string>()->value_name("FILE"), "keep each result in this file, and go on where it ends");
  add("out", po::value<std::string>()->value_name("DIR"), "write mutants.json, mutants.csv and curves.csv there");
  add("plan", po::value<std::string>()->value_name("FILE"),
      "sizes and explained survivors; default: mutants.yaml of the cases, or the built-in one");
  add("list", "only list the mutants");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

struct Wishes {
  std::vector<std::string> paths;
  MutantHunt::Settings settings;
  std::string only, resume, out, plan;
  std::size_t subset = 0;  // 0: all
  std::size_t jobs = 1;
  bool curves = true, list = false, json = false;
};

std::string plan_of(const po::variables_map& map, const std::vector<std::string>& paths) {
  if (map.count("plan") != 0) {
    return text_of(map, "plan");
  }
  const std::string here = (std::filesystem::path(paths.empty() ? "cases" : paths.front()) / "mutants.yaml").string();
  return std::filesystem::exists(here) ? here : "builtin:cases/mutants.yaml";
}

Wishes wishes_of(const po::variables_map& map) {
  Wishes wishes;
  wishes.paths = list_of(map, "case");
  wishes.settings.bench = text_of(map, "bench", default_bench);
  wishes.settings.overrides = list_of(map, "set");
  wishes.settings.seed = map.count("seed") != 0 ? number_of(map, "seed", 0, UINT64_MAX) : 1;
  wishes.only = text_of(map, "only");
  wishes.resume = text_of(map, "resume");
  wishes.out = text_of(map, "out");
  wishes.plan = plan_of(map, wishes.paths);
  const bool ci = map.count("ci") != 0;
  if (ci && map.count("subset") != 0) {
    throw UsageError{"--ci is a subset already; leave --subset away"};
  }
  wishes.subset = ci ? ci_subset : map.count("subset") != 0 ? number_of(map, "subset", 1, 1'000'000) : 0;
  wishes.curves = !ci && map.count("no-curves") == 0;
  wishes.jobs =
      map.count("jobs") != 0 ? number_of(map, "jobs", 1, 256) : std::max(1U, std::thread::hardware_concurrency());
  wishes.settings.quick = map.count("quick") != 0;
  wishes.list = map.count("list") != 0;
  wishes.json = map.count("json") != 0;
  return wishes;
}

// Always the same ones, spread over the whole list: ordered by what their name hashes to.
void take_subset(std::vector<Mutant>& mutants, std::size_t count, const MutantPlan& plan) {
  std::erase_if(mutants, [&](const Mutant& mutant) {
    return (mutant.scale && (mutant.size < 1.0 || !mutant.scale->basis.unseen.empty())) ||
           plan.explanation_of(mutant.name) != nullptr;
  });
  std::vector<std::pair<std::string, std::size_t>> hashes;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    hashes.emplace_back(fingerprint(mutants[i].name), i);
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.resize(std::min(count, hashes.size()));
  std::vector<std::size_t> chosen;
  for (const auto& [hash, index] : hashes) {
    chosen.push_back(index);
  }
  std::sort(chosen.begin(), chosen.end());
  std::vector<Mutant> subset;
  for (const std::size_t index : chosen) {
    subset.push_back(std::move(mutants[index]));
  }
  mutants = std::move(subset);
}

std::vector<Mutant> mutants_of(const Wishes& wishes, const Setup& setup, const MutantPlan& plan,
                               Diagnostics& diagnostics) {
  const auto values = firmware_values(setup.bench, diagnostics);
  Bench bench(setup.bench, wishes.settings.seed, diagnostics);
  const DefectSizes sizes(setup.requirements, sight_of(bench, setup.bench.tick), plan);
  std::vector<Mutant> mutants = make_mutants(values, plan, sizes);
  std::vector<std::string> parameters;
  std::vector<std::string> names;
  for (const FirmwareValue& value : values) {
    parameters.push_back(value.name);
  }
  for (const Mutant& mutant : mutants) {
    names.push_back(mutant.name);
  }
  plan.check_used(parameters, names, setup.requirements, diagnostics);
  if (!wishes.only.empty()) {
    std::erase_if(mutants, [&](const Mutant& mutant) { return !matches("*" + wishes.only + "*", mutant.name); });
    if (mutants.empty()) {
      throw RigError("no mutant is called '" + wishes.only + "'", {}, "`gtxrig mutants --list` has them all");
    }
  }
  if (wishes.subset > 0) {
    take_subset(mutants, wishes.subset, plan);
  }
  return mutants;
}

int print_list(const std::vector<Mutant>& mutants, bool as_json, Console& console) {
  Table table({"mutant", "value", "size", "rows", "what"});
  for (const Mutant& mutant : mutants) {
    std::string rows;
    for (const std::string& row : mutant.rows) {
      rows += (rows.empty() ? "" : " ") + row;
    }
    table.add(
        {mutant.name, mutant.value, mutant.size > 0 ? fmt::format("{:.2f}", mutant.size) : "", rows, mutant.what});
  }
  if (as_json) {
    print_json(table.json(), console);
  } else {
    table.print(console.out);
  }
  return exit_code::passed;
}

// The line that says how far it is, and a line for each survivor as it is known.
class Progress {
 public:
  Progress(Console& console, std::size_t count) : console_(console), count_(count) {}
  void tell(const std::string& name, const std::string& word, bool keep) {
    const std::lock_guard lock(mutex_);
    ++done_;
    if (keep) {
      console_.err << (console_.rewrites_lines ? "\r\x1b[K" : "") << word << "  " << name << "\n" << std::flush;
    }
    if (console_.rewrites_lines) {
      console_.err << fmt::format("\r\x1b[K{}/{}  {}", done_, count_, name.substr(0, 60)) << std::flush;
    }
  }
  void finish() const {
    if (console_.rewrites_lines) {
      console_.err << "\r\x1b[K" << std::flush;
    }
  }

 private:
  Console& console_;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t count_;
};

template <class T>
std::vector<T> those_there(std::vector<std::optional<T>>&& found) {
  std::vector<T> list;
  for (auto& one : found) {
    if (one) {
      list.push_back(std::move(*one));
    }
  }
  return list;
}

MutantReport hunt_all(const MutantHunt& hunt, const std::vector<Mutant>& mutants, const Wishes& wishes,
                      Console& console) {
  MutantReport report;
  report.asked = mutants.size();
  std::vector<std::optional<MutantResult>> results(mutants.size());
  Progress progress(console, mutants.size());
  work_through(mutants.size(), wishes.jobs, Interrupt::count(), [&](std::size_t i) {
    results[i] = hunt.look_for(mutants[i]);
    if (results[i]) {
      progress.tell(mutants[i].name, "survivor", results[i]->outcome == MutantOutcome::survivor);
    }
  });
  report.results = those_there(std::move(results));
  if (wishes.curves) {
    std::vector<std::size_t> traced;
    for (std::size_t i = 0; i < report.results.size(); ++i) {
      const MutantResult& result = report.results[i];
      const bool ends = result.mutant.scale && result.mutant.size < mutant_factor && !result.finder.found;
      if (result.mutant.scale && result.outcome != MutantOutcome::impossible && !ends &&
          result.mutant.scale->basis.unseen.empty()) {
        traced.push_back(i);
      }
    }
    std::vector<std::optional<DetectionCurve>> curves(traced.size());
    Progress curve_progress(console, traced.size());
    work_through(traced.size(), wishes.jobs, Interrupt::count(), [&](std::size_t i) {
      const MutantResult& result = report.results[traced[i]];
      curves[i] = hunt.trace(result.mutant, result.finder);
      curve_progress.tell("curve of " + result.mutant.name, "", false);
    });
    report.curves = those_there(std::move(curves));
    curve_progress.finish();
  }
  progress.finish();
  return report;
}

int refuse_nominal(const Suite& suite, const std::vector<CaseFailure>& failures, bool as_json, Console& console) {
  const CaseFailure& first = failures.front();
  return print_mistake(fmt::format("the pack without a defect does not pass {}: {} ({} of {} cases); a case that fails "
                                   "anyway cannot find a mutant; try: gtxrig run {}",
                                   suite.cases()[first.index].name, first.sentence, failures.size(),
                                   suite.cases().size(), suite.cases()[first.index].path),
                       as_json, console);
}

int conclude(const MutantReport& report, const Wishes& wishes, Console& console) {
  const bool stopped = report.results.size() < report.asked || Interrupt::count().load() > 0;
  const std::size_t survivors = report.count(MutantOutcome::survivor);
  const int code = stopped ? exit_code::aborted : survivors > 0 ? exit_code::failed : exit_code::passed;
  if (!wishes.out.empty()) {
    write_mutants(report, wishes.out);
  }
  if (wishes.json) {
    nlohmann::ordered_json json{{"verdict", stopped         ? "aborted"
                                            : survivors > 0 ? "fail"
                                                            : "pass"},
                                {"exit_code", code}};
    json.update(mutants_json(report));
    print_json(json, console);
  } else {
    print_mutants(report, console.out);
  }
  if (stopped) {
    console.err << fmt::format("stopped: {} of {} mutants tried{}\n", report.results.size(), report.asked,
                               wishes.resume.empty() ? "; with --resume FILE it can go on" : "");
  }
  return code;
}

}  // namespace

int mutants_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const Wishes wishes = wishes_of(*map);
  const auto begun = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  const MutantPlan plan = read_mutant_plan(wishes.plan, diagnostics);
  const Setup setup = read_setup(wishes.settings.bench, wishes.settings.overrides, diagnostics);
  std::vector<Mutant> mutants;
  if (!diagnostics.has_errors()) {
    mutants = mutants_of(wishes, setup, plan, diagnostics);
  }
  if (diagnostics.has_errors() || wishes.list) {
    return diagnostics.has_errors() ? print_mistakes(diagnostics, wishes.json, console)
                                    : print_list(mutants, wishes.json, console);
  }
  Suite suite(wishes.paths, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, wishes.json, console);
  }
  BenchShelf benches(setup, wishes.settings.overrides);
  console.err << left_out_text(suite.leave_out(benches, diagnostics));
  std::string key = version() + suite.fingerprint() + std::to_string(wishes.settings.seed);
  for (const DocumentRow& document : setup.documents) {
    key += document.text;
  }
  for (const std::string& base : plan.base) {
    key += base;
  }
  MutantLedger ledger(wishes.resume, fingerprint(key));
  MutantHunt hunt(suite, wishes.settings, plan, ledger, Interrupt::count());
  const auto failures = hunt.measure_nominal(wishes.jobs);
  if (!failures.empty()) {
    return refuse_nominal(suite, failures, wishes.json, console);
  }
  if (ledger.taken_over() > 0) {
    console.err << fmt::format("{} results taken over from {}\n", ledger.taken_over(), wishes.resume);
  }
  MutantReport report = hunt_all(hunt, mutants, wishes, console);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return conclude(report, wishes, console);
}

}  // namespace rig::cli
