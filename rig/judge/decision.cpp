#include "rig/judge/decision.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

constexpr double inverse_sqrt_pi = 0.56418958354775628695;
constexpr double sqrt_2 = 1.41421356237309504880;

// erfc(x) for x >= 0. Below 3 the series of erf (Abramowitz and Stegun 7.1.6, all terms positive), above the continued
// fraction (7.1.14), which needs fewer steps the larger x is.
double complementary_error(double x) noexcept {
  constexpr double series_end = 3.0;
  constexpr double nothing_left = 27.0;  // erfc is below the smallest double
  if (x > nothing_left) {
    return 0;
  }
  if (x < series_end) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200 && term > sum * 1e-17; ++n) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 1 - 2 * inverse_sqrt_pi * exact_exp(-x * x) * sum;
  }
  double fraction = x;
  for (int n = 60; n >= 1; --n) {
    fraction = x + n / 2.0 / fraction;
  }
  return inverse_sqrt_pi * exact_exp(-x * x) / fraction;
}

std::string limits_text(Interval limits, Dimension dimension) {
  if (std::isinf(limits.lo)) {
    return "at most " + format_rounded(limits.hi, dimension);
  }
  if (std::isinf(limits.hi)) {
    return "at least " + format_rounded(limits.lo, dimension);
  }
  return format_rounded(limits.lo, dimension) + " to " + format_rounded(limits.hi, dimension);
}

Finding finding_of(const MeasureResult& result, FindingKind kind) {
  Finding finding;
  finding.kind = kind;
  finding.verdict = result.decided.verdict;
  finding.time = result.time;
  finding.since = result.time;
  finding.rule = result.id;
  finding.signal = "measure." + result.id;
  return finding;
}

Finding not_taken(const MeasureResult& result, Quality quality) {
  Finding finding = finding_of(result, FindingKind::stale);
  finding.expected = "a value of " + result.id;
  finding.seen = quality == Quality::never ? "never taken" : "its data was missing or too old";
  finding.sentence = result.id + " could not be measured: " +
                     (quality == Quality::never ? "its event or step never came" : finding.seen);
  return finding;
}

Finding not_accepted(const MeasureResult& result, double value, Interval limits) {
  Finding finding = finding_of(result, FindingKind::measure);
  const std::string wanted = limits_text(limits, result.dimension);
  finding.expected = wanted;
  if (result.rule != DecisionRule::simple) {
    finding.expected += ", decided by " + std::string(decision_rule_name(result.rule));
  }
  finding.seen = format_measured(value, result.uncertainty, result.dimension);
  finding.sentence = result.id + " is " + finding.seen + "; expected: " + wanted +
                     (limits.contains(value) ? ", which is not proven: it lies in the guard band" : "");
  return finding;
}

}  // namespace

std::string_view decision_rule_name(DecisionRule rule) {
  switch (rule) {
    case DecisionRule::simple:
      return "simple";
    case DecisionRule::guard_band:
      return "guard_band";
    case DecisionRule::non_binary:
      return "non_binary";
  }
  return "simple";
}

std::string_view decision_name(Decision decision) {
  switch (decision) {
    case Decision::pass:
      return "pass";
    case Decision::conditional_pass:
      return "conditional pass";
    case Decision::conditional_fail:
      return "conditional fail";
    case Decision::fail:
      return "fail";
    case Decision::not_taken:
      return "not taken";
  }
  return "fail";
}

double normal_distribution(double z) noexcept {
  const double x = z / sqrt_2;
  return x < 0 ? 0.5 * complementary_error(-x) : 1 - 0.5 * complementary_error(x);
}

double conformance_probability(double value, double expanded_uncertainty, Interval limits) noexcept {
  const double standard = expanded_uncertainty / 2;
  if (!(standard > 0)) {
    return limits.contains(value) ? 1 : 0;
  }
  const double below_hi = std::isinf(limits.hi) ? 1 : normal_distribution((limits.hi - value) / standard);
  const double below_lo = std::isinf(limits.lo) ? 0 : normal_distribution((limits.lo - value) / standard);
  return std::max(below_hi - below_lo, 0.0);
}

Decided decide(double value, double expanded_uncertainty, Interval limits, DecisionRule rule) noexcept {
  Decided result;
  const double guard = std::abs(expanded_uncertainty);
  const bool inside = std::isfinite(value) && limits.contains(value);
  const bool surely_inside = inside && widened(limits, -guard).contains(value);
  const bool near_outside = std::isfinite(value) && !inside && widened(limits, guard).contains(value);
  switch (rule) {
    case DecisionRule::simple:
      result.decision = inside ? Decision::pass : Decision::fail;
      break;
    case DecisionRule::guard_band:
      result.decision = surely_inside ? Decision::pass : Decision::fail;
      break;
    case DecisionRule::non_binary:
      result.decision = surely_inside  ? Decision::pass
                        : inside       ? Decision::conditional_pass
                        : near_outside ? Decision::conditional_fail
                                       : Decision::fail;
      break;
  }
  const bool accepted = result.decision == Decision::pass || result.decision == Decision::conditional_pass;
  result.verdict = accepted ? Verdict::pass : Verdict::fail;
  result.conformance = std::isfinite(value) ? conformance_probability(value, guard, limits) : 0;
  result.false_accept = accepted ? 1 - result.conformance : 0;
  result.false_reject = accepted ? 0 : result.conformance;
  return result;
}

MeasureResult decide_measure(std::string id, Dimension dimension, const Sample& value, double expanded_uncertainty,
                             std::optional<Interval> limits, DecisionRule rule) {
  MeasureResult result;
  result.id = std::move(id);
  result.dimension = dimension;
  result.uncertainty = expanded_uncertainty;
  result.time = value.time;
  result.limits = limits;
  result.rule = rule;
  if (!value.good()) {
    result.finding = not_taken(result, value.quality);
    return result;
  }
  result.value = value.value;
  if (!limits) {
    result.decided = {Decision::pass, Verdict::pass, 1, 0, 0};
    return result;
  }
  result.decided = decide(value.value, expanded_uncertainty, *limits, rule);
  if (result.decided.verdict != Verdict::pass) {
    result.finding = not_accepted(result, value.value, *limits);
  }
  return result;
}

}  // namespace rig
