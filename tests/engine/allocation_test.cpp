// The loop takes no memory after warm-up: every allocation of the turning thread is counted. (The encoder of the record
// has a thread of its own and may allocate.)
#include <cstdlib>
#include <new>

#include "tests/engine/run_fixture.hpp"

namespace {
thread_local long allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}
// The standard library's temporary buffers come from here and go to the delete below.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rig::test {
namespace {

constexpr const char* busy = R"(case: busy
steps:
  - name: up
    set: { supply.current_set: 5 A, supply.output: on }
    ramp: { supply.voltage_set: { to: 55 V, rate: 1 V/s } }
    until: pack.voltage > 57 V
    timeout: 1 h
    expect:
      - { that: pack.current > 1 A, within: 10 s, for: 1 h }
    keep: { trip: pack.voltage at pack.charge_refused }
measure:
  - { id: trip, value: trip }
always:
  - reference: conforms
  - never: pack.voltage > 57 V
  - whenever: pack.current > 4 A
    then: pack.voltage > 40 V
    within: 1 s
)";

class TheLoop : public RunFixture, public testing::WithParamInterface<RecordLevel> {};

TEST_P(TheLoop, takes_no_memory_after_warm_up) {
  level = GetParam();
  rig::Run& run = prepare(busy);
  ASSERT_EQ(diagnostics.render(), "");
  Engine& engine = run.begin();
  std::int64_t index = 0;
  const auto turn = [&](int ticks) {
    for (int i = 0; i < ticks; ++i, ++index) {
      engine.step({index, TimePoint{index * run.tick()}, run.tick()});
    }
  };
  turn(1);
  engine.begin_script();
  turn(200);
  const long before = allocations;
  turn(5000);  // blocks of the record change hands meanwhile
  EXPECT_EQ(allocations - before, 0);
  run.recorder().close();
}

INSTANTIATE_TEST_SUITE_P(Levels, TheLoop,
                         testing::Values(RecordLevel::none, RecordLevel::events, RecordLevel::changes,
                                         RecordLevel::full),
                         [](const auto& level) { return std::string(record_level_name(level.param)); });

class Answerer final : public OutsideWorker {
 public:
  std::string work(const std::string&, std::chrono::nanoseconds) override {
    return R"({"checks":[],"returns":[{"value":0.01,"uncertainty":0}],"failure":null})";
  }
  void cancel() noexcept override {}
  [[nodiscard]] std::vector<std::string> files() const override { return {}; }
};

// From before the function is called, through its past and its answer, to the step behind it.
TEST_F(RunFixture, the_loop_takes_no_memory_while_a_function_is_called) {
  outside = [](const Program&) { return std::make_unique<Answerer>(); };
  rig::Run& run = prepare(R"(case: asking
steps:
  - { name: before, hold: 3 s }
  - name: ask
    python: { call: a.py:f, signals: [pack.voltage], history: 1 s, returns: { r: mOhm }, timeout: 1 h }
    measure: [{ id: r, value: r, limits: [1 mOhm, 20 mOhm] }]
  - { name: after, hold: 1 h }
)");
  ASSERT_EQ(diagnostics.render(), "");
  Engine& engine = run.begin();
  std::int64_t index = 0;
  const auto turn = [&] {
    engine.step({index, TimePoint{index * run.tick()}, run.tick()});
    ++index;
  };
  turn();
  engine.begin_script();
  for (int i = 0; i < 200; ++i) {
    turn();
  }
  ASSERT_EQ(run.script().step(), 0u);
  const long before = allocations;
  for (int i = 0; i < 1'000'000 && run.script().step() < 2; ++i) {
    turn();
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(run.script().step(), 2u);
  run.recorder().close();
}

}  // namespace
}  // namespace rig::test
