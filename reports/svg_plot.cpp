#include "reports/svg_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/svg_axes.hpp"
#include "reports/text.hpp"

namespace rig {
namespace {
using svg_detail::coordinate;
using svg_detail::left;
using svg_detail::right;
using svg_detail::TimeScale;
using svg_detail::width;

struct ValueScale {
  double low = 0, high = 1, top = 0, bottom = 1;
  [[nodiscard]] double y(double v) const noexcept {
    // Clamped a little outside, so that infinite envelopes reach the edge and the clip path hides the rest.
    return std::clamp(bottom - (v - low) / (high - low) * (bottom - top), top - 5, bottom + 5);
  }
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  [[nodiscard]] bool empty() const { return low > high; }
  void add(double v) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

// Envelopes belong to the picture, but one that is far wider than what was seen must not flatten the traces.
Range with_bands(const Plot& plot, const Range& seen) {
  Range edges;
  for (const auto& band : plot.bands) {
    if (!band.edges_only) {
      widen(band.lower, edges.low, edges.high);
      widen(band.upper, edges.low, edges.high);
    }
  }
  if (edges.empty() || seen.empty()) {
    return seen.empty() ? edges : seen;
  }
  const double reach = std::max(2 * (seen.high - seen.low), plot.least_span);
  Range all = seen;
  all.add(plot.whole_bands ? edges.low : std::clamp(edges.low, seen.low - reach, seen.high + reach));
  all.add(plot.whole_bands ? edges.high : std::clamp(edges.high, seen.low - reach, seen.high + reach));
  return all;
}

// What the values span, plus the levels near enough to tell something.
Range range_of(const Plot& plot, std::vector<const Plot::Level*>& shown, std::vector<std::string>& left_out) {
  Range seen;
  for (const auto& line : plot.lines) {
    widen(line.trace, seen.low, seen.high);
  }
  Range range = with_bands(plot, seen);
  const Range base = range;
  const double reach =
      base.empty() ? 0 : std::max({(base.high - base.low) * 0.9, std::abs(base.high) * 0.01, plot.least_span});
  for (const auto& level : plot.levels) {
    if (!base.empty() && (level.value > base.high + reach || level.value < base.low - reach)) {
      left_out.push_back(fmt::format("{} {} {}", level.label, number_text(level.value), plot.unit));
      continue;
    }
    shown.push_back(&level);
    range.add(level.value);
  }
  if (range.empty()) {
    range = {0, 1};
  }
  const double missing = std::max(plot.least_span, std::abs(range.high) * 1e-6) - (range.high - range.low);
  const double pad = (range.high - range.low) * 0.06 + std::max(missing, 0.0) / 2;
  const double for_step_names = plot.shades.empty() ? 0 : (range.high - range.low + 2 * pad) * 18 / plot.height;
  return {range.low - pad, range.high + pad + for_step_names};
}

std::string path_of(const Trace& trace, const TimeScale& time, const ValueScale& value) {
  std::string d;
  bool pen_down = false;
  std::string last_y;
  for (const TracePoint& p : trace) {
    if (std::isnan(p.v)) {
      pen_down = false;
      continue;
    }
    const std::string x = coordinate(time.x(p.t));
    std::string y = coordinate(value.y(p.v));
    if (pen_down && y == last_y) {
      d.append("H").append(x);
    } else {
      d.append(pen_down ? "L" : "M").append(x).append(" ").append(y);
    }
    last_y = std::move(y);
    pen_down = true;
  }
  return d;
}

// Pieces of a trace between breaks.
std::vector<Trace> pieces(const Trace& trace) {
  std::vector<Trace> out(1);
  for (const TracePoint& p : trace) {
    if (!std::isnan(p.v)) {
      out.back().push_back(p);
    } else if (!out.back().empty()) {
      out.emplace_back();
    }
  }
  if (out.back().empty()) {
    out.pop_back();
  }
  return out;
}

std::string area_of(const Plot::Band& band, const TimeScale& time, const ValueScale& value) {
  const auto lower = pieces(band.lower);
  const auto upper = pieces(band.upper);
  std::string d;
  for (std::size_t i = 0; i < std::min(lower.size(), upper.size()); ++i) {
    d += path_of(upper[i], time, value);
    for (auto p = lower[i].rbegin(); p != lower[i].rend(); ++p) {
      d += "L" + coordinate(time.x(p->t)) + " " + coordinate(value.y(p->v));
    }
    d += "Z";
  }
  return d;
}

std::string value_axis(const Plot& plot, const ValueScale& scale) {
  std::string out;
  for (const double tick : svg_detail::ticks_between(scale.low, scale.high, plot.height / 40)) {
    const std::string y = coordinate(scale.y(tick));
    out +=
        fmt::format(R"(<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>)", left, coordinate(width - right), y, y);
    if (scale.y(tick) > scale.top + 16) {  // the unit stands there
      out += fmt::format(R"(<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>)", left - 6,
                         coordinate(scale.y(tick) + 4), number_text(std::abs(tick) < 1e-12 ? 0 : tick, 6));
    }
  }
  out += fmt::format(R"(<text class="unit" x="{}" y="{}" text-anchor="end">{}</text>)", left - 6,
                     coordinate(scale.top + 11), escaped(plot.unit == "degC" ? "\u00b0C" : plot.unit));
  return out;
}

// "GTX-OV-01 threshold 56 V"; a label that names its value already stays as it is.
std::string labelled(const Plot::Level& level, const std::string& unit) {
  const std::string value = number_text(level.value);
  return level.label.find(value) == std::string::npos ? fmt::format("{} {} {}", level.label, value, unit) : level.label;
}

std::string levels_of(const std::vector<const Plot::Level*>& levels, const ValueScale& scale, const std::string& unit) {
  std::string out;
  std::vector<double> taken;
  for (const Plot::Level* level : levels) {
    const double y = scale.y(level->value);
    double label_y = y - 4;
    const auto collides = [&](double at) {
      return at < scale.top + 22 ||
             std::any_of(taken.begin(), taken.end(), [&](double t) { return std::abs(t - at) < 12; });
    };
    if (collides(label_y)) {
      label_y = y + 12;
    }
    out += fmt::format(R"(<line class="level {}" x1="{}" x2="{}" y1="{}" y2="{}"/>)", escaped(level->kind), left,
                       coordinate(width - right), coordinate(y), coordinate(y));
    if (!collides(label_y)) {
      taken.push_back(label_y);
      out += fmt::format(R"(<text class="levellabel" x="{}" y="{}">{}</text>)", left + 4, coordinate(label_y),
                         escaped(labelled(*level, unit)));
    }
  }
  return out;
}

std::string opening(const std::string& id, double height, const std::string& title, const std::string& description,
                    const TimeScale& time) {
  return fmt::format(
      R"(<svg id="{0}" class="plot" viewBox="0 0 {1} {2}" role="img" aria-labelledby="{0}-t {0}-d" data-from="{3}" data-to="{4}" data-left="{5}" data-right="{6}"><title id="{0}-t">{7}</title><desc id="{0}-d">{8}</desc>)",
      id, width, coordinate(height), time.window.from, time.window.to, left, width - right, escaped(title),
      escaped(description));
}
}  // namespace

bool far_wider(const Plot& plot, const Plot::Band& band) {
  if (plot.whole_bands) {
    return false;
  }
  Range seen, lower, upper;
  for (const auto& line : plot.lines) {
    widen(line.trace, seen.low, seen.high);
  }
  const bool has_edges = widen(band.lower, lower.low, lower.high) && widen(band.upper, upper.low, upper.high);
  constexpr double far = 2.5;
  return has_edges && !seen.empty() && upper.high - lower.low > far * std::max(seen.high - seen.low, plot.least_span);
}

std::string svg(const Plot& plot, const std::string& id, std::vector<std::string>& left_out) {
  const TimeScale time{plot.window};
  const double top = 6 + svg_detail::room_for_marks(plot.marks, time);
  std::vector<const Plot::Level*> shown;
  const Range range = range_of(plot, shown, left_out);
  const ValueScale value{range.low, range.high, top, top + plot.height - 30};
  std::string out = opening(id, value.bottom + 24, plot.title, plot.description, time);
  out += fmt::format(R"(<clipPath id="{}-c"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>)", id, left,
                     coordinate(top), width - left - right, coordinate(value.bottom - top));
  out += svg_detail::shades(plot.shades, time, top, value.bottom);
  out += svg_detail::time_axis(time, top, value.bottom);
  out += value_axis(plot, value);
  out += fmt::format(R"~(<g clip-path="url(#{}-c)">)~", id);
  for (const auto& band : plot.bands) {
    out += fmt::format(R"(<path class="{} c{}" d="{}"><title>{}</title></path>)", band.edges_only ? "edges" : "band",
                       band.colour,
                       band.edges_only ? path_of(band.lower, time, value) + path_of(band.upper, time, value)
                                       : area_of(band, time, value),
                       escaped(band.name));
  }
  for (const auto& line : plot.lines) {
    out += fmt::format(R"(<path class="line c{}" data-name="{}" d="{}"/>)", line.colour, escaped(line.name),
                       path_of(line.trace, time, value));
  }
  out += "</g>" + levels_of(shown, value, plot.unit);
  out += svg_detail::marks(plot.marks, time, top, value.bottom);
  out += fmt::format(R"(<rect class="frame" x="{}" y="{}" width="{}" height="{}" data-low="{}" data-high="{}"/>)", left,
                     coordinate(top), width - left - right, coordinate(value.bottom - top), range.low, range.high);
  return out + "</svg>";
}

std::string svg(const StripPlot& plot, const std::string& id) {
  constexpr double lane = 13, label_height = 15, row = label_height + 2 * lane + 8;
  const TimeScale time{plot.window};
  const double top = 6 + svg_detail::room_for_marks(plot.marks, time);
  const double first = top + (plot.shades.empty() ? 2 : 16);
  const double bottom = first + row * static_cast<double>(plot.strips.size());
  std::string out = opening(id, bottom + 24, plot.title,
                            "For each truth value: above what the reference allows and demands, below what the pack "
                            "showed.",
                            time);
  out += svg_detail::shades(plot.shades, time, top, bottom) + svg_detail::time_axis(time, top, bottom);
  double y = first;
  const auto draw = [&](const Intervals& intervals, const char* kind, double at, const char* word = "") {
    for (const auto& [from, to] : intervals) {
      const double x = time.clipped(from), length = std::max(time.clipped(to) - x, 0.8);
      out += fmt::format(R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>)", kind, coordinate(x),
                         coordinate(at), coordinate(length), coordinate(lane));
      if (*word != '\0' && length > 12 + 7 * static_cast<double>(std::string_view(word).size())) {
        out += fmt::format(R"(<text class="word on-{}" x="{}" y="{}">{}</text>)", kind, coordinate(x + 5),
                           coordinate(at + 10), word);
      }
    }
  };
  for (const Strip& strip : plot.strips) {
    out += fmt::format(R"(<text class="striplabel" x="{}" y="{}">{}</text>)", left + 4, coordinate(y + 12),
                       escaped(strip.name));
    const double lanes = y + label_height;
    out += fmt::format(R"(<rect class="lane" x="{}" y="{}" width="{}" height="{}"/>)", left, coordinate(lanes),
                       width - left - right, coordinate(2 * lane + 1));
    out += fmt::format(R"(<text class="tick" x="{0}" y="{1}" text-anchor="end">allowed</text>)"
                       R"(<text class="tick" x="{0}" y="{2}" text-anchor="end">seen</text>)",
                       left - 6, coordinate(lanes + 10), coordinate(lanes + lane + 11));
    const double below = lanes + lane + 1;
    draw(strip.may, "may", lanes, "may");
    draw(strip.must, "must", lanes, "must");
    draw(strip.unknown, "unknown", below, "not known");
    draw(strip.seen, "seen", below, "true");
    draw(strip.wrong, "wrong", below, "true, but must not be");
    draw(strip.absent, "absent", below, "false, but must be true");
    y += row;
  }
  out += svg_detail::marks(plot.marks, time, top, bottom);
  out += fmt::format(R"(<rect class="frame" x="{}" y="{}" width="{}" height="{}"/>)", left, coordinate(top),
                     width - left - right, coordinate(bottom - top));
  return out + "</svg>";
}

std::string measure_bar(double value, double uncertainty, double lower, double upper, bool passed,
                        const std::string& description) {
  constexpr double length = 220, middle = 11;
  Range range;
  for (const double v : {lower, upper, value - uncertainty, value + uncertainty}) {
    if (std::isfinite(v)) {
      range.add(v);
    }
  }
  const double pad = std::max((range.high - range.low) * 0.15, 1e-9);
  const auto x = [&](double v) {
    return 4 + (v - range.low + pad) / (range.high - range.low + 2 * pad) * (length - 8);
  };
  const double from = std::isfinite(lower) ? x(lower) : 0;
  const double to = std::isfinite(upper) ? x(upper) : length;
  std::string out = fmt::format(
      R"(<svg class="bar" viewBox="0 0 {} 22" role="img"><title>{}</title><rect class="barback" x="0" y="7" width="{}" height="8"/><rect class="barok" x="{}" y="7" width="{}" height="8"/>)",
      length, escaped(description), length, coordinate(from), coordinate(std::max(to - from, 0.0)));
  for (const double limit : {lower, upper}) {
    if (std::isfinite(limit)) {
      out += fmt::format(R"(<line class="barlimit" x1="{0}" x2="{0}" y1="3" y2="19"/>)", coordinate(x(limit)));
    }
  }
  const char* kind = passed ? "bargood" : "barbad";
  if (std::isfinite(value)) {
    out += fmt::format(R"(<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>)", kind,
                       coordinate(x(value - uncertainty)), coordinate(x(value + uncertainty)), middle, middle);
    out += fmt::format(R"(<circle class="{}" cx="{}" cy="{}" r="4"/>)", kind, coordinate(x(value)), middle);
  }
  return out + "</svg>";
}

}  // namespace rig
