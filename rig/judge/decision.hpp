#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rig/core/math.hpp"
#include "rig/core/units.hpp"
#include "rig/judge/verdict.hpp"
#include "rig/signal/sample.hpp"

namespace rig {

// How the uncertainty counts where a measured value is near a limit (JCGM 106, ILAC-G8).
enum class DecisionRule : std::uint8_t {
  simple,      // inside the limits is a pass; up to 50 % of false accepts at the limit
  guard_band,  // inside the limits narrowed by U is a pass; at most 2.5 % of false accepts
  non_binary   // pass, conditional pass, conditional fail, fail: the limits narrowed and widened by U
};
std::string_view decision_rule_name(DecisionRule rule);

enum class Decision : std::uint8_t { pass, conditional_pass, conditional_fail, fail, not_taken };
std::string_view decision_name(Decision decision);

struct Decided {
  Decision decision = Decision::not_taken;
  Verdict verdict =
      Verdict::invalid;       // a conditional pass is a pass, a conditional fail is a fail; the report names them
  double conformance = 0.0;   // probability that the true value lies inside the limits
  double false_accept = 0.0;  // of this decision: 1 - conformance when accepted, else 0
  double false_reject = 0.0;  // of this decision: conformance when rejected, else 0
};

// The standard normal distribution function; absolute error below 1e-12, the same bits on every CPU.
double normal_distribution(double z) noexcept;

// Probability that the true value lies inside `limits`, given the value and its expanded uncertainty (k = 2), normal
// and without prior knowledge (JCGM 106, 7.4). With U = 0 it is 1 or 0.
double conformance_probability(double value, double expanded_uncertainty, Interval limits) noexcept;

// A value that is not finite is a fail. Limits narrowed to nothing by the guard band accept nothing.
Decided decide(double value, double expanded_uncertainty, Interval limits, DecisionRule rule) noexcept;

// One measured value and what came of it, as the report shows it.
struct MeasureResult {
  std::string id;
  Dimension dimension{};
  std::optional<double> value;  // nothing: never taken
  double uncertainty = 0.0;     // expanded, k = 2
  TimePoint time{};
  std::optional<Interval> limits;  // nothing: reported only
  DecisionRule rule = DecisionRule::simple;
  Decided decided;
  std::optional<Finding> finding;  // when it is not a pass
};

// Decides a measure from the samples of measure.<id> and measure.<id>.u. Without limits a taken value is a pass that
// checks nothing; a value that was never taken, or from bad data, is invalid with a finding.
MeasureResult decide_measure(std::string id, Dimension dimension, const Sample& value, double expanded_uncertainty,
                             std::optional<Interval> limits, DecisionRule rule);

}  // namespace rig
