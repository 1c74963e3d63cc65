#include "reports/case_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/text.hpp"

namespace rig {

std::vector<Plot::Mark> marks_of(const RunInfo& info, const std::set<std::string>& signals, Window window) {
  std::vector<Plot::Mark> out;
  int number = 0;
  for (const FindingRow& finding : info.findings) {
    ++number;
    if (!finding.consequential) {
      const std::string what = finding.rule.size() <= 24 ? finding.rule : finding.kind;
      out.push_back({to_seconds(finding.time), fmt::format("\u2717 {} {}", number, what), true});
      const double lasted = to_seconds(finding.time - finding.since);
      if (finding.kind != "timeout" && finding.since.time_since_epoch().count() > 0 &&
          lasted > window.length() * 0.02) {
        out.push_back({to_seconds(finding.since), fmt::format("{} begins", number), false});
      }
    }
  }
  for (const TripRow& trip : info.trips) {
    std::string label = trip.label;
    if (signals.contains(trip.signal) && std::isfinite(trip.value)) {
      label += " at " + measured_text(trip.value, trip.uncertainty, trip.unit);
    }
    out.push_back({to_seconds(trip.time), std::move(label), false});
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.t < b.t; });
  return out;
}

std::vector<Plot::Shade> shades_of(const RunInfo& info) {
  std::vector<Plot::Shade> out;
  for (const StepRow& step : info.steps) {
    const double to = step.end > step.begin ? to_seconds(step.end) : to_seconds(step.begin);
    out.push_back({{to_seconds(step.begin), to}, step.name, out.size() + 1});
  }
  return out;
}

std::string steps_html(const RunInfo& info, Window window) {
  std::string out;
  for (const Plot::Shade& shade : shades_of(info)) {
    if (shade.window.to >= window.from && shade.window.from <= window.to) {
      out += fmt::format("<li><b>{}</b> {} <span class=\"dim\">{} to {}</span></li>", shade.number, escaped(shade.name),
                         span_text(TimePoint{from_seconds(shade.window.from)}),
                         span_text(TimePoint{from_seconds(shade.window.to)}));
    }
  }
  return out.empty() ? out : "<ul class=\"steps\">" + out + "</ul>";
}

}  // namespace rig
