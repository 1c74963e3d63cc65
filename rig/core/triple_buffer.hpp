#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace rig {

// Hands the latest value from one thread to another without a lock: neither waits, and the reader sees a whole value,
// never half of an old and half of a new one. Values in between are lost on purpose.
//
// One thread writes: fill back(), then publish(). One thread reads: take() says whether there is news, front() stays
// as it is until the next take().
template <class T>
class TripleBuffer {
 public:
  [[nodiscard]] T& back() noexcept { return slots_[back_]; }
  void publish() noexcept {
    back_ = static_cast<std::uint8_t>(middle_.exchange(back_ | news, std::memory_order_acq_rel) & ~news);
  }
  [[nodiscard]] bool take() noexcept {
    if ((middle_.load(std::memory_order_relaxed) & news) == 0) {
      return false;
    }
    front_ = static_cast<std::uint8_t>(middle_.exchange(front_, std::memory_order_acq_rel) & ~news);
    return true;
  }
  [[nodiscard]] const T& front() const noexcept { return slots_[front_]; }

 private:
  static constexpr std::uint8_t news = 4;  // bit beside the index of the slot in the middle
  std::array<T, 3> slots_{};
  std::uint8_t back_ = 0;
  std::uint8_t front_ = 1;
  std::atomic<std::uint8_t> middle_{2};
};

}  // namespace rig
