#include "drivers/can/gs_usb_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "rig/core/error.hpp"

namespace rig::gs_usb {
namespace {

constexpr std::string_view scheme = "usb://";

// Linux's gs_usb and the udev rules of the candle tools name these.
constexpr std::array<Address::Kind, 6> known{{{0x1D50, 0x606F},    // candleLight, CANable, CANtact and most others
                                              {0x1209, 0x2323},    // candleLight
                                              {0x1CD2, 0x606F},    // CES CANext FD
                                              {0x16D0, 0x10B8},    // ABE CANdebugger FD
                                              {0x16D0, 0x0F30},    // Xylanta SAINT3
                                              {0x1209, 0xCA01}}};  // CANnectivity

std::optional<std::uint16_t> hexadecimal(std::string_view text) {
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  const bool whole = text.size() == 4 && error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

}  // namespace

Address parse_address(const std::string& text) {
  Address out{.text = text};
  if (!text.starts_with(scheme)) {
    throw RigError("expected an address that begins with usb://, found '" + text + "'", "endpoint '" + text + "'",
                   "write usb://1d50:606f/SERIAL, or usb:// for the only adapter that is plugged in");
  }
  const std::string_view rest = std::string_view(text).substr(scheme.size());
  const std::size_t slash = rest.find('/');
  const std::string_view ids = rest.substr(0, slash);
  out.serial = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  if (ids.empty()) {
    return out;
  }
  const std::size_t colon = std::min(ids.find(':'), ids.size());
  const auto vendor = hexadecimal(ids.substr(0, colon));
  const auto product = hexadecimal(colon < ids.size() ? ids.substr(colon + 1) : std::string_view{});
  if (!vendor || !product) {
    throw RigError("expected two hexadecimal ids as lsusb prints them, found '" + std::string(ids) + "'",
                   "endpoint '" + text + "'", "for example usb://1d50:606f/SERIAL");
  }
  out.kind = Address::Kind{*vendor, *product};
  return out;
}

bool means(const Address& address, Address::Kind kind) noexcept {
  return address.kind ? *address.kind == kind : std::ranges::find(known, kind) != known.end();
}

}  // namespace rig::gs_usb
