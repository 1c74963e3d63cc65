#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "reports/html_case.hpp"
#include "reports/svg_plot.hpp"
#include "reports/text.hpp"

namespace rig {
namespace {
std::string row_of(const std::string& name, const std::string& value) {
  return value.empty() ? value : "<dt>" + name + "</dt><dd>" + escaped(value) + "</dd>";
}

std::string finding_html(const FindingRow& f, std::size_t number) {
  std::string when = moment_text(f.time);
  if (f.since.time_since_epoch().count() > 0 && f.since < f.time) {
    when += ", since " + number_text(to_seconds(f.since), 8) + " s";
  }
  const std::string place = f.rule == f.signal || f.signal.empty() ? f.rule : f.rule + ", signal " + f.signal;
  return fmt::format(
             "<article class=\"finding\"><p class=\"sentence\"><span class=\"number\">\u2717 {}</span> {}</p><dl>",
             number, escaped(f.sentence.empty() ? f.seen : f.sentence)) +
         row_of("expected", f.expected) + row_of("seen", f.seen) + row_of("when", when) + row_of("step", f.step) +
         row_of("what was judged", place) + row_of("manual", f.manual) + row_of("possible causes", f.causes) +
         row_of("evidence", f.evidence) + row_of("kind", f.kind) + "</dl></article>";
}

std::string cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }

std::string interval_text(const RuleRow& rule) {
  if (!rule.found_lower && !rule.found_upper) {
    return {};
  }
  const auto side = [](const std::optional<double>& v, const char* missing) {
    return v ? number_text(*v, 6) : std::string(missing);
  };
  const std::string what = rule.parameter.empty() ? "" : rule.parameter + " ";
  return fmt::format("{}{} \u2026 {} {}", what, side(rule.found_lower, "-\u221e"), side(rule.found_upper, "\u221e"),
                     rule.unit);
}

std::string remark_of(const RuleRow& rule) {
  std::string text = rule.divergence;
  if (rule.diverged) {
    text += " (at " + number_text(to_seconds(*rule.diverged), 8) + " s)";
  }
  for (const std::string& more : {rule.must_reached      ? std::string()
                                  : rule.vacuity.empty() ? "not tested: must never reached"
                                                         : rule.vacuity,
                                  rule.causes.empty() ? std::string() : "causes: " + rule.causes}) {
    text += text.empty() || more.empty() ? more : "; " + more;
  }
  return text;
}

std::string rule_html(const RuleRow& r) {
  const std::string margin = r.margin ? number_text(*r.margin, 4) + " " + r.unit : std::string();
  return fmt::format("<tr><td><b>{}</b> <span class=\"dim\">{}</span><br>{}</td>", escaped(r.requirement),
                     escaped(r.rule), escaped(r.title)) +
         cell(r.manual) + "<td>" + verdict_html(r.verdict) + "</td>" + cell(r.evidence) + cell(interval_text(r)) +
         cell(margin) + cell(number_text(r.may_share * 100, 3) + " %") + cell(remark_of(r)) + "</tr>";
}

std::string key_values(const std::vector<KeyValueRow>& rows) {
  std::string out;
  for (const KeyValueRow& row : rows) {
    out += "<dt>" + escaped(row.key) + "</dt><dd>" + escaped(row.value) + "</dd>";
  }
  return out;
}
}  // namespace

std::string verdict_html(const std::string& verdict) {
  const std::string& v = verdict;
  const bool known = v == "pass" || v == "fail" || v == "invalid" || v == "error" || v == "aborted";
  const char* sign = v == "pass" ? "\u2713" : v == "fail" ? "\u2717" : v == "invalid" ? "?" : known ? "!" : "\u2013";
  return fmt::format("<span class=\"verdict {}\"><span aria-hidden=\"true\">{}</span> {}</span>", known ? v : "other",
                     sign, escaped(v.empty() ? "no verdict" : v));
}

std::string manual_section(const RunInfo& info) {
  for (const FindingRow& finding : info.findings) {
    if (!finding.manual.empty()) {
      return finding.manual;
    }
  }
  return info.rules.empty() ? std::string() : info.rules.front().manual;
}

std::string findings_html(const RunInfo& info) {
  std::string own, following;
  for (std::size_t i = 0; i < info.findings.size(); ++i) {
    (info.findings[i].consequential ? following : own) += finding_html(info.findings[i], i + 1);
  }
  if (!following.empty()) {
    following = "<details class=\"following\"><summary>What followed from it</summary>" + following + "</details>";
  }
  return own + following;
}

std::string rules_html(const RunInfo& info) {
  std::string rows;
  for (const RuleRow& rule : info.rules) {
    rows += rule_html(rule);
  }
  return rows.empty()
             ? rows
             : "<h4>Requirements</h4><div class=\"scroll\"><table><thead><tr><th>requirement</th><th>manual</th>"
               "<th>verdict</th><th>evidence</th><th>found in this pack</th><th>margin</th>"
               "<th title=\"share of time in which acting and not acting were both right\">undecided</th>"
               "<th>remark</th></tr></thead><tbody>" +
                   rows + "</tbody></table></div>";
}

std::string measures_html(const RunInfo& info) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::string rows;
  for (const MeasureRow& m : info.measures) {
    const auto limit = [&](const std::optional<double>& v) { return v ? number_text(*v, 7) : std::string("\u2013"); };
    const std::string value =
        fmt::format("{} {} \u00b1 {} {}", number_text(m.value, 7), m.unit, number_text(m.uncertainty, 3), m.unit);
    const std::string limits = fmt::format("{} \u2026 {} {}", limit(m.lower), limit(m.upper), m.unit);
    rows += fmt::format("<tr><td><b>{}</b><br>{}</td>", escaped(m.id), escaped(m.title)) + cell(value) + cell(limits) +
            "<td>" +
            measure_bar(m.value, m.uncertainty, m.lower.value_or(none), m.upper.value_or(none), m.verdict == "pass",
                        m.id + ": " + value + ", limits " + limits) +
            "</td>" + cell(m.decision) + "<td>" + verdict_html(m.verdict) + "</td>" + cell(m.manual) + "</tr>";
  }
  std::string kept;
  for (const KeptRow& k : info.kept) {
    kept += fmt::format("<dt>{}</dt><dd>{} {} <span class=\"dim\">at {}</span></dd>", escaped(k.name),
                        number_text(k.value, 7), escaped(k.unit), moment_text(k.time));
  }
  std::string out;
  if (!rows.empty()) {
    out =
        "<h4>Measures</h4><div class=\"scroll\"><table><thead><tr><th>measure</th><th>value \u00b1 U (k = 2)</th>"
        "<th>limits</th><th></th><th>decision rule</th><th>verdict</th><th>manual</th></tr></thead><tbody>" +
        rows + "</tbody></table></div>";
  }
  return kept.empty() ? out : out + "<h4>Kept values</h4><dl class=\"pairs\">" + kept + "</dl>";
}

std::string identification_html(const RunInfo& info) {
  std::string pairs = row_of("seed", std::to_string(info.seed)) + row_of("tick", span_text(info.tick)) +
                      row_of("software", info.software) +
                      row_of("recorded", std::string(record_level_name(info.level)));
  for (const DocumentRow& d : info.documents) {
    pairs +=
        "<dt>" + escaped(d.kind) + "</dt><dd>" + escaped(d.name) + " <code>" + escaped(d.fingerprint) + "</code></dd>";
  }
  return "<details><summary>Identification</summary><dl class=\"pairs\">" + pairs + key_values(info.identification) +
         key_values(info.environment) + "</dl></details>";
}

std::string events_html(const RunInfo& info) {
  std::string rows;
  for (const EventRow& e : info.events) {
    rows +=
        fmt::format("<tr><td class=\"time\">{:.3f} s</td>", to_seconds(e.time)) + cell(e.kind) + cell(e.text) + "</tr>";
  }
  return rows.empty() ? rows
                      : fmt::format(
                            "<details><summary>Events ({})</summary><div class=\"scroll\"><table><tbody>{}"
                            "</tbody></table></div></details>",
                            info.events.size(), rows);
}

}  // namespace rig
