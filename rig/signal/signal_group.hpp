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
    add({id.index >> 6, std::uint64_t{1} << (id.index & 63)});
  }
  void add(const SignalGroup& other) {
    for (const Word& word : other.words_) {
      add(word);
    }
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
  void add(const Word& more) {
    for (Word& word : words_) {
      if (word.index == more.index) {
        word.mask |= more.mask;
        return;
      }
    }
    words_.push_back(more);
  }
  std::vector<Word> words_;
};

// Whether any signal at all was written in this tick.
[[nodiscard]] inline bool any_written(const SignalTable& table) noexcept {
  std::uint64_t bits = 0;
  for (const std::uint64_t word : table.changed()) {
    bits |= word;
  }
  return bits != 0;
}

}  // namespace rig
