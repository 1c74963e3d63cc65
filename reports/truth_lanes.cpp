#include "reports/truth_lanes.hpp"

#include <algorithm>

namespace rig {

void TruthLanes::Lane::set(bool now, double t, double closest) {
  if (now == open_) {
    return;
  }
  open_ = now;
  if (!now) {
    intervals_.back().second = t;
    if (t <= intervals_.back().first) {
      intervals_.pop_back();  // before the window
    }
  } else if (intervals_.empty() || t - intervals_.back().second >= closest) {
    intervals_.emplace_back(t, t);
  }
}

Intervals TruthLanes::Lane::finish(double end) {
  set(false, end, 0);
  return std::move(intervals_);
}

TruthLanes::TruthLanes(Window window, std::size_t resolution)
    : window_(window), closest_(window.length() / static_cast<double>(resolution)) {
  set(window.from, {});  // nothing was seen yet
}

void TruthLanes::add(double t, Truth truth) {
  if (t <= window_.to) {
    set(std::max(t, window_.from), truth);
  }
}

void TruthLanes::set(double t, Truth truth) {
  may_.set(truth.may && !truth.must, t, closest_);
  must_.set(truth.must, t, closest_);
  unknown_.set(!truth.known, t, closest_);
  seen_.set(truth.seen && truth.may, t, closest_);
  wrong_.set(truth.seen && !truth.may, t, closest_);
  absent_.set(truth.must && truth.known && !truth.seen, t, closest_);
}

Strip TruthLanes::finish(std::string name) {
  const double end = window_.to;
  return {std::move(name),   may_.finish(end),   must_.finish(end),  unknown_.finish(end),
          seen_.finish(end), wrong_.finish(end), absent_.finish(end)};
}

}  // namespace rig
