#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "rig/case/script.hpp"
#include "tests/case/test_bench.hpp"

namespace {
std::size_t allocations = 0;
}

// Counts what this executable takes from the heap. Not inlined: g++ would see a free() of what a new gave.
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

namespace rig {
namespace {

TEST(Script, allocates_nothing_while_it_runs_whatever_happens) {
  TestBench bench;
  Diagnostics diagnostics;
  const Program program = bench.load(R"(case: x
steps:
  - set: { supply.voltage_set: pack.voltage + 1 V }
    ramp: { load.current_set: { to: 50 A, rate: 10 A/s } }
  - { expect: [{ that: script.time > 1 s, within: 2 s }], keep: { v: pack.voltage at pack.charge_refused }, hold: 5 s }
  - { keep: { w: v * 2 }, measure: [{ id: m, value: w }] }
  - { until: pack.charge_refused and not pack.charge_refused, timeout: 2 s }
measure: [{ id: n, value: v }]
finally: [{ set: { supply.voltage_set: pack.voltage * 2 } }, { hold: 1 s }]
)",
                                     diagnostics);
  ASSERT_EQ(diagnostics.render(), "");
  bench.signals.seal();
  Script script(program, bench.signals, bench.commands);
  CommandRow wanted(bench.commands);
  const SignalId voltage = bench.signals.require("pack.voltage");
  const SignalId refused = bench.signals.require("pack.charge_refused");
  const SignalId judged = bench.signals.require("judge.expect.0");
  const std::size_t before = allocations;
  for (std::int64_t i = 0; i < 2000; ++i) {
    const TimePoint now{std::chrono::milliseconds(10 * i)};
    bench.signals.write(voltage, 54, now);
    bench.signals.write(refused, i > 800 ? 1 : 0, now);
    bench.signals.write(judged, i > 700 ? 2 : 1, now);
    script.advance({i, now, std::chrono::milliseconds(10)}, bench.signals, wanted);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(script.done());
  EXPECT_TRUE(script.failed());
  EXPECT_EQ(script.faults().size(), 2u);
}

}  // namespace
}  // namespace rig
