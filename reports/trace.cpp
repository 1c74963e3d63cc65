#include "reports/trace.hpp"

#include <algorithm>

namespace rig {
namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
}

void Decimation::Piece::add(TracePoint p) {
  if (count++ == 0) {
    first = lowest = highest = p;
  }
  lowest = p.v < lowest.v ? p : lowest;
  highest = p.v > highest.v ? p : highest;
  last = p;
}

// In order of time, without repeating any. Where many samples fall into one bucket the lowest and the highest show as
// much as all of them; the last one too where it holds on beyond the bucket, or a slope would be drawn from the
// extreme.
void Decimation::Piece::flush(Trace& out, bool holds_on) {
  if (count == 0) {
    return;
  }
  TracePoint early = lowest, late = highest;
  if (late.t < early.t) {
    std::swap(early, late);
  }
  const TracePoint points[4] = {count > 4 ? early : first, early, late, count > 4 && !holds_on ? late : last};
  for (std::size_t i = 0; i < 4; ++i) {
    if (i == 0 || points[i].t != points[i - 1].t || points[i].v != points[i - 1].v) {
      out.push_back(points[i]);
    }
  }
  count = 0;
}

void Decimation::add(TracePoint sample) {
  if (sample.t > window_.to) {
    return;
  }
  if (sample.t <= window_.from) {
    before_ = {window_.from, sample.v};
    has_before_ = true;
    return;
  }
  if (has_before_) {
    has_before_ = false;
    place(before_);
  }
  place(sample);
}

void Decimation::add(std::span<const TracePoint> samples) {
  if (samples.empty() || samples.front().t > window_.to) {
    return;
  }
  if (samples.back().t <= window_.from) {
    add(samples.back());
    return;
  }
  for (const TracePoint& sample : samples) {
    add(sample);
  }
}

void Decimation::place(TracePoint p) {
  if (p.t >= bucket_end_) {
    go_to(p.t);
  }
  if (!std::isnan(p.v)) {
    piece_.add(p);
  } else if (!std::isnan(value_)) {
    lose(p.t);
  }
  value_ = p.v;
}

void Decimation::go_to(double t) {
  const double share = (t - window_.from) / window_.length() * static_cast<double>(buckets_);
  const std::size_t at = std::clamp(static_cast<std::size_t>(share), current_, buckets_ - 1);
  if (at != current_) {
    const bool holds_on = at > current_ + 1;
    close_bucket(holds_on);
    if (holds_on && !std::isnan(value_)) {
      out_.push_back({t, value_});  // it held until now
    }
    current_ = at;
  }
  bucket_end_ = at + 1 == buckets_ ? std::numeric_limits<double>::infinity() : end_of(at);
}

void Decimation::lose(double t) {
  lost_at_ = t;
  if (!broken_) {
    piece_.flush(out_, false);
    out_.push_back({t, nothing});
    broken_ = true;
  }
}

void Decimation::close_bucket(bool holds_on) {
  piece_.flush(out_, holds_on);
  if (std::isnan(value_) && !out_.empty() && !std::isnan(out_.back().v)) {
    out_.push_back({lost_at_, nothing});
  }
  broken_ = false;
}

Trace Decimation::finish() {
  if (has_before_) {
    has_before_ = false;
    place(before_);
  }
  close_bucket(true);
  if (!out_.empty() && !std::isnan(value_) && out_.back().t < window_.to) {
    out_.push_back({window_.to, value_});
  }
  return std::move(out_);
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
