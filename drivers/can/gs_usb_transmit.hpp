#pragma once
#include <array>
#include <functional>

#include "drivers/can/gs_usb.hpp"
#include "drivers/can/gs_usb_adapter.hpp"

namespace rig::gs_usb {

// Frames on their way out. An adapter gives each frame back when it has taken it over, as its echo, and has memory for
// a few: no more are under way than that. Linux has ten, and a firmware may rely on ids below it.
class Transmitter {
 public:
  static constexpr std::size_t credits = 10;

  Transmitter(const Adapter& adapter, std::uint8_t channel);
  Transmitter(const Transmitter&) = delete;
  Transmitter& operator=(const Transmitter&) = delete;
  ~Transmitter();

  [[nodiscard]] bool has_room() const noexcept { return pending_ < credits; }
  // Only with room. Returns libusb's result.
  int send(const can::BusFrame& frame, WallTime now);
  // False for an echo of a frame that nobody waits for.
  bool confirm(std::uint32_t echo) noexcept;
  // The frame that waits longest for its echo; nothing when none does.
  [[nodiscard]] std::optional<WallTime> oldest() const noexcept;
  // After the adapter forgot what it had: echoes that are still to come are lost. What flies is called back.
  void forget() noexcept;
  [[nodiscard]] std::size_t flying() const noexcept { return flying_; }
  [[nodiscard]] std::uint64_t lost_echoes() const noexcept { return lost_echoes_; }
  // Once, when a transfer failed: libusb's status.
  std::optional<libusb_transfer_status> failure() noexcept { return std::exchange(failure_, std::nullopt); }

 private:
  struct Slot {
    Transmitter* owner = nullptr;
    usb::Transfer transfer;
    std::array<std::byte, longest_frame> memory{};
    bool flies = false;
    bool waits = false;  // for its echo
    WallTime since{};
    std::uint64_t number = 0;
    [[nodiscard]] bool is_free() const noexcept { return !flies && !waits; }
  };
  void landed(Slot& slot) noexcept;
  void release(Slot& slot) noexcept;
  void give_up_older_than(std::uint64_t number) noexcept;

  std::uint8_t channel_;
  std::unique_ptr<std::array<Slot, credits>> slots_;
  std::size_t pending_ = 0;  // slots that are not free
  std::size_t flying_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_echoes_ = 0;
  std::optional<libusb_transfer_status> failure_;
};

}  // namespace rig::gs_usb
