#pragma once
#include <string>
#include <vector>

#include "drivers/can/gs_usb.hpp"
#include "drivers/can/gs_usb_address.hpp"
#include "drivers/usb/usb.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig::gs_usb {

// What all requests are: of the maker, to an interface.
inline constexpr std::uint8_t vendor_interface = 0x41;
inline constexpr std::uint8_t to_host = 0x80;

// An adapter that is open: its interface claimed from the kernel's driver, which gets it back at the end.
class Adapter {
 public:
  static constexpr std::chrono::milliseconds answer_within{500};

  // Finds the one that the address means. Throws LinkError.
  explicit Adapter(const Address& address);
  Adapter(const Adapter&) = delete;
  Adapter& operator=(const Adapter&) = delete;
  ~Adapter();

  // One request of one channel; both throw LinkError, `rejected` when the adapter does not know it.
  void tell(Request request, std::span<const std::byte> bytes, std::uint16_t channel);
  std::vector<std::byte> ask(Request request, std::size_t size, std::uint16_t channel);
  // What an earlier program left: halted pipes, and frames that nobody took.
  void clean();
  // The last means against an adapter that does not answer: as if it was plugged in anew.
  void reset() noexcept { libusb_reset_device(handle_.get()); }

  [[nodiscard]] libusb_context* context() const noexcept { return context_.get(); }
  [[nodiscard]] libusb_device_handle* handle() const noexcept { return handle_.get(); }
  [[nodiscard]] std::uint8_t in() const noexcept { return in_; }
  [[nodiscard]] std::uint8_t out() const noexcept { return out_; }
  // A transfer that takes whole packets never runs over.
  [[nodiscard]] std::size_t in_size() const noexcept { return std::max<std::size_t>(128, packet_); }
  [[nodiscard]] std::uint16_t interface_number() const noexcept { return static_cast<std::uint16_t>(interface_); }
  [[nodiscard]] const Identity& identity() const noexcept { return identity_; }
  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  usb::Handle find(const Address& address);
  bool find_pipes();

  std::string endpoint_;
  usb::Context context_;
  usb::Handle handle_;
  int interface_ = -1;
  std::uint8_t in_ = 0, out_ = 0;
  std::size_t packet_ = 64;
  Identity identity_;
};

}  // namespace rig::gs_usb
