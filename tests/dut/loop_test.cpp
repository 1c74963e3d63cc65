#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/dut/pack_on_the_bus.hpp"

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

namespace rig {
namespace {
// Frames of both dialects, short and unknown ones, changes of dialect and silence.
TEST(DutPortInTheLoop, allocates_nothing) {
  test::PackOnTheBus pack;
  FrameBatch batch;
  for (const std::uint32_t id : {0x351u, 0x355u, 0x356u, 0x359u, 0x35Au, 0x35Cu, 0x35Fu, 0x30Fu, 0x123u}) {
    batch.push(pack.frame(id, {1, 2, 3, 4, 5, 6, 7, 8}));
    batch.push(pack.frame(id, {1}));
  }
  FrameBatch amass;
  amass.push(pack.frame(0x35E, {'A', 'M', 'A', 'S', 'S', 0, 0, 0}));
  FrameBatch pylon;
  pylon.push(pack.frame(0x35E, {'P', 'Y', 'L', 'O', 'N', ' ', ' ', ' '}));
  const FrameBatch silence;
  const FrameBatch* const batches[] = {&batch, &amass, &batch, &pylon, &batch, &silence};
  const long before = allocations;
  for (int i = 0; i < 1000; ++i) {
    const Tick tick{.index = i, .start = test::at(10.0 + i)};
    for (const FrameBatch* each : batches) {
      pack.port.decode(tick, *each, pack.table);
    }
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(before, 0) << "else nothing is counted";
  EXPECT_EQ(pack.value("frame_errors"), 3.0 * 1000 * 10) << "each batch: eight too short, two unknown";
}
}  // namespace
}  // namespace rig
