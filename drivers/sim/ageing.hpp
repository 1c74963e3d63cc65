#pragma once
#include <array>
#include <string_view>

namespace rig::sim {

// What a life has left of virtual cells.
struct LivedThrough {
  std::string_view age;
  double capacity;    // share of that of the new cells
  double resistance;  // factor on theirs
};

// A little better than what the label and the cycle life of manual 1.3 and 3 promise, as a good pack is.
inline constexpr std::array<LivedThrough, 3> lives{{
    {"bol", 1.0, 1.0},
    {"label_500", 0.965, 1.08},  // at least 95 % after 500 cycles
    {"eol_60", 0.63, 1.8},       // 60 % after 6000 cycles; class relatives have 1.6 to 2.0 there
}};

// Null for a name that nobody knows.
constexpr const LivedThrough* find_life(std::string_view age) noexcept {
  for (const LivedThrough& life : lives) {
    if (life.age == age) {
      return &life;
    }
  }
  return nullptr;
}

}  // namespace rig::sim
