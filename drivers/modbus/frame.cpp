#include "drivers/modbus/frame.hpp"

#include <algorithm>
#include <string_view>

namespace rig::modbus {
namespace {

constexpr std::size_t longest_body = 253;  // Modbus application protocol 1.1b3, 4.1

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

void put_word(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8U & 0xFFU));
  out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

// Of a whole RTU answer with unit and checksum; zero when the function code is none of ours, nothing when it cannot be
// told yet.
std::optional<std::size_t> rtu_length(std::span<const std::uint8_t> inbox) {
  if (inbox.size() < 2) {
    return std::nullopt;
  }
  const unsigned function = inbox[1];
  if ((function & 0x80U) != 0) {
    return 5;
  }
  if (function >= 1 && function <= 4) {
    return inbox.size() < 3 ? std::nullopt : std::optional<std::size_t>(inbox[2] + 5U);
  }
  const bool is_write = function == 5 || function == 6 || function == 15 || function == 16;
  return is_write ? 8 : 0;
}

}  // namespace

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
  std::uint16_t crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc = static_cast<std::uint16_t>(crc ^ byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<std::uint16_t>((crc & 1U) != 0 ? crc >> 1U ^ 0xA001U : crc >> 1U);
    }
  }
  return crc;
}

Bytes frame_tcp(const Message& message) {
  Bytes out;
  put_word(out, message.transaction);
  put_word(out, 0);  // protocol: Modbus
  put_word(out, message.body.size() + 1);
  out.push_back(message.unit);
  out.insert(out.end(), message.body.begin(), message.body.end());
  return out;
}

Bytes frame_rtu(const Message& message) {
  Bytes out;
  out.reserve(message.body.size() + 3);
  out.push_back(message.unit);
  out.insert(out.end(), message.body.begin(), message.body.end());
  const std::uint16_t crc = crc16(out);
  out.push_back(static_cast<std::uint8_t>(crc & 0xFFU));  // low byte first, unlike all else
  out.push_back(static_cast<std::uint8_t>(crc >> 8U));
  return out;
}

Taken take_tcp(std::span<const std::uint8_t> inbox) {
  Taken taken;
  if (inbox.size() < 7) {
    return taken;
  }
  const std::size_t length = word_at(inbox, 4);  // unit and body
  if (word_at(inbox, 2) != 0 || length < 2 || length > longest_body + 1) {
    taken.garbled = "a Modbus TCP header with protocol 0 and a length from 2 to 254";
    return taken;
  }
  if (inbox.size() >= 6 + length) {
    taken.length = 6 + length;
    taken.message = Message{.transaction = word_at(inbox, 0),
                            .unit = inbox[6],
                            .body = Bytes(inbox.begin() + 7, inbox.begin() + 6 + length)};
  }
  return taken;
}

Taken take_rtu(std::span<const std::uint8_t> inbox) {
  Taken taken;
  const auto length = rtu_length(inbox);
  if (!length || (*length != 0 && inbox.size() < *length)) {
    return taken;
  }
  if (*length == 0) {
    taken.garbled = "a function code of Modbus";
    return taken;
  }
  const auto frame = inbox.first(*length);
  const std::uint16_t crc = crc16(frame.first(*length - 2));
  if (frame[*length - 2] != (crc & 0xFFU) || frame[*length - 1] != crc >> 8U) {
    const Bytes wanted{static_cast<std::uint8_t>(crc & 0xFFU), static_cast<std::uint8_t>(crc >> 8U)};
    taken.garbled = "the checksum " + hex_of(wanted);
    return taken;
  }
  taken.length = *length;
  taken.message = Message{.unit = frame[0], .body = Bytes(frame.begin() + 1, frame.end() - 2)};
  return taken;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::size_t longest = 32;
  std::string out;
  for (const std::uint8_t byte : bytes.first(std::min(longest, bytes.size()))) {
    out += out.empty() ? "" : " ";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return bytes.size() > longest ? out + " ..." : out;
}

}  // namespace rig::modbus
