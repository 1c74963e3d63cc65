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

}  // namespace rig
