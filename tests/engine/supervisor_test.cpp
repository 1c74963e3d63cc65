// What the supervisor refuses and when it trips; and the clock that comes too late.
#include <limits>

#include "tests/engine/late_clock.hpp"
#include "tests/engine/run_fixture.hpp"

namespace rig::test {
namespace {

constexpr const char* plain = R"(case: plain
steps:
  - { name: wait, hold: 1 s }
always:
  - never: pack.voltage > 57 V
)";

class Supervising : public RunFixture {
 protected:
  void begin(const std::string& bench_more = {}, const std::string& case_more = {}) {
    run_ = &prepare(plain + case_more, bench_more);
    ASSERT_EQ(diagnostics.render(), "");
    run_->begin();
    wanted_ = CommandRow(run_->bench().commands());
  }
  CommandId id(const char* name) { return *run_->bench().commands().find(name); }
  Tick tick() {
    const Tick t{index_, TimePoint{index_ * run_->tick()}, run_->tick()};
    ++index_;
    return t;
  }
  // Samples, looks and admits what is wanted.
  void turn(bool sample = true) {
    const Tick t = tick();
    if (sample) {
      run_->bench().sample(t);
    }
    run_->supervisor().inspect(t, run_->bench().signals());
    run_->supervisor().admit(t, wanted_);
    run_->bench().apply(t, run_->supervisor().admitted());
  }
  rig::Run* run_ = nullptr;
  CommandRow wanted_;
  std::int64_t index_ = 0;
};

TEST_F(Supervising, a_row_with_a_number_that_is_none_is_refused_as_a_whole) {
  begin();
  turn();
  wanted_.set(id("supply.voltage_set"), 50.0);
  wanted_.set(id("supply.current_set"), std::numeric_limits<double>::quiet_NaN());
  turn();
  EXPECT_TRUE(run_->supervisor().refused());
  EXPECT_EQ(run_->supervisor().admitted()[id("supply.voltage_set")], 0.0);
  EXPECT_EQ(run_->supervisor().findings().front().rule, "supply.current_set");
}

TEST_F(Supervising, a_set_point_beyond_the_fixture_is_refused_and_what_was_in_force_stays) {
  begin();
  wanted_.set(id("supply.current_set"), 40.0);
  turn();
  ASSERT_FALSE(run_->supervisor().refused());
  wanted_.set(id("supply.current_set"), 40.1);
  turn();
  ASSERT_TRUE(run_->supervisor().refused());
  EXPECT_EQ(run_->supervisor().admitted()[id("supply.current_set")], 40.0);
  EXPECT_THAT(run_->supervisor().findings().front().sentence, testing::HasSubstr("what the fixture stands"));
}

TEST_F(Supervising, nothing_is_energised_before_the_watched_signals_are_good) {
  begin();
  wanted_.set(id("supply.output"), 1.0);
  turn(false);
  EXPECT_TRUE(run_->supervisor().refused());
  EXPECT_FALSE(run_->supervisor().energised());
  EXPECT_THAT(run_->supervisor().findings().front().seen, testing::HasSubstr("pack.voltage is not good"));
}

// Script and model write after the supervisor has looked, and what was written in a tick is forgotten at its end.
TEST_F(Supervising, a_limit_on_what_is_written_behind_it_trips_in_the_next_tick) {
  begin({}, "limits: { script.step: [~, 0.5] }\n");
  SignalTable& signals = run_->bench().signals();
  const SignalId step = signals.require("script.step");
  for (const double now : {0.0, 1.0}) {
    EXPECT_FALSE(run_->supervisor().tripped());
    signals.write(step, now, TimePoint{index_ * run_->tick()});
    signals.clear_changed();
    turn(false);
  }
  EXPECT_TRUE(run_->supervisor().tripped());
}

TEST_F(Supervising, a_limit_trips_with_the_reading_that_breaks_it_and_not_before) {
  begin();
  turn();
  SignalTable& signals = run_->bench().signals();
  const SignalId voltage = signals.require("pack.voltage");
  signals.clear_changed();
  for (int i = 0; i < 3; ++i) {
    turn(false);
    EXPECT_FALSE(run_->supervisor().tripped());
  }
  signals.write(voltage, 1000.0, TimePoint{index_ * run_->tick()});
  turn(false);
  EXPECT_TRUE(run_->supervisor().tripped());
}

TEST_F(Supervising, on_the_way_out_set_points_pass_and_nothing_is_switched_on) {
  begin();
  turn();
  run_->supervisor().hold_safe();
  wanted_.set(id("supply.output"), 1.0);
  wanted_.set(id("supply.voltage_set"), 12.0);
  turn();
  EXPECT_EQ(run_->supervisor().admitted()[id("supply.output")], 0.0);
  EXPECT_EQ(run_->supervisor().admitted()[id("supply.voltage_set")], 12.0);
  EXPECT_FALSE(run_->supervisor().refused());
}

TEST_F(Supervising, missed_ticks_widen_the_next_one_and_are_counted) {
  begin();
  LateClock clock({{std::chrono::milliseconds(190), 3}});
  Engine engine({run_->bench(), run_->supervisor(), run_->script(), run_->judgement().references(),
                 run_->judgement().judges(), run_->recorder(), clock},
                {.tick = run_->tick(), .bound = std::chrono::hours(1)});
  EXPECT_EQ(engine.run(interrupts), WayOut::completed);
  EXPECT_EQ(engine.missed(), 3);
  EXPECT_EQ(engine.now(), TimePoint{(engine.ticks() + 3 - 1) * run_->tick()});  // the index jumped
  ASSERT_EQ(engine.moments().gaps().size(), 1u);
  EXPECT_EQ(engine.moments().gaps().front(), (Gap{TimePoint{18 * run_->tick()}, TimePoint{22 * run_->tick()}, 3}));
}

}  // namespace
}  // namespace rig::test
