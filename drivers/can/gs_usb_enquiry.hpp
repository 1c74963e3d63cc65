#pragma once
#include <atomic>
#include <optional>
#include <vector>

#include "drivers/can/bus_health.hpp"
#include "drivers/can/gs_usb_channel.hpp"
#include "drivers/can/stamp_clock.hpp"

namespace rig::gs_usb {

// What a link tells of its sessions, from any thread.
struct Counters {
  std::atomic<std::uint64_t> garbled{0};      // transfers that were none, or failed
  std::atomic<std::uint64_t> restarts{0};     // of a channel that was bus-off, or did not confirm any more
  std::atomic<std::int64_t> uncertainty{-1};  // ns, of a frame's time; negative: the arrival counts
};

// What an adapter is asked beside the traffic, four times a second: what time it is, how its controller is. One that
// does not answer is as good as gone, however silent its bus may be.
class Enquiry {
 public:
  Enquiry(Adapter& adapter, Channel& channel, std::uint16_t number, can::BusHealth& health, Counters& counters);
  Enquiry(const Enquiry&) = delete;
  Enquiry& operator=(const Enquiry&) = delete;
  ~Enquiry();

  // Asks when it is time to.
  void turn(WallTime now);
  void cancel() noexcept;
  [[nodiscard]] bool is_flying() const noexcept { return flies_; }
  // libusb's result when the adapter is gone; 0 while it is there.
  [[nodiscard]] int lost() const noexcept { return lost_; }
  [[nodiscard]] can::StampClock& clock() noexcept { return clock_; }

 private:
  [[nodiscard]] Request next() const noexcept;
  void answered() noexcept;
  void digest(std::span<const std::byte> bytes) noexcept;
  void sync(std::uint32_t stamp, WallTime asked, WallTime answered) noexcept;

  Adapter& adapter_;
  std::uint16_t number_;
  can::BusHealth& health_;
  Counters& counters_;
  can::StampClock clock_;
  usb::Transfer transfer_;
  std::unique_ptr<std::vector<unsigned char>> memory_;
  bool has_clock_;
  bool has_state_;
  bool flies_ = false;
  int lost_ = 0;
  Request request_ = Request::timestamp;
  WallTime asked_at_{};
  WallTime next_at_{};
};

}  // namespace rig::gs_usb
