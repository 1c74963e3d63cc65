#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/dut/dbc.hpp"

namespace rig {

// Writes the lowest bits of `bits` into the field; what lies beyond the data is left out.
void put_bits(const BitField& field, std::uint64_t bits, std::span<std::uint8_t> data) noexcept;

// The field's bits for a physical value, rounded to the nearest step; nothing when the field cannot hold it.
std::optional<std::uint64_t> bits_of(const DbcSignal& signal, double value) noexcept;

struct SignalValue {
  std::string name;
  double value = 0.0;  // physical, in the DBC's unit
};

// A frame of the message's full length. Signals that are not given have their GenSigStartValue, or all bits 0; a
// selector that is not given takes the value that the given signals need. Throws RigError for a name that the message
// does not have, a value that does not fit, and signals that are never there together.
std::vector<std::uint8_t> encode(const DbcMessage& message, std::span<const SignalValue> values);

}  // namespace rig
