// gtxrig run: runs cases and writes records and reports.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "reports/can_log.hpp"
#include "reports/html_report.hpp"
#include "reports/junit.hpp"
#include "reports/run_json.hpp"
#include "rig/cli/printing.hpp"
#include "rig/core/error.hpp"
#include "rig/engine/interrupt.hpp"
#include "rig/record/reader.hpp"

namespace rig::cli {
namespace {
namespace fs = std::filesystem;

Usage usage() {
  Usage usage;
  usage.synopsis = "gtxrig run [CASE|DIR]... [options]";
  usage.text =
      "Runs cases on a bench. A folder is searched for cases; without any name it is the folder `cases` here.\n"
      "Everything is checked before anything is switched on: when one case is invalid, none runs. A case of a folder\n"
      "that needs an instrument which the bench lacks is left out, and told.\n"
      "Exit code: 0 all passed, 1 a case failed, 2 invalid or error, 3 tripped or aborted, 64 wrong usage.";
  usage.examples =
      "  gtxrig run cases/over_voltage\n"
      "  gtxrig run cases --seed 7 --jobs 2 --out out/seed7\n"
      "  gtxrig run cases/over_voltage/pack_over_voltage_stops_charging.yaml \\\n"
      "      --set dut.firmware.pack_ov.threshold=\"57.0 V\"\n";
  usage.positional = "case";
  add_selection_options(usage.options);
  auto add = usage.options.add_options();
  add("out", po::value<std::string>()->value_name("DIR"), "where results go; default runs/<UTC time>");
  add("jobs", po::value<std::string>()->value_name("N"),
      "so many cases at once, each on a bench of its own; default 1");
  add("junit", po::value<std::string>()->value_name("FILE"), "JUnit XML here instead of DIR/junit.xml");
  add("record", po::value<std::string>()->value_name("LEVEL"), "full, changes, events or none; default full");
  add("allow-overdue", "instruments whose calibration is over are used all the same, and the report says so");
  add("json", "results as one JSON document on stdout");
  add("help", "this text");
  return usage;
}

struct Wishes {
  Selection selection;
  std::string out;
  std::string junit;
  std::size_t jobs = 1;
  bool json = false;
};

Wishes wishes_of(const po::variables_map& map) {
  Wishes wishes;
  wishes.selection = selection_of(map);
  wishes.out = text_of(map, "out");
  wishes.junit = text_of(map, "junit");
  for (const char* option : {"out", "junit"}) {
    if (map.count(option) != 0 && text_of(map, option).empty()) {
      throw UsageError{std::string("--") + option + " is empty"};
    }
  }
  wishes.jobs = map.count("jobs") != 0 ? number_of(map, "jobs", 1, 256) : 1;
  wishes.json = map.count("json") != 0;
  wishes.selection.allow_overdue = map.count("allow-overdue") != 0;
  if (map.count("record") != 0) {
    const std::string word = text_of(map, "record");
    const auto level = record_level_from(word);
    if (!level) {
      throw UsageError{"--record is full, changes, events or none, not '" + word + "'"};
    }
    wishes.selection.level = *level;
  }
  return wishes;
}

// Found before anything runs: a report that cannot be written at the end is no use.
void check_writable(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (fs::is_directory(path, error)) {
    throw RigError("this is a folder", path, "--junit names a file");
  }
  if (!folder.empty() && !fs::is_directory(folder, error)) {
    throw RigError("there is no such folder", folder.string());
  }
}

// run.json and can.log of one run, beside its record.
void write_beside(const RunOrder& order, const RunResult& result) {
  std::error_code ignored;
  fs::create_directories(order.folder, ignored);
  write_run_json(result.info, (fs::path(order.folder) / "run.json").string());
  if (!result.record.empty() && fs::exists(result.record)) {
    RunReader reader(result.record);
    write_can_log(reader, (fs::path(order.folder) / "can.log").string());
  }
}

// Where the reports are; empty when one could not be written.
struct Written {
  std::string report;
  std::string junit;
  std::string trouble;
};

Written write_reports(const OutputFolder& out, const std::string& junit, const std::vector<RunResult>& results,
                      const std::vector<LeftOut>& left_out) {
  Written written{out.file("report.html"), junit.empty() ? out.file("junit.xml") : junit, {}};
  std::vector<RunForReport> pages;
  std::vector<RunInfo> infos;
  for (const RunResult& result : results) {
    pages.push_back({result.info, fs::exists(result.record) ? result.record : ""});
    infos.push_back(result.info);
  }
  try {
    write_html(pages, written.report, left_out);
  } catch (const RigError& error) {
    written.trouble = error.what();
    written.report.clear();
  }
  try {
    write_junit(infos, written.junit, left_out);
  } catch (const RigError& error) {
    written.trouble = error.what();
    written.junit.clear();
  }
  return written;
}

nlohmann::ordered_json path_or_null(const std::string& path) {
  return path.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(path);
}

// There is one of each real box, and a clock in real time wants the machine for itself.
void check_jobs(const Wishes& wishes, const BenchConfig& bench) {
  if (wishes.jobs > 1 && bench.clock == ClockKind::wall) {
    throw RigError("--jobs " + std::to_string(wishes.jobs) + " on a bench with clock: wall", bench.path,
                   "one case at a time runs in real time; leave --jobs away");
  }
}

int run_session(const Wishes& wishes, Session& session, Console& console) {
  check_jobs(wishes, session.setup.bench);
  if (!wishes.junit.empty()) {
    check_writable(wishes.junit);
  }
  OutputFolder out(wishes.out);
  for (RunOrder& order : session.orders) {
    order.folder = out.folder_for(order);
  }
  SessionPrinter printer(console, session.orders, wishes.json);
  RunnerEvents events = printer.events();
  std::string trouble;
  events.done = [&, print = events.done](std::size_t i, const RunResult& result) {
    print(i, result);
    try {
      write_beside(session.orders[i], result);
    } catch (const RigError& error) {
      trouble = error.what();
    }
  };
  const auto results = run_all(session.orders, wishes.jobs, Interrupt::count(), events);
  const Written written = write_reports(out, wishes.junit, results, session.left_out);
  printer.finish(results, session.left_out);
  trouble = trouble.empty() ? written.trouble : trouble;
  int code = exit_code_of(worst_of(results));
  if (!trouble.empty()) {
    console.err << "error: " << trouble << "\n";
    code = code == exit_code::aborted ? code : exit_code::invalid;
  }
  std::ostream& lines = wishes.json ? console.err : console.out;
  if (!written.report.empty()) {
    lines << "Report: " << written.report << "\n";
  }
  if (wishes.json) {
    auto list = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < results.size(); ++i) {
      list.push_back(result_json(session.orders[i], results[i]));
    }
    print_json(
        {{"verdict", verdict_name(trouble.empty() ? worst_of(results) : worse(worst_of(results), Verdict::error))},
         {"exit_code", code},
         {"cases", list},
         {"left_out", left_out_json(session.left_out)},
         {"report", path_or_null(written.report)},
         {"junit", path_or_null(written.junit)}},
        console);
  }
  return code;
}

}  // namespace

int run_command(const Arguments& arguments, Console& console) {
  const auto map = parse(usage(), arguments, console);
  if (!map) {
    return exit_code::passed;
  }
  const Wishes wishes = wishes_of(*map);
  Diagnostics diagnostics;
  const auto session = load(wishes.selection, diagnostics);
  if (diagnostics.has_errors()) {
    return print_mistakes(diagnostics, wishes.json, console);
  }
  console.err << diagnostics.render();
  try {
    return run_session(wishes, *session, console);
  } catch (const RigError& error) {
    return print_mistake(error.what(), wishes.json, console);
  }
}

}  // namespace rig::cli
