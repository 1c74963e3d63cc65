#include "reports/trace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace rig {
namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// The points of one bucket in order of time, without repeating any. Where many samples fall into one bucket the lowest
// and the highest show as much as all of them.
struct Bucket {
  TracePoint first, lowest, highest, last;
  int count = 0;

  void add(TracePoint p) {
    if (count++ == 0) {
      first = lowest = highest = p;
    }
    lowest = p.v < lowest.v ? p : lowest;
    highest = p.v > highest.v ? p : highest;
    last = p;
  }
  void flush(Trace& out) {
    if (count == 0) {
      return;
    }
    TracePoint early = lowest, late = highest;
    if (late.t < early.t) {
      std::swap(early, late);
    }
    const TracePoint points[4] = {count > 4 ? early : first, early, late, count > 4 ? late : last};
    for (std::size_t i = 0; i < 4; ++i) {
      if (i == 0 || points[i].t != points[i - 1].t || points[i].v != points[i - 1].v) {
        out.push_back(points[i]);
      }
    }
    count = 0;
  }
};

std::size_t last_before(const ColumnData& data, double t) {
  const auto it = std::upper_bound(data.times.begin(), data.times.end(), t,
                                   [](double value, TimePoint time) { return value < to_seconds(time); });
  return it == data.times.begin() ? 0 : static_cast<std::size_t>(it - data.times.begin()) - 1;
}
}  // namespace

Trace reduce(const ColumnData& data, Window window, std::size_t buckets) {
  Trace out;
  Bucket bucket;
  std::size_t current = 0;
  double value = nothing;
  for (std::size_t i = last_before(data, window.from); i < data.size(); ++i) {
    const double t = std::max(to_seconds(data.times[i]), window.from);
    if (t > window.to) {
      break;
    }
    const auto at = static_cast<std::size_t>((t - window.from) / window.length() * static_cast<double>(buckets));
    if (at != current) {
      bucket.flush(out);
      if (at > current + 1 && !std::isnan(value)) {
        out.push_back({t, value});  // it held until now
      }
      current = at;
    }
    value = data.qualities[i] == Quality::good ? data.values[i] : nothing;
    if (std::isnan(value)) {
      bucket.flush(out);
      if (!out.empty() && !std::isnan(out.back().v)) {
        out.push_back({t, nothing});
      }
    } else {
      bucket.add({t, value});
    }
  }
  bucket.flush(out);
  if (!out.empty() && !std::isnan(value) && out.back().t < window.to) {
    out.push_back({window.to, value});
  }
  return out;
}

Intervals true_intervals(const ColumnData& data, Window window) {
  Intervals out;
  bool open = false;
  for (std::size_t i = last_before(data, window.from); i < data.size(); ++i) {
    const double t = std::max(to_seconds(data.times[i]), window.from);
    if (t > window.to) {
      break;
    }
    const bool now = data.qualities[i] == Quality::good && data.values[i] > 0.5;
    if (now && !open) {
      out.emplace_back(t, window.to);
    } else if (!now && open) {
      out.back().second = t;
    }
    open = now;
  }
  return out;
}

Intervals unknown_intervals(const ColumnData& data, Window window) {
  Intervals out;
  double since = window.from;
  bool open = true;
  for (std::size_t i = last_before(data, window.from); i < data.size(); ++i) {
    const double t = std::max(to_seconds(data.times[i]), window.from);
    if (t > window.to) {
      break;
    }
    const bool good = data.qualities[i] == Quality::good;
    if (good && open && t > since) {
      out.emplace_back(since, t);
    }
    since = !good && !open ? t : since;
    open = !good;
  }
  if (open) {
    out.emplace_back(since, window.to);
  }
  return out;
}

void blank_unbounded(ColumnData& lower, ColumnData& upper) {
  ColumnData low, high;
  std::size_t l = 0, h = 0;
  while (l < lower.size() || h < upper.size()) {
    const bool take_low = h >= upper.size() || (l < lower.size() && lower.times[l] <= upper.times[h]);
    const bool take_high = l >= lower.size() || (h < upper.size() && upper.times[h] <= lower.times[l]);
    const TimePoint time = take_low ? lower.times[l] : upper.times[h];
    l += take_low ? 1 : 0;
    h += take_high ? 1 : 0;
    if (l == 0 || h == 0) {
      continue;
    }
    const double from = lower.values[l - 1], to = upper.values[h - 1];
    const bool bounded = std::isfinite(from) || std::isfinite(to);
    for (auto [column, value, quality] :
         {std::tuple{&low, from, lower.qualities[l - 1]}, std::tuple{&high, to, upper.qualities[h - 1]}}) {
      column->ticks.push_back(take_low ? lower.ticks[l - 1] : upper.ticks[h - 1]);
      column->times.push_back(time);
      column->values.push_back(value);
      column->qualities.push_back(bounded ? quality : Quality::never);
    }
  }
  lower = std::move(low);
  upper = std::move(high);
}

Intervals without(const Intervals& a, const Intervals& b) {
  Intervals out;
  for (auto [from, to] : a) {
    for (const auto& [hole_from, hole_to] : b) {
      if (hole_to <= from || hole_from >= to) {
        continue;
      }
      if (hole_from > from) {
        out.emplace_back(from, hole_from);
      }
      from = std::max(from, hole_to);
    }
    if (from < to) {
      out.emplace_back(from, to);
    }
  }
  return out;
}

bool widen(const Trace& trace, double& lowest, double& highest) {
  bool any = false;
  for (const TracePoint& p : trace) {
    if (std::isfinite(p.v)) {
      lowest = std::min(lowest, p.v);
      highest = std::max(highest, p.v);
      any = true;
    }
  }
  return any;
}

}  // namespace rig
