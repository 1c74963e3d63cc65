#include <atomic>
#include <cstdlib>
#include <new>

#include "record_fixture.hpp"
#include "rig/core/random.hpp"

namespace {
thread_local std::int64_t allocations = 0;  // of this thread: the encoder may allocate
}
// Replaced for the whole test program: counts and goes on. Not inlined, because g++ then sees free() on memory of new
// and warns.
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
// A bench of 100 columns as in a real run: six noisy readings every 20 ms with 1 mV and 1 mA resolution on a slow
// ramp, 34 CAN values every 100 ms at uneven moments, 30 model columns at every tick that follow the readings.
struct Bench {
  SignalTable signals;
  CommandTable commands;
  std::vector<SignalId> ids;
  Random random{7};

  Bench() {
    for (int i = 0; i < 100; ++i) {
      ids.push_back(signals.declare({.name = "bench.signal" + std::to_string(i), .dimension = dimension::voltage}));
    }
    signals.seal();
    commands.seal();
  }
  void sample(std::int64_t index) {
    const TimePoint start = tick_at(index).start;
    const auto t = static_cast<double>(index);
    for (std::size_t i = 0; i < 6 && index % 2 == 0; ++i) {
      const double digits = (50 + static_cast<double>(i)) * 1000 + random.normal() * 5 + t * 0.003;
      signals.write(ids[i], static_cast<double>(static_cast<std::int64_t>(digits)) * 0.001,
                    start - Duration{2'000'000});
    }
    const auto jitter = Duration{static_cast<std::int64_t>(random.next() % 10'000'000)};
    for (std::size_t i = 6; i < 40 && index % 10 == 0; ++i) {
      signals.write(ids[i], static_cast<double>(index / 100'000) * 0.1, start - jitter);
    }
    for (std::size_t i = 60; i < 90; ++i) {
      signals.write(ids[i], i < 66 ? signals[ids[i - 60]].value - 0.012 : 1.0, start);
    }
  }
};

std::uintmax_t record_size(const std::string& folder, std::int64_t ticks) {
  Bench bench;
  const CommandRow row(bench.commands);
  RunWriter writer(folder, some_info());
  Recorder recorder(writer, bench.signals, bench.commands, {});
  for (std::int64_t i = 0; i < ticks; ++i) {
    bench.sample(i);
    recorder.push(tick_at(i), bench.signals, row, row, {});
    bench.signals.clear_changed();
  }
  recorder.close();
  writer.finish(some_info());
  return std::filesystem::file_size(writer.path());
}
}  // namespace

class RecorderInTheLoop : public RecordTest {};

TEST_F(RecorderInTheLoop, allocates_nothing_even_when_blocks_change_hands) {
  Bench bench;
  const CommandRow row(bench.commands);
  RunWriter writer(folder(), some_info());
  Recorder recorder(writer, bench.signals, bench.commands, {});
  const RecordedFrame frame{.id = 1};
  const std::int64_t before = allocations;
  for (std::int64_t i = 0; i < 40'000; ++i) {
    bench.sample(i);
    recorder.push(tick_at(i), bench.signals, row, row, {&frame, 1});
    bench.signals.clear_changed();
  }
  EXPECT_EQ(allocations - before, 0);
  recorder.close();
}

TEST_F(RecorderInTheLoop, needs_less_than_50_mb_for_three_hours_at_10_ms) {
  EXPECT_LT(record_size(folder(), 1'080'000), 50'000'000u);
}

}  // namespace rig::test
