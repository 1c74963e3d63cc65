#include "rig/core/random.hpp"

namespace rig {
namespace {
std::uint64_t splitmix(std::uint64_t& x) noexcept {
  x += 0x9E3779B97F4A7C15ull;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}
std::uint64_t hash(std::string_view text) noexcept {
  std::uint64_t h = 0xcbf29ce484222325ull;
  for (const char c : text) {
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  }
  return h;
}
}  // namespace

Random::Random(std::uint64_t seed) noexcept {
  for (auto& word : s_) {
    word = splitmix(seed);
  }
}

Random::Random(std::uint64_t seed, std::string_view purpose) noexcept : Random(seed ^ hash(purpose)) {}

double Random::normal() noexcept {
  const auto sum_of_lanes = [](std::uint64_t x) {
    return static_cast<double>((x & 0xFFFF) + ((x >> 16) & 0xFFFF) + ((x >> 32) & 0xFFFF) + (x >> 48));
  };
  // Two words, eight lanes: mean 8 * 32767.5, variance 8 * (65536^2 - 1) / 12.
  const double sum = sum_of_lanes(next()) + sum_of_lanes(next());
  return (sum - 262140.0) * (1.0 / 53509.91992145008);
}

}  // namespace rig
