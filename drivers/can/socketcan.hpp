#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "drivers/can/bus_frame.hpp"

// Frames as Linux's CAN sockets carry them (can_frame, canfd_frame), to bytes and back. No socket, no time, no memory.
namespace rig::socketcan {

inline constexpr std::size_t classic_size = 16, fd_size = 72;

// Writes it and returns how many bytes it took; which of the two sizes says what kind of frame it is.
std::size_t encode(const can::BusFrame& frame, std::span<std::byte, fd_size> into) noexcept;
// Nothing when it has neither of the two sizes, or says a length that no frame has.
std::optional<can::BusFrame> decode(std::span<const std::byte> bytes) noexcept;

}  // namespace rig::socketcan
