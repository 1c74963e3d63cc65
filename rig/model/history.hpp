#pragma once
#include <array>
#include <cstdint>

#include "rig/core/math.hpp"

namespace rig {

// Where an interval has been over the last 25 s, in buckets of 0.1 s: enough for the longest protection's delay and
// latency. Asking is rare, adding is frequent.
class History {
 public:
  void restart() noexcept { newest_ = -1; }

  void add(double time, Interval value) noexcept {
    const auto bucket = static_cast<std::int64_t>(time * 10.0);
    if (newest_ < 0 || bucket - newest_ >= static_cast<std::int64_t>(size)) {
      newest_ = bucket;
      oldest_ = bucket;
      buckets_[index(bucket)] = value;
      return;
    }
    while (newest_ < bucket) {
      ++newest_;
      buckets_[index(newest_)] = value;
    }
    if (newest_ - oldest_ >= static_cast<std::int64_t>(size)) {
      oldest_ = newest_ - static_cast<std::int64_t>(size) + 1;
    }
    Interval& slot = buckets_[index(bucket)];
    slot = hull(slot, value);
  }

  // Since `from` (s) it has been there: what a sample tells of the time since the one before.
  void add(double from, double time, Interval value) noexcept {
    const std::int64_t before = newest_;
    add(time, value);
    for (std::int64_t b = std::max(static_cast<std::int64_t>(from * 10.0), oldest_); b <= before; ++b) {
      buckets_[index(b)] = hull(buckets_[index(b)], value);
    }
  }

  // All since `from` (s) is known.
  [[nodiscard]] bool covers(double from) const noexcept {
    return newest_ >= 0 && from * 10.0 >= static_cast<double>(oldest_);
  }

  // Hull of all that was between two moments (s), as far back as is known.
  [[nodiscard]] Interval between(double from, double to) const noexcept {
    if (newest_ < 0) {
      return {};
    }
    const auto first = std::clamp(static_cast<std::int64_t>(from * 10.0), oldest_, newest_);
    const auto last = std::clamp(static_cast<std::int64_t>(to * 10.0), oldest_, newest_);
    Interval result = buckets_[index(first)];
    for (std::int64_t b = first + 1; b <= last; ++b) {
      result = hull(result, buckets_[index(b)]);
    }
    return result;
  }

 private:
  static constexpr std::size_t size = 256;
  static std::size_t index(std::int64_t bucket) noexcept { return static_cast<std::size_t>(bucket) & (size - 1); }
  std::array<Interval, size> buckets_{};
  std::int64_t newest_ = -1;
  std::int64_t oldest_ = 0;
};

}  // namespace rig
