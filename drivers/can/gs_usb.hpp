#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "drivers/can/bit_timing.hpp"
#include "drivers/can/bus_frame.hpp"

// The language of gs_usb adapters (candleLight, CANable, CANnectivity and their kin): requests, structures and frames
// to bytes and back. No link, no time, no memory. All numbers are little-endian.
namespace rig::gs_usb {

enum class Request : std::uint8_t {
  host_format = 0,
  bit_timing = 1,
  mode = 2,
  constants = 4,
  device_config = 5,
  timestamp = 6,
  data_bit_timing = 10,
  constants_extended = 11,
  set_termination = 12,
  get_termination = 13,
  get_state = 14
};

// What an adapter can do; the same bits switch it on at the start.
namespace feature {
inline constexpr std::uint32_t listen_only = 1U << 0U;
inline constexpr std::uint32_t loop_back = 1U << 1U;
inline constexpr std::uint32_t hardware_timestamp = 1U << 4U;
inline constexpr std::uint32_t fd = 1U << 8U;
inline constexpr std::uint32_t constants_extended = 1U << 10U;
inline constexpr std::uint32_t termination = 1U << 11U;
inline constexpr std::uint32_t bus_error_reporting = 1U << 12U;
inline constexpr std::uint32_t get_state = 1U << 13U;
}  // namespace feature

inline constexpr std::uint32_t received = 0xFFFFFFFF;  // echo id of a frame that another node sent

struct DeviceConfig {
  unsigned channels = 0;
  std::uint32_t software = 0;
  std::uint32_t hardware = 0;
};
struct Constants {
  std::uint32_t features = 0;
  std::uint32_t clock_hz = 0;
  can::TimingLimits nominal;
  std::optional<can::TimingLimits> data;  // of the FD data phase, from constants_extended
  [[nodiscard]] bool can(std::uint32_t bits) const noexcept { return (features & bits) == bits; }
};
struct ControllerState {
  std::uint32_t state = 0;  // 0 active, 1 warning, 2 passive, 3 bus-off, 4 stopped, 5 sleeping
  std::uint32_t receive_errors = 0;
  std::uint32_t transmit_errors = 0;
};
enum class Mode : std::uint32_t { reset = 0, start = 1 };

inline constexpr std::size_t constants_size = 40, constants_extended_size = 72, device_config_size = 12,
                             state_size = 12, number_size = 4;

std::array<std::byte, number_size> encode_number(std::uint32_t value) noexcept;
std::array<std::byte, number_size> encode_host_format() noexcept;
std::array<std::byte, 20> encode(const can::BitTiming& timing) noexcept;
std::array<std::byte, 8> encode(Mode mode, std::uint32_t features) noexcept;

// Nothing when there are fewer bytes than the structure has.
std::optional<std::uint32_t> decode_number(std::span<const std::byte> bytes) noexcept;
std::optional<DeviceConfig> decode_device_config(std::span<const std::byte> bytes) noexcept;
// Either form; the longer one has limits for the data phase behind the others.
std::optional<Constants> decode_constants(std::span<const std::byte> bytes) noexcept;
std::optional<ControllerState> decode_state(std::span<const std::byte> bytes) noexcept;

// One frame of a transfer: from the host, or to it.
struct HostFrame {
  std::uint32_t echo = received;
  std::uint8_t channel = 0;
  bool overflow = false;    // frames were lost before this one
  std::uint32_t stamp = 0;  // microseconds, wraps after 71 minutes; only where time stamps were switched on
  can::BusFrame frame;
};
inline constexpr std::size_t longest_frame = 80;  // FD with time stamp

// Writes it as the host sends it, without a time stamp, and returns how many bytes it took: 20, FD 76.
std::size_t encode(const HostFrame& frame, std::span<std::byte, longest_frame> into) noexcept;
// Nothing when the transfer is shorter than its frame. What stands behind the frame is padding.
std::optional<HostFrame> decode_frame(std::span<const std::byte> bytes, bool stamped) noexcept;

}  // namespace rig::gs_usb
