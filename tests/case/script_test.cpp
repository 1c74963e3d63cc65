#include "rig/case/script.hpp"

#include <gtest/gtest.h>

#include "tests/case/stage.hpp"

namespace rig {
namespace {

constexpr double pending = 1, passed = 2, failed = 3;  // what stands in a judge column

TEST(Script, wants_a_set_point_in_the_tick_in_which_its_step_begins) {
  Stage stage(
      with_check("  - { set: { supply.voltage_set: 57 V, supply.output: on, load.mode: constant_power } }\n"
                 "  - { set: { supply.voltage_set: 58 V } }\n"));
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 0);
  stage.tick();
  EXPECT_EQ(stage.step(), 0);
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 57);
  EXPECT_EQ(stage.wanted("supply.output"), 1);
  EXPECT_EQ(stage.wanted("load.mode"), 1);
  stage.tick();
  EXPECT_EQ(stage.step(), 1);
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 58);
  stage.tick();
  EXPECT_TRUE(stage.script().done());
  EXPECT_FALSE(stage.script().failed());
  EXPECT_EQ(stage.step(), 2);
}

TEST(Script, holds_for_exactly_its_time) {
  Stage stage(with_check("  - { hold: 1 s }\n  - { hold: 500 ms }\n"));
  EXPECT_EQ(stage.run(100), 15);
}

TEST(Script, looks_at_until_from_the_tick_after_the_begin_on) {
  Stage stage(with_check("  - { until: pack.charge_refused, timeout: 10 s }\n"));
  stage.write("pack.charge_refused", 1);
  stage.tick();
  EXPECT_FALSE(stage.script().done());
  stage.tick();
  EXPECT_TRUE(stage.script().done());
}

TEST(Script, sees_the_measured_signals_of_the_same_tick) {
  Stage stage(with_check("  - { until: pack.voltage > 56 V, timeout: 10 s }\n"));
  const int end = stage.run(50, [&](int i) { stage.write("pack.voltage", i >= 7 ? 56.1 : 54); });
  EXPECT_EQ(end, 7);
}

TEST(Script, looks_only_as_often_as_every_says) {
  Stage stage(with_check("  - { until: pack.voltage > 56 V, timeout: 10 s, every: 500 ms }\n"));
  const int end = stage.run(50, [&](int i) { stage.write("pack.voltage", i == 7 || i >= 12 ? 56.1 : 54); });
  EXPECT_EQ(end, 15);
}

TEST(Script, ends_the_steps_when_until_does_not_come_in_time_and_runs_finally) {
  Stage stage(
      with_check("  - { name: approach, set: { supply.output: on }, until: pack.voltage > 56 V, timeout: 1 s }\n"
                 "  - { set: { load.input: on } }\n",
                 "finally: { set: { supply.output: off } }\n"));
  stage.tick(10);
  EXPECT_EQ(stage.wanted("supply.output"), 1);
  EXPECT_FALSE(stage.script().failed());
  stage.tick();
  EXPECT_TRUE(stage.script().failed());
  EXPECT_TRUE(stage.script().in_finally());
  EXPECT_EQ(stage.wanted("supply.output"), 0);
  EXPECT_EQ(stage.wanted("load.input"), 0);
  stage.tick();
  EXPECT_TRUE(stage.script().done());
  ASSERT_EQ(stage.script().faults().size(), 1u);
  EXPECT_EQ(stage.script().faults()[0].kind, ScriptFaultKind::timeout);
  EXPECT_EQ(stage.script().faults()[0].time, TimePoint{std::chrono::seconds(1)});
  EXPECT_EQ(stage.fault(),
            "in step 'approach' pack.voltage > 56 V did not come true within 1 s; last seen: pack.voltage 54 V");
}

TEST(Script, takes_an_until_that_comes_true_at_its_timeout) {
  Stage stage(with_check("  - { until: pack.voltage > 56 V, timeout: 1 s, every: 700 ms }\n"));
  EXPECT_EQ(stage.run(50, [&](int i) { stage.write("pack.voltage", i == 10 ? 56.1 : 54); }), 10);
  EXPECT_FALSE(stage.script().failed());
}

TEST(Script, calls_a_timeout_on_bad_data_stale) {
  Stage stage(with_check("  - { until: pack.voltage > 56 V, timeout: 1 s }\n"));
  stage.write("pack.voltage", 57, Quality::stale);
  stage.run(50);
  ASSERT_EQ(stage.script().faults().size(), 1u);
  EXPECT_EQ(stage.script().faults()[0].kind, ScriptFaultKind::stale);
}

TEST(Script, ramps_from_where_the_set_point_stands_and_ends_exactly) {
  Stage stage(
      with_check("  - { set: { load.current_set: 1 A } }\n"
                 "  - { ramp: { load.current_set: { to: 2.25 A, rate: 0.5 A/s } } }\n"
                 "  - { ramp: { load.current_set: { to: 2 A, rate: 10 A/s } } }\n"));
  stage.tick(2);
  EXPECT_EQ(stage.wanted("load.current_set"), 1);
  stage.tick();
  EXPECT_DOUBLE_EQ(stage.wanted("load.current_set"), 1.05);
  stage.skip(9);
  stage.tick();
  EXPECT_DOUBLE_EQ(stage.wanted("load.current_set"), 1.55);
  stage.tick(13);
  EXPECT_EQ(stage.step(), 1);
  EXPECT_DOUBLE_EQ(stage.wanted("load.current_set"), 2.2);
  stage.tick();
  EXPECT_EQ(stage.step(), 2);
  EXPECT_EQ(stage.wanted("load.current_set"), 2.25);
  stage.tick();
  EXPECT_EQ(stage.wanted("load.current_set"), 2);
  EXPECT_TRUE(stage.script().done());
}

TEST(Script, stops_a_ramp_where_until_comes_true) {
  Stage stage(with_check(
      "  - { ramp: { load.current_set: { to: 50 A, rate: 1 A/s } }, until: pack.voltage < 50 V, timeout: 1 h }\n"));
  const int end = stage.run(100, [&](int i) { stage.write("pack.voltage", i >= 20 ? 49 : 54); });
  EXPECT_EQ(end, 20);
  EXPECT_DOUBLE_EQ(stage.wanted("load.current_set"), 2);
}

TEST(Script, computes_a_set_point_from_signals_when_its_step_begins) {
  Stage stage(with_check("  - { hold: 1 s }\n  - { set: { supply.voltage_set: pack.voltage + 0.5 V } }\n"));
  stage.run(100, [&](int i) { stage.write("pack.voltage", 54 + i * 0.1); });
  EXPECT_DOUBLE_EQ(stage.wanted("supply.voltage_set"), 55.5);
}

TEST(Script, refuses_a_computed_set_point_outside_the_range_and_changes_nothing) {
  Stage stage(with_check("  - { name: push, set: { load.input: on, supply.voltage_set: pack.voltage * 2 } }\n",
                         "finally: { set: { supply.output: off } }\n"));
  stage.tick();
  EXPECT_TRUE(stage.script().failed());
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 0);
  EXPECT_EQ(stage.wanted("load.input"), 0);
  EXPECT_EQ(stage.fault(), "in step 'push' supply.voltage_set came out as 108 V, outside the instrument's 0 V to 80 V");
}

TEST(Script, ends_a_step_when_all_its_expectations_have_passed) {
  Stage stage(with_check("  - expect: [{ that: pack.voltage > 1 V }, { that: pack.voltage > 2 V, within: 5 s }]\n"));
  stage.tick();
  stage.write("judge.expect.0", passed);
  stage.write("judge.expect.1", pending);
  stage.tick(5);
  EXPECT_FALSE(stage.script().done());
  stage.write("judge.expect.1", passed);
  stage.tick();
  EXPECT_TRUE(stage.script().done());
  EXPECT_FALSE(stage.script().failed());
}

TEST(Script, ends_at_once_when_an_expectation_fails) {
  Stage stage(
      with_check("  - { hold: 10 s, expect: [{ that: pack.voltage > 1 V, within: 9 s }] }\n  - { hold: 1 s }\n"));
  stage.tick(3);
  stage.write("judge.expect.0", failed);
  stage.tick();
  EXPECT_TRUE(stage.script().failed());
  EXPECT_TRUE(stage.script().done());
  EXPECT_TRUE(stage.script().faults().empty());
}

TEST(Script, waits_for_both_until_and_expect) {
  Stage stage(with_check(
      "  - { until: pack.charge_refused, timeout: 10 s, expect: [{ that: pack.voltage > 1 V, for: 1 s }] }\n"));
  stage.tick();
  stage.write("pack.charge_refused", 1);
  stage.tick();
  stage.write("pack.charge_refused", 0);  // it has been true once: that is enough
  stage.tick(3);
  EXPECT_FALSE(stage.script().done());
  stage.write("judge.expect.0", passed);
  stage.tick();
  EXPECT_TRUE(stage.script().done());
}

TEST(Script, gives_up_an_expectation_that_nobody_decides) {
  Stage stage(with_check("  - expect: [{ that: pack.voltage > 1 V, within: 2 s }]\n"));
  EXPECT_EQ(stage.run(200), 71);
  EXPECT_EQ(stage.script().faults()[0].kind, ScriptFaultKind::undecided);
}

TEST(Script, keeps_a_value_when_its_step_ends) {
  Stage stage(
      with_check("  - { hold: 1 s, keep: { start: pack.voltage } }\n  - { set: { supply.voltage_set: start } }\n"));
  stage.run(100, [&](int i) { stage.write("pack.voltage", 54 + i * 0.1); });
  EXPECT_DOUBLE_EQ(stage.signal("keep.start").value, 55);
  EXPECT_EQ(stage.signal("keep.start").time, TimePoint{std::chrono::seconds(1)});
  EXPECT_DOUBLE_EQ(stage.signal("keep.start.u").value, 0.02);
  EXPECT_DOUBLE_EQ(stage.wanted("supply.voltage_set"), 55);
}

TEST(Script, keeps_the_value_from_before_the_current_collapsed_when_the_event_shows_later) {
  Stage stage(with_check(
      "  - { until: pack.charge_refused, timeout: 1 h, keep: { trip: pack.voltage at pack.charge_refused } }\n"));
  // 5 A at a rising voltage; at 3 s the FET opens and the terminals jump; the flag comes at 4.5 s.
  stage.run(100, [&](int i) {
    stage.write("pack.voltage", i < 30 ? 55.7 + i * 0.01 : 57);
    stage.write("pack.current", i < 30 ? 5.0 : i == 30 ? 2.0 : 0.02);
    stage.write("pack.charge_refused", i >= 45 ? 1 : 0);
  });
  EXPECT_DOUBLE_EQ(stage.signal("keep.trip").value, 55.7 + 29 * 0.01);
  EXPECT_EQ(stage.signal("keep.trip").time, TimePoint{std::chrono::milliseconds(2900)});
  EXPECT_DOUBLE_EQ(stage.signal("keep.trip.u").value, 0.02);
}

TEST(Script, keeps_the_value_of_the_moment_where_there_was_no_current) {
  Stage stage(with_check("  - { hold: 3 s, keep: { at_flag: pack.voltage at pack.charge_refused } }\n"));
  stage.run(100, [&](int i) {
    stage.write("pack.voltage", 50 + i * 0.1);
    stage.write("pack.charge_refused", i >= 12 ? 1 : 0);
  });
  EXPECT_DOUBLE_EQ(stage.signal("keep.at_flag").value, 51.2);
}

TEST(Script, keeps_nothing_at_an_event_that_never_came_or_was_already_there) {
  Stage stage(with_check("  - { hold: 1 s, keep: { trip: pack.voltage at pack.charge_refused } }\n",
                         "measure: [{ id: trip, value: trip }]\n"));
  stage.write("pack.charge_refused", 1);
  stage.run(100);
  EXPECT_EQ(stage.signal("keep.trip").quality, Quality::never);
  EXPECT_EQ(stage.signal("measure.trip").quality, Quality::never);
}

TEST(Script, measures_with_the_uncertainty_of_what_was_kept) {
  Stage stage(
      with_check("  - { hold: 1 s, keep: { start: pack.voltage } }\n"
                 "  - { hold: 1 s, measure: [{ id: now, value: pack.voltage }] }\n",
                 "measure: [{ id: rise, value: (pack.voltage - start) / 2, limits: [~, 1 V] }]\n"));
  stage.run(100, [&](int i) { stage.write("pack.voltage", 54 + i * 0.1); });
  EXPECT_DOUBLE_EQ(stage.signal("measure.now").value, 56);
  EXPECT_DOUBLE_EQ(stage.signal("measure.rise").value, 0.5);
  EXPECT_DOUBLE_EQ(stage.signal("measure.rise.u").value, std::hypot(0.02, 0.02) / 2);
  ASSERT_EQ(stage.program().measures.size(), 2u);
  EXPECT_EQ(stage.program().measures[1].limits, (Interval{-infinity, 1}));
}

// A counter's uncertainty grows, so it stands beside it and not in its declaration.
TEST(Script, takes_the_uncertainty_of_a_signal_from_its_companion) {
  Stage stage(with_check("  - { hold: 1 s, keep: { before: pack.charge_in } }\n  - { hold: 1 s }\n",
                         "measure: [{ id: gain, value: pack.charge_in - before }]\n"));
  stage.run(100, [&](int i) {
    stage.write("pack.charge_in", 100.0 * i);
    stage.write("pack.charge_in.u", 0.3 * i);
  });
  EXPECT_DOUBLE_EQ(stage.signal("keep.before.u").value, 3);
  EXPECT_DOUBLE_EQ(stage.signal("measure.gain").value, 1000);
  EXPECT_DOUBLE_EQ(stage.signal("measure.gain.u").value, std::hypot(3, 6));
}

TEST(Script, measures_nothing_after_a_failure) {
  Stage stage(
      with_check("  - { until: pack.charge_refused, timeout: 1 s }\n", "measure: [{ id: v, value: pack.voltage }]\n"));
  stage.run(100);
  EXPECT_EQ(stage.signal("measure.v").quality, Quality::never);
}

TEST(Script, unrolls_loops_with_their_values_and_numbers_their_measures) {
  Stage stage(with_check(
      "  - name: sweep\n    for_each:\n      rows: [{ v: 54 V }, { v: 55 V }]\n      steps:\n"
      "        - { name: set, set: { supply.voltage_set: $v } }\n"
      "        - { repeat: { times: 2, steps: [{ hold: 1 s, measure: [{ id: m, value: pack.voltage }] }] } }\n"));
  const Program& program = stage.program();
  ASSERT_EQ(program.steps.size(), 6u);
  EXPECT_EQ(program.steps[0].name, "sweep (v = 54 V): set");
  EXPECT_EQ(program.steps[5].name, "sweep (v = 55 V): step 2 (2 of 2): step 1");
  EXPECT_EQ(program.measures[3].id, "m.2.2");
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 54);
  EXPECT_EQ(stage.run(100), 42);
  EXPECT_EQ(stage.wanted("supply.voltage_set"), 55);
}

TEST(Script, takes_the_parameters_of_its_row) {
  const std::string yaml =
      with_check("  - { set: { supply.voltage_set: $v }, hold: $t }\n",
                 "parameters: { v: 50 V, t: 1 s }\nrows: [{ name: low, v: 51 V }, { name: high, v: 52 V, t: 2 s }]\n");
  Stage low(yaml, 0);
  EXPECT_EQ(low.run(100), 10);
  EXPECT_EQ(low.wanted("supply.voltage_set"), 51);
  Stage high(yaml, 1);
  EXPECT_EQ(high.program().name, "x[high]");
  EXPECT_EQ(high.run(100), 20);
  EXPECT_EQ(high.wanted("supply.voltage_set"), 52);
}

TEST(Script, ends_the_steps_when_the_case_takes_too_long) {
  Stage stage(with_check("  - { hold: 1 h }\n", "timeout: 2 s\nfinally: { set: { load.input: off } }\n"));
  EXPECT_EQ(stage.run(100), 21);
  EXPECT_EQ(stage.script().faults()[0].kind, ScriptFaultKind::case_timeout);
}

TEST(Script, runs_all_of_finally_even_when_a_part_of_it_fails) {
  Stage stage(with_check("  - { hold: 1 s }\n",
                         "finally:\n  - { until: pack.charge_refused, timeout: 1 s }\n"
                         "  - { set: { supply.voltage_set: pack.voltage * 2 } }\n  - { set: { load.input: on } }\n"));
  stage.run(100);
  EXPECT_EQ(stage.wanted("load.input"), 1);
  EXPECT_FALSE(stage.script().failed());
  ASSERT_EQ(stage.script().faults().size(), 2u);
  EXPECT_EQ(stage.script().faults()[1].kind, ScriptFaultKind::refused);
}

TEST(Script, goes_to_finally_when_it_is_stopped_even_before_it_began) {
  const std::string yaml =
      with_check("  - { set: { supply.output: on }, hold: 1 h }\n", "finally: { set: { supply.output: off } }\n");
  Stage stage(yaml);
  stage.tick(3);
  stage.script().stop();
  stage.tick();
  EXPECT_EQ(stage.wanted("supply.output"), 0);
  EXPECT_TRUE(stage.script().failed());
  Stage early(yaml);
  early.script().stop();
  early.tick();
  EXPECT_EQ(early.wanted("supply.output"), 0);
  early.tick();
  EXPECT_TRUE(early.script().done());
}

TEST(Script, tells_the_time_since_the_step_began_to_who_asks) {
  Stage stage(with_check("  - { hold: 1 s }\n  - { until: script.time >= 2 s, timeout: 1 h }\n"));
  EXPECT_EQ(stage.run(100), 30);
}

TEST(Estimate, adds_what_each_step_can_take_at_most) {
  const Stage stage(with_check(
      "  - { set: { load.current_set: 10 A }, hold: 5 s }\n"
      "  - { ramp: { load.current_set: { to: 50 A, rate: 1 A/s } } }\n"
      "  - { ramp: { load.current_set: { to: 0 A, rate: 1 A/s } }, until: pack.charge_refused, timeout: 1 min }\n"
      "  - { ramp: { load.current_set: { to: 0 A, rate: 1 A/s } } }\n"
      "  - { expect: [{ that: pack.voltage > 1 V, after: 1 s, within: 2 s, for: 3 s }] }\n",
      "finally: { hold: 7 s }\n"));
  EXPECT_EQ(estimate(stage.program()), std::chrono::seconds(5 + 40 + 60 + 120 + 6 + 7));
}

TEST(Estimate, ends_at_the_timeout_of_the_case) {
  const Stage stage(with_check("  - { hold: 1 h }\n", "timeout: 10 min\nfinally: { hold: 7 s }\n"));
  EXPECT_EQ(estimate(stage.program()), std::chrono::seconds(607));
}

}  // namespace
}  // namespace rig
