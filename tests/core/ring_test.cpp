#include "rig/core/ring.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace rig {
namespace {

TEST(SpscRing, rounds_its_capacity_up) {
  EXPECT_EQ(SpscRing<int>(0).capacity(), 1u);
  EXPECT_EQ(SpscRing<int>(5).capacity(), 8u);
  EXPECT_EQ(SpscRing<int>(8).capacity(), 8u);
}

TEST(SpscRing, refuses_when_full_and_when_empty_and_loses_nothing) {
  SpscRing<std::unique_ptr<int>> ring(4);
  std::unique_ptr<int> out;
  EXPECT_FALSE(ring.try_pop(out));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_TRUE(ring.try_push(std::make_unique<int>(i)));
    }
    auto refused = std::make_unique<int>(99);
    EXPECT_FALSE(ring.try_push(std::move(refused)));
    ASSERT_NE(refused, nullptr) << "a refused item stays with its owner";
    EXPECT_EQ(ring.size(), 4u);
    for (int i = 0; i < 4; ++i) {
      ASSERT_TRUE(ring.try_pop(out));
      EXPECT_EQ(*out, i);
    }
    EXPECT_FALSE(ring.try_pop(out));
    EXPECT_EQ(ring.size(), 0u);
  }
}

struct Item {
  std::uint64_t number = 0;
  std::uint64_t inverse = ~std::uint64_t{0};
};

TEST(SpscRing, hands_everything_over_in_order_between_two_threads) {
  SpscRing<Item> ring(64);
  constexpr std::uint64_t count = 300'000;
  std::jthread producer([&] {
    for (std::uint64_t i = 0; i < count;) {
      if (ring.try_push(Item{i, ~i})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < count;) {
    Item item;
    if (ring.try_pop(item)) {
      wrong += item.number != i || item.inverse != ~i ? 1 : 0;
      ++i;
    } else {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace rig
