#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rig/instrument/transport.hpp"

namespace rig {

// The pipes of a USBTMC interface; libusb behind it in usbtmc.cpp, scripted in the tests. All throw LinkError.
class UsbPipes {
 public:
  virtual ~UsbPipes() = default;
  // All of it, as one transfer.
  virtual void bulk_out(std::span<const std::byte> bytes, WallTime deadline) = 0;
  // One transfer; ends early with a short packet, which may be empty.
  virtual std::size_t bulk_in(std::span<std::byte> into, WallTime deadline) = 0;
  enum class Recipient : std::uint8_t { interface, endpoint };
  // A class request, device to host; returns how many bytes came. Nothing when the device stalled it.
  virtual std::optional<std::size_t> control_in(Recipient recipient, std::uint8_t request, std::uint16_t value,
                                                bool bulk_in_endpoint, std::span<std::byte> into,
                                                WallTime deadline) = 0;
  virtual void clear_halt(bool bulk_in_endpoint) = 0;
  [[nodiscard]] virtual std::size_t packet_size() const = 0;  // wMaxPacketSize of bulk-in
};

// USBTMC 1.0: messages over two bulk pipes, each transfer with a header that has a tag. The box answers only when asked
// to, with the tag of the question: a late answer is known by its tag and thrown away.
class UsbtmcProtocol {
 public:
  UsbtmcProtocol(UsbPipes& pipes, std::string endpoint) : pipes_(pipes), endpoint_(std::move(endpoint)) {}

  // One whole message to the box.
  void write(std::span<const std::byte> bytes, WallTime deadline);
  // Some of the message from the box; asks for it where nothing is left of what came. at_message_end() then says
  // whether this was its end.
  std::size_t read(std::span<std::byte> into, WallTime deadline);
  [[nodiscard]] bool at_message_end() const noexcept { return at_end_; }
  // Abort the transfer that failed, then clear the box: the sequence that works with real boxes.
  void clear(WallTime deadline);
  void forget() noexcept;

 private:
  static constexpr std::size_t header_size = 12;
  static constexpr std::size_t transfer_size = 4096;
  using Header = std::array<std::byte, header_size>;

  std::uint8_t next_tag() noexcept;
  [[nodiscard]] static Header header(std::uint8_t message, std::uint8_t tag, std::size_t length,
                                     std::uint8_t attributes);
  void fetch(WallTime deadline);
  std::size_t length_of(std::span<const std::byte> transfer) const;
  void abort_in(WallTime deadline);
  void drain_in(WallTime deadline);
  void check_until_done(UsbPipes::Recipient recipient, std::uint8_t request, WallTime deadline);
  [[noreturn]] void garbled(const std::string& what) const;

  UsbPipes& pipes_;
  std::string endpoint_;
  std::uint8_t tag_ = 0;           // of the last transfer out
  std::uint8_t in_tag_ = 0;        // of the request that is not answered yet; 0: none
  std::vector<std::byte> buffer_;  // payload that came and was not read yet
  std::size_t used_ = 0;
  bool eom_ = true;     // the buffer's end is the message's end
  bool at_end_ = true;  // the last read() ended with it
};

}  // namespace rig
