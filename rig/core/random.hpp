#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace rig {

// xoshiro256++ seeded by splitmix64: the same numbers on every machine (std::*_distribution differ between libraries).
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept;
  // An independent stream for one purpose: Random(seed, "cells"), so that adding a draw in one place changes no other.
  Random(std::uint64_t seed, std::string_view purpose) noexcept;
  std::uint64_t next() noexcept {
    const auto rotl = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
    const std::uint64_t result = rotl(s_[0] + s_[3], 23) + s_[0];
    const std::uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = rotl(s_[3], 45);
    return result;
  }
  // Uniform in [0, 1).
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // Nearly standard normal: the sum of eight 16-bit uniforms (kurtosis -0.15, |x| < 4.9). Cheap, bounded, exact on
  // every CPU.
  double normal() noexcept {
    // Two words, eight lanes of 16 bits, added two at a time: mean 8 * 32767.5, variance 8 * (65536^2 - 1) / 12.
    constexpr std::uint64_t lanes = 0x0000FFFF0000FFFF;
    const std::uint64_t x = next();
    const std::uint64_t y = next();
    const std::uint64_t pairs = (x & lanes) + ((x >> 16) & lanes) + (y & lanes) + ((y >> 16) & lanes);
    const auto sum = static_cast<std::int64_t>((pairs & 0xFFFFFFFF) + (pairs >> 32));
    return static_cast<double>(sum - 262140) * (1.0 / 53509.91992145008);
  }

 private:
  std::array<std::uint64_t, 4> s_{};
};

}  // namespace rig
