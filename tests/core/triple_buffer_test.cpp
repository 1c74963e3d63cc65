#include "rig/core/triple_buffer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace rig {
namespace {

TEST(TripleBufferTest, has_no_news_before_something_was_published) {
  TripleBuffer<int> buffer;
  EXPECT_FALSE(buffer.take());
}

TEST(TripleBufferTest, gives_the_latest_value_once) {
  TripleBuffer<int> buffer;
  for (const int value : {1, 2, 3}) {
    buffer.back() = value;
    buffer.publish();
  }
  EXPECT_TRUE(buffer.take());
  EXPECT_EQ(buffer.front(), 3);
  EXPECT_FALSE(buffer.take());
  EXPECT_EQ(buffer.front(), 3);
}

TEST(TripleBufferTest, what_is_being_written_is_never_what_is_being_read) {
  TripleBuffer<int> buffer;
  buffer.back() = 1;
  buffer.publish();
  ASSERT_TRUE(buffer.take());
  for (int value = 2; value < 10; ++value) {
    buffer.back() = value;
    EXPECT_EQ(buffer.front(), 1);
    buffer.publish();
  }
}

// Two halves that are written one after the other: a torn value has halves that differ. TSan looks at it too.
TEST(TripleBufferTest, values_arrive_whole_and_in_order_from_another_thread) {
  struct Pair {
    std::int64_t a = 0, b = 0;
  };
  TripleBuffer<Pair> buffer;
  constexpr std::int64_t last = 100'000;
  std::thread writer([&] {
    for (std::int64_t i = 1; i <= last; ++i) {
      buffer.back() = {i, i};
      buffer.publish();
    }
  });
  std::int64_t seen = 0;
  bool whole = true, ordered = true;
  while (seen < last) {
    if (buffer.take()) {
      whole = whole && buffer.front().a == buffer.front().b;
      ordered = ordered && buffer.front().a > seen;
      seen = buffer.front().a;
    }
  }
  writer.join();
  EXPECT_TRUE(whole);
  EXPECT_TRUE(ordered);
}

}  // namespace
}  // namespace rig
