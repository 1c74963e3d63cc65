#pragma once
#include <optional>

#include "drivers/can/frame_exchange.hpp"
#include "drivers/can/gs_usb_enquiry.hpp"
#include "drivers/can/gs_usb_transmit.hpp"
#include "drivers/can/wait_set.hpp"
#include "rig/core/timeline.hpp"

namespace rig::gs_usb {

// One channel of an open adapter, from start to stop: what is in flight on its pipes. All of it runs on the thread of
// the link. Whatever ends it, the channel is stopped: an adapter goes on acknowledging and sending without its host.
class Session {
 public:
  Session(Adapter& adapter, const Settings& settings, can::FrameExchange& exchange, can::BusHealth& health,
          const Timeline& timeline, Counters& counters);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // Waits until something happens, for 50 ms at most, and does what is to be done. Throws LinkError when the adapter is
  // gone or does not answer any more.
  void turn();

  [[nodiscard]] const DeviceConfig& config() const noexcept { return channel_.config(); }

 private:
  // One transfer under way and its memory.
  struct Read {
    usb::Transfer transfer;
    std::vector<unsigned char> memory;
  };
  void set_up();
  void stop() noexcept;

  void submit_reads();
  void on_read(libusb_transfer& transfer);
  void take(std::span<const std::byte> bytes, WallTime arrival) noexcept;
  void again(libusb_transfer& transfer);
  void lose(int result, const char* doing);
  void count_garbled() noexcept { counters_.garbled.fetch_add(1, std::memory_order_relaxed); }

  // False when the adapter has nothing to say.
  bool wait() noexcept;
  void say(WallTime now);
  void look_after(WallTime now);
  void clear_halts();
  void restart_channel();
  void handle_events(std::chrono::milliseconds how_long) noexcept;

  Adapter& adapter_;
  Settings settings_;
  can::FrameExchange& exchange_;
  can::BusHealth& health_;
  const Timeline& timeline_;
  Counters& counters_;
  Channel channel_;
  const bool stamped_;
  std::unique_ptr<std::vector<Read>> reads_ = std::make_unique<std::vector<Read>>();
  std::unique_ptr<Transmitter> transmitter_;
  std::unique_ptr<Enquiry> enquiry_;
  std::size_t flying_ = 0;  // reads
  bool stopping_ = false;
  bool halted_ = false;
  int errors_in_a_row_ = 0;
  WallTime last_heard_{};
  std::optional<WallTime> off_since_;
  std::optional<LinkError> lost_;
  can::WaitSet waiting_;
  bool busy_ = false;               // the adapter had something to say a moment ago
  bool libusb_keeps_time_ = false;  // its timeouts are descriptors too
};

}  // namespace rig::gs_usb
