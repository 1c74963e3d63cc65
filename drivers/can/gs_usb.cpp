#include "drivers/can/gs_usb.hpp"

#include <algorithm>

namespace rig::gs_usb {
namespace {

constexpr std::uint32_t byte_order = 0x0000BEEF;
constexpr std::uint32_t extended_bit = 1U << 31U, remote_bit = 1U << 30U, error_bit = 1U << 29U;
constexpr std::uint32_t extended_mask = 0x1FFFFFFF, standard_mask = 0x7FF;
constexpr std::uint8_t flag_overflow = 1, flag_fd = 2, flag_bit_rate_switch = 4, flag_passive = 8;
constexpr std::size_t header_size = 12;

std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t at) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8 * i);
  }
  return value;
}

void put(std::span<std::byte> into, std::size_t at, std::uint32_t value) noexcept {
  for (std::size_t i = 0; i < 4; ++i) {
    into[at + i] = static_cast<std::byte>(value >> (8 * i));
  }
}

template <std::size_t N>
std::array<std::byte, 4 * N> numbers(const std::array<std::uint32_t, N>& values) noexcept {
  std::array<std::byte, 4 * N> out{};
  for (std::size_t i = 0; i < N; ++i) {
    put(out, 4 * i, values[i]);
  }
  return out;
}

can::TimingLimits limits_at(std::span<const std::byte> bytes, std::size_t at) noexcept {
  return {.segment1_min = number_at(bytes, at),
          .segment1_max = number_at(bytes, at + 4),
          .segment2_min = number_at(bytes, at + 8),
          .segment2_max = number_at(bytes, at + 12),
          .jump_max = number_at(bytes, at + 16),
          .prescaler_min = number_at(bytes, at + 20),
          .prescaler_max = number_at(bytes, at + 24),
          .prescaler_step = number_at(bytes, at + 28)};
}

}  // namespace

std::array<std::byte, number_size> encode_number(std::uint32_t value) noexcept { return numbers(std::array{value}); }
std::array<std::byte, number_size> encode_host_format() noexcept { return encode_number(byte_order); }
std::array<std::byte, 20> encode(const can::BitTiming& t) noexcept {
  return numbers(std::array{t.propagation, t.phase1, t.phase2, t.jump, t.prescaler});
}
std::array<std::byte, 8> encode(Mode mode, std::uint32_t features) noexcept {
  return numbers(std::array{static_cast<std::uint32_t>(mode), features});
}

std::optional<std::uint32_t> decode_number(std::span<const std::byte> bytes) noexcept {
  return bytes.size() < number_size ? std::nullopt : std::optional(number_at(bytes, 0));
}

std::optional<DeviceConfig> decode_device_config(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < device_config_size) {
    return std::nullopt;
  }
  return DeviceConfig{.channels = std::to_integer<unsigned>(bytes[3]) + 1,
                      .software = number_at(bytes, 4),
                      .hardware = number_at(bytes, 8)};
}

std::optional<Constants> decode_constants(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < constants_size) {
    return std::nullopt;
  }
  Constants out{.features = number_at(bytes, 0), .clock_hz = number_at(bytes, 4), .nominal = limits_at(bytes, 8)};
  if (bytes.size() >= constants_extended_size) {
    out.data = limits_at(bytes, constants_size);
  }
  return out;
}

std::optional<ControllerState> decode_state(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() < state_size) {
    return std::nullopt;
  }
  return ControllerState{number_at(bytes, 0), number_at(bytes, 4), number_at(bytes, 8)};
}

std::size_t encode(const HostFrame& host, std::span<std::byte, longest_frame> into) noexcept {
  const can::BusFrame& frame = host.frame;
  const std::size_t data_size = frame.fd ? 64 : 8;
  const std::uint32_t id = frame.id & (frame.extended ? extended_mask : standard_mask);
  put(into, 0, host.echo);
  put(into, 4, id | (frame.extended ? extended_bit : 0) | (frame.remote ? remote_bit : 0));
  put(into, 8, 0);
  into[8] = static_cast<std::byte>(can::code_of(frame.length, frame.fd));
  into[9] = static_cast<std::byte>(host.channel);
  const unsigned flags = (frame.fd ? flag_fd : 0U) | (frame.bit_rate_switch ? flag_bit_rate_switch : 0U);
  into[10] = static_cast<std::byte>(flags);
  // What stands behind the data is sent too: zeros, so that nothing old leaves with it.
  const std::size_t used = frame.remote ? 0 : std::min<std::size_t>(frame.length, data_size);
  for (std::size_t i = 0; i < data_size; ++i) {
    into[header_size + i] = i < used ? static_cast<std::byte>(frame.data[i]) : std::byte{0};
  }
  return header_size + data_size;
}

std::optional<HostFrame> decode_frame(std::span<const std::byte> bytes, bool stamped) noexcept {
  if (bytes.size() < header_size) {
    return std::nullopt;
  }
  const auto flags = std::to_integer<unsigned>(bytes[10]);
  HostFrame out;
  can::BusFrame& frame = out.frame;
  frame.fd = (flags & flag_fd) != 0;
  const std::size_t data_size = frame.fd ? 64 : 8;
  if (bytes.size() < header_size + data_size + (stamped ? number_size : 0)) {
    return std::nullopt;
  }
  const std::uint32_t id = number_at(bytes, 4);
  out.echo = number_at(bytes, 0);
  out.channel = std::to_integer<std::uint8_t>(bytes[9]);
  out.overflow = (flags & flag_overflow) != 0;
  out.stamp = stamped ? number_at(bytes, header_size + data_size) : 0;
  frame.error = (id & error_bit) != 0;
  frame.extended = (id & extended_bit) != 0;
  frame.remote = (id & remote_bit) != 0;
  frame.id = id & (frame.extended || frame.error ? extended_mask : standard_mask);
  frame.bit_rate_switch = (flags & flag_bit_rate_switch) != 0;
  frame.sender_passive = (flags & flag_passive) != 0;
  frame.length = can::length_of(std::to_integer<std::uint8_t>(bytes[8]), frame.fd);
  for (std::size_t i = 0; !frame.remote && i < frame.length; ++i) {
    frame.data.at(i) = std::to_integer<std::uint8_t>(bytes[header_size + i]);
  }
  return out;
}

}  // namespace rig::gs_usb
