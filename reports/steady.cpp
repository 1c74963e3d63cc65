#include "reports/steady.hpp"

#include <algorithm>
#include <cmath>

#include "reports/text.hpp"

namespace rig {

Span::Span(const Trace& trace) {
  for (const TracePoint& p : trace) {
    whole = whole && !std::isnan(p.v);
    if (!std::isnan(p.v)) {
      low = std::min(low, p.v);
      high = std::max(high, p.v);
    }
  }
  whole = whole && !trace.empty();
}

std::string range_text(double low, double high, const std::string& unit) {
  const std::string shown = unit == "degC" ? "\u00b0C" : unit;
  const std::string from = number_text(low, 4), to = number_text(high, 4);
  if (!std::isfinite(low) && !std::isfinite(high)) {
    return "anything";
  }
  if (!std::isfinite(low)) {
    return "up to " + to + " " + shown;
  }
  if (!std::isfinite(high)) {
    return "from " + from + " " + shown;
  }
  return from == to ? from + " " + shown : from + " " + shown + " to " + to + " " + shown;
}

std::string steady_text(const Plot& plot, double least_span) {
  const auto least = [&](const Span& span) { return std::max(least_span / 2, std::abs(span.high) * 0.01); };
  std::string out;
  for (const Plot::Line& line : plot.lines) {
    const Span seen(line.trace);
    if (!seen.whole || !seen.steady(least_span / 2)) {
      return {};
    }
    out += (out.empty() ? "" : "; ") + line.name + " " + range_text(seen.low, seen.high, plot.unit);
    for (const Plot::Band& band : plot.bands) {
      const Span lower(band.lower), upper(band.upper);
      if (band.colour != line.colour) {
        continue;
      }
      const bool calm = lower.steady(least(lower)) && upper.steady(least(upper));
      if (!(calm || band.edges_only) || seen.low < lower.high || seen.high > upper.low) {
        return {};
      }
      out += ", allowed " + range_text(lower.low, upper.low, plot.unit);
    }
  }
  return out;
}

}  // namespace rig
