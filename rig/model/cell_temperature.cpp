#include "rig/model/cell_temperature.hpp"

namespace rig {
namespace {

constexpr double longest_step = 60.0;        // s; short against the fastest time constant of the bounds
constexpr double polarisation = 400.0;       // s, how long a pack remembers its current
constexpr double zero_celsius = 273.15;      // K
constexpr double warm = 25.0, cold = -20.0;  // degC, where the two resistances hold
// Without any current known this much is possible, A (the fixture's largest).
constexpr double unknown_current = 240.0;
// A report is that of up to some seconds ago, and the cells go on: K.
constexpr double report_drift = 0.3;

}  // namespace

void CellTemperature::restart(std::optional<double> soaked) noexcept {
  cells_ = own_ = report_ = mean_ = {};
  soaked_ = soaked;
  current_ = {0.0, 0.0};
  recent_ = 0.0;
  started_ = any_current_ = false;
  agrees_ = true;
  compared_ = 0;
}

// Heat that the cells may make, W.
Interval CellTemperature::heat(double elapsed) noexcept {
  const double most = std::max(-current_.lo, current_.hi);
  const double least = current_.contains(0.0) ? 0.0 : std::min(std::abs(current_.lo), std::abs(current_.hi));
  recent_ = std::max(most, recent_ - recent_ * std::min(1.0, elapsed / polarisation));
  const double coldness = std::clamp((warm - cells_.lo) / (warm - cold), 0.0, 1.5);
  const double highest =
      bounds_.resistance.hi * exact_exp(coldness * exact_log(bounds_.cold_resistance / bounds_.resistance.hi));
  // A cell that was charged hard gives some of its polarisation back before it heats again.
  const double given_back = recent_ > 1.2 * least ? 0.5 * highest * recent_ * most : 0.0;
  const double kelvin = cells_.hi + zero_celsius;
  const auto reversible = [&](double current) {
    return Interval{std::min(current * bounds_.entropy.lo, current * bounds_.entropy.hi) * kelvin,
                    std::max(current * bounds_.entropy.lo, current * bounds_.entropy.hi) * kelvin};
  };
  const Interval entropic = hull(reversible(current_.lo), reversible(current_.hi));
  return {bounds_.resistance.lo * least * least - given_back - bounds_.hysteresis * most + entropic.lo,
          highest * recent_ * recent_ + bounds_.hysteresis * most + entropic.hi};
}

// How fast the two ends move, K/s: each with the numbers that carry it farthest out.
Interval CellTemperature::rate(Interval heat, Interval skin) const noexcept {
  const double out_hi = skin.hi - cells_.hi;
  const double out_lo = skin.lo - cells_.lo;
  const double hi = heat.hi + out_hi * (out_hi > 0 ? bounds_.conductance.hi : bounds_.conductance.lo);
  const double lo = heat.lo + out_lo * (out_lo < 0 ? bounds_.conductance.hi : bounds_.conductance.lo);
  return {lo / (lo < 0 ? bounds_.heat_capacity.lo : bounds_.heat_capacity.hi),
          hi / (hi > 0 ? bounds_.heat_capacity.lo : bounds_.heat_capacity.hi)};
}

void CellTemperature::follow(Interval skin, double elapsed) noexcept {
  const Interval warmth = heat(elapsed);
  // One past too long to follow: what the skin did in between is known only as its two ends.
  int steps = static_cast<int>(std::min(elapsed / longest_step, 1000.0)) + 1;
  const double dt = std::min(elapsed / steps, longest_step);
  Interval speed = rate(warmth, skin);
  for (; steps > 0; --steps) {
    cells_.lo += speed.lo * dt;
    cells_.hi += speed.hi * dt;
    speed = rate(warmth, skin);
  }
  // A thermometer with a lag sees a skin of before: what was computed from it is the cells' temperature behind the same
  // lag, and the cells have moved on since.
  own_ = {cells_.lo + std::min(0.0, speed.lo) * bounds_.skin_lag,
          cells_.hi + std::max(0.0, speed.hi) * bounds_.skin_lag};
  report_ = {own_.lo - std::max(0.0, speed.hi) * bounds_.sensor_lag,
             own_.hi - std::min(0.0, speed.lo) * bounds_.sensor_lag};
}

void CellTemperature::compare(const MeasuredValue& reported, double tolerance) noexcept {
  const Interval expected = widened(report_, tolerance);
  if (!(own_.width() < comparable) || !(tolerance < infinity)) {
    return;
  }
  agrees_ = agrees_ && !intersect(expected, reported.latest).empty();
  compared_ = std::min(compared_ + 1, cross_checks);
}

CellTemperature::Sensed CellTemperature::sensed(const MeasuredValue& reported, double tolerance) const noexcept {
  const bool believed = reported.good && !intersect(widened(report_, tolerance), reported.value).empty();
  const Interval mean = believed ? reported.value : widened(mean_, tolerance);
  return {mean, {mean.lo, mean.hi + bounds_.spread}, {mean.lo - bounds_.spread, mean.hi}};
}

void CellTemperature::update(double now, double, const MeasuredValue& skin, const MeasuredValue& reported,
                             Interval current, double tolerance) noexcept {
  // A current that nobody knows may be any that the rig can make.
  const Interval known = intersect(current, {-unknown_current, unknown_current});
  current_ = any_current_ ? hull(current_, known) : known;
  any_current_ = true;
  if (!skin.fresh && !reported.fresh) {
    return;
  }
  if (!skin.good) {
    started_ = false;
    soaked_.reset();
    cells_ = own_ = report_ = {};
  } else if (!started_) {
    started_ = true;
    const Interval near = widened(skin.latest, bounds_.unknown);
    const Interval stood = soaked_ ? intersect(near, Interval::around(*soaked_, bounds_.soaked)) : near;
    cells_ = stood.empty() ? near : stood;
    last_ = now;
    follow(skin.value, 0.0);
  } else if (skin.fresh) {
    follow(skin.value, now - last_);
    last_ = now;
    any_current_ = false;
  }
  if (reported.fresh) {
    compare(reported, tolerance);
  }
  mean_ = own_;
  if (cross_checked() && reported.good) {
    const Interval told = widened(reported.latest, tolerance + report_drift);
    const Interval both = intersect(own_, told);
    mean_ = both.empty() ? own_ : both;
  }
}

}  // namespace rig
