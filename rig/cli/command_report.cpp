// gtxrig report: makes the report of finished runs again from their records.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "reports/html_report.hpp"
#include "reports/run_json.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/error.hpp"
#include "rig/record/reader.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig report RUN [--out FILE]";
  usage.text = "Makes report.html again. RUN is the folder of a session, the folder of one run in it, or a run.sqlite.";
  usage.examples = "  gtxrig report runs/20261124-101500\n  gtxrig report runs/20261124-101500 --out report.html\n";
  usage.positional = "run";
  usage.most = 1;
  auto add = usage.options.add_options();
  add("out", po::value<std::string>()->value_name("FILE"), "where the page goes; default RUN/report.html");
  add("json", "the page's path as one JSON document");
  add("help", "this text");
  return usage;
}

// The records of a session, or of one run. A run without record (level none) is known from its run.json.
std::vector<RunForReport> runs_below(const std::string& path) {
  std::vector<fs::path> folders;
  if (fs::is_regular_file(path)) {
    folders.push_back(fs::path(path).parent_path());
  } else if (fs::is_directory(path)) {
    folders.emplace_back(path);
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_directory()) {
        folders.push_back(entry.path());
      }
    }
  } else {
    throw RigError("there is no such run", path);
  }
  std::sort(folders.begin(), folders.end());
  std::vector<RunForReport> runs;
  for (const fs::path& folder : folders) {
    const std::string record = (folder / "run.sqlite").string();
    const std::string json = (folder / "run.json").string();
    if (fs::exists(record)) {
      runs.push_back({RunReader(record).info(), record});
    } else if (fs::exists(json)) {
      runs.push_back({read_run_json(json), ""});
    }
  }
  if (runs.empty()) {
    throw RigError("there is no record here", path, "a run's folder holds run.sqlite or run.json");
  }
  return runs;
}

}  // namespace

int report_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const auto paths = list_of(*map, "run");
  if (paths.size() != 1) {
    throw UsageError{"which run? name its folder"};
  }
  const bool as_json = map->count("json") != 0;
  try {
    const auto runs = runs_below(paths.front());
    const fs::path folder =
        fs::is_directory(paths.front()) ? fs::path(paths.front()) : fs::path(paths.front()).parent_path();
    const std::string out = text_of(*map, "out", (folder / "report.html").string());
    write_html(runs, out);
    if (as_json) {
      print_json(nlohmann::ordered_json{{"report", out}, {"runs", runs.size()}}, console);
    } else {
      console.out << "Report: " << out << "\n";
    }
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
  return exit_code::passed;
}

}  // namespace rig::cli
