#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The two envelopes of a Modbus message: MBAP with a transaction id (Modbus TCP), and RTU with a checksum (serial
// lines, and TCP bridges that carry serial frames). Pure functions over bytes.
namespace rig::modbus {

enum class Framing : std::uint8_t { tcp, rtu };

using Bytes = std::vector<std::uint8_t>;

// A message without its envelope: function code and what follows it.
struct Message {
  std::uint16_t transaction = 0;  // TCP only
  std::uint8_t unit = 0;
  Bytes body;  // function code first, at least one byte
};

std::uint16_t crc16(std::span<const std::uint8_t> bytes);

Bytes frame_tcp(const Message& message);
Bytes frame_rtu(const Message& message);

// What the front of `inbox` is.
struct Taken {
  std::optional<Message> message;  // whole; its bytes were `length`
  std::size_t length = 0;
  std::string garbled;  // why this can never become a message; empty = go on reading
};
Taken take_tcp(std::span<const std::uint8_t> inbox);
// The length of an RTU answer follows from its function code: nothing in the frame tells it, and pauses are no mark on
// a line with a buffering adapter.
Taken take_rtu(std::span<const std::uint8_t> inbox);

std::string hex_of(std::span<const std::uint8_t> bytes);

}  // namespace rig::modbus
