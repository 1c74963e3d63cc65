#pragma once
#include <cstdint>
#include <span>

namespace rig {

// CRC-32C (Castagnoli, the one of iSCSI, RFC 3720 B.4). The same on every CPU: by its instruction where it has
// one, else by tables at about 2 GB/s. Chain pieces by passing the last result as `seed`.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0) noexcept;
std::uint32_t crc32c_by_tables(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0) noexcept;

}  // namespace rig
