// A script that adds its steps while the run goes on: on the toy bench, in lockstep and in real time.
#include "rig/engine/session.hpp"

#include "rig/engine/replay.hpp"
#include "tests/bench/toy_instruments.hpp"
#include "tests/engine/late_clock.hpp"
#include "tests/engine/run_fixture.hpp"

namespace rig::test {

std::string toy_bench_text() { return toy_bench(); }

namespace {
using testing::HasSubstr;

MarkedText said(const std::string& text) {
  return {text, {std::make_shared<const SourceText>(SourceText{"test", text}), 1, 1}};
}

// Steps as a script makes them.
Step setting(std::vector<std::pair<std::string, std::string>> values) {
  Step step;
  step.name = "set";
  for (const auto& [name, value] : values) {
    step.set.push_back({said(name), said(value)});
  }
  return step;
}
Step waiting(const std::string& until, const std::string& timeout) {
  Step step;
  step.name = "wait";
  step.until = said(until);
  step.timeout = TimeText{said(timeout)};
  return step;
}
Step holding(const std::string& time) {
  Step step;
  step.name = "hold";
  step.hold = TimeText{said(time)};
  return step;
}
Step expecting(const std::string& that, const std::string& stays) {
  Step step;
  step.name = "expect";
  step.expect.push_back({.that = said(that), .stays = TimeText{said(stays)}});
  return step;
}

Step charging() {
  return setting({{"supply.voltage_set", "55 V"}, {"supply.current_set", "5 A"}, {"supply.output", "on"}});
}

class Scripted : public RunFixture {
 protected:
  Session& open(const std::string& bench_more = {}, const std::string& case_more = {}) {
    setup_ = read_setup(write("bench.yaml", toy_bench_text() + bench_more), {}, diagnostics);
    EXPECT_EQ(diagnostics.render(), "");
    session_.reset();
    session_ = std::make_unique<Session>(SessionOrder{.setup = &setup_,
                                                      .text = std::string("case: scripted\n") + case_more,
                                                      .level = level,
                                                      .folder = write("runs", "") + std::to_string(++opened_),
                                                      .software = "test",
                                                      .clock = own_clock});
    return *session_;
  }
  Session& begin(const std::string& bench_more = {}, const std::string& case_more = {}) {
    Session& session = open(bench_more, case_more);
    session.begin({});
    return session;
  }
  void charge() { session_->run_step(charging(), {}); }
  std::string failure_of(const Step& step) {
    try {
      session_->run_step(step, {});
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }
  static ToyWorld& world() { return *ToyWorld::latest; }

  rig::Setup setup_;
  std::unique_ptr<Session> session_;
  int opened_ = 0;
};

TEST_F(Scripted, steps_one_after_the_other_end_in_a_run_like_any_other) {
  Session& session = begin();
  charge();
  session.run_step(waiting("pack.current > 4 A", "1 s"), {});
  EXPECT_TRUE(world().supply_on);
  const TakenValue current = session.value("pack.current");
  EXPECT_EQ(current.value, 5.0);
  EXPECT_GT(current.uncertainty, 0.03 + 0.002 * 5.0);  // of the supply; the load has one too
  EXPECT_EQ(session.check("charging_current", current, Interval{4.9, 5.1}, DecisionRule::simple).decided.decision,
            Decision::pass);
  session.run_step(expecting("pack.current > 4 A", "2 s"), {});
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.verdict, Verdict::pass) << texts(result);
  EXPECT_FALSE(world().supply_on);
  EXPECT_EQ(RunReader(result.record).state(), "complete");
  ASSERT_EQ(result.info.steps.size(), 3u);
  EXPECT_EQ(result.info.steps[1].name, "wait");
  ASSERT_EQ(result.info.measures.size(), 1u);
  EXPECT_EQ(result.info.measures[0].verdict, "pass");
}

TEST_F(Scripted, set_points_are_in_force_with_the_next_tick_and_time_passes_only_in_steps) {
  Session& session = begin();
  const TimePoint before = session.now();
  charge();
  EXPECT_EQ(session.now() - before, session.run().tick());
  EXPECT_TRUE(world().supply_on);
  session.turn(10, {});
  EXPECT_EQ(session.now() - before, 11 * session.run().tick());
  session.run_step(holding("1 s"), {});
  EXPECT_EQ(session.now() - before, 12 * session.run().tick() + std::chrono::seconds(1));
}

TEST_F(Scripted, missed_ticks_spoil_what_hung_on_them) {
  using std::chrono::milliseconds;
  const auto miss = [&](Duration at) {
    own_clock = [at] { return std::make_unique<LateClock>(std::vector<LateClock::Miss>{{at, 3}}); };
    Session& session = begin();
    session.run_step(holding("2 s"), {});
    charge();
    const std::string failure = failure_of(expecting("pack.current > 4 A", "2 s"));
    session.run_step(setting({{"supply.output", "off"}}), {});
    session.turn(10, {});
    session.check("last", session.at("pack.current < 1 A", "pack.current"), Interval{4, 6}, DecisionRule::simple);
    return std::pair(session.finish(WayOut::completed), failure);
  };
  const auto [rest, nothing] = miss(milliseconds(1000));
  EXPECT_EQ(rest.verdict, Verdict::pass) << texts(rest);
  EXPECT_EQ(nothing, "");
  const auto [stretch, failure] = miss(milliseconds(2500));
  EXPECT_EQ(stretch.verdict, Verdict::invalid) << texts(stretch);
  EXPECT_THAT(failure, HasSubstr("3 ticks were missed: nothing was seen between 2.49 s and 2.53 s"));
  const TimePoint off = rest.info.steps.back().begin;  // the current has gone at the next look
  const auto [event, fine] = miss(off.time_since_epoch() + milliseconds(1));
  EXPECT_EQ(fine, "");
  EXPECT_EQ(event.verdict, Verdict::invalid) << texts(event);
  EXPECT_THAT(texts(event), HasSubstr("it could not be seen when 'pack.current < 1 A' came true"));
}

TEST_F(Scripted, the_same_script_gives_the_same_record) {
  std::string digests[2];
  for (std::string& digest : digests) {
    Session& session = begin();
    charge();
    session.run_step(expecting("pack.current > 4 A", "2 s"), {});
    digest = record_digest(session.finish(WayOut::completed).record);
  }
  EXPECT_EQ(digests[0], digests[1]);
}

TEST_F(Scripted, a_wait_that_times_out_fails_the_step_and_the_run_and_the_script_may_go_on) {
  Session& session = begin();
  charge();
  EXPECT_THROW(session.run_step(waiting("pack.current > 6 A", "1 s"), {}), StepFailed);
  EXPECT_THAT(failure_of(waiting("pack.current > 7 A", "1 s")),
              HasSubstr("in step 'wait' pack.current > 7 A did not come true within 1 s; last seen: pack.current 5 A"));
  EXPECT_TRUE(world().supply_on);
  EXPECT_EQ(failure_of(holding("1 s")), "");
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_TRUE(has_finding(result, FindingKind::timeout, "pack.current > 6 A")) << texts(result);
  EXPECT_TRUE(has_finding(result, FindingKind::timeout, "pack.current > 7 A")) << texts(result);
}

TEST_F(Scripted, an_expectation_that_fails_says_why_and_is_kept_when_the_next_one_takes_its_place) {
  Session& session = begin();
  charge();
  EXPECT_THAT(failure_of(expecting("pack.current > 6 A", "1 s")), HasSubstr("pack.current > 6 A"));
  EXPECT_EQ(failure_of(expecting("pack.current > 4 A", "1 s")), "");
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_TRUE(has_finding(result, FindingKind::expectation, "pack.current > 6 A")) << texts(result);
}

TEST_F(Scripted, a_mistake_in_a_step_changes_nothing_and_says_what_would_be_right) {
  Session& session = begin();
  const TimePoint before = session.now();
  EXPECT_THAT(failure_of(setting({{"supply.voltage_set", "55 V"}, {"supply.curent_set", "5 A"}})),
              HasSubstr("did you mean 'supply.current_set'?"));
  EXPECT_THAT(failure_of(setting({{"supply.voltage_set", "55"}})), HasSubstr("add a unit: V"));
  EXPECT_THAT(failure_of(setting({{"supply.voltage_set", "90 V"}})), HasSubstr("outside the instrument's"));
  EXPECT_THAT(failure_of(waiting("pack.voltage", "1 s")), HasSubstr("compare it with something"));
  EXPECT_EQ(session.now(), before);
  RunReader reader(session.finish(WayOut::completed).record);
  for (const double value : reader.read("wanted.supply.voltage_set").values) {
    EXPECT_EQ(value, 0.0);
  }
}

TEST_F(Scripted, a_trip_ends_the_run_safe_and_every_later_call_says_so) {
  Session& session = begin();
  charge();
  world().voltage = 59.0;
  EXPECT_THAT(failure_of(holding("10 s")), HasSubstr("too high"));
  EXPECT_FALSE(world().supply_on);
  EXPECT_THROW(charge(), SessionOver);
  EXPECT_FALSE(world().supply_on);
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.way, WayOut::tripped);
  EXPECT_EQ(result.verdict, Verdict::aborted);
}

TEST_F(Scripted, a_refused_set_point_ends_the_run) {
  Session& session = begin();
  EXPECT_THROW(session.run_step(setting({{"supply.voltage_set", "pack.voltage * 2"}}), {}), StepFailed);
  EXPECT_EQ(failure_of(holding("1 s")), "");  // it was never wanted
}

TEST_F(Scripted, what_the_look_throws_leaves_the_bench_safe_first) {
  Session& session = begin();
  charge();
  struct KeyboardInterrupt {};
  bool safe_before_it_came_through = false;
  try {
    session.run_step(holding("100000 h"), [] { throw KeyboardInterrupt{}; });
  } catch (const KeyboardInterrupt&) {
    safe_before_it_came_through = !world().supply_on;
  }
  EXPECT_TRUE(safe_before_it_came_through);
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.verdict, Verdict::aborted);
}

TEST_F(Scripted, what_the_look_threw_may_be_told_as_an_error) {
  Session& session = begin();
  struct Enough {};
  EXPECT_THROW(session.run_step(holding("100000 h"), [] { throw Enough{}; }), Enough);
  const RunResult result = session.finish(WayOut::broken, "that was enough");
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_NE(result.info.sentence.find("that was enough"), std::string::npos) << result.info.sentence;
}

TEST_F(Scripted, a_session_that_is_dropped_leaves_the_bench_safe_and_no_result) {
  Session& session = begin();
  charge();
  const std::string record = session.run().record();
  const int before = ToyWorld::supplies_made_safe;
  session_.reset();
  EXPECT_GT(ToyWorld::supplies_made_safe, before);
  EXPECT_NE(RunReader(record).state(), "complete");
}

TEST_F(Scripted, without_any_check_a_session_is_no_pass) {
  Session& session = begin();
  charge();
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_EQ(result.verdict, Verdict::error);
  EXPECT_TRUE(has_finding(result, FindingKind::nothing_checked, "nothing_checked"));
}

TEST_F(Scripted, the_value_at_a_moment_of_the_past_is_found_in_the_record) {
  Session& session = begin();
  charge();
  session.run_step(holding("2 s"), {});
  world().voltage = 53.5;
  session.run_step(holding("1 s"), {});
  session.run_step(setting({{"supply.output", "off"}}), {});
  world().voltage = 52.5;  // relaxes as soon as the current is gone
  session.run_step(holding("2 s"), {});
  const TakenValue at = session.at("pack.current < 1 A", "pack.voltage");
  EXPECT_EQ(at.value, 53.5);
  EXPECT_GT(at.uncertainty, 0.0);
  EXPECT_THROW(static_cast<void>(session.at("pack.voltage > 57 V", "pack.voltage")), RigError);
  EXPECT_THROW(static_cast<void>(session.at("pack.voltage", "pack.voltage")), RigError);
}

TEST_F(Scripted, judged_again_from_its_record_it_is_the_same) {
  Session& session = begin("", "always: [ { reference: conforms } ]\n");
  charge();
  session.run_step(expecting("pack.current > 4 A", "1 s"), {});
  session.check("current", session.value("pack.current"), Interval{7.0, 8.0}, DecisionRule::simple);
  const RunResult result = session.finish(WayOut::completed);
  const ReplayReport again = replay(result.record);
  EXPECT_TRUE(again.identical()) << again.first.size() << " differ, " << again.not_compared.size() << " not compared";
  EXPECT_EQ(again.verdict, result.verdict);
}

TEST_F(Scripted, a_step_behind_the_end_and_a_second_check_of_one_name_are_refused) {
  Session& session = begin();
  charge();
  const TakenValue current = session.value("pack.current");
  session.check("current", current, Interval{0.0, 8.0}, DecisionRule::simple);
  EXPECT_THROW(session.check("current", current, Interval{0.0, 8.0}, DecisionRule::simple), RigError);
  EXPECT_THROW(session.check("other", current, Interval{8.0, 0.0}, DecisionRule::simple), RigError);
  for (const std::string& name : {std::string(), std::string("Two words"), std::string(101, 'x')}) {
    EXPECT_THROW(session.check(name, current, std::nullopt, DecisionRule::simple), RigError) << name;
  }
  session.finish(WayOut::completed);
  EXPECT_THAT(failure_of(charging()), HasSubstr("this session is over"));
  EXPECT_THROW(session.finish(WayOut::completed), RigError);
}

TEST_F(Scripted, steps_in_the_text_of_a_session_are_refused) {
  EXPECT_THROW(open("", "steps: [ { hold: 1 s } ]\n"), RigError);
}

// In real time the loop turns by itself.
TEST_F(Scripted, with_a_wall_clock_time_passes_by_itself_and_the_bench_is_watched_meanwhile) {
  Session& session = begin("clock: wall\n");
  charge();
  session.run_step(waiting("pack.current > 4 A", "5 s"), {});
  const TimePoint before = session.now();
  while (session.now() - before < std::chrono::milliseconds(100)) {
    std::this_thread::yield();
  }
  session.run_step(expecting("pack.current > 4 A", "100 ms"), {});
  EXPECT_EQ(session.value("pack.current").value, 5.0);
  const RunResult result = session.finish(WayOut::completed);
  EXPECT_NE(result.verdict, Verdict::fail) << texts(result);
  EXPECT_FALSE(world().supply_on);
  EXPECT_TRUE(std::ranges::any_of(result.info.identification,
                                  [](const KeyValueRow& row) { return row.key == "lateness of the loop"; }));
}

TEST_F(Scripted, with_a_wall_clock_what_the_look_throws_leaves_the_bench_safe_first) {
  Session& session = begin("clock: wall\n");
  charge();
  struct KeyboardInterrupt {};
  EXPECT_THROW(session.run_step(holding("100 h"), [] { throw KeyboardInterrupt{}; }), KeyboardInterrupt);
  EXPECT_FALSE(world().supply_on);
  EXPECT_THROW(charge(), SessionOver);
  EXPECT_EQ(session.finish(WayOut::completed).verdict, Verdict::aborted);
}

TEST_F(Scripted, a_bench_that_cannot_be_armed_is_told_and_safe) {
  for (const char* clock : {"", "clock: wall\n"}) {
    Session& session = open(clock);
    world().supply_refuses = true;
    EXPECT_THROW(session.begin({}), RigError);
    EXPECT_FALSE(world().switched_off.empty());
  }
}

}  // namespace
}  // namespace rig::test
