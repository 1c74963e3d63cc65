// One rule, one direction, one flag: each by itself, without a bench and without a judge.
#include <gtest/gtest.h>

#include <array>

#include "rig/core/random.hpp"
#include "rig/model/direction_model.hpp"
#include "rig/model/flag_rule.hpp"
#include "rig/model/full_age.hpp"
#include "rig/model/reference_flags.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

RuleInputs quiet(double now) {
  RuleInputs in;
  in.now = now;
  in.step = 0.01;
  in.battery = Interval::around(52.0, 0.01);
  in.current = Interval::around(0.0, 0.05);
  in.hottest = {25.0, 26.5};
  in.coldest = {23.5, 25.0};
  in.soc = Interval::around(0.5, 0.005);
  in.since_full = {0.0, infinity};
  return in;
}

RuleInputs with_current(double now, double amps) {
  RuleInputs in = quiet(now);
  in.current = Interval::around(amps, 0.05);
  return in;
}

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

// A direction over the charge rules, with outputs that a test sets.
class Charge : public testing::Test {
 protected:
  Charge() : model_(rules(), requirements_.latency) {
    model_.restart({.equalised = true});
    outputs_.flags.resize(model_.flags().size());
    settle();
  }
  std::vector<ThresholdRule> rules() {
    std::vector<ThresholdRule> rules;
    for (const auto& row : requirements_.rows) {
      if (row.kind == RowKind::protection && (row.direction == Direction::charge || row.latched)) {
        rules.emplace_back(row, requirements_.cells);
      }
    }
    return rules;
  }
  void settle() {
    show(false);
    for (auto& flag : outputs_.flags) {
      flag = {Truth::no, 0.0};
    }
    step(quiet(0.0));
    step(quiet(0.01));
  }
  void show(bool blocked) {
    outputs_.allowed = {blocked ? Truth::no : Truth::yes, now_};
    outputs_.prohibited = {blocked ? Truth::yes : Truth::no, now_};
  }
  std::size_t flag(const std::string& name) {
    return static_cast<std::size_t>(std::find(model_.flags().begin(), model_.flags().end(), name) -
                                    model_.flags().begin());
  }
  void show_flag(const std::string& name, bool set) {
    outputs_.flags[flag(name)] = {set ? Truth::yes : Truth::no, now_};
  }
  void step(RuleInputs in) {
    now_ = in.now;
    model_.watch(in);
    model_.adopt(outputs_, Truth::unknown, now_, false, histories_);
  }
  void run(double until, RuleInputs in) {
    while (now_ + 0.01 < until) {
      in.now = now_ + 0.01;
      step(in);
      in.fresh = 0;  // nothing moves: only the model's own deadlines may wake it
    }
  }
  Envelope envelope(const std::string& name) { return model_.envelope(first_flag + flag(name)); }

  Requirements requirements_ = profiled_requirements();
  DirectionModel model_;
  Measured::Outputs outputs_;
  InputHistories histories_;
  double now_ = 0.0;
};

TEST_F(Charge, nothing_may_be_blocked_while_nothing_moves) {
  EXPECT_EQ(model_.state(), DirectionModel::State::open);
  run(30.0, quiet(0.0));
  EXPECT_FALSE(model_.envelope(out_contact).may);
  EXPECT_TRUE(model_.surely_open());
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

// Rules that answer the same all around an input are not asked again while it stays there: nobody may notice.
TEST_F(Charge, a_rule_that_is_not_asked_answers_as_one_that_is_asked_each_time) {
  std::vector<ThresholdRule> asked = rules();
  for (ThresholdRule& rule : asked) {
    rule.restart({.equalised = true});
    rule.watch_trip(quiet(0.0));
  }
  Random random(7, "calm");
  double volts = 52.0, amps = 0.0;
  std::size_t possible = 0, certain = 0;
  for (int i = 2; i < 60'000; ++i) {
    // Mostly noise and a slow way; now and then a step, and readings that are not there.
    const double kind = random.uniform();
    volts = kind < 0.001 ? 42.0 + 18.0 * random.uniform() : volts + 0.004 * (random.uniform() - 0.45);
    amps = kind > 0.999 ? -120.0 + 240.0 * random.uniform() : amps + 0.1 * (random.uniform() - 0.5);
    RuleInputs in = quiet(i * 0.01);
    in.battery = kind > 0.4 && kind < 0.401 ? Interval{} : Interval::around(volts, 0.01);
    in.current = kind > 0.5 && kind < 0.501 ? Interval{} : Interval::around(amps, 0.05);
    in.fresh = static_cast<std::uint8_t>(fresh::battery | fresh::current);
    in.battery_since = in.current_since = in.now - 0.02;
    model_.watch(in);
    for (std::size_t r = 0; r < asked.size(); ++r) {
      asked[r].watch_trip(in);
      const Debounce& mine = asked[r].trip();
      const Debounce& models = model_.rules()[r].trip();
      ASSERT_EQ(models.possible(), mine.possible()) << asked[r].id() << " at " << in.now;
      ASSERT_EQ(models.certain(), mine.certain()) << asked[r].id() << " at " << in.now;
      ASSERT_EQ(models.must_since(), mine.must_since()) << asked[r].id() << " at " << in.now;
      possible += mine.possible() ? 1 : 0;
      certain += mine.certain() ? 1 : 0;
    }
  }
  EXPECT_GT(possible, certain);
  EXPECT_GT(certain, 1000u);
}

// An event starts the rules anew: that their input never left its zone does not mean that they know it.
TEST_F(Charge, a_rule_is_asked_again_after_an_event_however_calm_its_input_is) {
  const auto rule = std::find_if(model_.rules().begin(), model_.rules().end(),
                                 [](const ThresholdRule& r) { return r.name() == "pack_ov"; });
  ASSERT_NE(rule, model_.rules().end());
  RuleInputs in = quiet(1.0);
  const auto go_on = [&](double seconds) {
    for (const double until = now_ + seconds; now_ < until;) {
      in.now = now_ + 0.1;
      in.battery = Interval::around(57.5 + (in.battery.middle() > 57.5 ? -0.001 : 0.001), 0.01);
      in.fresh = fresh::battery;
      step(in);
    }
  };
  go_on(5.0);
  show(true);
  show_flag("dut.protection.over_voltage", true);
  go_on(10.0);
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  show(false);
  show_flag("dut.protection.over_voltage", false);
  go_on(1.0);
  ASSERT_EQ(model_.state(), DirectionModel::State::open) << "against the rules, and followed";
  EXPECT_TRUE(rule->trip().possible());
  EXPECT_TRUE(rule->trip().certain());
}

// Of alarms and requests too, with a pack that shows them as it likes.
TEST_F(Charge, flags_whose_rules_are_not_asked_are_those_of_rules_that_are) {
  ReferenceFlags flags(requirements_);
  DirectionModel none({}, requirements_.latency);
  SignalTable table;
  flags.declare(table, model_, none);
  table.seal();
  flags.restart({});
  std::vector<FlagRule> asked;
  for (const RequirementRow& row : requirements_.rows) {
    if (row.kind == RowKind::alarm || row.kind == RowKind::request) {
      asked.emplace_back(row, requirements_.cells, requirements_.latency.flag);
      asked.back().restart({});
    }
  }
  const std::vector<std::string> names = flags.names();
  ASSERT_EQ(names.size(), asked.size());
  Random random(3, "flags");
  std::vector<MeasuredTruth> seen(names.size());
  double volts = 52.0, amps = 0.0;
  std::size_t must = 0;
  for (int i = 0; i < 60'000; ++i) {
    const double kind = random.uniform();
    volts = kind < 0.001 ? 42.0 + 18.0 * random.uniform() : volts + 0.004 * (random.uniform() - 0.5);
    // Near the ends of what the thresholds of 55 A and 80 A may be, so that they are passed by trembling.
    constexpr std::array<double, 6> ends{53.0, 57.0, -78.0, -82.0, 30.0, -30.0};
    const double jump = ends[static_cast<std::size_t>(random.uniform() * ends.size())] + random.uniform() - 0.5;
    amps = kind > 0.998 ? jump : amps + 0.1 * (random.uniform() - 0.5);
    RuleInputs in = quiet(i * 0.01);
    in.battery = Interval::around(volts, 0.01);
    in.current = Interval::around(amps, 0.05);
    in.fresh = i == 0 ? fresh::all : i % 2 == 0 ? static_cast<std::uint8_t>(fresh::battery | fresh::current) : 0;
    if (in.fresh == 0) {
      continue;  // nothing new: the next moment is what next() says
    }
    const Tick tick{i, TimePoint{from_seconds(in.now)}, std::chrono::milliseconds(10)};
    flags.watch(in);
    flags.publish(tick, table, model_, none);
    for (std::size_t r = 0; r < asked.size(); ++r) {
      asked[r].watch(in);
      const Envelope e = asked[r].envelope();
      ASSERT_EQ(table[table.require("model." + names[r] + ".may")].value != 0.0, e.may) << names[r] << " " << in.now;
      ASSERT_EQ(table[table.require("model." + names[r] + ".must")].value != 0.0, e.must) << names[r] << " " << in.now;
      must += e.must ? 1 : 0;
    }
    if (i % 100 == 0) {  // frames: mostly what they must show, at times what they like
      for (std::size_t r = 0; r < asked.size(); ++r) {
        const bool shown = random.uniform() < 0.05 ? random.uniform() < 0.5 : asked[r].envelope().must;
        seen[r] = {shown ? Truth::yes : Truth::no, in.now};
        asked[r].adopt(seen[r], histories_);
      }
      flags.adopt(seen, histories_);
    }
  }
  EXPECT_GT(must, 1000u);
}

TEST(FlagRule, shows_between_the_shortest_and_the_longest_delay_and_goes_out_likewise) {
  const Requirements r = profiled_requirements();
  FlagRule alarm(*r.find("GTX-OC-04"), r.cells, r.latency.flag);
  InputHistories histories;
  alarm.restart({});
  alarm.watch(quiet(0.0));
  alarm.adopt({Truth::no, 0.0}, histories);
  const auto at = [&](double now, double amps) {
    alarm.watch(with_current(now, amps));
    return alarm.envelope();
  };
  at(0.01, 0);
  at(10.0, 60);
  EXPECT_FALSE(at(13.6, 60).may);
  EXPECT_TRUE(at(13.8, 60).may);
  EXPECT_FALSE(at(17.9, 60).must);
  EXPECT_TRUE(at(18.1, 60).must);
  alarm.adopt({Truth::yes, 18.1}, histories);
  EXPECT_TRUE(at(25.0, 60).must);
  at(30.0, 40);
  EXPECT_FALSE(at(30.2, 40).must) << "below 50 A it may go out";
  EXPECT_TRUE(at(30.2, 40).may);
  EXPECT_FALSE(at(38.5, 40).may) << "6.5 s and the frame's 1.5 s later it has to be out";
}

TEST(FullAge, is_open_to_the_past_until_the_case_or_a_full_charge_tells) {
  FullAge age(0.97);
  age.restart(std::nullopt);
  EXPECT_EQ(age.value(10.0), (Interval{10.0, infinity}));
  age.restart(1000.0);
  EXPECT_EQ(age.value(10.0), (Interval{1010.0, 1010.0}));
  age.update(20.0, {0.965, 0.975});
  EXPECT_EQ(age.value(30.0), (Interval{10.0, 1030.0})) << "97 % as sent may be 96.6 %";
  age.update(40.0, {0.975, 0.985});
  EXPECT_EQ(age.value(50.0), (Interval{10.0, 10.0}));
}

}  // namespace
}  // namespace rig
