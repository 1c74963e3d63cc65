#include "drivers/usb/usb.hpp"

#include <array>

namespace rig::usb {

Context new_context(const std::string& endpoint) {
  libusb_context* context = nullptr;
  check(libusb_init(&context), "starting libusb", endpoint);
  return Context(context);
}

Config active_config(libusb_device* device) {
  libusb_config_descriptor* config = nullptr;
  return libusb_get_active_config_descriptor(device, &config) == 0 ? Config(config) : nullptr;
}

std::string string_descriptor(libusb_device_handle* handle, std::uint8_t index) {
  std::array<unsigned char, 256> text{};
  const int length =
      index == 0 ? 0 : libusb_get_string_descriptor_ascii(handle, index, text.data(), static_cast<int>(text.size()));
  return length > 0 ? std::string(text.begin(), text.begin() + length) : std::string{};
}

std::string id_text(std::uint16_t vendor, std::uint16_t product) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const unsigned id : {unsigned{vendor}, unsigned{product}}) {
    for (unsigned shift = 16; shift > 0; shift -= 4) {
      out += digits[id >> (shift - 4) & 15U];
    }
    out += out.size() == 4 ? ":" : "";
  }
  return out;
}

LinkError error_of(int result, const std::string& doing, const std::string& endpoint) {
  const std::string what = doing + ": " + libusb_strerror(static_cast<libusb_error>(result));
  switch (result) {
    case LIBUSB_ERROR_ACCESS:
      return {LinkTrouble::refused, what, endpoint,
              "a udev rule has to give this user the device: copy packaging/60-gtxrig.rules to /etc/udev/rules.d, then "
              "`udevadm control --reload` and plug it in again"};
    case LIBUSB_ERROR_BUSY:
      return {LinkTrouble::refused, what, endpoint, "another program uses it: end that first"};
    case LIBUSB_ERROR_NO_DEVICE:
      return {LinkTrouble::closed, what, endpoint, "was it switched off, or its cable pulled?"};
    case LIBUSB_ERROR_TIMEOUT:
      return {LinkTrouble::timeout, what, endpoint, "it does not answer: plug it out and in again"};
    case LIBUSB_ERROR_PIPE:
      return {LinkTrouble::rejected, what, endpoint, "it does not know this request: has it another firmware?"};
    default:
      return {LinkTrouble::unreachable, what, endpoint, "is it plugged in and on? lsusb shows what there is"};
  }
}

}  // namespace rig::usb
