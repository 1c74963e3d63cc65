// gtxrig replay: judges a record again from the record alone.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

#include "rig/cli/can_commands.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/replay.hpp"
#include "rig/record/reader.hpp"

namespace rig::cli {
namespace {

Usage usage() {
  Usage usage;
  usage.synopsis =
      "gtxrig replay RUN [--requirements FILE] [--profile FILE]\n"
      "       gtxrig replay LOG [--requirements FILE] [--profile FILE] [--dialect auto|NAME] [--dbc FILE]";
  usage.text =
      "Runs reference and judges again over the recorded inputs and compares every model and judge column with the\n"
      "record, bit for bit. RUN is a run's folder or its run.sqlite. With other requirements or another profile the "
      "same\n"
      "stimulus is judged again, and what would have changed is printed; the flow of the case stays as it was.\n"
      "A CAN log (candump, Vector .asc, or - for the standard input) is judged by what the pack itself says in it: "
      "rows\n"
      "that need a measurement are not tested and say so, and a log that tests no row is an error, not a pass.\n"
      "Exit code: 0 identical (or: passes when judged again), 1 differs (or fails), 2 cannot be replayed or judged.";
  usage.examples =
      "  gtxrig replay runs/20261124-101500/over_voltage/pack_over_voltage_stops_charging\n"
      "  gtxrig replay out/run.sqlite --profile my_pack.yaml\n"
      "  gtxrig replay bus.log --dialect sofar_amass\n";
  usage.positional = "run";
  usage.most = 1;
  auto add = usage.options.add_options();
  add("requirements", po::value<std::string>()->value_name("FILE"), "judge by these requirements instead");
  add("profile", po::value<std::string>()->value_name("FILE"), "judge by this profile instead");
  add("dialect", po::value<std::string>()->value_name("NAME"), "of a CAN log: auto (default), sofar_amass, pylon_v12");
  add("dbc", po::value<std::string>()->value_name("FILE"), "of a CAN log: decode by this DBC");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

// A session's folder with one run in it means that run; with several there is a choice to make.
std::string run_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error) || fs::exists(fs::path(path) / "run.sqlite", error)) {
    return path;
  }
  std::vector<std::string> runs;
  for (auto it = fs::recursive_directory_iterator(path, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error)) {
    if (it->path().filename() == "run.sqlite") {
      runs.push_back(it->path().parent_path().string());
    }
  }
  if (runs.size() > 1) {
    throw RigError("this session has " + std::to_string(runs.size()) + " runs", path,
                   "name one, such as " + *std::min_element(runs.begin(), runs.end()));
  }
  return runs.empty() ? path : runs.front();
}

// The SQLite file of a run, whichever way it was named.
std::string record_of(const std::string& run) {
  std::error_code error;
  return std::filesystem::is_directory(run, error) ? (std::filesystem::path(run) / "run.sqlite").string() : run;
}

nlohmann::ordered_json sample_json(const Sample& sample) {
  return {{"value", sample.value}, {"time_s", to_seconds(sample.time)}, {"quality", static_cast<int>(sample.quality)}};
}

// Rules whose verdict is another one now: "GTX-OV-01: pass -> fail".
std::vector<std::string> changed_rules(const ReplayReport& report) {
  std::vector<std::string> changes;
  for (const RuleResult& rule : report.rules) {
    const std::string now = rule.tested ? std::string(verdict_name(rule.verdict)) : "not tested";
    const auto before = std::find_if(report.recorded.rules.begin(), report.recorded.rules.end(),
                                     [&](const RuleRow& row) { return row.requirement == rule.row; });
    const std::string was = before == report.recorded.rules.end() ? "not judged" : before->verdict;
    if (was != now) {
      changes.push_back(fmt::format("{}: {} -> {}", rule.row, was, now));
    }
  }
  return changes;
}

nlohmann::ordered_json document(const ReplayReport& report, const std::vector<std::string>& changes, int code) {
  auto differences = nlohmann::ordered_json::array();
  for (const ReplayDifference& d : report.first) {
    differences.push_back({{"tick", d.tick},
                           {"time_s", to_seconds(d.time)},
                           {"signal", d.signal},
                           {"recorded", sample_json(d.recorded)},
                           {"recomputed", sample_json(d.recomputed)}});
  }
  auto findings = nlohmann::ordered_json::array();
  for (const Finding& f : report.findings) {
    findings.push_back({{"kind", finding_kind_name(f.kind)},
                        {"verdict", verdict_name(f.verdict)},
                        {"rule", f.rule},
                        {"time_s", to_seconds(f.time)},
                        {"sentence", f.sentence}});
  }
  return {{"case", report.recorded.case_name},
          {"row", report.recorded.row},
          {"identical", report.identical()},
          {"exit_code", code},
          {"ticks", report.ticks},
          {"columns", report.columns},
          {"incomplete", report.incomplete},
          {"differences", differences},
          {"not_compared", report.not_compared},
          {"recorded_verdict", report.recorded.verdict},
          {"verdict", verdict_name(report.verdict)},
          {"changed_rules", changes},
          {"findings", findings}};
}

void print_differences(const ReplayReport& report, Console& console) {
  for (const std::string& name : report.not_compared) {
    console.out << "not compared: " << name << " is not in both\n";
  }
  if (report.incomplete) {
    console.out << "The record is incomplete: rows are missing, so comparing proves nothing.\n";
  }
  if (report.first.empty()) {
    return;
  }
  const ReplayDifference& d = report.first.front();
  console.out << fmt::format("First difference at tick {} ({:.3f} s): {} recorded {:.17g}, recomputed {:.17g}\n",
                             d.tick, to_seconds(d.time), d.signal, d.recorded.value, d.recomputed.value);
  for (std::size_t i = 1; i < report.first.size(); ++i) {
    console.out << fmt::format("  then at {:.3f} s: {}\n", to_seconds(report.first[i].time), report.first[i].signal);
  }
}

int code_of(const ReplayReport& report, bool rejudges) {
  if (report.incomplete) {
    return exit_code::invalid;
  }
  if (rejudges) {
    return exit_code_of(report.verdict);
  }
  return report.identical() ? exit_code::passed : exit_code::failed;
}

}  // namespace

int replay_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto paths = list_of(*map, "run");
  if (paths.size() != 1) {
    throw UsageError{"which run? name its folder or its run.sqlite"};
  }
  const bool as_json = map->count("json") != 0;
  if (is_can_log(paths.front())) {
    return replay_can_log(paths.front(), *map, console);
  }
  const ReplayOptions options{text_of(*map, "requirements"), text_of(*map, "profile")};
  try {
    const std::string run = run_of(paths.front());
    const ReplayReport report = replay(run, options);
    const auto changes = changed_rules(report);
    const int code = code_of(report, options.rejudges());
    if (as_json) {
      auto json = document(report, changes, code);
      json["digest"] = record_digest(record_of(run));
      print_json(json, console);
      return code;
    }
    if (!options.rejudges()) {
      print_differences(report, console);
      console.out << fmt::format("{}: {} ticks, {} columns: {}\n", report.recorded.case_name, report.ticks,
                                 report.columns, report.identical() ? "identical" : "different");
      return code;
    }
    console.out << fmt::format("{}: recorded {}, judged again {}\n", report.recorded.case_name, report.recorded.verdict,
                               verdict_name(report.verdict));
    for (const std::string& change : changes) {
      console.out << "  " << change << "\n";
    }
    for (const Finding& finding : report.findings) {
      console.out << "  " << finding.sentence << "\n";
    }
    return code;
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli
