#pragma once
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>

namespace rig {

// A bounded queue from one thread to one other thread. All memory is taken at construction; neither side ever waits,
// locks or allocates (as long as moving T does not). Exactly one thread may push and exactly one may pop.
template <class T>
class SpscRing {
 public:
  // Holds at least `capacity` items: the next power of two.
  explicit SpscRing(std::size_t capacity)
      : mask_(std::bit_ceil(capacity < 1 ? std::size_t{1} : capacity) - 1), slots_(new T[mask_ + 1]()) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }
  // Items waiting. Exact when both sides rest; while they work, a bound seen from the calling side.
  [[nodiscard]] std::size_t size() const noexcept {
    const std::size_t head = head_.load(std::memory_order_acquire);
    return tail_.load(std::memory_order_acquire) - head;
  }

  // False when full; `item` is then untouched.
  bool try_push(T&& item) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ > mask_) {
        return false;
      }
    }
    slots_[tail & mask_] = std::move(item);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // False when empty; `item` is then untouched.
  bool try_pop(T& item) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) {
        return false;
      }
    }
    item = std::move(slots_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  // Each side's index stands in a cache line of its own, with that side's last look at the other index beside it.
  static constexpr std::size_t line = 64;
  const std::size_t mask_;
  const std::unique_ptr<T[]> slots_;
  alignas(line) std::atomic<std::size_t> tail_{0};  // written by the pushing thread
  std::size_t head_seen_ = 0;
  alignas(line) std::atomic<std::size_t> head_{0};  // written by the popping thread
  std::size_t tail_seen_ = 0;
};

}  // namespace rig
