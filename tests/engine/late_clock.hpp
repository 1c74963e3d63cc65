#pragma once
#include <vector>

#include "rig/core/clock.hpp"

namespace rig::test {

// A clock that waits for nothing and misses ticks when it is told to.
class LateClock final : public Clock {
 public:
  struct Miss {
    Duration at;  // from the first tick at or behind it on
    std::int64_t ticks;
  };
  explicit LateClock(std::vector<Miss> misses) : misses_(std::move(misses)) {}
  void start(Duration) override {}
  std::int64_t wait_until(TimePoint deadline) noexcept override {
    if (next_ == misses_.size() || deadline < TimePoint{misses_[next_].at}) {
      return 0;
    }
    ++late_;
    return misses_[next_++].ticks;
  }

 private:
  std::vector<Miss> misses_;
  std::size_t next_ = 0;
};

}  // namespace rig::test
