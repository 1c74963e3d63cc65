// The script reads in a judge column what an expectation wrote there a tick before: both sides of that interface at
// work.
#include <gtest/gtest.h>

#include <functional>

#include "rig/case/script.hpp"
#include "rig/judge/expectation.hpp"

namespace rig {
namespace {

// One step with one expectation of x.ok, on ticks of 100 ms. Returns the tick at which the script was done.
struct Outcome {
  std::int64_t tick = -1;
  bool failed = false;
  MonitorState state = MonitorState::idle;
};

Outcome play(const std::string& expectation, const std::function<bool(std::int64_t)>& ok) {
  SignalTable signals;
  SignalSpec spec;
  spec.name = "x.ok";
  spec.dimension = dimension::boolean;
  const SignalId ok_signal = signals.declare(spec);
  CommandTable commands;
  Diagnostics diagnostics;
  const auto source = std::make_shared<const SourceText>(
      SourceText{"case.yaml", "case: x\nsteps: [{ name: s, expect: [" + expectation + "] }]\n"});
  const Case test = read_case(source, diagnostics);
  declare_script_signals(test, nullptr, signals);
  const Program program = compile(test, nullptr, signals, commands, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  SignalSpec column;
  column.name = "judge.expect.0";
  column.origin = Origin::judge;
  const SignalId judged = signals.declare(column);
  signals.seal();
  const CompiledExpectation& e = program.expectations.at(0);
  Expectation monitor({"expect.0", e.that, e.within, e.stays, e.after, e.step, e.step_name}, signals);
  Script script(program, signals, commands);
  CommandRow wanted(commands);
  for (std::int64_t i = 0; i < 200; ++i) {
    const Tick tick{i, TimePoint{std::chrono::milliseconds(100) * i}, std::chrono::milliseconds(100)};
    signals.write(ok_signal, ok(i) ? 1 : 0, tick.start);
    script.advance(tick, signals, wanted);
    if (script.done()) {
      return {i, script.failed(), monitor.state()};
    }
    signals.write(judged, static_cast<double>(monitor.observe(tick, signals)), tick.start);
  }
  return {};
}

TEST(ScriptAndExpectation, a_step_ends_one_tick_after_its_expectation_has_passed) {
  const Outcome outcome = play("{ that: x.ok, within: 2 s, for: 1 s }", [](std::int64_t i) { return i >= 5; });
  EXPECT_EQ(outcome.tick, 16);
  EXPECT_FALSE(outcome.failed);
  EXPECT_EQ(outcome.state, MonitorState::passed);
}

TEST(ScriptAndExpectation, a_step_ends_one_tick_after_its_expectation_has_failed) {
  const Outcome outcome = play("{ that: x.ok, within: 2 s }", [](std::int64_t i) { return i > 20; });
  EXPECT_EQ(outcome.tick, 21);
  EXPECT_TRUE(outcome.failed);
  EXPECT_EQ(outcome.state, MonitorState::failed);
}

}  // namespace
}  // namespace rig
