#pragma once
#include <cstdint>

#include "rig/signal/light_words.hpp"

namespace rig {

// The lights coming on one after the other and staying on: L7 to L1, or L1 to L7.
class Sweep {
 public:
  void restart() noexcept { *this = {}; }
  // `lit`: bit 0 for L1 to bit 6 for L7.
  void add(std::uint32_t lit) noexcept {
    if (lit == lit_) {
      return;
    }
    lit_ = lit;
    if (count_ > 0 && count_ < 7 && lit == shape(count_ + 1)) {
      ++count_;
    } else {
      count_ = lit == 0x40u || lit == 0x01u ? 1 : 0;
      up_ = lit == 0x40u;
    }
  }
  // Three in a row: no other pattern lights them so.
  [[nodiscard]] bool seen() const noexcept { return count_ >= 3; }
  [[nodiscard]] PanelPattern pattern() const noexcept {
    return up_ ? PanelPattern::sweep_up : PanelPattern::sweep_down;
  }

 private:
  [[nodiscard]] std::uint32_t shape(int count) const noexcept {
    const std::uint32_t low = (1u << static_cast<unsigned>(count)) - 1;
    return up_ ? low << static_cast<unsigned>(7 - count) : low;
  }
  std::uint32_t lit_ = 0;
  int count_ = 0;
  bool up_ = false;
};

}  // namespace rig
