#include "reports/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/svg_plot.hpp"

namespace rig {
namespace {
ColumnData column(const std::vector<std::pair<double, double>>& samples) {
  ColumnData data;
  for (const auto& [t, v] : samples) {
    data.ticks.push_back(0);
    data.times.push_back(TimePoint{from_seconds(t)});
    data.values.push_back(v);
    data.qualities.push_back(std::isnan(v) ? Quality::stale : Quality::good);
  }
  return data;
}

bool holds(const Trace& trace, double t, double v) {
  return std::any_of(trace.begin(), trace.end(), [&](const TracePoint& p) { return p.t == t && p.v == v; });
}
}  // namespace

TEST(Trace, keeps_a_spike_of_a_single_sample_in_a_long_run) {
  std::vector<std::pair<double, double>> samples;
  for (int i = 0; i < 100'000; ++i) {
    samples.emplace_back(i * 0.01, i == 54'321 ? 99.0 : 50.0 + i % 3);
  }
  const Trace trace = reduce(column(samples), {0, 1000}, 900);
  EXPECT_LT(trace.size(), 4u * 900 + 2);
  EXPECT_TRUE(holds(trace, 543.21, 99.0));
  EXPECT_TRUE(std::is_sorted(trace.begin(), trace.end(), [](auto a, auto b) { return a.t < b.t; }));
}

TEST(Trace, starts_with_what_held_before_the_window_and_holds_to_its_end) {
  const Trace trace = reduce(column({{0, 1}, {3, 2}, {20, 3}}), {5, 10}, 100);
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_TRUE(holds(trace, 5, 2));
  EXPECT_TRUE(holds(trace, 10, 2));
}

TEST(Trace, steps_up_only_when_the_new_sample_came) {
  const Trace trace = reduce(column({{0, 1}, {8, 2}}), {0, 10}, 100);
  EXPECT_TRUE(holds(trace, 8, 1));
  EXPECT_TRUE(holds(trace, 8, 2));
}

TEST(Trace, breaks_where_the_sample_is_not_good) {
  const Trace trace = reduce(column({{0, 1}, {4, std::nan("")}, {6, 2}}), {0, 10}, 100);
  const auto gap = std::find_if(trace.begin(), trace.end(), [](const TracePoint& p) { return std::isnan(p.v); });
  ASSERT_NE(gap, trace.end());
  EXPECT_EQ(gap->t, 4);
  EXPECT_EQ(std::next(gap)->t, 6);
}

TEST(Intervals, tell_when_a_truth_value_was_true_within_the_window) {
  const auto data = column({{0, 0}, {2, 1}, {4, 0}, {6, 1}, {7, std::nan("")}, {8, 1}});
  EXPECT_EQ(true_intervals(data, {0, 10}), (Intervals{{2, 4}, {6, 7}, {8, 10}}));
  EXPECT_EQ(true_intervals(data, {3, 6.5}), (Intervals{{3, 4}, {6, 6.5}}));
}

TEST(Intervals, without_others_leave_the_rest) {
  EXPECT_EQ(without({{0, 10}}, {{2, 3}, {5, 12}}), (Intervals{{0, 2}, {3, 5}}));
  EXPECT_EQ(without({{0, 1}, {4, 6}}, {{0.5, 5}}), (Intervals{{0, 0.5}, {5, 6}}));
  EXPECT_EQ(without({{0, 1}}, {}), (Intervals{{0, 1}}));
}

TEST(Intervals, of_what_is_not_known_begin_before_the_first_sample_and_end_with_a_good_one) {
  const double nothing = std::nan("");
  EXPECT_EQ(unknown_intervals(column({{2, 1}, {4, nothing}, {5, nothing}, {6, 0}}), {0, 10}),
            (Intervals{{0, 2}, {4, 6}}));
  EXPECT_EQ(unknown_intervals(column({}), {3, 10}), (Intervals{{3, 10}}));
  EXPECT_EQ(unknown_intervals(column({{0, 1}}), {3, 10}), Intervals{});
}

TEST(Envelope, is_taken_out_only_where_it_is_infinite_to_both_sides) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  ColumnData lower = column({{0, -infinite}, {1, 1}, {3, -infinite}});
  ColumnData upper = column({{0, infinite}, {1, 2}, {4, infinite}});
  blank_unbounded(lower, upper);
  ASSERT_EQ(lower.size(), upper.size());
  const Trace above = reduce(upper, {0, 5}, 100);
  ASSERT_FALSE(above.empty());
  EXPECT_EQ(above.front().t, 1);
  EXPECT_TRUE(holds(above, 3, 2)) << "bounded to one side";
  EXPECT_TRUE(std::isnan(above.back().v));
  EXPECT_EQ(above.back().t, 4);
}

TEST(SvgPlot, does_not_fill_an_envelope_that_is_far_wider_than_what_was_seen) {
  Plot plot;
  plot.window = {0, 10};
  plot.least_span = 0.3;
  plot.lines = {{"pack.voltage", 0, {{0, 55}, {10, 56}}}};
  const Plot::Band narrow{"narrow", 0, {{0, 54.9}, {10, 55.9}}, {{0, 55.1}, {10, 56.1}}};
  Plot::Band wide{"wide", 0, {{0, 40}, {10, 40}}, {{0, 60}, {10, 60}}};
  EXPECT_FALSE(far_wider(plot, narrow));
  EXPECT_TRUE(far_wider(plot, wide));
  wide.edges_only = true;
  plot.bands = {wide};
  std::vector<std::string> left_out;
  const std::string drawing = svg(plot, "p", left_out);
  EXPECT_EQ(drawing.find("class=\"band"), std::string::npos);
  EXPECT_NE(drawing.find("class=\"edges"), std::string::npos);
}

TEST(SvgPlot, leaves_out_a_limit_far_away_and_says_so) {
  Plot plot;
  plot.window = {0, 10};
  plot.unit = "V";
  plot.lines = {{"pack.voltage", 0, {{0, 55}, {10, 56}}}};
  plot.levels = {{"near", "requirement", 56.2, true}, {"far", "bench", 80, true}};
  std::vector<std::string> left_out;
  const std::string drawing = svg(plot, "p", left_out);
  EXPECT_EQ(left_out, std::vector<std::string>{"far 80 V"});
  EXPECT_NE(drawing.find(">near 56.2 V<"), std::string::npos);
  EXPECT_EQ(drawing.find(">far"), std::string::npos);
}

TEST(SvgPlot, draws_infinite_envelopes_and_constant_values_with_finite_numbers) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  Plot plot;
  plot.window = {0, 10};
  plot.lines = {{"x", 0, {{0, 5}, {10, 5}}}};
  plot.bands = {{"all", 0, {{0, -infinite}, {10, -infinite}}, {{0, infinite}, {10, 5}}}};
  std::vector<std::string> left_out;
  const std::string drawing = svg(plot, "p", left_out);
  EXPECT_EQ(drawing.find("nan"), std::string::npos);
  EXPECT_EQ(drawing.find("inf"), std::string::npos);
}

}  // namespace rig
