#pragma once
#include <atomic>
#include <cstdint>

#include "rig/core/ring.hpp"
#include "rig/record/run_info.hpp"

namespace rig {

// The bus as it goes by, for a listener outside of the loop: frames as they would be recorded. One thread takes. Who
// takes too late loses the newest and is told how many; the loop never waits.
class FrameTap {
 public:
  static constexpr std::size_t capacity = 16'384;  // at 500 kbit/s four seconds of a full bus
  void push(const RecordedFrame& frame) noexcept {
    if (!ring_.try_push(RecordedFrame(frame))) {
      lost_.fetch_add(1, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] bool take(RecordedFrame& frame) noexcept { return ring_.try_pop(frame); }
  [[nodiscard]] std::int64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

 private:
  SpscRing<RecordedFrame> ring_{capacity};
  std::atomic<std::int64_t> lost_{0};
};

}  // namespace rig
