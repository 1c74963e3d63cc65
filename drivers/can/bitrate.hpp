#pragma once
#include <cstdint>
#include <string>

#include "rig/core/fields.hpp"

namespace rig::can {

// Bits per second, written as 500k, 1M or 83333.
struct Bitrate {
  std::uint32_t value = 0;
};

// "500k", "1M"; in full where that is not exact.
std::string bitrate_text(std::uint32_t value);

}  // namespace rig::can

namespace rig {
template <>
struct Codec<can::Bitrate> {
  static bool read(const Node& node, can::Bitrate& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const can::Bitrate& value, std::vector<ListedValue>& out,
                   const FieldOptions& options);
};
}  // namespace rig
