// One direction over its rules: which outputs may and must show what.
#include <gtest/gtest.h>

#include "tests/model/charge_fixture.hpp"

namespace rig {
namespace {

TEST_F(Charge, nothing_may_be_blocked_while_nothing_moves) {
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  run(30.0, quiet(0.0));
  EXPECT_FALSE(model_.envelope(out_contact).may);
  EXPECT_TRUE(model_.surely_open());
}

TEST_F(Charge, a_pack_that_starts_says_that_it_permits_before_its_path_does) {
  run(30.0, quiet(0.0));
  EXPECT_FALSE(model_.envelope(out_path).may) << "it has stood like this for long";
  model_.lose_power(now_);
  run(30.05, quiet(0.0));
  ASSERT_EQ(model_.state(), DirectionModel::State::open);
  EXPECT_TRUE(model_.envelope(out_path).may);
  run(35.0, quiet(0.0));
  EXPECT_FALSE(model_.envelope(out_path).may);
}

TEST_F(Charge, of_packs_at_the_same_terminals_another_one_may_go_on) {
  for (const bool shared : {false, true}) {
    model_.restart({.equalised = true});
    now_ = 0.0;
    settle();
    if (shared) {
      model_.share_the_terminals();
    }
    run(13.0, with_current(0.0, 110));
    show(true);
    run(20.0, with_current(0.0, 110));
    ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
    EXPECT_TRUE(model_.envelope(out_contact).must);
    EXPECT_EQ(model_.envelope(out_path).must, !shared);
  }
}

TEST_F(Charge, wakes_by_itself_when_a_delay_has_passed) {
  run(5.0, quiet(0.0));
  run(12.3, with_current(0.0, 110));
  EXPECT_FALSE(model_.envelope(out_contact).may) << "7.5 s have not passed";
  run(12.8, with_current(0.0, 110));
  EXPECT_TRUE(model_.envelope(out_contact).may);
  EXPECT_FALSE(model_.envelope(out_contact).must);
  run(18.6, with_current(0.0, 110));
  EXPECT_TRUE(model_.envelope(out_contact).must) << "12.7 s and the contact's 0.6 s have passed";
}

TEST_F(Charge, the_first_output_is_adopted_and_the_others_have_to_follow) {
  run(5.0, with_current(0.0, 110));
  run(13.0, with_current(0.0, 110));
  show(true);
  run(13.05, with_current(0.0, 110));
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked);
  EXPECT_EQ(model_.causes(), model_.due()) << "charge_oc alone can have been it";
  run(15.0, quiet(0.0));
  EXPECT_TRUE(envelope("dut.protection.charge_oc").must);
  EXPECT_FALSE(envelope("dut.protection.over_voltage").may);
}

TEST_F(Charge, a_second_rule_joins_and_holds_the_block) {
  RuleInputs hot = quiet(0.0);
  hot.current = Interval::around(110, 0.05);
  run(13.0, hot);
  show(true);
  show_flag("dut.protection.charge_oc", true);
  run(13.1, hot);
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  RuleInputs hotter = quiet(0.0);
  hotter.hottest = {60.0, 61.5};
  run(30.0, hotter);
  EXPECT_TRUE(envelope("dut.protection.charge_ot").must);
  show_flag("dut.protection.charge_ot", true);
  run(30.1, hotter);
  run(150.0, hotter);
  EXPECT_TRUE(model_.envelope(out_contact).must) << "the retry of over-current does not end the heat's block";
  show_flag("dut.protection.charge_oc", false);
  run(151.0, hotter);
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked);
}

// Its flag was out when over-current had stopped the charge, its reading stands still, and it is as hot as before.
TEST_F(Charge, a_heat_that_was_not_the_cause_may_act_while_another_one_blocks) {
  RuleInputs hot = quiet(0.0);
  hot.current = Interval::around(110, 0.05);
  hot.hottest = {54.0, 55.5};
  run(13.0, hot);
  show(true);
  show_flag("dut.protection.charge_oc", true);
  run(15.0, hot);
  show_flag("dut.protection.charge_ot", false);
  run(15.1, hot);
  ASSERT_EQ(model_.causes(), model_.due()) << "it is cleared of having been the cause";
  RuleInputs still = quiet(0.0);
  still.hottest = hot.hottest;
  still.fresh = fresh::current;
  run(18.0, still);
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  EXPECT_TRUE(envelope("dut.protection.charge_ot").may);
}

// The master's contact closes when a slave stops.
TEST_F(Charge, a_contact_of_several_packs_says_nothing_of_one_that_has_no_reason) {
  model_.share_the_contact();
  model_.restart({.equalised = true});
  now_ = 0.0;
  settle();
  run(30.0, quiet(0.0));
  EXPECT_TRUE(model_.envelope(out_contact).may);
  EXPECT_FALSE(model_.envelope(out_path).may);
  outputs_.prohibited = {Truth::yes, now_};
  run(60.0, quiet(0.0));
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  run(80.0, with_current(0.0, 110));
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked) << "with a reason of its own it does";
}

// Current is read before the contact that tells of the retry: the delay of the next trip runs from the current.
TEST_F(Charge, a_retry_that_meets_the_overload_may_trip_as_long_after_its_current_as_the_first_time) {
  run(13.0, with_current(0.0, 110));
  show(true);
  show_flag("dut.protection.charge_oc", true);
  run(13.1, with_current(0.0, 110));
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  run(75.0, quiet(0.0));
  run(75.4, with_current(0.0, 110));
  show(false);
  show_flag("dut.protection.charge_oc", false);
  run(75.5, with_current(0.0, 110));
  ASSERT_EQ(model_.state(), DirectionModel::State::open);
  run(82.4, with_current(0.0, 110));
  EXPECT_FALSE(model_.envelope(out_contact).may);
  run(82.7, with_current(0.0, 110));
  EXPECT_TRUE(model_.envelope(out_contact).may) << "7.5 s after the current";
}

TEST_F(Charge, a_zero_limit_is_a_witness_only_where_derating_leaves_something) {
  run(13.0, with_current(0.0, 110));
  outputs_.limit = {.value = {0, 0.05}, .latest = {0, 0.05}, .time = now_, .good = true};
  model_.adopt(outputs_, Truth::unknown, now_, false, histories_);
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  model_.adopt(outputs_, Truth::unknown, now_, true, histories_);
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked);
}

// Hot enough for a fault, and what the pack shows then.
RuleInputs destroyed(double now) {
  RuleInputs in = quiet(now);
  in.hottest = {84.0, 85.5};
  return in;
}

TEST_F(Charge, a_fault_that_was_seen_holds_until_the_end_also_without_supply) {
  run(40.0, destroyed(0.0));
  show(true);
  show_flag("dut.protection.charge_ot", true);
  show_flag("dut.protection.system_error", true);
  run(60.0, destroyed(0.0));
  run(400.0, quiet(0.0));
  show_flag("dut.protection.charge_ot", false);
  run(500.0, quiet(0.0));
  EXPECT_TRUE(model_.envelope(out_contact).must);
  EXPECT_TRUE(envelope("dut.protection.system_error").must);
  EXPECT_FALSE(envelope("dut.protection.charge_ot").may);
  model_.lose_power(now_);
  EXPECT_FALSE(model_.envelope(out_contact).must && model_.state() == DirectionModel::State::open);
  run(510.0, quiet(0.0));
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked);
  run(515.0, quiet(0.0));
  EXPECT_TRUE(model_.envelope(out_contact).must);
  EXPECT_TRUE(envelope("dut.protection.system_error").must);
  show(false);
  show_flag("dut.protection.system_error", false);
  run(515.1, quiet(0.0));
  EXPECT_TRUE(model_.envelope(out_contact).must || model_.state() == DirectionModel::State::open) << "followed at last";
}

TEST_F(Charge, a_pack_that_was_off_counts_its_delays_anew) {
  RuleInputs hot = quiet(0.0);
  hot.hottest = {60.0, 61.5};
  run(30.0, hot);
  show(true);
  show_flag("dut.protection.charge_ot", true);
  run(40.0, hot);
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  model_.lose_power(now_);
  show(false);
  show_flag("dut.protection.charge_ot", false);
  run(40.5, hot);
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  EXPECT_FALSE(model_.envelope(out_contact).must) << "it has just woken";
  EXPECT_TRUE(model_.envelope(out_contact).may);
  run(47.5, hot);
  EXPECT_TRUE(model_.envelope(out_contact).must) << "and is as hot as before";
}

// Of a refused link, or a failed pre-charge, the rig knows nothing, and both end by themselves.
TEST_F(Charge, a_pack_found_with_an_error_may_keep_it_and_may_lose_it) {
  model_.restart({.equalised = true});
  now_ = 0.0;
  show(true);
  for (auto& flag : outputs_.flags) {
    flag = {Truth::no, 0.0};
  }
  show_flag("dut.protection.system_error", true);
  step(quiet(0.0));
  run(60.0, quiet(0.0));
  EXPECT_EQ(model_.state(), DirectionModel::State::blocked);
  EXPECT_TRUE(model_.envelope(out_contact).may);
  EXPECT_FALSE(model_.envelope(out_contact).must);
  EXPECT_TRUE(envelope("dut.protection.system_error").may);
  EXPECT_FALSE(envelope("dut.protection.system_error").must);
}

TEST_F(Charge, an_error_of_the_bms_alone_accuses_nobody) {
  show_flag("dut.protection.system_error", true);
  run(30.0, quiet(0.0));
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  EXPECT_TRUE(envelope("dut.protection.system_error").may);
  EXPECT_FALSE(model_.envelope(out_contact).may);
}

}  // namespace
}  // namespace rig
