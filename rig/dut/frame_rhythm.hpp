#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "rig/core/time.hpp"

namespace rig {

// How regularly one cyclic frame comes, measured from its times of arrival.
class FrameRhythm {
 public:
  static constexpr std::size_t window = 16;     // periods that are looked back on
  static constexpr std::size_t few = 4;         // with less nothing is usual yet
  static constexpr double missing_from = 1.5;   // of the usual period: a frame was left out
  static constexpr double longest_pause = 5.0;  // s; what was silent for longer was off, and begins anew

  // False for the first frame, which has no period yet.
  bool note(TimePoint time) noexcept {
    const std::optional<TimePoint> before = std::exchange(last_, time);
    if (!before) {
      return false;
    }
    period_ = to_seconds(time - *before);
    if (period_ > longest_pause) {
      count_ = 0;
      return true;
    }
    if (count_ >= few && is_suspicious()) {
      const double usual_period = usual();
      if (period_ > missing_from * usual_period) {
        gaps_ += static_cast<std::uint64_t>(std::floor(period_ / usual_period + 0.5)) - 1;
      }
    }
    periods_[count_++ % window] = period_;
    return true;
  }
  // s between the last two frames.
  [[nodiscard]] double period() const noexcept { return period_; }
  // s, the longest of the last periods less the shortest.
  [[nodiscard]] double jitter() const noexcept {
    const auto [shortest, longest] = std::minmax_element(periods_.begin(), end());
    return count_ == 0 ? 0.0 : *longest - *shortest;
  }
  // Frames that were left out since the start, by the usual period.
  [[nodiscard]] std::uint64_t gaps() const noexcept { return gaps_; }
  void restart() noexcept { *this = {}; }
  // Frames came at moments that nobody knows: the next one has no period, and what is usual is learned anew.
  void interrupt() noexcept {
    last_.reset();
    count_ = 0;
  }

 private:
  using Periods = std::array<double, window>;
  [[nodiscard]] Periods::const_iterator end() const noexcept {
    return periods_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, window));
  }
  // Only then is the median worth its price: it is never below the shortest.
  [[nodiscard]] bool is_suspicious() const noexcept {
    return period_ > missing_from * *std::min_element(periods_.begin(), end());
  }
  // The median: a gap now and then does not move it.
  [[nodiscard]] double usual() const noexcept {
    Periods sorted = periods_;
    const auto size = end() - periods_.begin();
    std::nth_element(sorted.begin(), sorted.begin() + size / 2, sorted.begin() + size);
    return sorted[static_cast<std::size_t>(size / 2)];
  }

  std::optional<TimePoint> last_;
  double period_ = 0.0;
  Periods periods_{};
  std::size_t count_ = 0;
  std::uint64_t gaps_ = 0;
};

}  // namespace rig
