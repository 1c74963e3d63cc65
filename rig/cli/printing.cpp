#include "rig/cli/printing.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/run_json.hpp"
#include "reports/text.hpp"
#include "rig/core/quantity.hpp"

namespace rig::cli {
namespace {

constexpr std::size_t line_width = 78;

}  // namespace

void print_json(const nlohmann::ordered_json& json, Console& console) { console.out << json_text(json); }

int print_mistakes(const Diagnostics& diagnostics, bool as_json, Console& console) {
  console.err << diagnostics.render();
  if (as_json) {
    auto errors = nlohmann::ordered_json::array();
    for (const Diagnostic& d : diagnostics.all()) {
      errors.push_back({{"severity", d.severity == Severity::error ? "error" : "warning"},
                        {"file", d.mark.source ? d.mark.source->name : ""},
                        {"line", d.mark.line},
                        {"column", d.mark.column},
                        {"message", d.message},
                        {"hint", d.hint}});
    }
    print_json({{"verdict", "error"}, {"exit_code", exit_code::invalid}, {"errors", errors}}, console);
  }
  return exit_code::invalid;
}

int print_mistake(const std::string& message, bool as_json, Console& console) {
  console.err << "error: " << message << "\n";
  if (as_json) {
    nlohmann::ordered_json errors = nlohmann::ordered_json::array();
    errors.push_back({{"severity", "error"}, {"message", message}});
    print_json({{"verdict", "error"}, {"exit_code", exit_code::invalid}, {"errors", errors}}, console);
  }
  return exit_code::invalid;
}

std::string left_out_text(const std::vector<LeftOut>& left_out) {
  std::string text;
  for (const LeftOut& l : left_out) {
    text += fmt::format("{:<7} {}/{}  left out: {}\n", "-", l.suite, l.case_name, l.reason);
  }
  return text;
}

nlohmann::ordered_json left_out_json(const std::vector<LeftOut>& left_out) {
  auto list = nlohmann::ordered_json::array();
  for (const LeftOut& l : left_out) {
    list.push_back({{"case", l.case_name}, {"suite", l.suite}, {"reason", l.reason}});
  }
  return list;
}

nlohmann::ordered_json result_json(const RunOrder& order, const RunResult& result) {
  const nlohmann::ordered_json info = run_json(result.info);
  return {{"case", order.test->name.text},
          {"row", order.row == nullptr ? nlohmann::ordered_json() : nlohmann::ordered_json(order.row->name)},
          {"suite", order.suite},
          {"verdict", verdict_name(result.verdict)},
          {"sentence", result.info.sentence},
          {"seed", order.seed},
          {"duration_s", to_seconds(result.info.end)},
          {"ticks", result.ticks},
          {"wall_s", result.wall_seconds},
          {"findings", info.at("findings")},
          {"measures", info.at("measures")},
          {"rules", info.at("rules")},
          {"record", result.record.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(result.record)}};
}

SessionPrinter::SessionPrinter(Console& console, const std::vector<RunOrder>& orders, bool as_json)
    : console_(console), orders_(orders), lines_(as_json ? console.err : console.out) {}

RunnerEvents SessionPrinter::events() {
  RunnerEvents events;
  events.done = [this](std::size_t index, const RunResult& result) { done(index, result); };
  if (console_.rewrites_lines) {
    events.progress = [this](std::size_t count, const auto& running) { progress(count, running); };
  }
  return events;
}

std::string SessionPrinter::coloured(Verdict verdict) const {
  std::string word = fmt::format("{:<7}", verdict_name(verdict));
  if (!console_.colours || &lines_ != &console_.out) {
    return word;
  }
  const char* colour = verdict == Verdict::pass ? "32" : verdict == Verdict::invalid ? "33" : "31";
  return fmt::format("\x1b[{}m{}\x1b[0m", colour, word);
}

void SessionPrinter::clear_line() {
  if (line_open_) {
    console_.err << "\r\x1b[K" << std::flush;
    line_open_ = false;
  }
}

void SessionPrinter::done(std::size_t index, const RunResult& result) {
  clear_line();
  const RunOrder& order = orders_[index];
  lines_ << coloured(result.verdict) << " " << order.suite << "/" << name_of(order) << "  "
         << span_text(result.info.end) << fmt::format("  ({:.2f} s)", result.wall_seconds) << "\n";
  if (result.verdict != Verdict::pass) {
    lines_ << "        " << result.info.sentence << "\n";
  }
  for (const EventRow& event : result.info.events) {
    if (event.kind == "warning") {
      lines_ << "        WARNING: " << event.text << "\n";
    }
  }
  lines_ << std::flush;
}

void SessionPrinter::progress(std::size_t count, const std::vector<std::pair<const RunOrder*, TimePoint>>& running) {
  std::string line = fmt::format("{}/{}", count, orders_.size());
  for (const auto& [order, now] : running) {
    line += fmt::format("  {} {}", name_of(*order), span_text(now));
  }
  if (line.size() > line_width) {
    line.resize(line_width - 3);
    line += "...";
  }
  console_.err << "\r\x1b[K" << line << std::flush;
  line_open_ = true;
}

void SessionPrinter::finish(const std::vector<RunResult>& results, const std::vector<LeftOut>& left_out) {
  clear_line();
  lines_ << left_out_text(left_out);
  std::array<std::size_t, 5> counts{};
  for (const RunResult& result : results) {
    ++counts[static_cast<std::size_t>(result.verdict)];
  }
  std::string line = fmt::format("{} {}: {} passed", results.size(), results.size() == 1 ? "case" : "cases", counts[0]);
  constexpr std::array<const char*, 5> words{"passed", "invalid", "failed", "with an error", "tripped or aborted"};
  for (std::size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] > 0 || i == 2) {
      line += fmt::format(", {} {}", counts[i], words[i]);
    }
  }
  lines_ << line << (left_out.empty() ? "" : fmt::format("; {} left out", left_out.size())) << "\n";
}

}  // namespace rig::cli
