#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace rig::gs_usb {

// Which adapter, as the bench file writes it:
//   usb://1d50:606f/0030003C         this one
//   usb://1d50:606f                  the only one of its kind
//   usb://                           the only one of any known kind
struct Address {
  std::string text;
  struct Kind {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  std::optional<Kind> kind;  // what is not known to speak gs_usb may be named too
  std::string serial;        // empty: any
};

// Throws RigError.
Address parse_address(const std::string& text);
// Is a device of this kind one that the address means, its serial number apart?
bool means(const Address& address, Address::Kind kind) noexcept;

}  // namespace rig::gs_usb
