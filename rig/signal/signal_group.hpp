#pragma once
#include <vector>

#include "rig/signal/signal_table.hpp"

namespace rig {

// Signals of which it is quickly told whether any was written in this tick.
class SignalGroup {
 public:
  void add(SignalId id) {
    if (!id.valid()) {
      return;
    }
    const std::size_t index = id.index >> 6;
    const std::uint64_t mask = std::uint64_t{1} << (id.index & 63);
    for (Word& word : words_) {
      if (word.index == index) {
        word.mask |= mask;
        return;
      }
    }
    words_.push_back({index, mask});
  }
  [[nodiscard]] bool written(const SignalTable& table) const noexcept {
    const auto changed = table.changed();
    for (const Word& word : words_) {
      if ((changed[word.index] & word.mask) != 0) {
        return true;
      }
    }
    return false;
  }

 private:
  struct Word {
    std::size_t index;
    std::uint64_t mask;
  };
  std::vector<Word> words_;
};

}  // namespace rig
