#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "rig/core/time.hpp"
#include "rig/instrument/fd_length.hpp"

namespace rig::can {

// A frame as adapters carry it: classic or FD, data, request or error frame.
struct BusFrame {
  TimePoint time{};
  std::uint32_t id = 0;  // of an error frame: its classes, as Linux has them (error_class)
  bool extended = false;
  bool remote = false;  // a request: it has a length but no data
  bool error = false;   // said by the adapter, not by a node
  bool fd = false;
  bool bit_rate_switch = false;  // FD: the data went at the data bit rate
  bool sender_passive = false;   // FD: its sender is error passive (ESI)
  std::uint8_t length = 0;       // bytes: 0..8, FD 0..64
  std::array<std::uint8_t, 64> data{};
};

constexpr std::uint8_t length_of(std::uint8_t code, bool fd) noexcept {
  const std::uint8_t known = code & 15U;
  return fd ? fd_lengths.at(known) : (known < 8 ? known : std::uint8_t{8});
}

// The smallest code with room for so many bytes.
constexpr std::uint8_t code_of(std::uint8_t length, bool fd) noexcept {
  const std::uint8_t highest = fd ? 15 : 8;
  std::uint8_t code = 0;
  while (code < highest && fd_lengths.at(code) < length) {
    ++code;
  }
  return code;
}

}  // namespace rig::can
