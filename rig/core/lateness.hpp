#pragma once
#include <array>
#include <bit>
#include <cstdint>

#include "rig/core/time.hpp"

namespace rig {

// How late the ticks of a loop began, as a histogram that never allocates: 16 steps for each factor of two, so a
// quantile is exact to 6 %. The maximum is exact.
class Lateness {
 public:
  void add(Duration lateness) noexcept {
    const auto ns = static_cast<std::uint64_t>(lateness.count() > 0 ? lateness.count() : 0);
    max_ = lateness > max_ ? lateness : max_;
    ++counts_[bucket(ns)];
    ++total_;
  }
  // The value that a share `q` (0..1) of all ticks did not exceed; upper edge of its step, at most the maximum.
  [[nodiscard]] Duration quantile(double q) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(q * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted || seen == total_) {
        const Duration edge{static_cast<std::int64_t>(upper_edge(i))};
        return edge < max_ ? edge : max_;
      }
    }
    return max_;
  }
  [[nodiscard]] Duration max() const noexcept { return max_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

 private:
  static constexpr std::uint64_t steps = 16;
  static std::size_t bucket(std::uint64_t ns) noexcept {
    if (ns < steps) {
      return static_cast<std::size_t>(ns);
    }
    const auto power = static_cast<std::uint64_t>(std::bit_width(ns)) - 5;  // ns >> power lies in 16..31
    return static_cast<std::size_t>(power * steps + (ns >> power));
  }
  static std::uint64_t upper_edge(std::size_t i) noexcept {
    if (i < 2 * steps) {
      return i;
    }
    const std::uint64_t power = i / steps - 1;
    return ((i % steps + steps + 1) << power) - 1;
  }
  std::array<std::uint64_t, 61 * steps> counts_{};
  std::uint64_t total_ = 0;
  Duration max_{};
};

}  // namespace rig
