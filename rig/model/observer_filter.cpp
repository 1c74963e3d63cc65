#include "rig/model/observer_filter.hpp"

#include <algorithm>
#include <cmath>
#define EIGEN_NO_MALLOC
#include <Eigen/Core>

#include "rig/core/math.hpp"
#include "rig/model/observer_cell.hpp"

namespace rig {
namespace {

using Vector = Eigen::Matrix<double, ObserverFilter::states, 1>;
using Matrix = Eigen::Matrix<double, ObserverFilter::states, ObserverFilter::states>;

constexpr double capacity_sigma = 0.01;  // relative, for one full swing of SOC
constexpr double loop_sigma = 0.35;      // of the half gap: amplitude and rate of the hysteresis
constexpr double bias_sigma = 2e-3;      // V: coarse table, lot, voltmeter
constexpr double bias_length = 0.10;     // of SOC, over which the error of a table changes
// Innovation beyond four sigma: something has changed at once.
constexpr double sudden = 16.0;
constexpr double rest_sigma = 3e-3;  // V, polarisation left from before the start
// The error of the table's axis does not average out: SOC is never known better than this.
constexpr double axis_floor = 0.003;
// A SOC that only the voltage says: on a plateau it is not known better than this, however often one looks.
constexpr double untold_floor = 0.05;
constexpr double emptiest = -0.02, fullest = 1.02;  // where the curve is taken to end
constexpr double walk = 2e-5;                       // V per sqrt(s): relaxation that two time constants do not have

Vector sensitivity(double soc, double current) noexcept {
  Vector h;
  h << observer_cell::slope(soc), 1.0, 1.0, observer_cell::hysteresis(soc), 1.0, current;
  return h;
}

}  // namespace

void ObserverFilter::start(double soc_mean, double soc_sigma, double joint_sigma) noexcept {
  x_ = {soc_mean, 0.0, 0.0, 0.0, 0.0, 0.0};
  p_ = {};
  const std::array<double, states> sigma{soc_sigma, rest_sigma, rest_sigma, 0.6, bias_sigma, joint_sigma};
  for (std::size_t i = 0; i < states; ++i) {
    p_[i * states + i] = sigma[i] * sigma[i];
  }
}

void ObserverFilter::predict(const Move& m) noexcept {
  Eigen::Map<Matrix> p(p_.data());
  const double moved = std::abs(m.charge);
  const double a1 = exact_exp(-m.seconds / observer_cell::tau1);
  const double a2 = exact_exp(-m.seconds / observer_cell::tau2);
  const double turn = exact_exp(-observer_cell::gamma * moved);
  const double stay = exact_exp(-moved / bias_length);
  const double direction = m.charge > 0 ? 1.0 : -1.0;
  x_[soc] += m.charge;
  x_[v1] = a1 * x_[v1] + (1 - a1) * m.r1 * m.current;
  x_[v2] = a2 * x_[v2] + (1 - a2) * m.r2 * m.current;
  x_[loop] = turn * x_[loop] + (1 - turn) * direction;
  // The bias keeps its mean (a voltmeter's offset does not fade); only its uncertainty is renewed.
  Vector f;
  f << 1.0, a1, a2, turn, stay, 1.0;
  p = (f.asDiagonal() * p * f.asDiagonal()).eval();
  const double flows =
      std::sqrt(m.slow_spread * m.slow_spread * m.current * m.current + m.current_sigma * m.current_sigma);
  const double e1 = m.r1 * flows;
  const double e2 = m.r2 * flows;
  p(soc, soc) += capacity_sigma * capacity_sigma * moved;
  const double known = std::sqrt(p(soc, soc)) + m.charge_sigma;  // a gap errs in one direction: it adds as it is
  p(soc, soc) = known * known;
  p(v1, v1) += (1 - a1 * a1) * e1 * e1;
  p(v2, v2) += (1 - a2 * a2) * e2 * e2 + walk * walk * m.seconds;
  p(loop, loop) += (1 - turn * turn) * loop_sigma * loop_sigma;
  p(bias, bias) += (1 - stay * stay) * bias_sigma * bias_sigma;
  p(joint, joint) += m.joint_variance;
}

double ObserverFilter::voltage_variance(double current) const noexcept {
  const Eigen::Map<const Matrix> p(p_.data());
  const Vector h = sensitivity(x_[soc], current);
  return h.dot(p * h) + bend();
}

double ObserverFilter::variance_beside_soc(double current) const noexcept {
  const Eigen::Map<const Matrix> p(p_.data());
  Vector h = sensitivity(x_[soc], current);
  h[soc] = 0.0;
  return h.dot(p * h);
}

double ObserverFilter::surprise(const Look& look) const noexcept {
  const double innovation = look.voltage - expected(look);
  return innovation * innovation / (voltage_variance(look.current) + look.noise * look.noise);
}

void ObserverFilter::place_soc(double mean, double sigma) noexcept {
  place(soc, std::clamp(mean, emptiest, fullest), sigma);
}

void ObserverFilter::forget_bias() noexcept { place(bias, 0.0, bias_sigma); }

// What hung together with the former value does so no more.
void ObserverFilter::place(State state, double mean, double sigma) noexcept {
  x_[state] = mean;
  for (std::size_t i = 0; i < states; ++i) {
    p_[state * states + i] = p_[i * states + state] = 0.0;
  }
  p_[state * states + state] = sigma * sigma;
}

// What the tangent leaves out: within one standard deviation of a wide SOC the curve may bend up a knee, V^2.
double ObserverFilter::bend() const noexcept {
  const Interval reach = curve_within(1.0);
  const double curve = std::max(reach.hi, -reach.lo);
  const double tangent = observer_cell::slope(x_[soc]) * std::sqrt(variance(soc));
  return std::max(curve * curve - tangent * tangent, 0.0);
}

Interval ObserverFilter::curve_within(double deviations) const noexcept {
  const double reach = deviations * std::sqrt(variance(soc));
  const double here = observer_cell::ocv(x_[soc]);
  return {observer_cell::ocv(std::max(x_[soc] - reach, emptiest)) - here,
          observer_cell::ocv(std::min(x_[soc] + reach, fullest)) - here};
}

double ObserverFilter::electromotive(double celsius) const noexcept {
  return observer_cell::ocv(x_[soc]) + beside_curve(celsius);
}

double ObserverFilter::beside_curve(double celsius) const noexcept {
  return observer_cell::entropy(x_[soc]) * (celsius - 25.0) + x_[loop] * observer_cell::hysteresis(x_[soc]) + x_[v1] +
         x_[v2] + x_[bias];
}

double ObserverFilter::expected(const Look& look) const noexcept {
  return electromotive(look.celsius) + look.ohmic + look.current * x_[joint];
}

// Iterated: where the curve bends, the tangent of the place that the voltage moves to is the better one. Across a knee
// one linear step would overshoot by a multiple.
ObserverFilter::Outcome ObserverFilter::update(const Look& look) noexcept {
  constexpr int most_turns = 5;
  constexpr double same_slope = 0.05;  // relative; nothing bends here
  Eigen::Map<Matrix> p(p_.data());
  Eigen::Map<Vector> x(x_.data());
  const Vector before = x;
  const double noise = look.noise * look.noise + bend();
  Outcome outcome;
  Vector h;
  Vector gain;
  for (int turn = 0; turn < most_turns; ++turn) {
    h = sensitivity(x_[soc], look.current);
    const double innovation = look.voltage - expected(look) - h.dot(before - x);
    Vector ph = p * h;
    double variance = h.dot(ph) + noise;
    if (turn == 0) {
      outcome.nis = innovation * innovation / variance;
      if (outcome.nis > sudden && look.doubt > 0.0) {
        p(joint, joint) += look.doubt * look.doubt;
        ph = p * h;
        variance = h.dot(ph) + noise;
      }
    }
    outcome.plateau = std::abs(h[soc]) < plateau_slope;
    gain = ph / variance;
    gain[soc] *= look.soc_gain * (outcome.plateau ? plateau_gain : 1.0);
    x = before + gain * innovation;
    if (std::abs(observer_cell::slope(x_[soc]) - h[soc]) <= same_slope * std::abs(h[soc])) {
      break;
    }
  }
  outcome.soc_correction = x_[soc] - before[soc];
  // Joseph's form: right for any gain, also for one that was held back.
  Matrix keep = Matrix::Identity();
  keep -= gain * h.transpose();
  p = (keep * p * keep.transpose() + noise * (gain * gain.transpose())).eval();
  p = (0.5 * (p + p.transpose())).eval();
  const double floor =
      std::clamp(look.untold / std::max(observer_cell::slope(x_[soc]), 1e-3), axis_floor, untold_floor);
  p(soc, soc) = std::max(p(soc, soc), floor * floor);
  bound(look);
  return outcome;
}

// A state cannot carry what no cell has. The rest is moved along as the covariance says, as if the bound had been
// measured: cutting one state alone would leave the others with its share, look after look. SOC is not moved by it.
void ObserverFilter::hold(State i, double most) noexcept {
  const double excess = x_[i] - std::clamp(x_[i], -most, most);
  if (excess == 0.0) {
    return;
  }
  const double variance = p_[i * states + i];
  for (std::size_t k = 0; k < states; ++k) {
    if (k != i && k != soc && variance > 0.0) {
      x_[k] -= p_[k * states + i] / variance * excess;
    }
  }
  x_[i] -= excess;
}

void ObserverFilter::bound(const Look& look) noexcept {
  x_[soc] = std::clamp(x_[soc], emptiest, fullest);
  const double left = 3 * rest_sigma;
  hold(loop, 1.3);
  hold(v1, 1.6 * look.r1 * look.most + left);
  hold(v2, 1.6 * look.r2 * look.most + left);
  hold(joint, joint_limit);
  hold(bias, widest_bias);
}

}  // namespace rig
