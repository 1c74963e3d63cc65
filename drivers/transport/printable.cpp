#include "drivers/transport/printable.hpp"

namespace rig {

std::string printable(std::string_view bytes) {
  constexpr std::size_t longest = 80;
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char byte : bytes.substr(0, longest)) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (code < 0x20 || code > 0x7E) {
      out += "\\x";
      out += digits[code >> 4U];
      out += digits[code & 15U];
    } else {
      out += byte;
    }
  }
  out += '"';
  return bytes.size() > longest ? out + " and " + std::to_string(bytes.size() - longest) + " bytes more" : out;
}

}  // namespace rig
