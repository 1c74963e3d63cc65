#include "rig/judge/expectation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace rig {
namespace {

using S = MonitorState;

constexpr TimePoint tenths(std::int64_t n) { return TimePoint{std::chrono::milliseconds(100) * n}; }

// One expectation `x.ok` of step 1, on ticks of 100 ms. The step begins at tick 0.
class Expecting {
 public:
  explicit Expecting(std::optional<Duration> within = {}, std::optional<Duration> for_time = {}, Duration after = {}) {
    SignalSpec step;
    step.name = "script.step";
    step_ = signals_.declare(step);
    SignalSpec ok;
    ok.name = "x.ok";
    ok.dimension = dimension::boolean;
    ok_ = signals_.declare(ok);
    signals_.seal();
    ExpressionScope scope;
    scope.signals = &signals_;
    Diagnostics diagnostics;
    ExpectationSpec spec{"expect.0", Expression::compile({"x.ok", {}}, scope, diagnostics).value_or(Expression{}),
                         within,     for_time,
                         after,      1,
                         "settle"};
    monitor_ = std::make_unique<Expectation>(spec, signals_);
  }

  // '+' true, '-' false, '~' stale, '.' never seen, '!' missed; one sign for each tick, and the last tick's state.
  S see(const std::string& signs) {
    S state = S::idle;
    for (const char sign : signs) {
      if (sign == '!') {
        ++tick_;
        ++missed_;
        continue;
      }
      signals_.write(step_, step_value_, tenths(tick_));
      const Quality quality = sign == '~' ? Quality::stale : sign == '.' ? Quality::never : Quality::good;
      signals_.write(ok_, sign == '+' ? 1 : 0, tenths(tick_), quality);
      const std::int64_t missed = std::exchange(missed_, 0);
      state =
          monitor_->observe({tick_, tenths(tick_), (1 + missed) * std::chrono::milliseconds(100), missed}, signals_);
      ++tick_;
    }
    return state;
  }
  void step(double value) { step_value_ = value; }
  Expectation& monitor() { return *monitor_; }
  Finding finding() {
    const auto all = monitor_->findings();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Finding{} : all.front();
  }

 private:
  SignalTable signals_;
  SignalId step_, ok_;
  std::unique_ptr<Expectation> monitor_;
  double step_value_ = 1;
  std::int64_t tick_ = 0;
  std::int64_t missed_ = 0;
};

constexpr Duration second = std::chrono::seconds(1);

TEST(Expectation, is_idle_until_its_step_begins_and_judges_from_the_next_tick_on) {
  Expecting e;
  e.step(0);
  EXPECT_EQ(e.see("--"), S::idle);
  e.step(1);
  EXPECT_EQ(e.see("-"), S::pending);
  EXPECT_EQ(e.see("+"), S::passed);
  EXPECT_EQ(e.see("---"), S::passed);
  EXPECT_TRUE(e.monitor().decided());
  EXPECT_TRUE(e.monitor().findings().empty());
}

TEST(Expectation, without_times_must_be_true_at_the_first_look) {
  Expecting e;
  EXPECT_EQ(e.see("+-"), S::failed);
  const Finding finding = e.finding();
  EXPECT_EQ(finding.kind, FindingKind::expectation);
  EXPECT_EQ(finding.verdict, Verdict::fail);
  EXPECT_EQ(finding.time, tenths(1));
  EXPECT_EQ(finding.since, tenths(0));
  EXPECT_EQ(finding.seen, "x.ok false");
  EXPECT_EQ(finding.signal, "x.ok");
  EXPECT_EQ(finding.step, "settle");
  EXPECT_EQ(finding.sentence, "in step 'settle' expected x.ok; at 0.1 s stood x.ok false");
}

TEST(Expectation, within_may_come_true_at_the_deadline_and_no_later) {
  Expecting in_time(second);
  EXPECT_EQ(in_time.see("----------"), S::pending);
  EXPECT_EQ(in_time.see("+"), S::passed);
  Expecting late(second);
  EXPECT_EQ(late.see("-----------"), S::failed);
  EXPECT_EQ(late.finding().expected, "x.ok within 1 s");
  EXPECT_EQ(late.finding().time, tenths(10));
}

TEST(Expectation, a_deadline_before_the_first_look_is_the_first_look) {
  Expecting at_once(Duration::zero());
  EXPECT_EQ(at_once.see("++"), S::passed);
  Expecting not_at_once(Duration::zero());
  EXPECT_EQ(not_at_once.see("+-+"), S::failed);
  Expecting shorter_than_a_tick(std::chrono::milliseconds(10));
  EXPECT_EQ(shorter_than_a_tick.see("-+"), S::passed);
}

TEST(Expectation, for_must_be_true_from_the_first_look_on_without_a_gap) {
  Expecting e({}, second);
  EXPECT_EQ(e.see("-++++++++++"), S::pending);
  EXPECT_EQ(e.see("+"), S::passed);
  Expecting broken({}, second);
  EXPECT_EQ(broken.see("-+++-"), S::failed);
  EXPECT_EQ(broken.finding().sentence,
            "in step 'settle' expected x.ok for 1 s; it was true and ended at 0.4 s with x.ok false");
  Expecting never({}, second);
  EXPECT_EQ(never.see("--"), S::failed);
}

TEST(Expectation, within_and_for_need_an_unbroken_stretch_that_begins_in_time) {
  Expecting e(second, second);
  EXPECT_EQ(e.see("--++-----+"), S::pending);
  EXPECT_EQ(e.see("+++++++++"), S::pending);
  EXPECT_EQ(e.see("+"), S::passed);
  Expecting too_late(second, second);
  EXPECT_EQ(too_late.see("---------+-"), S::failed);
  Expecting broken(second, second);
  EXPECT_EQ(broken.see("---------+++++-"), S::failed);
}

TEST(Expectation, after_shifts_the_first_look_and_the_deadline) {
  Expecting e({}, {}, second);
  EXPECT_EQ(e.see("----------"), S::pending);
  EXPECT_EQ(e.see("+"), S::passed);
  Expecting within(second, {}, second);
  EXPECT_EQ(within.see("-+++++++++----------"), S::pending);
  EXPECT_EQ(within.see("+"), S::passed);
}

TEST(Expectation, on_bad_data_is_undecided_and_then_stale_but_never_passed) {
  Expecting e(second);
  EXPECT_EQ(e.see("-~~~~~~~~~"), S::undecided);
  EXPECT_EQ(e.see("~"), S::failed);
  EXPECT_EQ(e.finding().kind, FindingKind::stale);
  EXPECT_EQ(e.finding().verdict, Verdict::invalid);
  EXPECT_EQ(e.finding().sentence,
            "in step 'settle' it could not be judged whether x.ok within 1 s: x.ok false (stale)");
  EXPECT_FALSE(e.monitor().decided());
}

TEST(Expectation, waits_a_second_for_data_where_no_within_says_how_long) {
  Expecting comes;
  EXPECT_EQ(comes.see("-....+"), S::passed);
  Expecting never;
  EXPECT_EQ(never.see("-........."), S::undecided);
  EXPECT_EQ(never.see("."), S::failed);
  EXPECT_EQ(never.finding().kind, FindingKind::stale);
  EXPECT_EQ(never.finding().seen, "x.ok never seen");
}

TEST(Expectation, does_not_bridge_a_gap_in_the_data_of_a_stretch) {
  Expecting e({}, second);
  EXPECT_EQ(e.see("-+++~+"), S::failed);
  EXPECT_EQ(e.finding().kind, FindingKind::stale);
  Expecting within(second, second);
  EXPECT_EQ(within.see("-+++~++++++++++"), S::pending);
  EXPECT_EQ(within.see("+"), S::passed);
  Expecting false_after({}, second);
  EXPECT_EQ(false_after.see("-++~-"), S::failed);
  EXPECT_EQ(false_after.finding().kind, FindingKind::expectation);
}

TEST(Expectation, stays_undecided_when_its_step_ends_first) {
  Expecting e(second);
  e.see("---");
  e.step(2);
  EXPECT_EQ(e.see("-"), S::undecided);
  EXPECT_TRUE(e.monitor().findings().empty());
  EXPECT_FALSE(e.monitor().decided());
}

TEST(Expectation, that_is_true_in_time_behind_missed_ticks_passes) {
  Expecting e(second);
  EXPECT_EQ(e.see("----!!+"), S::passed);
}

TEST(Expectation, whose_last_look_in_time_was_missed_is_not_judged_when_it_came_and_fails_when_it_did_not) {
  Expecting came(second);
  EXPECT_EQ(came.see("---------!!!+"), S::failed);
  EXPECT_EQ(came.finding().kind, FindingKind::stale);
  EXPECT_EQ(came.finding().verdict, Verdict::invalid);
  EXPECT_EQ(came.finding().sentence,
            "in step 'settle' it could not be judged whether x.ok within 1 s: 3 ticks were missed: nothing was seen "
            "between 0.8 s and 1.2 s");
  EXPECT_FALSE(came.monitor().decided());
  Expecting did_not(second);
  EXPECT_EQ(did_not.see("---------!!!-"), S::failed);
  EXPECT_EQ(did_not.finding().kind, FindingKind::expectation);
}

TEST(Expectation, whose_only_look_was_missed_is_not_judged) {
  Expecting e({}, {}, second);
  EXPECT_EQ(e.see("---------!!+"), S::failed);
  EXPECT_EQ(e.finding().kind, FindingKind::stale);
  Expecting before({}, {}, second);
  EXPECT_EQ(before.see("-----!!!--+"), S::passed);
}

TEST(Expectation, that_has_to_stay_true_is_not_judged_across_missed_ticks) {
  Expecting e({}, second);
  EXPECT_EQ(e.see("-+++!++++++"), S::pending);
  EXPECT_EQ(e.see("+"), S::failed);
  EXPECT_EQ(e.finding().kind, FindingKind::stale);
  Expecting ends({}, second);
  EXPECT_EQ(ends.see("-+++!++-"), S::failed);
  EXPECT_EQ(ends.finding().kind, FindingKind::expectation);
  Expecting anew(second, second);
  EXPECT_EQ(anew.see("-+++!++++++++++"), S::pending);
  EXPECT_EQ(anew.see("+"), S::passed);
}

}  // namespace
}  // namespace rig
