#include "rig/model/observer.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "rig/model/observer_cell.hpp"

namespace rig {
namespace {

// How long the pack's first report of its SOC is waited for, s.
constexpr double patience = 5.0;
// Standard deviation of a look: what is left of voltmeter, ripple and two boxes read one after the other, V per cell.
constexpr double look_noise = 0.3e-3;
// Where the table's axis, and with it each single cell, may stand beside the mean cell, of SOC.
constexpr double axis_sigma = 0.005;
// Share of a change of the current within a look that the polarisation may answer otherwise.
constexpr double ripple = 0.03;
// The entropy is known to a fifth.
constexpr double entropy_sigma = 0.2;
// The electronics and the cells themselves take this from the charge that the rig sees, A: 20 mA and 2 % a month, each
// known to about a half; balancing takes up to 60 mA from some cells.
constexpr double drain = 0.023, drain_sigma = 0.012;
// A gap of the current hides up to this much, A (the rating), uniform.
constexpr double hidden_current = 75.0;
// The polarisation forgets a current with the slower time constant, s.
constexpr double memory = observer_cell::tau2;
// Full: the charge voltage of section 3 at hardly any current, for this long.
constexpr double full_cell = 55.68 / 16, full_current = 5.0, full_time = 60.0, full_soc_tolerance = 0.01;
// k of the band around the predicted voltage and of an estimated resistance or bias.
constexpr double band_k = 5.0, estimate = 3.0;
// A table's spread at 25 degC is part of the row's range; only what comes on top widens it.
constexpr double lot_spread = 0.07;
constexpr double r0_reference = 0.40e-3;
constexpr double joint_walk = 0.5e-6;     // Ohm per sqrt(s): joints warm up and settle
constexpr double jump = 0.1e-3;           // Ohm per cell, by which a joint may change at once
constexpr double busbar_sigma = 0.01e-3;  // Ohm per cell: busbars of 0.05 to 0.1 mOhm against their mean
// What hysteresis and bias leave of the voltage of a pack that tells no SOC, V per cell.
constexpr double untold_voltage = 8e-3;
// Standard deviation of a SOC that is hardly known: no pack has told it.
constexpr double wide_soc = 0.03;
// Current that tells something about a resistance, A.
constexpr double telling_current = 5.0;

double square(double x) noexcept { return x * x; }

// Mean and standard deviation of places that count differently.
class Weighted {
 public:
  void add(double place, double weight) noexcept {
    weight_ += weight;
    first_ += weight * place;
    second_ += weight * place * place;
  }
  [[nodiscard]] double weight() const noexcept { return weight_; }
  [[nodiscard]] double mean() const noexcept { return first_ / weight_; }
  [[nodiscard]] double sigma() const noexcept { return std::sqrt(std::max(second_ / weight_ - square(mean()), 0.0)); }

 private:
  double weight_ = 0.0, first_ = 0.0, second_ = 0.0;
};

// What temperature and place leave open of a resistance beyond its spread at 25 degC, relative.
double beside_spread(double spread) noexcept { return std::sqrt(std::max(square(spread) - square(lot_spread), 0.0)); }

}  // namespace

void Observer::restart() noexcept {
  second_ = {};
  run_ = {};
  band_ = {};
}

void Observer::anchor(Interval soc) noexcept {
  if (!run_.anchored && !run_.started) {
    // Full and empty are where a pack stops, and the curve goes on a little. Cut at 1, the middle of a report of 99 %
    // would lie on the plateau, from where one look at the steep end overshoots.
    constexpr double beyond = 0.02;
    run_.anchor = intersect(soc, {-beyond, 1.0 + beyond});
    run_.anchored = !run_.anchor.empty();
  }
}

void Observer::step(const ObserverInput& in) noexcept {
  second_.elapsed += in.step;
  if (in.current_known) {
    run_.last_current = in.current;
    second_.charge += in.current * in.step;
    second_.lowest = std::min(second_.lowest, in.current);
    second_.highest = std::max(second_.highest, in.current);
  } else {
    second_.gap += in.step;
  }
  if (in.comparable && in.current_known) {
    second_.voltage_sum += in.terminals;
    second_.current_sum += in.current;
    second_.charging_sum += std::max(in.current, 0.0);
    second_.samples += 1.0;
  }
  // A tick adds its step with its rounding: half a step more or less is the same second.
  if (second_.elapsed < period - 0.5 * in.step) {
    return;
  }
  const bool known = in.temperature.lo > -infinity && in.temperature.hi < infinity;
  run_.celsius = known ? in.temperature.middle() : 25.0;
  run_.half = known ? 0.5 * in.temperature.width() : 15.0;
  begin();
  if (run_.started) {
    move();
    if (second_.samples > 0.0) {
      place();
      look();
    }
    predict_band();
  }
  second_ = {};
}

// From the pack's report on the filter follows the current, also while a path that may be blocked hides the voltage.
void Observer::begin() noexcept {
  if (run_.started) {
    return;
  }
  run_.waited += second_.elapsed;
  if (!run_.anchored && (second_.samples == 0.0 || run_.waited < patience)) {
    return;
  }
  const double soc = run_.anchor.middle();
  const double path = 0.5 * limits_.path_resistance.width() / limits_.cells / 1.73;
  const auto r = observer_cell::resistances(run_.celsius, run_.half, soc, run_.charging);
  filter_.start(soc, run_.anchor.width() / 3.46,
                std::sqrt(square(path) + square(busbar_sigma) + square(r.spread * r.r0)));
  run_.started = true;
}

// Where in the range that the pack's report leaves open the first voltage says, as far as it says something: the
// likelihood over the curve, for the plateau leaves a wide answer and the ends a sharp one. One linear step of the
// filter across a knee would overshoot.
void Observer::place() noexcept {
  if (run_.placed) {
    return;
  }
  constexpr double sharp = 0.15;
  const Interval prior = run_.anchor;
  const Guess guess = likely_soc(prior);
  filter_.place_soc(guess.mean, guess.sigma);
  // Of a report that says something, all that the voltage moves counts, from its middle on.
  run_.reported = prior.width() <= sharp;
  run_.allowance += run_.reported ? 0.5 * prior.width() : estimate * guess.sigma;
  run_.correction = run_.reported ? guess.mean - prior.middle() : 0.0;
  run_.placed = true;
}

Observer::Guess Observer::likely_soc(Interval prior) const noexcept {
  constexpr double finest = 0.01;           // SOC, of the standard deviation to begin with
  constexpr double follows = 1.5 * period;  // s; in its first second a current may have flowed for long or not
  const double current = second_.current_sum / second_.samples;
  const double voltage =
      (second_.voltage_sum / second_.samples - current * limits_.path_resistance.middle()) / limits_.cells;
  const bool followed = run_.followed > follows;
  const double followed_beside = filter_.beside_curve(run_.celsius) + current * filter_.value(ObserverFilter::joint);
  const double followed_unsure = std::sqrt(filter_.variance_beside_soc(current));
  constexpr int points = 200;
  Weighted likely;
  for (int i = 0; i <= points; ++i) {
    const double soc = prior.lo + prior.width() * i / points;
    const auto r = observer_cell::resistances(run_.celsius, run_.half, soc, current > 0);
    const double slow = 0.5 * (r.r1 + r.r2);
    const double beside = followed ? followed_beside : current * slow;
    const double unsure = followed ? followed_unsure : std::abs(current) * slow;
    const double off = voltage - observer_cell::ocv(soc) - current * r.r0 - beside;
    const double width = 0.012 + unsure + 0.005 * observer_cell::slope(soc);
    likely.add(soc, exact_exp(-0.5 * square(off / width)));
  }
  if (likely.weight() <= 1e-6) {  // no SOC explains this voltage: stay wide and let the innovation say so
    return {prior.middle(), std::max(prior.width() / 3.46, finest)};
  }
  return {likely.mean(), std::max(likely.sigma(), finest)};
}

void Observer::move() noexcept {
  const Second& s = second_;
  const bool known = s.gap < 0.5 * s.elapsed;
  run_.current = known ? s.charge / (s.elapsed - s.gap) : 0.0;
  run_.charging = run_.current > 0 || (run_.current == 0 && run_.charging);
  const double soc = filter_.value(ObserverFilter::soc);
  const auto r = observer_cell::resistances(run_.celsius, run_.half, soc, run_.charging);
  const auto cold = observer_cell::capacity(run_.celsius, run_.half);
  run_.capacity = limits_.capacity.middle() * cold.factor;
  const double hidden = hidden_current / 1.73 * s.gap / run_.capacity;
  const double lost = drain_sigma * s.elapsed / run_.capacity;
  ObserverFilter::Move move;
  move.seconds = s.elapsed;
  move.charge = (s.charge - drain * s.elapsed) / run_.capacity;
  move.charge_sigma = hidden + lost + cold.sigma * std::abs(move.charge);
  move.current = run_.current;
  move.r1 = r.r1;
  move.r2 = r.r2;
  move.slow_spread = r.slow_spread;
  move.current_sigma = hidden_current * s.gap / s.elapsed;
  // A resistance that moves on its table takes its error along; summed over many small steps this gives the spread. A
  // current that turns moves it at once, from a place that may be known less well.
  const double change = run_.looks == 0 ? 0.0 : std::abs(r.r0 - run_.r0);
  const double spread = std::max(r.spread, run_.spread);
  move.joint_variance = square(spread) * std::max(r.r0, run_.r0) * change + square(joint_walk) * s.elapsed;
  filter_.predict(move);
  run_.followed += s.elapsed;
  if (!run_.placed) {
    run_.anchor = {run_.anchor.lo + move.charge - hidden, run_.anchor.hi + move.charge + hidden};
  }
  run_.r0 = r.r0;
  run_.r1 = r.r1;
  run_.r2 = r.r2;
  run_.spread = r.spread;
  run_.slow_spread = r.slow_spread;
  run_.most =
      std::max({run_.most * exact_exp(-s.elapsed / memory), std::abs(run_.current), s.gap > 0 ? hidden_current : 0.0});
  run_.telling = std::abs(run_.current) > telling_current;
  run_.allowance += limits_.soc_per_cycle * 0.5 * std::abs(move.charge) + estimate * move.charge_sigma;
}

void Observer::look() noexcept {
  const Second& s = second_;
  const double current = s.current_sum / s.samples;
  const double soc = filter_.value(ObserverFilter::soc);
  const double slope = observer_cell::slope(soc);
  const double warm = run_.celsius - 25.0;
  const double swing = ripple * (s.highest - s.lowest) * (run_.r0 + run_.r1);
  ObserverFilter::Look look;
  look.voltage = (s.voltage_sum / s.samples - current * limits_.path_resistance.middle()) / limits_.cells;
  look.celsius = run_.celsius;
  look.current = current;
  look.ohmic = ohmic_drop();
  look.noise = std::sqrt(square(look_noise) + square(axis_sigma * slope) + square(swing) +
                         square(entropy_sigma * observer_cell::entropy(soc) * warm));
  look.most = run_.most;
  look.r1 = run_.r1;
  look.r2 = run_.r2;
  look.doubt = run_.telling ? run_.spread * run_.r0 + jump : 0.0;
  look.soc_gain = run_.exhausted ? 0.0 : 1.0;
  look.untold = run_.reported ? 0.0 : untold_voltage;
  find_soc(look);
  const auto outcome = filter_.update(look);
  ++run_.looks;
  count_nis(outcome.nis);
  spend(outcome.soc_correction);
  watch_full(look.voltage);
}

// A tangent on the plateau sees no knee: there the bias would take, look after look, what is SOC's. So while SOC is
// hardly known, a voltage that cells without a bias do not explain is looked up on the curve itself, with what the
// filter knows as the prior. The likeliest place counts, with the places around it that are nearly as likely: the
// middle between two of them would be none.
void Observer::find_soc(const ObserverFilter::Look& look) noexcept {
  constexpr double unexplained = 4.0;
  constexpr double nearly = 0.05;
  constexpr int points = 100;
  constexpr double reach = 3.0;  // in standard deviations
  const double sigma = soc_sigma();
  if (run_.exhausted || sigma < wide_soc) {
    return;
  }
  ObserverFilter anew = filter_;
  anew.forget_bias();
  if (anew.surprise(look) < unexplained) {
    return;
  }
  const double before = anew.value(ObserverFilter::soc);
  const double beside = anew.beside_curve(look.celsius) + look.ohmic + look.current * anew.value(ObserverFilter::joint);
  const double unsure = anew.variance_beside_soc(look.current) + square(look.noise);
  std::array<double, 2 * points + 1> weight;
  const auto place = [&](std::size_t i) { return before + reach * sigma * (static_cast<double>(i) / points - 1.0); };
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double off = look.voltage - beside - observer_cell::ocv(place(i));
    const double variance = unsure + square(axis_sigma * observer_cell::slope(place(i)));
    weight[i] = exact_exp(-0.5 * (square(off) / variance + square((place(i) - before) / sigma))) / std::sqrt(variance);
  }
  const auto peak = std::max_element(weight.begin(), weight.end());
  const auto unlikely = [&](double w) { return w < nearly * *peak; };
  const auto end = std::find_if(peak, weight.end(), unlikely);
  const auto begin = std::find_if(std::make_reverse_iterator(peak), weight.rend(), unlikely).base();
  Weighted likely;
  for (auto w = begin; w < end; ++w) {
    likely.add(place(static_cast<std::size_t>(w - weight.begin())), *w);
  }
  if (likely.weight() <= 0.0) {  // no place explains it
    return;
  }
  anew.place_soc(likely.mean(), std::max(likely.sigma(), axis_sigma));
  filter_ = anew;
  spend(filter_.value(ObserverFilter::soc) - before);
}

// By the table, of the second's samples, V. A second in which the current turned has samples of both directions, and
// they may all be of the other one than its mean.
double Observer::ohmic_drop() const noexcept {
  const Second& s = second_;
  const double soc = filter_.value(ObserverFilter::soc);
  const auto r0 = [&](bool charging) {
    return charging == run_.charging ? run_.r0 : observer_cell::resistances(run_.celsius, run_.half, soc, charging).r0;
  };
  const double discharging_sum = s.current_sum - s.charging_sum;
  double drop = 0.0;
  if (s.charging_sum > 0.0) {
    drop += r0(true) * s.charging_sum;
  }
  if (discharging_sum < 0.0) {
    drop += r0(false) * discharging_sum;
  }
  return drop / s.samples;
}

// The step that uses the budget up is cut at its end, just beyond it so that the row shows it, and is the last.
void Observer::spend(double correction) noexcept {
  constexpr double beyond = 1e-4;
  run_.correction += correction;
  const double excess = std::abs(run_.correction) - run_.allowance;
  if (!run_.exhausted && excess > 0) {
    run_.exhausted = true;
    const double back = std::max(excess - beyond, 0.0) * (run_.correction > 0 ? -1.0 : 1.0);
    run_.correction += back;
    filter_.move_soc(back);
  }
}

void Observer::count_nis(double nis) noexcept {
  run_.nis[run_.next] = nis;
  run_.next = (run_.next + 1) % nis_window;
  run_.window = std::min(run_.window + 1, nis_window);
  double sum = 0.0;
  for (const double value : run_.nis) {
    sum += value;
  }
  run_.nis_mean = sum / static_cast<double>(run_.window);
}

// A full charge is a place that the curve itself shows: from there the budget begins anew, so that the errors of a
// cycle do not hide among the allowances of many.
void Observer::watch_full(double cell_voltage) noexcept {
  const bool full = cell_voltage >= full_cell && run_.current >= 0 && run_.current <= full_current;
  run_.full_for = full ? run_.full_for + second_.elapsed : 0.0;
  if (run_.full_for >= full_time && !run_.exhausted) {
    run_.correction = 0.0;
    run_.allowance = estimate * full_soc_tolerance;
  }
}

void Observer::predict_band() noexcept {
  const double soc = filter_.value(ObserverFilter::soc);
  const double slope = observer_cell::slope(soc);
  const double warm = entropy_sigma * observer_cell::entropy(soc) * (run_.celsius - 25.0);
  band_.emf = filter_.electromotive(run_.celsius);
  band_.slope = slope / run_.capacity;
  band_.sigma = std::sqrt(filter_.voltage_variance(0.0) + square(look_noise) + square(axis_sigma * slope) +
                          square(warm) + square(0.5 * run_.slow_spread * (run_.r1 + run_.r2) * run_.most));
  band_.charging = path(soc, true);
  band_.discharging = path(soc, false);
}

// What stands in the way of a current of either direction: it may turn before the next look.
Observer::Band::Path Observer::path(double soc, bool charging) const noexcept {
  const auto r = observer_cell::resistances(run_.celsius, run_.half, soc, charging);
  // The joints as far as healthy ones go: the band does not follow a sick pack.
  const Interval healthy{limits_.resistance.lo - r0_reference, limits_.resistance.hi - r0_reference};
  const double joint = std::clamp(filter_.value(ObserverFilter::joint), healthy.lo, healthy.hi);
  const Interval ohmic = Interval::around(r.r0 + joint, estimate * joint_sigma());
  // What the polarisation does until the next look, and what is not known of the ohmic part.
  return {.ohmic = {limits_.cells * ohmic.lo + limits_.path_resistance.lo,
                    limits_.cells * ohmic.hi + limits_.path_resistance.hi},
          .unsure = 0.06 * r.r1 + 0.01 * r.r2 + band_k * beside_spread(r.spread) * r.r0};
}

double Observer::soc_sigma() const noexcept { return std::sqrt(filter_.variance(ObserverFilter::soc)); }
double Observer::joint_sigma() const noexcept { return std::sqrt(filter_.variance(ObserverFilter::joint)); }

// While SOC is hardly known, what the curve has in its reach is no bias.
Interval Observer::bias_range() const noexcept {
  const double unsure = estimate * std::sqrt(filter_.variance(ObserverFilter::bias));
  const Interval curve = soc_sigma() >= wide_soc ? filter_.curve_within(estimate) : Interval{0.0, 0.0};
  return {curve.lo - limits_.bias - unsure, curve.hi + limits_.bias + unsure};
}

// What the row allows at 25 degC and 50 %, moved to here; widened by what the temperature and the place leave open and
// by what the estimate itself is worth.
Interval Observer::resistance_range() const noexcept {
  if (!looking() || !run_.telling) {
    return {};
  }
  const double path = 0.5 * limits_.path_resistance.width() / limits_.cells;
  const double beside = beside_spread(run_.spread) * run_.r0;
  const double unsure = path + estimate * std::sqrt(square(beside) + square(joint_sigma()));
  const double scale = run_.r0 / r0_reference;
  const Interval joints = {limits_.resistance.lo - r0_reference, limits_.resistance.hi - r0_reference};
  const double grow = std::max(scale, 1.0);
  return {run_.r0 + joints.lo * grow - unsure, run_.r0 + joints.hi * grow + unsure};
}

// In every sample of the terminals: all that can wait for the next look has been worked out there.
Interval Observer::terminals(Interval current) const noexcept {
  if (!looking()) {
    return {};
  }
  const Band& b = band_;
  const double most = std::max(-current.lo * b.discharging.unsure, current.hi * b.charging.unsure);
  const double moved = b.slope * second_.charge;  // since the look
  const double unsure = limits_.cells * (band_k * b.sigma + most + 0.5 * std::abs(moved));
  const double emf = limits_.cells * (b.emf + moved);
  const double lowest = current.lo * (current.lo < 0 ? b.discharging.ohmic.hi : b.charging.ohmic.lo);
  const double highest = current.hi * (current.hi < 0 ? b.discharging.ohmic.lo : b.charging.ohmic.hi);
  return {emf - unsure + lowest, emf + unsure + highest};
}

}  // namespace rig
