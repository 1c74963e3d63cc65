#pragma once
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace rig::sim {

// What a life has left of virtual cells.
struct LivedThrough {
  std::string_view age;
  double cycles;
  double capacity;    // share of that of the new cells
  double resistance;  // factor on theirs
};

// A little better than what the label and the cycle life of manual 1.3 and 3 promise, as a good pack is; between two of
// them it wears evenly.
inline constexpr std::array<LivedThrough, 3> lives{{
    {"bol", 0, 1.0, 1.0},
    {"label_500", 500, 0.965, 1.08},  // at least 95 % after 500 cycles
    {"eol_60", 6000, 0.63, 1.8},      // 60 % after 6000 cycles; class relatives have 1.6 to 2.0 there
}};

// By name, or by "2000 cycles"; none for an age that no virtual pack reaches.
inline std::optional<LivedThrough> life_of(std::string_view age) noexcept {
  for (const LivedThrough& life : lives) {
    if (life.age == age) {
      return life;
    }
  }
  double cycles = -1.0;
  const auto [end, error] = std::from_chars(age.data(), age.data() + age.size(), cycles);
  if (error != std::errc{} || std::string_view(end, age.data() + age.size()) != " cycles") {
    return std::nullopt;
  }
  for (std::size_t i = 1; i < lives.size(); ++i) {
    const LivedThrough& from = lives[i - 1];
    const LivedThrough& to = lives[i];
    if (cycles >= from.cycles && cycles <= to.cycles) {
      const double share = (cycles - from.cycles) / (to.cycles - from.cycles);
      return LivedThrough{age, cycles, from.capacity + share * (to.capacity - from.capacity),
                          from.resistance + share * (to.resistance - from.resistance)};
    }
  }
  return std::nullopt;
}

}  // namespace rig::sim
