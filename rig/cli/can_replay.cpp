// gtxrig replay LOG: a pack judged by a log of its CAN frames.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <fstream>

#include "rig/canlog/log_reader.hpp"
#include "rig/cli/can_commands.hpp"
#include "rig/cli/printing.hpp"
#include "rig/cli/table.hpp"
#include "rig/core/diagnostic.hpp"
#include "rig/core/error.hpp"
#include "rig/engine/log_replay.hpp"

namespace rig::cli {
namespace {

LogReplayOptions options_of(const po::variables_map& map) {
  LogReplayOptions options;
  options.requirements = text_of(map, "requirements", options.requirements);
  options.profile = text_of(map, "profile");
  options.dbc = text_of(map, "dbc", options.dbc);
  const std::string word = text_of(map, "dialect", "auto");
  const auto dialect = parse_dialect(word);
  if (!dialect) {
    const std::vector<std::string> words{"auto", "sofar_amass", "pylon_v12"};
    throw UsageError{"there is no dialect '" + word + "'; " + suggestion(word, words)};
  }
  options.dialect = *dialect;
  return options;
}

std::string verdict_of(const RuleResult& rule) {
  return rule.tested ? std::string(verdict_name(rule.verdict)) : "not tested";
}

nlohmann::ordered_json document(const LogReplayReport& report, const LogReader& log, int code) {
  auto rules = nlohmann::ordered_json::array();
  for (const RuleResult& rule : report.rules) {
    rules.push_back({{"requirement", rule.row},
                     {"rule", rule.rule},
                     {"verdict", verdict_of(rule)},
                     {"tested", rule.tested},
                     {"why_not", rule.vacuity},
                     {"evidence", rule.evidence},
                     {"first_divergence", rule.first_divergence}});
  }
  auto findings = nlohmann::ordered_json::array();
  for (const Finding& finding : report.findings) {
    findings.push_back({{"kind", finding_kind_name(finding.kind)},
                        {"verdict", verdict_name(finding.verdict)},
                        {"rule", finding.rule},
                        {"time_s", to_seconds(finding.time)},
                        {"sentence", finding.sentence}});
  }
  return {{"log", log.name()},
          {"verdict", verdict_name(report.verdict)},
          {"exit_code", code},
          {"frames", report.frames},
          {"seconds", report.seconds},
          {"bad_lines", log.mistake_count()},
          {"dialect", dialect_name(report.dialect)},
          {"dialect_trouble", report.dialect_trouble},
          {"tested", report.tested()},
          {"not_tested", report.rules.size() - report.tested()},
          {"rules", rules},
          {"findings", findings}};
}

void print(const LogReplayReport& report, const LogReader& log, Console& console) {
  console.out << fmt::format("{}: {} frames in {:.3f} s, dialect {}\n", log.name(), report.frames, report.seconds,
                             dialect_name(report.dialect));
  console.out << "\n";
  Table table({"requirement", "rule", "verdict", "evidence, or why it was not tested"});
  for (const RuleResult& rule : report.rules) {
    table.add({rule.row, rule.rule, verdict_of(rule), rule.tested ? rule.evidence : rule.vacuity});
  }
  table.print(console.out);
  console.out << "\n";
  for (const Finding& finding : report.findings) {
    console.out << finding.sentence << "\n";
  }
  console.out << fmt::format("{}: {} of {} rows were tested, all by what the pack says of itself\n",
                             verdict_name(report.verdict), report.tested(), report.rules.size());
}

}  // namespace

bool is_can_log(const std::string& path) {
  std::error_code error;
  if (path == "-") {
    return true;
  }
  if (!std::filesystem::exists(path, error) || std::filesystem::is_directory(path, error)) {
    return false;
  }
  constexpr std::string_view database = "SQLite format 3";
  std::array<char, database.size()> begin{};
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), begin.size());
  return std::string_view(begin.data(), static_cast<std::size_t>(file.gcount())) != database;
}

int replay_can_log(const std::string& path, const po::variables_map& map, Console& console) {
  const bool as_json = map.count("json") != 0;
  const LogReplayOptions options = options_of(map);
  try {
    LogReader log{LineSource(path)};
    const LogReplayReport report = replay_log(log, options);
    for (const LogMistake& mistake : log.mistakes()) {
      console.err << render(mistake, log.name());
    }
    // What could not be read may be what would have failed the pack, so that it cannot pass.
    const bool whole = log.mistake_count() == 0;
    const int code = report.verdict == Verdict::pass && !whole ? exit_code::invalid : exit_code_of(report.verdict);
    if (as_json) {
      print_json(document(report, log, code), console);
    } else {
      print(report, log, console);
    }
    return code;
  } catch (const RigError& error) {
    return print_mistake(error.what(), as_json, console);
  }
}

}  // namespace rig::cli
