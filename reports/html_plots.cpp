#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "reports/case_marks.hpp"
#include "reports/case_traces.hpp"
#include "reports/html_case.hpp"
#include "reports/steady.hpp"
#include "reports/svg_plot.hpp"
#include "reports/text.hpp"
#include "rig/core/error.hpp"

namespace rig {
namespace {
constexpr double before_moment = 5;  // s shown before a trip or a finding
constexpr double after_moment = 10;  // s shown after it
constexpr double longest_zoom = 60;  // s; a longer matter is shown from its begin
constexpr std::size_t most_zooms = 4;

struct View {
  std::string heading;
  Window window;
  int height = 220;
  std::string html;
  std::string steady;  // what did not move
};

class CasePlots {
 public:
  CasePlots(RunReader& reader, const RunInfo& info, std::string id)
      : reader_(reader), info_(info), id_(std::move(id)), end_(end_of_run()) {}

  std::string html() {
    if (end_ <= 0) {
      return "<p class=\"note\">The record holds no sample.</p>";
    }
    make_views();
    traces_.emplace(reader_, windows());
    const auto& groups = traces_->groups();
    for (std::size_t i = 0; i < groups.size(); ++i) {
      add_group(groups[i]);
      if (i == 1) {
        add_strips();
      }
    }
    std::string out;
    for (const View& view : views_) {
      if (!view.html.empty()) {
        out +=
            "<h4>" + escaped(view.heading) + "</h4>" + steps_html(info_, view.window) + view.html +
            (view.steady.empty() ? "" : "<p class=\"note\">Steady in this window: " + escaped(view.steady) + ".</p>");
      }
    }
    return out + quiet_ + left_out_html();
  }

 private:
  double end_of_run();
  void make_views();
  [[nodiscard]] std::vector<Window> windows() const;
  void add_zoom(double moment, double until, const std::string& what);
  [[nodiscard]] std::vector<Plot> plots_of(const TracedGroup& group) const;
  void add_group(const TracedGroup& group);
  [[nodiscard]] Plot empty_plot(const PlotGroup& group, const View& view) const;
  [[nodiscard]] std::string legend_of(const Plot& plot) const;
  void add_strips();
  std::string left_out_html() const;

  RunReader& reader_;
  const RunInfo& info_;
  std::string id_;
  double end_;
  std::vector<View> views_;
  std::optional<CaseTraces> traces_;
  std::set<std::string> left_out_;
  std::string quiet_;  // truth values in which nothing happened
  int figures_ = 0;
};

double CasePlots::end_of_run() {
  double end = to_seconds(info_.end);
  if (end <= 0 && reader_.block_count() > 0) {  // a run that did not come to its end
    for (std::size_t b = reader_.block_count(); b-- > 0 && end <= 0;) {
      if (const auto rows = reader_.read_rows(b); rows && !rows->indexes.empty()) {
        end = to_seconds(info_.tick * rows->indexes.back());
      }
    }
  }
  return end;
}

void CasePlots::add_zoom(double moment, double until, const std::string& what) {
  const Window window{std::max(0.0, moment - before_moment),
                      std::min(end_, std::max(moment, std::min(until, moment + longest_zoom)) + after_moment)};
  if (window.length() <= 0 || window.length() > end_ * 0.8) {
    return;  // the whole run shows as much
  }
  for (View& view : views_) {
    if (moment >= view.window.from + 1 && moment <= view.window.to - 1) {
      return;
    }
  }
  if (views_.size() < most_zooms) {
    views_.push_back(
        {fmt::format("Around {} at {}", what, moment_text(TimePoint{from_seconds(moment)})), window, 200, {}});
  }
}

void CasePlots::make_views() {
  for (const FindingRow& finding : info_.findings) {
    if (!finding.consequential) {
      const double time = to_seconds(finding.time);
      const double since = to_seconds(finding.since);
      add_zoom(since > 0 && since < time ? since : time, time, "the finding");
      break;
    }
  }
  for (const TripRow& trip : info_.trips) {
    add_zoom(to_seconds(trip.time), to_seconds(trip.time),
             trip.label.empty() ? "the trip" : "\u201c" + trip.label + "\u201d");
  }
  views_.push_back({"The whole run", {0, end_}, 180, {}});
}

std::vector<Window> CasePlots::windows() const {
  std::vector<Window> out;
  for (const View& view : views_) {
    out.push_back(view.window);
  }
  return out;
}

Plot CasePlots::empty_plot(const PlotGroup& group, const View& view) const {
  Plot plot;
  plot.title = group.title + ", " + view.heading;
  plot.unit = group.unit;
  plot.window = view.window;
  plot.height = group.height > 0 ? group.height : view.height;
  plot.least_span = group.least_span;
  plot.whole_bands = group.least_span == 0;  // a limit that must be zero is the point of the picture
  plot.marks = marks_of(info_, {group.signals.begin(), group.signals.end()}, view.window);
  plot.shades = shades_of(info_);
  for (const LimitRow& limit : info_.limits) {
    if (std::find(group.signals.begin(), group.signals.end(), limit.signal) == group.signals.end()) {
      continue;
    }
    if (limit.lower) {
      plot.levels.push_back({limit.label, limit.kind, *limit.lower * group.factor, false});
    }
    if (limit.upper) {
      plot.levels.push_back({limit.label, limit.kind, *limit.upper * group.factor, true});
    }
  }
  return plot;
}

std::string CasePlots::legend_of(const Plot& plot) const {
  std::string out;
  for (const Plot::Line& line : plot.lines) {
    out += fmt::format(R"(<span class="key"><i class="swatch c{}"></i>{}</span>)", line.colour, escaped(line.name));
    for (const Plot::Band& band : plot.bands) {
      if (band.colour == line.colour) {
        const std::string wide =
            " (" + range_text(Span(band.lower).low, Span(band.upper).high, plot.unit) + ", not filled)";
        out += fmt::format(R"(<span class="key"><i class="swatch {} c{}"></i>allowed for {}{}</span>)",
                           band.edges_only ? "edge" : "area", band.colour, escaped(line.name),
                           band.edges_only ? escaped(wide) : "");
      }
    }
  }
  return out;
}

// The plots of a group, one for each view; none when nothing of it was recorded.
std::vector<Plot> CasePlots::plots_of(const TracedGroup& group) const {
  std::vector<Plot> plots;
  for (const View& view : views_) {
    plots.push_back(empty_plot(group.what, view));
  }
  const auto scaled = [&](Trace trace) {
    for (TracePoint& p : trace) {
      p.v *= group.what.factor;
    }
    return trace;
  };
  int colour = 0;
  for (const TracedSignal& signal : group.signals) {
    const bool has_band = signal.band != nullptr && !signal.band->empty();
    if (signal.line->empty() && !has_band) {
      continue;
    }
    for (std::size_t i = 0; i < plots.size(); ++i) {
      Plot& plot = plots[i];
      if (has_band) {
        plot.bands.push_back(
            {"allowed for " + signal.name, colour, scaled(signal.band->lower(i)), scaled(signal.band->upper(i))});
      }
      plot.lines.push_back({signal.name, colour, scaled(signal.line->finish(i))});
      plot.description += (plot.description.empty() ? "" : ", ") + signal.name;
    }
    colour = (colour + 1) % 6;
  }
  if (!plots.empty() && plots.front().lines.empty()) {
    plots.clear();
  }
  return plots;
}

void CasePlots::add_group(const TracedGroup& group) {
  std::vector<Plot> plots = plots_of(group);
  for (std::size_t i = 0; i < plots.size(); ++i) {
    for (Plot::Band& band : plots[i].bands) {
      band.edges_only = far_wider(plots[i], band);
    }
    const bool whole_run = i + 1 == views_.size();
    const bool may_be_told = group.what.only_when_moving && !(whole_run && group.what.unit == "degC");
    const std::string steady = may_be_told ? steady_text(plots[i], group.what.least_span) : std::string();
    if (!steady.empty()) {
      views_[i].steady += (views_[i].steady.empty() ? "" : "; ") + steady;
      continue;
    }
    std::vector<std::string> left_out;
    const std::string drawing = svg(plots[i], fmt::format("{}-f{}", id_, ++figures_), left_out);
    if (whole_run) {  // what is far from a zoom may well be near to the whole
      left_out_.insert(left_out.begin(), left_out.end());
    }
    views_[i].html += fmt::format("<figure><figcaption><b>{}</b>{}</figcaption>{}</figure>", escaped(group.what.title),
                                  legend_of(plots[i]), drawing);
  }
}

void CasePlots::add_strips() {
  std::vector<const TracedTruth*> shown;
  std::string quiet;
  for (const TracedTruth& truth : traces_->truths()) {
    if (truth.source->happened()) {
      shown.push_back(&truth);
    } else {
      quiet += (quiet.empty() ? "" : ", ") + escaped(truth.name);
    }
  }
  if (!quiet.empty()) {
    quiet_ = "<p class=\"note\">Neither allowed, demanded nor seen in this run: " + quiet + ".</p>";
  }
  const std::string legend =
      R"(<span class="key"><i class="swatch box may"></i>may be true</span><span class="key"><i class="swatch box must"></i>must be true</span><span class="key"><i class="swatch box seen"></i>seen true</span><span class="key"><i class="swatch box wrong"></i>true, but must not be</span><span class="key"><i class="swatch box absent"></i>false, but must be true</span>)";
  for (std::size_t i = 0; !shown.empty() && i < views_.size(); ++i) {
    View& view = views_[i];
    StripPlot plot;
    plot.title = "What the reference allows and what the pack showed, " + view.heading;
    plot.window = view.window;
    plot.marks = marks_of(info_, {}, view.window);
    plot.shades = shades_of(info_);
    for (const TracedTruth* truth : shown) {
      plot.strips.push_back(truth->source->finish(i, truth->name));
    }
    view.html += fmt::format("<figure><figcaption><b>Decisions of the pack</b>{}</figcaption>{}</figure>", legend,
                             svg(plot, fmt::format("{}-f{}", id_, ++figures_)));
  }
}

std::string CasePlots::left_out_html() const {
  std::string out;
  for (const std::string& text : left_out_) {
    out += (out.empty() ? "" : "; ") + escaped(text);
  }
  return out.empty() ? out : "<p class=\"note\">Too far from the values to be drawn: " + out + ".</p>";
}

std::string list_html(const std::string& heading, const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) {
    out += "<li>" + escaped(item) + "</li>";
  }
  return out.empty() ? out : "<div class=\"warning\"><b>" + heading + "</b><ul>" + out + "</ul></div>";
}
}  // namespace

std::string plots_html(const RunForReport& run, const std::string& id) {
  if (run.record.empty()) {
    return "<p class=\"note\">No samples were recorded (level " + std::string(record_level_name(run.info.level)) +
           "), so there are no plots.</p>";
  }
  try {
    RunReader reader(run.record);
    std::string out = CasePlots(reader, run.info, id).html();
    std::vector<std::string> problems(reader.damage());
    for (const RecordGap& gap : reader.gaps()) {
      problems.push_back(fmt::format("{} ticks from {} to {} were dropped: the disk was too slow", gap.rows,
                                     gap.first_tick, gap.last_tick));
    }
    if (reader.state() != "complete") {
      problems.push_back("the record is in the state '" + reader.state() + "' " + reader.failure());
    }
    return list_html("The record is not whole", problems) + out;
  } catch (const RigError& error) {
    return list_html("The record cannot be read", {error.what()});
  }
}

}  // namespace rig
