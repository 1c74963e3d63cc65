#pragma once
#include <libusb.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "rig/instrument/transport.hpp"

// libusb with owners and with the project's errors.
namespace rig::usb {

struct ContextCloser {
  void operator()(libusb_context* context) const noexcept { libusb_exit(context); }
};
struct HandleCloser {
  void operator()(libusb_device_handle* handle) const noexcept { libusb_close(handle); }
};
struct TransferFreer {
  void operator()(libusb_transfer* transfer) const noexcept { libusb_free_transfer(transfer); }
};
struct ConfigFreer {
  void operator()(libusb_config_descriptor* config) const noexcept { libusb_free_config_descriptor(config); }
};
using Context = std::unique_ptr<libusb_context, ContextCloser>;
using Handle = std::unique_ptr<libusb_device_handle, HandleCloser>;
using Transfer = std::unique_ptr<libusb_transfer, TransferFreer>;
using Config = std::unique_ptr<libusb_config_descriptor, ConfigFreer>;

// All devices that are plugged in now.
class DeviceList {
 public:
  explicit DeviceList(libusb_context* context) : count_(libusb_get_device_list(context, &devices_)) {}
  DeviceList(const DeviceList&) = delete;
  DeviceList& operator=(const DeviceList&) = delete;
  ~DeviceList() {
    if (count_ >= 0) {
      libusb_free_device_list(devices_, 1);
    }
  }
  [[nodiscard]] std::span<libusb_device* const> devices() const noexcept {
    return {devices_, count_ > 0 ? static_cast<std::size_t>(count_) : 0};
  }

 private:
  libusb_device** devices_ = nullptr;
  ssize_t count_;
};

// A context that sees what is plugged in now: one that is kept hears of later devices only where udev runs.
Context new_context(const std::string& endpoint);
// Null when the device cannot say.
Config active_config(libusb_device* device);
// Empty when it has none or does not answer.
std::string string_descriptor(libusb_device_handle* handle, std::uint8_t index);
// "1d50:606f".
std::string id_text(std::uint16_t vendor, std::uint16_t product);

// What one may do about it stands in the error: permission, another program, the cable.
LinkError error_of(int result, const std::string& doing, const std::string& endpoint);
inline void check(int result, const std::string& doing, const std::string& endpoint) {
  if (result < 0) {
    throw error_of(result, doing, endpoint);
  }
}

}  // namespace rig::usb
