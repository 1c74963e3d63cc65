#pragma once
#include <deque>
#include <functional>
#include <map>

#include "tests/usb/usbfs.hpp"

namespace rig::testing::usb {

// A frame on the emulated bus.
struct BusFrame {
  std::uint32_t id = 0;  // with the bits of gs_usb: 31 extended, 30 request, 29 error
  Bytes data;
  bool fd = false, bit_rate_switch = false;
};

// An adapter with the firmware candleLight, or with the deviations that a test gives it, and the bus at its plug.
// Written from the published firmware, not from the driver: it shares no code with it.
class Candle final : public Device {
 public:
  // What it is.
  std::uint16_t vendor = 0x1D50, product = 0x606F;
  std::string serial = "0030003C";
  std::uint32_t features = 0x2000 | 0x0013;  // listen-only, loop-back, time stamps, state
  std::uint32_t clock_hz = 48'000'000;
  unsigned channels = 1;
  bool fd_controller = false;     // the limits of an FDCAN, and those of the data phase
  bool stalls_constants = false;  // another firmware
  bool has_bulk_pipes = true;
  std::uint32_t stamp_offset = 0;
  // What its bus is.
  std::uint32_t bus_bitrate = 500'000;
  bool partner = true;  // somebody acknowledges
  // What is wrong with it.
  bool silent = false;  // it answers nothing and takes nothing
  bool wakes_on_reset = false;
  bool restarts_itself = true;  // after bus-off
  bool loses_echoes = false;
  bool keeps_mailboxes = false;  // frames are confirmed but never sent: used to hold them

  // What the host did.
  struct Start {
    std::uint32_t mode, flags;
  };
  std::vector<Start> modes;
  std::vector<std::array<std::uint32_t, 5>> timings, data_timings;
  std::vector<BusFrame> sent;  // on the bus, by the host
  std::uint32_t termination = 0;
  int resets = 0;
  int halts_cleared = 0;
  std::uint64_t dropped = 0;  // frames of the bus for which its memory had no room

  // The bus; under the lock of the testbed.
  void hear(const BusFrame& frame);
  void disturb(std::uint32_t classes, std::uint8_t status, std::uint8_t type, std::uint8_t place);
  void go_bus_off();
  // Somebody is there again and acknowledges what waits.
  void find_partner();
  void say_raw(Arrival arrival) { to_host_.push_back(std::move(arrival)); }
  // Called for each frame that the host sends on the bus.
  std::function<void(const BusFrame&)> on_sent;
  [[nodiscard]] bool is_running() const { return running_; }
  [[nodiscard]] std::size_t waiting() const { return to_host_.size(); }
  [[nodiscard]] std::uint32_t bitrate() const;

  [[nodiscard]] Bytes descriptors() const override;
  [[nodiscard]] std::string string(std::uint8_t index) const override;
  Answer control(const Setup& setup, std::span<const std::uint8_t> data) override;
  bool bulk_out(std::uint8_t pipe, std::span<const std::uint8_t> bytes) override;
  std::optional<Arrival> bulk_in(std::uint8_t pipe) override;
  void clear_halt(std::uint8_t) override { ++halts_cleared; }
  void reset() override;
  static std::uint32_t now_us();

 private:
  static constexpr std::size_t memory = 64;  // frames, both ways together
  static constexpr std::size_t mailboxes = 3;
  Answer set_mode(std::span<const std::uint8_t> data);
  Answer ask(const Setup& setup) const;
  void say(std::uint32_t echo, const BusFrame& frame);
  void transmit(std::uint32_t echo, const BusFrame& frame);

  bool running_ = false;
  std::uint32_t flags_ = 0;
  std::uint32_t state_ = 0, transmit_errors_ = 0, receive_errors_ = 0;
  std::size_t stuck_ = 0;  // frames in mailboxes that nobody acknowledges
  std::deque<Arrival> to_host_;
};

}  // namespace rig::testing::usb
