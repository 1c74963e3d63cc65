#pragma once
#include "rig/model/measured.hpp"

namespace rig {

// The manual's press of 3 s (5.2.1) as a pack may count it: tells when one has ended.
class LongPress {
 public:
  void restart() noexcept { *this = {}; }
  [[nodiscard]] bool pressed() const noexcept { return button_; }
  // The button at `now`, s; true when a long press ends here.
  [[nodiscard]] bool ends(double now, bool button) noexcept {
    const bool ended = button_ && !button && now - since_ >= shortest;
    since_ = button && !button_ ? now : since_;
    button_ = button;
    return ended;
  }

 private:
  static constexpr double shortest = 2.5;  // s
  bool button_ = false;
  double since_ = infinity;  // s
};

}  // namespace rig
