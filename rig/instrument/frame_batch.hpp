#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "rig/core/time.hpp"

namespace rig {

// One classic CAN frame with its moment of arrival.
struct CanFrame {
  TimePoint time{};
  std::uint32_t id = 0;
  bool extended = false;
  std::uint8_t length = 0;  // 0..8
  std::array<std::uint8_t, 8> data{};
};

// The frames of one tick in order of arrival. Fixed capacity; what does not fit is counted, never forgotten.
class FrameBatch {
 public:
  static constexpr std::size_t capacity = 64;
  void clear() noexcept { size_ = 0; }
  bool push(const CanFrame& frame) noexcept {
    if (size_ == capacity) {
      ++overflow_;
      return false;
    }
    frames_[size_++] = frame;
    return true;
  }
  [[nodiscard]] std::span<const CanFrame> frames() const noexcept { return {frames_.data(), size_}; }
  [[nodiscard]] std::uint64_t overflow() const noexcept { return overflow_; }

 private:
  std::array<CanFrame, capacity> frames_{};
  std::size_t size_ = 0;
  std::uint64_t overflow_ = 0;
};

}  // namespace rig
