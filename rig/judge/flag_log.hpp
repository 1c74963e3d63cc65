#pragma once
#include <vector>

#include "rig/judge/divergence.hpp"

namespace rig {

// When the pack set the flag of a protection, until when it stood, and what was in the table as it came: a flag names
// the protection that acted, and a fault that stands for hours is only understood from how it began. The first of a run
// are kept; nothing is allocated in the loop.
class FlagLog {
 public:
  struct Entry {
    std::size_t check = 0;  // index of the truth
    TimePoint since{};
    TimePoint until = TimePoint::max();
    Circumstances at;
  };
  FlagLog() { entries_.reserve(most); }
  void set(std::size_t check, TimePoint now, const Circumstances& at) noexcept {
    if (entries_.size() < most) {
      entries_.push_back({.check = check, .since = now, .at = at});
    }
  }
  void cleared(std::size_t check, TimePoint now) noexcept {
    for (Entry& entry : entries_) {
      if (entry.check == check && entry.until == TimePoint::max()) {
        entry.until = now;
      }
    }
  }
  [[nodiscard]] const std::vector<Entry>& all() const noexcept { return entries_; }

 private:
  static constexpr std::size_t most = 256;
  std::vector<Entry> entries_;
};

}  // namespace rig
