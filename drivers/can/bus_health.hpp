#pragma once
#include <atomic>
#include <optional>
#include <string>

#include "drivers/can/bus_frame.hpp"
#include "rig/instrument/can_bus.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::can {

// Classes of an error frame (they stand in its id) and what its bytes say, as Linux and gs_usb adapters have them.
namespace error_class {
inline constexpr std::uint32_t transmit_timeout = 0x001, lost_arbitration = 0x002, controller = 0x004, protocol = 0x008,
                               no_acknowledge = 0x020, bus_off = 0x040, bus_error = 0x080, restarted = 0x100,
                               counters = 0x200;
}  // namespace error_class

using rig::BusState;

// How the bus is, from what an adapter says about it, in words for whoever stands at the bench. Written by the thread
// of the adapter, read by others; nothing here waits.
//
// That nobody acknowledges is no trouble while a pack that was heard sleeps; it is when none was ever heard, or when it
// is heard nevertheless.
class BusHealth {
 public:
  // A frame of another node arrived.
  void heard(WallTime now) noexcept;
  void error_frame(const BusFrame& frame) noexcept;
  // One of our frames has waited for too long for its confirmation, or has got it. Adapters may confirm a frame before
  // it was sent, so that takes nothing back that an error frame said.
  void unconfirmed() noexcept { unconfirmed_.store(true, relaxed); }
  void confirmed() noexcept { unconfirmed_.store(false, relaxed); }
  void lost_in_adapter() noexcept { overflows_.fetch_add(1, relaxed); }
  // Asked for, instead of told by an error frame.
  void set_state(BusState state) noexcept;
  void set_counters(unsigned receive_errors, unsigned transmit_errors) noexcept;
  void restarted() noexcept { state_.store(BusState::active, relaxed); }
  // Another begin: what was is forgotten, but not how often it was.
  void restart_listening() noexcept;

  // The error counters as they were told last; nothing before.
  [[nodiscard]] std::optional<unsigned> receive_errors() const noexcept { return told(receive_errors_); }
  [[nodiscard]] std::optional<unsigned> transmit_errors() const noexcept { return told(transmit_errors_); }
  [[nodiscard]] BusState state() const noexcept { return state_.load(relaxed); }
  [[nodiscard]] std::uint64_t times_off() const noexcept { return times_off_.load(relaxed); }
  // Times that the adapter lost frames because it was not read fast enough.
  [[nodiscard]] std::uint64_t overflows() const noexcept { return overflows_.load(relaxed); }
  [[nodiscard]] std::uint64_t error_frames() const noexcept { return error_frames_.load(relaxed); }
  // Empty when all is well. `bitrate` in bit/s, 0 when somebody else has set it.
  [[nodiscard]] std::string trouble(WallTime now, std::uint32_t bitrate) const;

 private:
  static constexpr auto relaxed = std::memory_order_relaxed;
  static std::int64_t ticks(WallTime t) noexcept { return t.time_since_epoch().count(); }
  static std::optional<unsigned> told(const std::atomic<int>& counter) noexcept {
    const int value = counter.load(relaxed);
    return value < 0 ? std::nullopt : std::optional(static_cast<unsigned>(value));
  }
  void controller(std::uint8_t status) noexcept;
  // What the counters mean, also where only the state is told.
  void note_passive(unsigned receive_errors, unsigned transmit_errors) noexcept;
  [[nodiscard]] std::string silence(WallTime now, std::uint32_t bitrate) const;

  std::atomic<BusState> state_{BusState::active};
  std::atomic<std::int64_t> heard_at_{0};    // 0: never
  std::atomic<bool> unacknowledged_{false};  // an error frame said so; nobody was heard since
  std::atomic<bool> unconfirmed_{false};
  std::atomic<bool> receive_passive_{false}, transmit_passive_{false};
  std::atomic<int> receive_errors_{-1}, transmit_errors_{-1};  // below zero: not told
  std::atomic<std::uint64_t> error_frames_{0};
  std::atomic<std::uint64_t> protocol_errors_{0};  // since another node was heard
  std::atomic<std::uint64_t> times_off_{0};
  std::atomic<std::uint64_t> overflows_{0};
};

}  // namespace rig::can
