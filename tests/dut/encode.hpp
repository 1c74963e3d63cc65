#pragma once
#include <cmath>
#include <cstdint>
#include <span>

#include "rig/dut/dbc.hpp"

namespace rig::test {

// Writes raw bits by walking the field bit by bit, so that it shares no arithmetic with the decoder under test.
inline void walk_bits(const BitField& field, std::uint64_t raw, std::span<std::uint8_t> data) {
  unsigned bit = field.start;
  for (unsigned i = 0; i < field.length; ++i) {
    const unsigned weight = field.motorola ? field.length - 1 - i : i;
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    auto& byte = data[bit / 8];
    byte = static_cast<std::uint8_t>((raw >> weight) & 1 ? byte | mask : byte & ~mask);
    // Motorola runs down to bit 0 of a byte and goes on at bit 7 of the next.
    bit = field.motorola ? (bit % 8 == 0 ? bit + 15 : bit - 1) : bit + 1;
  }
}

// The frame's bits for a physical value, rounded to the nearest step.
inline void encode(const DbcSignal& signal, double physical, std::span<std::uint8_t> data) {
  const double raw = std::nearbyint((physical - signal.offset) / signal.factor);
  walk_bits(signal.field,
            raw < 0 ? static_cast<std::uint64_t>(static_cast<std::int64_t>(raw)) : static_cast<std::uint64_t>(raw),
            data);
}

}  // namespace rig::test
