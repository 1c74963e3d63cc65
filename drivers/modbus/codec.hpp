#pragma once
#include <array>
#include <cstdint>
#include <span>

// How numbers stand in 16-bit registers. Bytes within a register are always big-endian; which half of a 32-bit number
// comes first differs from box to box, sometimes within one, so every driver says it for every number.
namespace rig::modbus {

enum class WordOrder : std::uint8_t {
  high_first,  // what the Modbus documents call big-endian
  low_first    // Watlow, ADAM counters
};

using TwoWords = std::array<std::uint16_t, 2>;

// `words` holds at least two registers.
std::uint32_t u32_of(std::span<const std::uint16_t> words, WordOrder order);
float float_of(std::span<const std::uint16_t> words, WordOrder order);
TwoWords words_of(std::uint32_t value, WordOrder order);
TwoWords words_of(float value, WordOrder order);

}  // namespace rig::modbus
