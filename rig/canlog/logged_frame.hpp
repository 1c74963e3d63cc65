#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace rig {

// A frame as a CAN log holds it: classic or FD, data frame, request or error frame of the adapter.
struct LoggedFrame {
  enum class Direction : std::uint8_t { untold, received, sent };

  bool has_time = false;
  std::int64_t time_ns = 0;  // as in the log, whatever its zero is: 1970, the beginning of the log, the frame before
  std::uint8_t time_digits = 0;  // decimals that the log gives, so that it can be printed as it was read
  std::string channel;           // "can0"
  std::uint32_t id = 0;          // of an error frame: its classes, as Linux has them, without the marker
  bool extended = false;
  bool remote = false;  // a request: it has a length but no data
  bool error = false;   // said by the adapter, not by a node
  bool fd = false;
  bool bit_rate_switch = false;  // FD: the data went at the data bit rate
  bool sender_passive = false;   // FD: its sender is error passive (ESI)
  std::uint8_t length = 0;       // bytes: 0..8, FD 0..64
  std::uint8_t raw_code = 0;     // 9..15 where a classic frame of 8 bytes had such a length code, else 0
  Direction direction = Direction::untold;
  std::array<std::uint8_t, 64> payload{};
  std::size_t line = 0;  // of the log, from 1

  [[nodiscard]] std::span<const std::uint8_t> data() const noexcept {
    return {payload.data(), remote ? std::size_t{0} : std::size_t{length}};
  }
};

}  // namespace rig
