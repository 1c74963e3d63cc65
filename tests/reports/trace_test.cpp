#include "reports/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/svg_plot.hpp"

namespace rig {
namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

Trace reduced(const Trace& samples, Window window, std::size_t buckets) {
  Decimation decimation(window, buckets);
  decimation.add(samples);
  return decimation.finish();
}

bool holds(const Trace& trace, double t, double v) {
  return std::any_of(trace.begin(), trace.end(), [&](const TracePoint& p) { return p.t == t && p.v == v; });
}
}  // namespace

TEST(Trace, keeps_a_spike_of_a_single_sample_in_a_long_run) {
  Trace samples;
  for (int i = 0; i < 100'000; ++i) {
    samples.push_back({i * 0.01, i == 54'321 ? 99.0 : 50.0 + i % 3});
  }
  const Trace trace = reduced(samples, {0, 1000}, 900);
  EXPECT_LT(trace.size(), 4u * 900 + 2);
  EXPECT_TRUE(holds(trace, 543.21, 99.0));
  EXPECT_TRUE(std::is_sorted(trace.begin(), trace.end(), [](auto a, auto b) { return a.t < b.t; }));
}

TEST(Trace, starts_with_what_held_before_the_window_and_holds_to_its_end) {
  const Trace trace = reduced({{0, 1}, {3, 2}, {20, 3}}, {5, 10}, 100);
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_TRUE(holds(trace, 5, 2));
  EXPECT_TRUE(holds(trace, 10, 2));
}

TEST(Trace, steps_up_only_when_the_new_sample_came) {
  const Trace trace = reduced({{0, 1}, {8, 2}}, {0, 10}, 100);
  EXPECT_TRUE(holds(trace, 8, 1));
  EXPECT_TRUE(holds(trace, 8, 2));
}

TEST(Trace, holds_the_last_value_of_a_busy_bucket_not_its_extreme) {
  Trace samples;
  for (int i = 0; i < 10; ++i) {
    samples.push_back({i * 0.1, i == 5 ? 10.0 : 1.0});
  }
  const Trace to_the_end = reduced(samples, {0, 100}, 100);
  samples.push_back({60, 3});
  const Trace to_the_next = reduced(samples, {0, 100}, 100);
  for (const Trace& trace : {to_the_end, to_the_next}) {
    const auto spike = std::find_if(trace.begin(), trace.end(), [](auto p) { return p.v == 10.0; });
    ASSERT_NE(spike, trace.end());
    EXPECT_EQ(std::next(spike)->t, 0.9) << "no slope from the spike to the next bucket";
    EXPECT_EQ(std::next(spike)->v, 1);
  }
}

TEST(Trace, breaks_where_the_sample_is_not_good) {
  const Trace trace = reduced({{0, 1}, {4, nothing}, {6, 2}}, {0, 10}, 100);
  const auto gap = std::find_if(trace.begin(), trace.end(), [](const TracePoint& p) { return std::isnan(p.v); });
  ASSERT_NE(gap, trace.end());
  EXPECT_EQ(gap->t, 4);
  EXPECT_EQ(std::next(gap)->t, 6);
}

// A sample each 10 ms for as long as is asked, with a spike, and with data missing each other second.
Trace spiky_run_with_gaps(double seconds, std::size_t buckets) {
  Decimation decimation({0, seconds}, buckets);
  const auto last = static_cast<std::int64_t>(seconds * 100);
  for (std::int64_t i = 0; i < last; ++i) {
    const bool missing = i % 200 >= 100;
    decimation.add({static_cast<double>(i) * 0.01, missing ? nothing : i == last / 2 / 200 * 200 ? -7.0 : 50.0});
  }
  return decimation.finish();
}

TEST(Trace, keeps_no_more_points_of_a_long_run_than_of_a_short_one) {
  constexpr std::size_t buckets = 50;
  const Trace hour = spiky_run_with_gaps(3600, buckets);
  const Trace day = spiky_run_with_gaps(24 * 3600, buckets);
  for (const Trace& trace : {hour, day}) {
    EXPECT_LE(trace.size(), buckets * Decimation::most_points_of_a_bucket + 1);
    EXPECT_TRUE(std::is_sorted(trace.begin(), trace.end(), [](auto a, auto b) { return a.t < b.t; }));
    EXPECT_TRUE(std::any_of(trace.begin(), trace.end(), [](auto p) { return p.v == -7.0; })) << "the spike";
  }
  EXPECT_LE(day.size(), hour.size() + buckets);
}

TEST(Trace, shows_in_each_bucket_that_data_was_missing_there) {
  constexpr std::size_t buckets = 50;
  const Trace trace = spiky_run_with_gaps(3600, buckets);
  std::vector<bool> broken(buckets);
  for (const TracePoint& p : trace) {
    if (std::isnan(p.v)) {
      broken[static_cast<std::size_t>(p.t / 3600 * buckets)] = true;
    }
  }
  EXPECT_EQ(std::count(broken.begin(), broken.end(), true), static_cast<std::ptrdiff_t>(buckets));
}

TEST(Trace, is_broken_at_its_end_when_the_last_thing_in_a_bucket_was_a_loss) {
  const Trace trace = reduced({{1, 5}, {2, nothing}, {3, 6}, {4, nothing}, {90, nothing}}, {0, 100}, 10);
  ASSERT_FALSE(trace.empty());
  EXPECT_TRUE(std::isnan(trace.back().v)) << "not drawn to the end of the window";
  EXPECT_EQ(trace.back().t, 4);
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
