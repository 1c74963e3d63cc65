#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "reports/html_case.hpp"
#include "reports/svg_plot.hpp"
#include "reports/text.hpp"

namespace rig {
namespace {
std::string row_of(const std::string& name, const std::string& value) {
  return value.empty() ? value : "<dt>" + name + "</dt><dd>" + readable(value) + "</dd>";
}

std::string finding_html(const RunInfo& info, const FindingRow& f, std::size_t number) {
  std::string when = moment_text(f.time);
  if (f.since.time_since_epoch().count() > 0 && f.since < f.time) {
    when += ", since " + number_text(to_seconds(f.since), 8) + " s";
  }
  std::string place = f.rule;
  for (const RuleRow& rule : info.rules) {
    place += rule.requirement == f.rule ? ": " + rule.title : "";
  }
  place += f.rule == f.signal || f.signal.empty() ? "" : " Signal " + f.signal;
  return fmt::format(
             "<article class=\"finding\"><p class=\"sentence\"><span class=\"number\">\u2717 {}</span> {}</p><dl>",
             number, readable(f.sentence.empty() ? f.seen : f.sentence)) +
         row_of("expected", f.expected) + row_of("seen", f.seen) + row_of("when", when) + row_of("step", f.step) +
         row_of("what was judged", place) + row_of("manual", f.manual) + row_of("possible causes", f.causes) +
         row_of("evidence", f.evidence) + row_of("kind", f.kind) + "</dl></article>";
}

bool has_section(const std::string& manual) { return !manual.empty() && manual != "-"; }

// The rows that the case claims to verify, in the order in which it names them.
std::vector<const RuleRow*> verified(const RunInfo& info) {
  std::vector<const RuleRow*> rows;
  std::string id;
  for (const char c : info.verifies + ",") {
    if (c != ',') {
      id += c == ' ' ? std::string() : std::string(1, c);
      continue;
    }
    for (const RuleRow& rule : info.rules) {
      if (rule.requirement == id) {
        rows.push_back(&rule);
      }
    }
    id.clear();
  }
  return rows;
}

std::string cell(const std::string& text) { return "<td>" + escaped(text) + "</td>"; }

// The interval found as text and as a bar over what is allowed.
std::string found_html(const RuleRow& rule) {
  if (!rule.found_lower || !rule.found_upper) {
    return {};
  }
  const double lower = *rule.found_lower, upper = *rule.found_upper;
  if (lower > upper) {
    return escaped(fmt::format("no {} explains all that was seen: above {} {} and below {} {}",
                               rule.parameter.empty() ? "value" : rule.parameter, number_text(lower), rule.unit,
                               number_text(upper), rule.unit));
  }
  std::string text = interval_text(lower, upper, rule.unit);
  std::string out = escaped((rule.parameter.empty() ? "" : rule.parameter + " ") + text);
  if (rule.allowed_lower && rule.allowed_upper) {
    const std::string allowed = number_text(*rule.allowed_lower, 6) + " " + rule.unit + " to " +
                                number_text(*rule.allowed_upper, 6) + " " + rule.unit;
    text += ", allowed " + allowed;
    out += "<br>" +
           measure_bar((lower + upper) / 2, (upper - lower) / 2, *rule.allowed_lower, *rule.allowed_upper,
                       lower >= *rule.allowed_lower && upper <= *rule.allowed_upper, text) +
           "<br><span class=\"dim\">allowed " + escaped(allowed) + "</span>";
  }
  return out;
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
  const std::string margin = r.margin && r.verdict != "fail" ? number_text(*r.margin, 2) + " " + r.unit : std::string();
  return fmt::format("<tr><td><b>{}</b> <span class=\"dim\">{}</span><br>{}</td>", escaped(r.requirement),
                     escaped(r.rule), escaped(r.title)) +
         cell(r.manual) + "<td>" + verdict_html(r.verdict) + "</td>" + cell(r.evidence) + "<td>" + found_html(r) +
         "</td>" + "<td class=\"time\">" + escaped(margin) + "</td>" +
         cell(r.may_share > 0 ? number_text(r.may_share * 100, 2) + " %" : "") + "<td>" + readable(remark_of(r)) +
         "</td></tr>";
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
    if (has_section(finding.manual)) {
      return finding.manual;
    }
  }
  std::vector<std::string> sections;
  for (const RuleRow* rule : verified(info)) {
    if (has_section(rule->manual) && std::ranges::find(sections, rule->manual) == sections.end()) {
      sections.push_back(rule->manual);
    }
  }
  return fmt::format("{}", fmt::join(sections, ", "));
}

std::string verifies_html(const RunInfo& info) {
  std::string items;
  for (const RuleRow* rule : verified(info)) {
    const std::string section =
        has_section(rule->manual) ? " <span class=\"dim\">manual " + escaped(rule->manual) + "</span>" : "";
    items += fmt::format("<li><b>{}</b> {}{}</li>", escaped(rule->requirement), escaped(rule->title), section);
  }
  if (!items.empty()) {
    return "<p class=\"note\">Verifies</p><ul class=\"verifies\">" + items + "</ul>";
  }
  return info.verifies.empty() ? "" : "<p class=\"note\">Verifies " + escaped(info.verifies) + ".</p>";
}

std::string trips_html(const RunInfo& info) {
  std::string items;
  for (const TripRow& trip : info.trips) {
    const std::string value = std::isfinite(trip.value)
                                  ? " at <b>" + escaped(measured_text(trip.value, trip.uncertainty, trip.unit)) + "</b>"
                                  : "";
    items += fmt::format("<li>{}{} <span class=\"dim\">{} before the current collapsed, at {}</span></li>",
                         escaped(trip.label), value, escaped(trip.signal), moment_text(trip.time));
  }
  return items.empty() ? items : "<h4>Trip points</h4><ul class=\"verifies\">" + items + "</ul>";
}

std::string findings_html(const RunInfo& info) {
  std::string own, following;
  for (std::size_t i = 0; i < info.findings.size(); ++i) {
    (info.findings[i].consequential ? following : own) += finding_html(info, info.findings[i], i + 1);
  }
  if (!following.empty()) {
    following = "<details class=\"following\"><summary>What followed from it</summary>" + following + "</details>";
  }
  return own + following;
}

std::string rules_html(const RunInfo& info) {
  std::string tested, untested;
  for (const RuleRow& rule : info.rules) {
    if (rule.verdict == "not tested") {
      untested += "<tr class=\"untested\">" +
                  fmt::format("<td><b>{}</b> <span class=\"dim\">{}</span><br>{}</td>", escaped(rule.requirement),
                              escaped(rule.rule), escaped(rule.title)) +
                  cell(rule.manual) + "<td colspan=\"6\">" + readable(remark_of(rule)) + "</td></tr>";
    } else {
      tested += rule_html(rule);
    }
  }
  if (!untested.empty()) {
    untested = "<tr class=\"group\"><th colspan=\"8\">Not tested by this case</th></tr>" + untested;
  }
  return tested.empty() && untested.empty()
             ? tested
             : "<h4>Requirements</h4><div class=\"scroll\"><table "
               "class=\"rules\"><thead><tr><th>requirement</th><th>manual</th>"
               "<th>verdict</th><th>evidence</th><th>found in this pack</th><th>margin</th>"
               "<th title=\"share of time in which acting and not acting were both right\">undecided</th>"
               "<th>remark</th></tr></thead><tbody>" +
                   tested + untested + "</tbody></table></div>";
}

std::string measures_html(const RunInfo& info) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::string rows;
  for (const MeasureRow& m : info.measures) {
    const EverydayUnit shown = everyday(m.unit);
    const auto limit = [&](const std::optional<double>& v) {
      return v ? number_text(*v * shown.scale, 7) : std::string("\u2013");
    };
    const std::string value = measured_text(m.value * shown.scale, m.uncertainty * shown.scale, shown.unit);
    const std::string limits = m.lower || m.upper
                                   ? fmt::format("{} to {} {}", limit(m.lower), limit(m.upper), shown.unit)
                                   : std::string("none");
    rows += fmt::format("<tr><td><b>{}</b><br>{}</td>", escaped(m.id), escaped(m.title)) + cell(value) + cell(limits) +
            "<td>" +
            (std::isfinite(m.value) && (m.lower || m.upper)
                 ? measure_bar(m.value, m.uncertainty, m.lower.value_or(none), m.upper.value_or(none),
                               m.verdict == "pass", fmt::format("{}: {}, limits {}", m.id, value, limits))
                 : std::string()) +
            "</td>" + cell(m.decision == "guard_band" ? "guard band" : m.decision) + "<td>" + verdict_html(m.verdict) +
            "</td>" + cell(m.manual) + "</tr>";
  }
  std::string kept;
  for (const KeptRow& k : info.kept) {
    const EverydayUnit shown = everyday(k.unit);
    kept += fmt::format("<dt>{}</dt><dd>{} {} <span class=\"dim\">at {}</span></dd>", escaped(k.name),
                        number_text(k.value * shown.scale, 7), escaped(shown.unit), moment_text(k.time));
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
    rows += fmt::format("<tr><td class=\"time\">{:.3f} s</td>", to_seconds(e.time)) + cell(e.kind) + "<td>" +
            readable(e.text) + "</td></tr>";
  }
  return rows.empty() ? rows
                      : fmt::format(
                            "<details><summary>Events ({})</summary><div class=\"scroll\"><table><tbody>{}"
                            "</tbody></table></div></details>",
                            info.events.size(), rows);
}

}  // namespace rig
