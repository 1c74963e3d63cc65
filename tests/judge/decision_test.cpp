#include "rig/judge/decision.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace rig {
namespace {

constexpr Interval oil{12.5, 16.3};  // JCGM 106, 7.4: kinematic viscosity of SAE 40 oil

TEST(Decision, has_the_conformance_probability_of_the_guide_s_example) {
  const double standard = 1.8;
  EXPECT_NEAR(conformance_probability(13.6, 2 * standard, oil), 0.66, 0.005);
  const Decided simple = decide(13.6, 2 * standard, oil, DecisionRule::simple);
  EXPECT_EQ(simple.decision, Decision::pass);
  EXPECT_NEAR(simple.false_accept, 0.34, 0.005);
  EXPECT_EQ(simple.false_reject, 0);
}

TEST(Decision, integrates_the_normal_distribution_as_the_library_does) {
  for (double z = -8; z <= 8; z += 0.03125) {
    EXPECT_NEAR(normal_distribution(z), 0.5 * std::erfc(-z / std::sqrt(2.0)), 1e-13) << z;
  }
  EXPECT_EQ(normal_distribution(-1e6), 0);
  EXPECT_EQ(normal_distribution(1e6), 1);
}

TEST(Decision, by_simple_acceptance_ends_exactly_at_the_limit) {
  EXPECT_EQ(decide(16.3, 1, oil, DecisionRule::simple).verdict, Verdict::pass);
  EXPECT_NEAR(decide(16.3, 0.1, oil, DecisionRule::simple).false_accept, 0.5, 1e-6);
  EXPECT_EQ(decide(16.3001, 1, oil, DecisionRule::simple).verdict, Verdict::fail);
  EXPECT_NEAR(decide(16.3001, 0.1, oil, DecisionRule::simple).false_reject, 0.5, 1e-2);
}

TEST(Decision, by_guard_band_accepts_only_a_whole_uncertainty_inside) {
  EXPECT_EQ(decide(15.75, 0.5, oil, DecisionRule::guard_band).verdict, Verdict::pass);
  EXPECT_EQ(decide(15.85, 0.5, oil, DecisionRule::guard_band).verdict, Verdict::fail);
  EXPECT_LT(decide(15.8 - 1e-9, 0.5, oil, DecisionRule::guard_band).false_accept, 0.025);
  EXPECT_EQ(decide(14.4, 2.0, oil, DecisionRule::guard_band).verdict, Verdict::fail);  // nothing is left of the limits
}

TEST(Decision, in_four_classes_says_what_is_proven_and_what_is_not) {
  const auto decision = [](double value) { return decide(value, 0.5, oil, DecisionRule::non_binary).decision; };
  EXPECT_EQ(decision(14), Decision::pass);
  EXPECT_EQ(decision(16.2), Decision::conditional_pass);
  EXPECT_EQ(decision(16.4), Decision::conditional_fail);
  EXPECT_EQ(decision(17), Decision::fail);
  EXPECT_EQ(decision(12.6), Decision::conditional_pass);
  EXPECT_EQ(decision(12.1), Decision::conditional_fail);
  EXPECT_EQ(decide(16.2, 0.5, oil, DecisionRule::non_binary).verdict, Verdict::pass);
  EXPECT_EQ(decide(16.4, 0.5, oil, DecisionRule::non_binary).verdict, Verdict::fail);
}

TEST(Decision, without_uncertainty_is_certain) {
  EXPECT_EQ(conformance_probability(13, 0, oil), 1);
  EXPECT_EQ(conformance_probability(17, 0, oil), 0);
}

TEST(Decision, leaves_an_open_side_open) {
  const Interval at_most{-infinity, 5};
  EXPECT_EQ(decide(-1e9, 1, at_most, DecisionRule::guard_band).verdict, Verdict::pass);
  EXPECT_NEAR(conformance_probability(5, 1, at_most), 0.5, 1e-12);
}

TEST(Decision, never_accepts_what_is_no_number) {
  for (const double value : {std::nan(""), infinity, -infinity}) {
    EXPECT_EQ(decide(value, 0.5, Interval{-infinity, infinity}, DecisionRule::simple).verdict, Verdict::fail);
  }
}

TEST(DecidedMeasure, says_in_its_finding_what_was_wanted_and_what_came) {
  const Sample sample{56.15, TimePoint{std::chrono::seconds(3)}, Quality::good};
  const MeasureResult result =
      decide_measure("trip", dimension::voltage, sample, 0.1, Interval{55.8, 56.2}, DecisionRule::guard_band);
  EXPECT_EQ(result.decided.verdict, Verdict::fail);
  ASSERT_TRUE(result.finding.has_value());
  EXPECT_EQ(result.finding->kind, FindingKind::measure);
  EXPECT_EQ(result.finding->expected, "55.8 V to 56.2 V, decided by guard_band");
  EXPECT_EQ(result.finding->sentence,
            "trip is 56.15 V +-0.10 V; expected: 55.8 V to 56.2 V, which is not proven: it lies in the guard band");
  EXPECT_FALSE(decide_measure("trip", dimension::voltage, sample, 0.1, Interval{55.8, 56.2}, DecisionRule::simple)
                   .finding.has_value());
}

TEST(DecidedMeasure, that_was_never_taken_is_invalid) {
  const MeasureResult result =
      decide_measure("trip", dimension::voltage, Sample{}, 0, Interval{55.8, 56.2}, DecisionRule::simple);
  EXPECT_EQ(result.decided.verdict, Verdict::invalid);
  EXPECT_EQ(result.decided.decision, Decision::not_taken);
  EXPECT_FALSE(result.value.has_value());
  ASSERT_TRUE(result.finding.has_value());
  EXPECT_EQ(result.finding->kind, FindingKind::stale);
}

TEST(DecidedMeasure, without_limits_is_reported_only) {
  const Sample sample{56.15, TimePoint{}, Quality::good};
  const MeasureResult result = decide_measure("v", dimension::voltage, sample, 0.1, {}, DecisionRule::simple);
  EXPECT_EQ(result.decided.verdict, Verdict::pass);
  EXPECT_FALSE(result.finding.has_value());
}

}  // namespace
}  // namespace rig
