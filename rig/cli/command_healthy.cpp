// gtxrig healthy: packs drawn from the class of healthy ones and from its corners, none of which a case may reject.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <thread>

#include "rig/cli/healthy_packs.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/work_through.hpp"
#include "rig/core/error.hpp"
#include "rig/engine/interrupt.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t usual_packs = 100;
constexpr std::size_t ci_packs = 6;

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig healthy [CASE|DIR]... [options]";
  usage.text =
      "Draws packs inside the class of healthy ones, every fourth at a corner of it, and runs the cases against each.\n"
      "None may be rejected: a case that does not pass is a false alarm. Default: the folder `cases` here, whose file\n"
      "healthy.yaml says what may differ between good packs. For a pack that does not pass, the command is shown that\n"
      "runs it again.\n"
      "Exit code: 0 all passed, 1 a false alarm, 2 mistakes in the input, 3 stopped.";
  usage.examples =
      "  gtxrig healthy --packs 1000 --theme protection --jobs 2\n"
      "  gtxrig healthy --packs 20 --theme over_voltage --seed 7\n"
      "  gtxrig healthy --ci --json\n";
  usage.positional = "case";
  auto add = usage.options.add_options();
  add("packs", po::value<std::string>()->value_name("N"), "so many packs; default 100");
  add("first", po::value<std::string>()->value_name("N"), "begin with this pack; default 0");
  add("theme", po::value<std::vector<std::string>>()->composing()->value_name("NAME"),
      "only these cases: protection, all, or a folder of cases; may be repeated");
  add("bench", po::value<std::string>()->value_name("FILE"), "bench file; default: the built-in virtual bench");
  add("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
      "override a value of the bench for all packs, may be repeated");
  add("seed", po::value<std::string>()->value_name("N"), "another lot of packs; default 1");
  add("jobs", po::value<std::string>()->value_name("N"), "so many at once; default: one for each core");
  add("plan", po::value<std::string>()->value_name("FILE"),
      "the class of healthy packs; default: healthy.yaml of the cases, or the built-in one");
  add("ci", "a few packs, in less than a minute");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

struct Wishes {
  std::vector<std::string> paths, themes;
  TrialPack nominal;
  std::string plan;
  std::size_t packs = usual_packs, first = 0, jobs = 1;
  bool json = false;
};

Wishes wishes_of(const po::variables_map& map) {
  Wishes wishes;
  wishes.paths = list_of(map, "case");
  wishes.themes = list_of(map, "theme");
  wishes.nominal.bench = text_of(map, "bench", default_bench);
  wishes.nominal.overrides = list_of(map, "set");
  wishes.nominal.seed = map.count("seed") != 0 ? number_of(map, "seed", 0, 1'000'000'000) : 1;
  const std::string here = (fs::path(wishes.paths.empty() ? "cases" : wishes.paths.front()) / "healthy.yaml").string();
  wishes.plan = text_of(map, "plan", fs::exists(here) ? here : "builtin:cases/healthy.yaml");
  if (map.count("ci") != 0 && map.count("packs") != 0) {
    throw UsageError{"--ci says how many packs; leave --packs away"};
  }
  wishes.packs = map.count("ci") != 0      ? ci_packs
                 : map.count("packs") != 0 ? number_of(map, "packs", 1, 1'000'000)
                                           : usual_packs;
  wishes.first = map.count("first") != 0 ? number_of(map, "first", 0, 1'000'000'000) : 0;
  wishes.jobs =
      map.count("jobs") != 0 ? number_of(map, "jobs", 1, 256) : std::max(1U, std::thread::hardware_concurrency());
  wishes.json = map.count("json") != 0;
  return wishes;
}

// The cases of the themes, as indices into the suite.
std::vector<std::size_t> cases_of(const Suite& suite, const HealthyPlan& plan, const std::vector<std::string>& wanted) {
  std::vector<std::string> folders;
  std::vector<std::string> known{"all"};
  bool all = wanted.empty();
  for (const Theme& theme : plan.themes) {
    known.push_back(theme.name);
  }
  for (const SuiteCase& one : suite.cases()) {
    known.push_back(one.theme);
  }
  for (const std::string& name : wanted) {
    const auto theme =
        std::find_if(plan.themes.begin(), plan.themes.end(), [&](const Theme& t) { return t.name == name; });
    if (name == "all") {
      all = true;
    } else if (theme != plan.themes.end()) {
      folders.insert(folders.end(), theme->folders.begin(), theme->folders.end());
    } else if (std::find(known.begin(), known.end(), name) != known.end()) {
      folders.push_back(name);
    } else {
      throw UsageError{"there is no theme '" + name + "'; " + suggestion(name, known)};
    }
  }
  std::vector<std::size_t> order(suite.cases().size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](std::size_t i) {
    return !all && std::find(folders.begin(), folders.end(), suite.cases()[i].theme) == folders.end();
  });
  if (order.empty()) {
    throw RigError("the chosen themes have no case here", {}, "--theme all");
  }
  return order;
}

struct PackResult {
  std::size_t index = 0;
  HealthyPack pack;
  TrialResult trial;
  [[nodiscard]] bool passed() const { return trial.impossible.empty() && trial.failures.empty(); }
};

// What runs the pack again, for a shell.
std::string command_of(const Suite& suite, const PackResult& result) {
  std::string text = "gtxrig run";
  for (const CaseFailure& failure : result.trial.failures) {
    text += " " + suite.cases()[failure.index].path;
  }
  text += result.pack.pack.bench == default_bench ? "" : " --bench '" + result.pack.pack.bench + "'";
  text += fmt::format(" --seed {}", result.pack.pack.seed);
  for (const std::string& override_text : result.pack.pack.overrides) {
    text += " --set '" + override_text + "'";
  }
  return text;
}

nlohmann::ordered_json pack_json(const Suite& suite, const PackResult& result) {
  auto failures = nlohmann::ordered_json::array();
  for (const CaseFailure& failure : result.trial.failures) {
    const SuiteCase& by = suite.cases()[failure.index];
    failures.push_back({{"theme", by.theme},
                        {"case", by.name},
                        {"verdict", verdict_name(failure.verdict)},
                        {"kind", failure.kind},
                        {"rule", failure.rule},
                        {"sentence", failure.sentence}});
  }
  return {{"pack", result.index},
          {"corner", result.pack.corner},
          {"impossible", result.trial.impossible},
          {"failures", failures},
          {"set", result.pack.pack.overrides},
          {"seed", result.pack.pack.seed},
          {"command", command_of(suite, result)}};
}

void print_pack(const Suite& suite, const PackResult& result, std::ostream& out) {
  out << fmt::format("FAIL    pack {}{}{}\n", result.index, result.pack.corner ? ", a corner" : "",
                     result.trial.impossible.empty() ? "" : ": cannot be: " + result.trial.impossible);
  for (const CaseFailure& failure : result.trial.failures) {
    const SuiteCase& by = suite.cases()[failure.index];
    out << fmt::format("        {} {}/{}: {} {}: {}\n", verdict_name(failure.verdict), by.theme, by.name, failure.kind,
                       failure.rule, failure.sentence);
  }
  out << "        " << command_of(suite, result) << "\n";
}

struct Tried {
  std::vector<PackResult> failed;
  std::size_t packs = 0, passed = 0, runs = 0;
};

Tried try_all(const Wishes& wishes, const Suite& suite, const std::vector<std::size_t>& order,
              const HealthyPacks& packs, Console& console) {
  Tried tried;
  std::mutex mutex;
  work_through(wishes.packs, wishes.jobs, Interrupt::count(), [&](std::size_t i) {
    PackResult result{.index = wishes.first + i, .pack = packs.at(wishes.first + i)};
    result.trial = try_pack(suite, result.pack.pack, order, Stop::never, Interrupt::count());
    const std::lock_guard lock(mutex);
    if (!result.trial.complete && result.trial.impossible.empty()) {
      return;
    }
    ++tried.packs;
    tried.passed += result.passed() ? 1 : 0;
    tried.runs += result.trial.runs;
    if (!result.passed()) {
      print_pack(suite, result, console.err);
      tried.failed.push_back(std::move(result));
    }
    if (console.rewrites_lines) {
      console.err << fmt::format("\r\x1b[K{}/{}", tried.packs, wishes.packs) << std::flush;
    }
  });
  std::sort(tried.failed.begin(), tried.failed.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return tried;
}

int conclude(const Wishes& wishes, const Suite& suite, const Tried& tried, double seconds, Console& console) {
  const bool stopped = tried.packs < wishes.packs;
  const int code = stopped ? exit_code::aborted : tried.passed < tried.packs ? exit_code::failed : exit_code::passed;
  if (!wishes.json) {
    console.out << fmt::format("{} healthy packs: {} passed, {} rejected; {} runs, {:.1f} s{}\n", tried.packs,
                               tried.passed, tried.packs - tried.passed, tried.runs, seconds,
                               stopped ? "; stopped" : "");
    return code;
  }
  auto failed = nlohmann::ordered_json::array();
  for (const PackResult& result : tried.failed) {
    failed.push_back(pack_json(suite, result));
  }
  print_json({{"verdict", stopped     ? "aborted"
                          : code == 0 ? "pass"
                                      : "fail"},
              {"exit_code", code},
              {"packs", tried.packs},
              {"passed", tried.passed},
              {"runs", tried.runs},
              {"seconds", seconds},
              {"failed", failed}},
             console);
  return code;
}

}  // namespace

int healthy_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const Wishes wishes = wishes_of(*map);
  const auto begun = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  const HealthyPlan plan = read_healthy_plan(wishes.plan, diagnostics);
  const Setup setup = read_setup(wishes.nominal.bench, wishes.nominal.overrides, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, wishes.json, console);
  }
  const HealthyPacks packs(plan, firmware_values(setup.bench, diagnostics), wishes.nominal, diagnostics);
  Suite suite(wishes.paths, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, wishes.json, console);
  }
  BenchShelf benches(setup, wishes.nominal.overrides);
  console.err << left_out_text(suite.leave_out(benches, diagnostics));
  const Tried tried = try_all(wishes, suite, cases_of(suite, plan, wishes.themes), packs, console);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return conclude(wishes, suite, tried, seconds, console);
}

}  // namespace rig::cli
