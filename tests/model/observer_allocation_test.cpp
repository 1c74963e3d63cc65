// The observer takes no memory, neither in its moves nor in its looks.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "rig/model/observer.hpp"

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
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace rig {
namespace {

TEST(ObserverAllocation, steps_take_no_memory) {
  Observer observer;
  observer.anchor({0.45, 0.55});
  const long before = allocations;
  for (int i = 0; i < 10000; ++i) {
    const double current = i % 700 < 350 ? 40.0 : -60.0;
    observer.step({0.01 * i, 0.01, 52.8 + 0.02 * current, current, true, true, {23.0, 27.0}});
    (void)observer.terminals(Interval::around(current, 0.1));
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(observer.looks(), 90u) << "it has looked, so the filter has run";
}

}  // namespace
}  // namespace rig
