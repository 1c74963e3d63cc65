// One case on one bench: verdicts, and the order of events on every way out.
#include "rig/engine/run.hpp"

#include <csignal>
#include <cstdlib>

#include "rig/engine/replay.hpp"
#include "rig/record/reader.hpp"
#include "tests/bench/toy_instruments.hpp"
#include "tests/engine/run_fixture.hpp"
#include "tests/source_dir.hpp"

namespace rig::test {

std::string toy_bench_text() { return toy_bench(); }

namespace {
using testing::HasSubstr;

constexpr const char* charging = R"(case: charging
title: The toy charges
steps:
  - name: charge
    set: { supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    expect:
      - { that: pack.current > 4 A, within: 1 s, for: 2 s }
finally:
  set: { supply.output: off, supply.voltage_set: 1 V }
)";

class Running : public RunFixture {};

TEST_F(Running, a_case_whose_checks_hold_passes_and_leaves_everything_off) {
  const RunResult result = execute(charging);
  EXPECT_EQ(result.verdict, Verdict::pass) << texts(result);
  EXPECT_EQ(result.way, WayOut::completed);
  EXPECT_FALSE(ToyWorld::latest->supply_on);
  EXPECT_EQ(result.info.verdict, "pass");
  EXPECT_EQ(RunReader(result.record).state(), "complete");
  ASSERT_EQ(result.info.steps.size(), 2u);
  EXPECT_EQ(result.info.steps.front().name, "charge");
}

TEST_F(Running, an_expectation_that_does_not_come_true_fails_and_finally_still_runs) {
  std::string text = charging;
  text.replace(text.find("> 4 A"), 5, "> 6 A");
  const RunResult result = execute(text);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_TRUE(has_finding(result, FindingKind::expectation, "pack.current > 6 A")) << texts(result);
  RunReader reader(result.record);
  EXPECT_EQ(reader.read("supply.voltage_set").values.back(), 1.0);  // what finally set
}

TEST_F(Running, a_case_whose_only_check_never_came_to_a_decision_is_an_error) {
  const RunResult result = execute(R"(case: idle
steps:
  - { name: wait, hold: 1 s }
always:
  - { whenever: pack.voltage > 57 V, then: pack.current < 1 A, within: 1 s }
)");
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(result, FindingKind::nothing_checked, "nothing_checked"));
}

TEST_F(Running, a_limit_of_the_bench_trips_and_switches_off_in_the_order_of_its_cause) {
  rig::Run& run = prepare(charging);
  ASSERT_EQ(diagnostics.render(), "");
  ToyWorld::latest->voltage = 39.0;
  const RunResult result = run.execute(interrupts);
  EXPECT_EQ(result.verdict, Verdict::aborted);
  EXPECT_EQ(result.way, WayOut::tripped);
  EXPECT_TRUE(has_finding(result, FindingKind::limit, "too low")) << texts(result);
  EXPECT_EQ(ToyWorld::latest->switched_off.front(), "load");
  EXPECT_EQ(std::count(ToyWorld::latest->commanded.begin(), ToyWorld::latest->commanded.end(), "supply on"), 0);
}

TEST_F(Running, a_limit_of_the_case_trips_where_the_bench_would_not) {
  const RunResult result = execute(std::string(charging) + "limits: { pack.voltage: [~, 51 V] }\n");
  EXPECT_EQ(result.verdict, Verdict::aborted);
  EXPECT_TRUE(has_finding(result, FindingKind::limit, "limit pack.voltage")) << texts(result);
}

TEST_F(Running, nothing_is_energised_before_the_watched_signals_are_good) {
  rig::Run& run = prepare(charging, "ready_within: 500 ms\n");
  ASSERT_EQ(diagnostics.render(), "");
  ToyWorld::latest->meter_silent = true;
  const RunResult result = run.execute(interrupts);
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_EQ(result.way, WayOut::not_ready);
  EXPECT_THAT(texts(result), HasSubstr("pack.voltage has never come"));
  EXPECT_EQ(std::count(ToyWorld::latest->commanded.begin(), ToyWorld::latest->commanded.end(), "supply on"), 0);
}

// Turns the loop by hand, so that the world can change in the middle.
TEST_F(Running, a_watched_signal_that_goes_stale_while_energised_trips) {
  rig::Run& run = prepare(charging, "stale_grace: 50 ms\n");
  Engine& engine = run.begin();
  const auto turn = [&](std::int64_t index) { engine.step({index, TimePoint{index * run.tick()}, run.tick()}); };
  turn(0);
  engine.begin_script();
  for (std::int64_t i = 1; i < 20; ++i) {
    turn(i);
  }
  EXPECT_TRUE(ToyWorld::latest->supply_on);
  ToyWorld::latest->meter_silent = true;
  std::int64_t i = 20;
  for (; i < 200 && !run.supervisor().tripped(); ++i) {
    turn(i);
  }
  // The last reading came with tick 19, is stale 100 ms later and trips 50 ms after that.
  EXPECT_EQ(i, 19 + 11 + 5 + 1);
  EXPECT_FALSE(ToyWorld::latest->supply_on);
  EXPECT_EQ(run.supervisor().findings().front().kind, FindingKind::stale);
}

TEST_F(Running, the_wish_to_stop_makes_safe_at_once_and_skips_finally) {
  interrupts = 1;
  const RunResult result = execute(charging);
  EXPECT_EQ(result.verdict, Verdict::aborted);
  EXPECT_EQ(result.way, WayOut::aborted);
  EXPECT_FALSE(ToyWorld::latest->switched_off.empty());
  RunReader reader(result.record);
  EXPECT_NE(reader.read("supply.voltage_set").values.back(), 1.0);
}

// The child of the death test has a world of its own, which tells by its exit what was switched off there.
TEST_F(Running, an_error_inside_the_loop_ends_the_program_with_everything_off) {
  rig::Run& run = prepare(charging);
  ToyWorld::latest->meter_throws = true;
  ToyWorld::latest->supply_on = true;
  const auto in_the_child = [&] {
    SafetyNet::install();
    std::signal(SIGABRT, [](int) { std::_Exit(ToyWorld::latest->supply_on ? 1 : 42); });
    run.execute(interrupts);
  };
  EXPECT_EXIT(in_the_child(), testing::ExitedWithCode(42), "every bench was made safe");
}

// A case that needs no fine tick is done in fewer of them; in real time, where limits are looked at once in a tick, and
// against what the user says it has no say.
TEST_F(Running, a_case_makes_the_tick_longer_only_where_time_is_computed) {
  using std::chrono::milliseconds;
  const Duration usual = prepare(charging).tick();
  const auto with_tick = [](const std::string& tick) { return "tick: " + tick + "\n" + charging; };
  EXPECT_EQ(prepare(with_tick("50 ms")).tick(), milliseconds(50));
  EXPECT_EQ(prepare(with_tick("1 ms")).tick(), usual);
  EXPECT_EQ(prepare(with_tick("50 ms"), "clock: wall\n").tick(), usual);
  EXPECT_GT(usual, milliseconds(1));
}

TEST_F(Running, an_instrument_that_does_not_confirm_to_be_off_is_an_error) {
  rig::Run& run = prepare(charging);
  ToyWorld::latest->stays_on = true;
  const RunResult result = run.execute(interrupts);
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(result, FindingKind::instrument, "safe")) << texts(result);
  EXPECT_NE(texts(result).find("supply"), std::string::npos) << "which one, is the first question: " << texts(result);
}

TEST_F(Running, an_instrument_that_cannot_be_armed_is_an_error_and_the_others_are_seen_to_be_off) {
  for (const char* clock : {"clock: lockstep\n", "clock: wall\n"}) {
    rig::Run& run = prepare(charging, clock);
    ToyWorld::latest->supply_refuses = true;
    const RunResult result = run.execute(interrupts);
    EXPECT_EQ(result.verdict, Verdict::error);
    EXPECT_TRUE(has_finding(result, FindingKind::instrument, "exception")) << texts(result);
    EXPECT_FALSE(has_finding(result, FindingKind::instrument, "safe")) << texts(result);
    EXPECT_FALSE(ToyWorld::latest->switched_off.empty());
  }
}

TEST_F(Running, a_bench_that_cannot_put_the_start_state_is_refused_before_power) {
  rig::Run& run = prepare(charging);
  ToyWorld::latest->preset_works = false;
  EXPECT_THROW(run.execute(interrupts), RigError);
  EXPECT_FALSE(ToyWorld::latest->supply_on);
}

TEST_F(Running, a_computed_set_point_outside_the_fixture_is_refused_not_clipped) {
  const RunResult result = execute(R"(case: too_much
steps:
  - name: on
    set: { supply.voltage_set: pack.voltage + 20 V, supply.current_set: 5 A, supply.output: on }
    hold: 1 s
always:
  - never: pack.voltage > 57 V
)");
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(result, FindingKind::refused, "supply.voltage_set")) << texts(result);
  EXPECT_EQ(std::count(ToyWorld::latest->commanded.begin(), ToyWorld::latest->commanded.end(), "supply on"), 0);
}

TEST_F(Running, finally_that_switches_something_on_is_a_mistake_of_the_case) {
  std::string text = charging;
  text.replace(text.find("supply.output: off"), 18, "supply.output: on");
  prepare(text);
  EXPECT_THAT(diagnostics.render(), HasSubstr("`finally` cannot switch supply.output on"));
}

TEST_F(Running, every_mistake_of_a_case_is_found_before_a_run) {
  prepare(R"(case: wrong
steps:
  - name: on
    set: { supply.voltage_set: 61 V, supply.curent_set: 5 A }
    until: pack.voltage > 3 A
    timeout: 1 s
always:
  - never: pack.voltage > 57 V
)");
  EXPECT_EQ(diagnostics.error_count(), 3u) << diagnostics.render();
}

TEST_F(Running, the_same_case_and_seed_give_the_same_record) {
  const RunResult first = execute(charging);
  const RunResult second = execute(charging);
  EXPECT_NE(first.record, second.record);
  EXPECT_EQ(record_digest(first.record), record_digest(second.record));
}

TEST_F(Running, a_record_that_cannot_be_begun_is_an_error_before_power) {
  rig::Run& run = prepare(charging);
  std::filesystem::create_directories(std::filesystem::path(write("x", "")).parent_path() / "run1" / "run.sqlite");
  EXPECT_THROW(run.execute(interrupts), RigError);
  EXPECT_FALSE(ToyWorld::latest->supply_on);
}

TEST_F(Running, replay_gives_the_same_columns_and_the_same_verdict) {
  std::string text = charging;
  text.replace(text.find("> 4 A"), 5, "> 6 A");
  const RunResult result = execute(text + "always:\n  - reference: conforms\n  - never: pack.voltage > 57 V\n");
  const ReplayReport report = replay(result.record);
  EXPECT_TRUE(report.identical());
  EXPECT_GT(report.columns, 10u);
  EXPECT_EQ(report.ticks, result.ticks);
  EXPECT_EQ(report.verdict, result.verdict);
}

TEST_F(Running, replay_by_other_requirements_shows_what_changes_and_where_first) {
  const RunResult result = execute(std::string(charging) + "always:\n  - reference: conforms\n");
  std::ifstream file(source_dir() + "/cases/gtx5000.yaml");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string from = "path_resistance: { range: [2 mOhm, 5 mOhm]";
  ASSERT_NE(text.find(from), std::string::npos);
  text.replace(text.find(from), from.size(), "path_resistance: { range: [20 mOhm, 50 mOhm]");
  const ReplayReport report = replay(result.record, {.requirements = write("other.yaml", text)});
  ASSERT_FALSE(report.first.empty());
  EXPECT_THAT(report.first.front().signal, HasSubstr("battery_voltage"));
  EXPECT_FALSE(report.identical());
}

TEST_F(Running, a_record_of_a_lower_level_is_refused_by_replay) {
  level = RecordLevel::changes;
  const RunResult result = execute(charging);
  EXPECT_THROW(replay(result.record), RigError);
}

TEST(Verdicts, the_worst_wins_and_invalid_replaces_only_a_pass) {
  const auto finding = [](Verdict verdict) {
    Finding f;
    f.verdict = verdict;
    return f;
  };
  std::vector<Finding> list{finding(Verdict::invalid)};
  EXPECT_EQ(merge_verdict(list, true, {}), Verdict::invalid);
  list.push_back(finding(Verdict::fail));
  EXPECT_EQ(merge_verdict(list, true, {}), Verdict::fail);
  list.push_back(finding(Verdict::aborted));
  EXPECT_EQ(merge_verdict(list, true, {}), Verdict::aborted);
  EXPECT_EQ(list.size(), 3u);
  std::vector<Finding> none;
  EXPECT_EQ(merge_verdict(none, true, {}), Verdict::pass);
  EXPECT_EQ(merge_verdict(none, false, {}), Verdict::error);
}

}  // namespace
}  // namespace rig::test
