#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "rig/core/time.hpp"

namespace rig {

// The last five seconds of a value beside the pack's current, to find the value at a physical event that shows only
// later: a flag on CAN comes up to seconds after the FET opened, and by then the terminals stand at another voltage.
// Readings that stand say nothing more than the first time and are kept once. All memory is taken at construction.
class EventValue {
 public:
  struct Entry {
    double value = 0.0;
    double uncertainty = 0.0;
    double current = 0.0;  // A, at the pack
    TimePoint time{};      // the value's own time
    TimePoint flowed{};    // the current's own time
    TimePoint tick{};      // when it was looked at
  };

  EventValue();
  void restart() noexcept;
  // False while the last entry is nearer than span / capacity, 10 ms: an entry would not be kept.
  [[nodiscard]] bool due(TimePoint tick) const noexcept { return count_ == 0 || tick - back(0).tick >= spacing; }
  // Keeps the entry when it is due and no repetition.
  void push(const Entry& entry) noexcept {
    if (due(entry.tick) && !repeats(entry)) {
      entries_[next_] = entry;
      next_ = (next_ + 1) % capacity;
      count_ = std::min(count_ + 1, capacity);
    }
  }
  // The most recent entry before the current collapsed: |current| still at 90 % of what it was a second before, and
  // above 0.2 A; of that, the newest value that is not younger than the current was then, so that a slow ammeter does
  // not let the jump at the collapse pass for a value before it. Without any current: the last entry that is not
  // younger than `event`. Nothing when there is no entry.
  [[nodiscard]] std::optional<Entry> at(TimePoint event) const noexcept;

 private:
  static constexpr std::size_t capacity = 512;
  static constexpr Duration span = std::chrono::seconds(5);
  static constexpr Duration spacing = span / static_cast<int>(capacity);

  [[nodiscard]] bool repeats(const Entry& entry) const noexcept {
    const Entry& last = back(0);
    return count_ > 0 && entry.time == last.time && entry.flowed == last.flowed && entry.value == last.value &&
           entry.current == last.current;
  }
  // i = 0 is the newest.
  [[nodiscard]] const Entry& back(std::size_t i) const noexcept {
    return entries_[(next_ + capacity - 1 - i) % capacity];
  }

  std::vector<Entry> entries_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

}  // namespace rig
