#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace rig {

// Finds the different words in order of appearance, and for each word which of them it is.
struct Dictionary {
  static constexpr std::size_t slots = 1024;
  std::array<std::uint16_t, slots> place;  // 0: empty, else index + 1
  std::array<std::uint64_t, 256> words;
  std::vector<std::uint8_t> codes;
  std::size_t count = 0;

  // False when there are too many for it to be worth while.
  bool build(std::span<const std::uint64_t> input) {
    place.fill(0);
    count = 0;
    codes.resize(input.size());
    const std::size_t most = std::min<std::size_t>(256, input.size() / 4 + 1);
    for (std::size_t i = 0; i < input.size(); ++i) {
      std::size_t slot = (input[i] * 0x9E3779B97F4A7C15u) >> 54;
      while (place[slot] != 0 && words[place[slot] - 1u] != input[i]) {
        slot = (slot + 1) % slots;
      }
      if (place[slot] == 0) {
        if (count == most) {
          return false;
        }
        words[count++] = input[i];
        place[slot] = static_cast<std::uint16_t>(count);
      }
      codes[i] = static_cast<std::uint8_t>(place[slot] - 1u);
    }
    return true;
  }
};

}  // namespace rig
