// One threshold by itself: when it trips, when it releases, and the lock of its trips.
#include <gtest/gtest.h>

#include "rig/model/threshold_rule.hpp"
#include "tests/model/resting_inputs.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

TEST(ThresholdRule, of_a_discharge_current_looks_at_the_current_against_the_sign) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-01"), r.cells);
  rule.restart({});
  rule.watch_trip(with_current(1.0, 150));
  EXPECT_FALSE(rule.watch_trip(with_current(1.5, 150)));
  EXPECT_TRUE(rule.watch_trip(with_current(2.0, -150)));
  EXPECT_NEAR(rule.trip().may_since(), 1.99 + 7.5, 1e-9);
  EXPECT_NEAR(rule.trip().must_since(), 1.99 + 12.7, 1e-9);
}

TEST(ThresholdRule, is_not_asked_when_none_of_its_inputs_is_fresh) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-01"), r.cells);
  rule.restart({});
  RuleInputs in = with_current(2.0, -150);
  in.fresh = fresh::battery | fresh::temperature | fresh::soc;
  EXPECT_FALSE(rule.watch_trip(in));
  EXPECT_EQ(rule.trip().may_since(), infinity);
}

TEST(ThresholdRule, in_the_band_of_the_tolerance_a_pack_may_act_and_need_not) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OT-01"), r.cells);
  rule.restart({});
  RuleInputs in = quiet(1.0);
  in.hottest = {54.0, 55.5};
  rule.watch_trip(in);
  EXPECT_LT(rule.trip().may_since(), infinity);
  EXPECT_EQ(rule.trip().must_since(), infinity);
  in.now = 100;
  in.hottest = {51.0, 52.5};
  rule.watch_trip(in);
  rule.forget(200, 1.5);
  EXPECT_EQ(rule.trip().may_since(), infinity) << "inside the rating, less the tolerance, it is silent";
}

TEST(ThresholdRule, a_retry_comes_a_time_after_the_trip) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-02"), r.cells);
  rule.restart({});
  rule.watch_release(quiet(20.0), {18.0, 19.0});
  EXPECT_NEAR(rule.release_may_since(), 18.0 + 45.0, 1e-9);
  EXPECT_NEAR(rule.release_must_since(), 19.0 + 75.0 + 1.0, 1e-9);
}

TEST(ThresholdRule, a_trip_of_one_of_several_packs_tells_no_threshold_of_all) {
  RequirementRow row = *profiled_requirements().find("GTX-OC-01");
  EXPECT_TRUE(ThresholdRule(row, 16).can_learn());
  row.any_pack = true;
  EXPECT_FALSE(ThresholdRule(row, 16).can_learn()) << "the next one is another's, or comes with another share";
}

// The current that one has let go flows through the next, which stops later; the contact waits for the last one.
TEST(ThresholdRule, of_several_packs_the_last_one_that_may_have_acted_is_waited_for) {
  RequirementRow row = *profiled_requirements().find("GTX-OC-02");
  row.any_pack = true;
  ThresholdRule rule(row, 16);
  rule.restart({});
  rule.watch_trip(with_current(1.0, 202));
  rule.watch_release(with_current(20.0, 202), {18.0, 19.0});
  EXPECT_NEAR(rule.release_may_since(), 18.0 + 45.0, 1e-9);
  EXPECT_EQ(rule.release_must_since(), infinity);
  rule.watch_trip(quiet(27.0));
  rule.watch_release(quiet(27.0), {18.0, 19.0});
  EXPECT_NEAR(rule.release_must_since(), 20.0 + 75.0 + 1.0, 1e-9);
}

TEST(TripLock, of_several_packs_may_come_early_and_never_must) {
  RequirementRow row = *profiled_requirements().find("GTX-OC-02");
  row.any_pack = true;
  ThresholdRule rule(row, 16);
  rule.restart({});
  rule.note_trip(0.0, true);
  rule.watch_release(quiet(1.0), {0.0, 0.0});
  EXPECT_LT(rule.release_must_since(), infinity);
  for (int i = 1; i < 5; ++i) {
    rule.note_trip(i * 70.0, true);
  }
  rule.watch_release(quiet(281.0), {280.0, 280.0});
  EXPECT_LT(rule.release_may_since(), infinity) << "the trips may have been those of different packs";
  EXPECT_EQ(rule.release_must_since(), infinity) << "those behind the first are not seen";
}

TEST(TripLock, forbids_the_retry_after_its_trips_within_its_time_only) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-02"), r.cells);
  rule.restart({});
  for (int i = 0; i < 5; ++i) {
    rule.note_trip(i * 1000.0, true);  // 5 trips, but in more than 30 min
  }
  rule.watch_release(quiet(4001.0), {4000.0, 4000.0});
  EXPECT_LT(rule.release_must_since(), infinity);
  rule.restart({});
  for (int i = 0; i < 5; ++i) {
    rule.note_trip(i * 70.0, true);
  }
  rule.watch_release(quiet(281.0), {280.0, 280.0});
  EXPECT_EQ(rule.release_may_since(), infinity);
  EXPECT_EQ(rule.release_must_since(), infinity);
  rule.watch_release(with_current(300.0, -5.0), {280.0, 280.0});
  EXPECT_NEAR(rule.release_may_since(), 299.99, 1e-6) << "current the other way frees it";
}

TEST(TripLock, trips_before_it_was_freed_may_count_and_need_not) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-02"), r.cells);
  rule.restart({});
  for (int i = 0; i < 5; ++i) {
    rule.note_trip(i * 70.0, true);
  }
  rule.watch_release(with_current(300.0, -5.0), {280.0, 280.0});
  rule.restart_release();
  rule.note_trip(400.0, true);
  rule.watch_release(quiet(401.0), {400.0, 400.0});
  EXPECT_LT(rule.release_may_since(), infinity) << "a pack that forgot them tries again";
  EXPECT_EQ(rule.release_must_since(), infinity) << "one that did not does not";
}

TEST(TripLock, trips_whose_cause_is_not_sure_neither_lock_nor_free) {
  const Requirements r = profiled_requirements();
  ThresholdRule rule(*r.find("GTX-OC-02"), r.cells);
  rule.restart({});
  for (int i = 0; i < 5; ++i) {
    rule.note_trip(i * 70.0, i % 2 == 0);
  }
  rule.watch_release(quiet(281.0), {280.0, 280.0});
  EXPECT_LT(rule.release_may_since(), infinity);
  EXPECT_EQ(rule.release_must_since(), infinity);
}

}  // namespace
}  // namespace rig
