#include "drivers/modbus/codec.hpp"

#include <bit>

namespace rig::modbus {

std::uint32_t u32_of(std::span<const std::uint16_t> words, WordOrder order) {
  const std::uint32_t high = order == WordOrder::high_first ? words[0] : words[1];
  const std::uint32_t low = order == WordOrder::high_first ? words[1] : words[0];
  return high << 16U | low;
}

float float_of(std::span<const std::uint16_t> words, WordOrder order) {
  return std::bit_cast<float>(u32_of(words, order));
}

TwoWords words_of(std::uint32_t value, WordOrder order) {
  const auto high = static_cast<std::uint16_t>(value >> 16U);
  const auto low = static_cast<std::uint16_t>(value & 0xFFFFU);
  return order == WordOrder::high_first ? TwoWords{high, low} : TwoWords{low, high};
}

TwoWords words_of(float value, WordOrder order) { return words_of(std::bit_cast<std::uint32_t>(value), order); }

}  // namespace rig::modbus
