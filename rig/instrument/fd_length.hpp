#pragma once
#include <array>
#include <cstdint>

namespace rig {

// The length code of a CAN frame says 0..8 bytes; of an FD frame 9..15 stand for these (ISO 11898-1).
inline constexpr std::array<std::uint8_t, 16> fd_lengths{0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64};

}  // namespace rig
