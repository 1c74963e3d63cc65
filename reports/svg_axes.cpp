#include "reports/svg_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/text.hpp"

namespace rig::svg_detail {
namespace {
constexpr double character = 6.3;  // width of a character of the 11 px labels
constexpr double mark_row = 14;

// Text that fits into `room` px, with an ellipsis where it was cut; empty when not even some letters fit.
std::string fitted(const std::string& text, double room) {
  const auto most = static_cast<std::size_t>(std::max(0.0, room / character));
  if (text.size() <= most) {
    return text;
  }
  std::size_t cut = most < 5 ? 0 : most - 1;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) {
    --cut;  // not within a UTF-8 character
  }
  return cut == 0 ? std::string() : text.substr(0, cut) + "\xE2\x80\xA6";
}

struct PlacedMark {
  const Plot::Mark* mark;
  double x;
  int row;
  bool to_the_left;  // the label ends at the mark
};

std::vector<PlacedMark> place(const std::vector<Plot::Mark>& marks, const TimeScale& scale) {
  std::vector<PlacedMark> placed;
  std::vector<double> row_end;  // where the last label of each row ends
  for (const Plot::Mark& mark : marks) {
    if (mark.t < scale.window.from || mark.t > scale.window.to) {
      continue;
    }
    const double x = scale.x(mark.t);
    const double length = static_cast<double>(mark.label.size()) * character + 8;
    const bool to_the_left = x + length > width;
    const double begin = to_the_left ? x - length : x;
    std::size_t row = 0;
    while (row < row_end.size() && row_end[row] > begin) {
      ++row;
    }
    row_end.resize(std::max(row_end.size(), row + 1), 0);
    row_end[row] = begin + length;
    placed.push_back({&mark, x, static_cast<int>(row), to_the_left});
  }
  return placed;
}
}  // namespace

double TimeScale::clipped(double t) const noexcept { return x(std::clamp(t, window.from, window.to)); }

std::vector<double> ticks_between(double from, double to, int count) {
  std::vector<double> ticks;
  const double raw = (to - from) / std::max(1, count);
  if (!(raw > 0) || !std::isfinite(raw)) {
    return ticks;
  }
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) {
      step = factor * power;
      break;
    }
  }
  for (double k = std::ceil(from / step - 1e-9); k * step <= to + step * 1e-9; ++k) {
    ticks.push_back(k * step);
  }
  return ticks;
}

std::string coordinate(double value) {
  const double tenths = std::round(value * 10);
  return std::fmod(tenths, 10) == 0 ? fmt::format("{:.0f}", tenths / 10) : fmt::format("{:.1f}", tenths / 10);
}

std::string time_axis(const TimeScale& scale, double top, double bottom) {
  const double length = scale.window.length();
  const bool hours = length > 3 * 3600;
  const bool minutes = !hours && length > 300;
  const double unit = hours ? 3600 : minutes ? 60 : 1;
  std::string out;
  for (const double tick : ticks_between(scale.window.from / unit, scale.window.to / unit, 9)) {
    const std::string x = coordinate(scale.x(tick * unit));
    out += fmt::format(R"(<line class="grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>)", x, coordinate(top),
                       coordinate(bottom));
    if (scale.x(tick * unit) > left + 10) {  // the unit stands there
      out += fmt::format(R"(<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>)", x,
                         coordinate(bottom + 15), number_text(tick, 7));
    }
  }
  out += fmt::format(R"(<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>)", coordinate(left - 8),
                     coordinate(bottom + 15),
                     hours     ? "h"
                     : minutes ? "min"
                               : "s");
  return out;
}

std::string shades(const std::vector<Plot::Shade>& shades, const TimeScale& scale, double top, double bottom) {
  std::string out;
  for (const Plot::Shade& shade : shades) {
    if (shade.window.to < scale.window.from || shade.window.from > scale.window.to) {
      continue;
    }
    const double from = scale.clipped(shade.window.from);
    const double to = scale.clipped(shade.window.to);
    out += fmt::format(R"(<rect class="step{}" x="{}" y="{}" width="{}" height="{}"><title>{} {}</title></rect>)",
                       shade.number % 2, coordinate(from), coordinate(top), coordinate(std::max(to - from, 0.2)),
                       coordinate(bottom - top), shade.number, escaped(shade.name));
    std::string label = fitted(fmt::format("{} {}", shade.number, shade.name), to - from - 6);
    if (label.empty() && to - from > 2 * character) {
      label = std::to_string(shade.number);
    }
    if (!label.empty()) {
      out += fmt::format(R"(<text class="steplabel" x="{}" y="{}">{}</text>)", coordinate(from + 4),
                         coordinate(top + 12), escaped(label));
    }
  }
  return out;
}

double room_for_marks(const std::vector<Plot::Mark>& marks, const TimeScale& scale) {
  int rows = 0;
  for (const PlacedMark& placed : place(marks, scale)) {
    rows = std::max(rows, placed.row + 1);
  }
  return rows * mark_row;
}

std::string marks(const std::vector<Plot::Mark>& marks, const TimeScale& scale, double top, double bottom) {
  std::string lines, out;
  for (const PlacedMark& placed : place(marks, scale)) {
    const char* kind = placed.mark->is_failure ? "failure" : "trip";
    const double y = top - 4 - placed.row * mark_row;
    lines += fmt::format(R"(<line class="{0}" x1="{1}" x2="{1}" y1="{2}" y2="{3}"/>)", kind, coordinate(placed.x),
                         coordinate(y - 8), coordinate(bottom));
    out += fmt::format(R"(<text class="{}label" x="{}" y="{}" text-anchor="{}">{}</text>)", kind,
                       coordinate(placed.x + (placed.to_the_left ? -4 : 4)), coordinate(y),
                       placed.to_the_left ? "end" : "start", escaped(placed.mark->label));
  }
  return lines + out;  // no line crosses a label
}

}  // namespace rig::svg_detail
