#include "reports/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "reports/html_case.hpp"
#include "reports/output_file.hpp"
#include "reports/text.hpp"

namespace rig {
namespace {
constexpr std::size_t open_below = 3;  // with so few cases those that passed are shown open too

std::string anchor(std::size_t i) { return "case" + std::to_string(i + 1); }

std::string full_name(const RunInfo& info) {
  return info.row.empty() ? info.case_name : info.case_name + " [" + info.row + "]";
}

std::string joined(const std::set<std::string>& values) {
  std::string out;
  for (const auto& value : values) {
    if (value.empty()) {
      continue;
    }
    out += (out.empty() ? "" : ", ") + value;
  }
  return out;
}

// "2 failed, 1 invalid, 5 passed", worst first.
std::string counts_html(const std::map<std::string, std::size_t>& counts) {
  std::string out;
  for (const char* verdict : {"aborted", "error", "fail", "invalid", "pass", ""}) {
    if (const auto it = counts.find(verdict); it != counts.end()) {
      out += fmt::format("<li><b>{}</b> {}</li>", it->second, verdict_html(verdict));
    }
  }
  return "<ul class=\"counts\">" + out + "</ul>";
}

std::string banner_html(const std::vector<RunForReport>& runs, std::size_t left_out) {
  std::map<std::string, std::size_t> counts;
  std::set<std::string> benches, seeds, software;
  std::int64_t started = 0, stopped = 0, rig_ns = 0;
  for (const RunForReport& run : runs) {
    const RunInfo& info = run.info;
    ++counts[info.verdict];
    seeds.insert(std::to_string(info.seed));
    software.insert(info.software);
    for (const DocumentRow& document : info.documents) {
      if (document.kind == "bench") {
        benches.insert(document.name);
      }
    }
    if (info.started_unix_ns > 0) {
      started = started == 0 ? info.started_unix_ns : std::min(started, info.started_unix_ns);
    }
    stopped = std::max(stopped, info.stopped_unix_ns);
    rig_ns += info.end.time_since_epoch().count();
  }
  const std::size_t passed = counts.contains("pass") ? counts["pass"] : 0;
  const bool all = passed == runs.size() && !runs.empty();
  const std::string beside = left_out == 0 ? "" : fmt::format(", {} left out", left_out);
  const std::string headline =
      runs.empty() ? "Nothing was run"
      : all ? (runs.size() == 1 ? std::string("The case passed") : fmt::format("All {} cases passed", runs.size()))
      : runs.size() == 1 ? std::string("The case did not pass")
                         : fmt::format("{} of {} cases did not pass", runs.size() - passed, runs.size());
  std::string facts;
  const auto fact = [&](const char* name, const std::string& value) {
    facts += value.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, escaped(value));
  };
  fact("bench", joined(benches));
  fact("seed", joined(seeds));
  fact("started", started > 0 ? utc_text(started) + " UTC" : "");
  fact("took", stopped > started ? span_text(Duration{stopped - started}) : "");
  fact("rig time", span_text(Duration{rig_ns}));
  fact("software", joined(software));
  return fmt::format(
      "<header class=\"banner {}\"><h1><span aria-hidden=\"true\">{}</span> {}</h1>{}<dl>{}</dl></header>",
      all ? "pass" : "fail", all ? "\u2713" : "\u2717", headline + beside, counts_html(counts), facts);
}

std::string overview_html(const std::vector<RunForReport>& runs) {
  std::string rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RunInfo& info = runs[i].info;
    const std::string suite = info.suite.empty() ? "" : "<br><span class=\"dim\">" + escaped(info.suite) + "</span>";
    rows += fmt::format(
        "<tr class=\"{}\"><td>{}</td><td><a href=\"#{}\">{}</a>{}</td><td "
        "class=\"time\">{}</td><td>{}</td><td>{}</td></tr>",
        escaped(info.verdict), verdict_html(info.verdict), anchor(i), escaped(full_name(info)), suite,
        span_text(info.end), readable(info.sentence), escaped(manual_section(info)));
  }
  return "<h2>Cases</h2><div class=\"scroll\"><table class=\"cases\"><thead><tr><th>verdict</th><th>case</th>"
         "<th>rig time</th><th>cause</th><th>manual</th></tr></thead><tbody>" +
         rows + "</tbody></table></div>";
}

std::string left_out_html(const std::vector<LeftOut>& left_out) {
  std::string rows;
  for (const LeftOut& l : left_out) {
    rows += fmt::format("<tr><td>{}<br><span class=\"dim\">{}</span></td><td>{}</td></tr>", escaped(l.case_name),
                        escaped(l.suite), escaped(l.reason));
  }
  return rows.empty() ? ""
                      : "<h2>Left out</h2><div class=\"scroll\"><table class=\"cases\"><thead><tr><th>case</th>"
                        "<th>cause</th></tr></thead><tbody>" +
                            rows + "</tbody></table></div>";
}

// Where several packs stand on the bench the rows below are of all of them.
std::string aggregate_html(const RunInfo& info) {
  for (const auto& [key, value] : info.identification) {
    if (key == "packs" && value != "1") {
      return "<p class=\"why\"><b>Judged as an aggregate:</b> " + escaped(value) +
             " packs in parallel, of which CAN tells the sum. Ratings and limits are those of all; what a single pack "
             "does "
             "is judged by the checks of the case.</p>";
    }
  }
  return {};
}

std::string case_html(const RunForReport& run, std::size_t i, bool open) {
  const RunInfo& info = run.info;
  std::string out =
      fmt::format("<details class=\"case {}\" id=\"{}\"{}><summary><h2>{}</h2>{}</summary>", escaped(info.verdict),
                  anchor(i), open ? " open" : "", escaped(full_name(info)), verdict_html(info.verdict));
  out += info.title.empty() ? "" : "<p class=\"title\">" + escaped(info.title) + "</p>";
  out += info.findings.empty() && !info.sentence.empty() ? "<p class=\"sentence\">" + readable(info.sentence) + "</p>"
                                                         : "";
  out += findings_html(info);
  out += info.why.empty() ? "" : "<p class=\"why\"><b>Why it matters:</b> " + escaped(info.why) + "</p>";
  out += verifies_html(info) + aggregate_html(info);
  out += trips_html(info) + plots_html(run, anchor(i)) + measures_html(info) + rules_html(info) + events_html(info) +
         identification_html(info);
  return out + "</details>";
}
}  // namespace

std::string html_report(const std::vector<RunForReport>& runs, const std::vector<LeftOut>& left_out) {
  std::string title = "gtxrig report";
  if (runs.size() == 1) {
    title = full_name(runs[0].info) + ": " + runs[0].info.verdict;
  }
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>" +
      escaped(title) + "</title><style>" + style_sheet() + "</style></head><body><main>";
  out += banner_html(runs, left_out.size()) + overview_html(runs) + left_out_html(left_out);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    out += case_html(runs[i], i, runs[i].info.verdict != "pass" || runs.size() <= open_below);
  }
  return out + "</main><script>" + script() + "</script></body></html>\n";
}

void write_html(const std::vector<RunForReport>& runs, const std::string& path, const std::vector<LeftOut>& left_out) {
  write_output(path, html_report(runs, left_out));
}

}  // namespace rig
