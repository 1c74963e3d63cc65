#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace rig {

// Bytes and text are the same memory: what goes over wires is bytes, most of it is read as text.
inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string text_of(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const std::byte byte : bytes) {
    text += static_cast<char>(byte);
  }
  return text;
}

// For messages: quoted, what cannot be printed as \n, \r or \xHH, and no more than 80 bytes of it.
std::string printable(std::string_view bytes);

}  // namespace rig
