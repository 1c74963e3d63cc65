#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "sim_bench.hpp"

namespace {
std::atomic<long> allocations{0};
}

// Counts every allocation of this executable.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}
// The standard library's temporary buffers come from here and go to the delete below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size == 0 ? 1 : size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rig::sim {
namespace {

// Through a trip of the charge FET and make_safe().
TEST(SimBenchInTheLoop, allocates_nothing) {
  SimBench bench;
  StartState start;
  start.soc = 0.995;
  bench.preset(start);
  bench.set("supply.voltage_set", 57);
  bench.set("supply.current_set", 50);
  bench.set("supply.output", 1);
  const long before = allocations;
  bench.run(60);
  const bool tripped = !bench.world().firmware().charge_fet();
  bench.instrument("supply").make_safe();
  bench.run(10);
  const long after = allocations;
  EXPECT_EQ(after - before, 0);
  EXPECT_TRUE(tripped);
  EXPECT_GT(before, 0) << "else nothing is counted";
}

}  // namespace
}  // namespace rig::sim
