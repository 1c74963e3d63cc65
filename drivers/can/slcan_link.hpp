#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "drivers/can/slcan.hpp"
#include "rig/core/ring.hpp"
#include "rig/core/timeline.hpp"
#include "rig/instrument/instrument.hpp"
#include "rig/instrument/transport.hpp"

namespace rig::slcan {

// An adapter on a line and the thread that alone talks over it, from open() to the end. The loop's side (receive, send)
// neither locks nor waits nor allocates.
//
// A line that fails is closed, noted as trouble and opened anew twice a second; meanwhile no frames come, and what the
// pack said grows old.
class Link {
 public:
  static constexpr std::size_t room = 1024;  // frames: 250 ms of a full bus at 500 kbit/s

  Link(std::unique_ptr<Transport> transport, std::shared_ptr<Timeline> timeline, char speed);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  // Opens line and channel and starts the thread; the second call does nothing. Throws LinkError.
  void open();

  bool receive(CanFrame& frame) noexcept { return received_.try_pop(frame); }
  // False when more is waiting than the adapter takes: the frame is lost and counted as trouble.
  bool send(const CanFrame& frame) noexcept;
  // Frames that found no room, since the start.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

  [[nodiscard]] std::string endpoint() const { return transport_->endpoint(); }
  [[nodiscard]] bool is_local() const { return transport_->is_local(); }
  [[nodiscard]] Identity identity() const;
  [[nodiscard]] std::string trouble() const;

 private:
  void set_up();
  void close_channel() noexcept;
  void drain(WallTime until);
  enum class Need : std::uint8_t { acknowledged, tried };
  std::string command(std::string_view text, Need need);
  void run() noexcept;
  void turn();
  void hear(std::span<const std::byte> bytes, WallTime arrival) noexcept;
  void settle_refusals(WallTime arrival) noexcept;
  void say();
  void reopen() noexcept;
  void note(const std::string& text) noexcept;

  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Timeline> timeline_;
  char speed_;
  Parser parser_;
  SpscRing<CanFrame> received_{room};
  SpscRing<CanFrame> outgoing_{room};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> unsent_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::uint64_t refused_lately_ = 0;  // since the last frame; both are the thread's own
  WallTime last_frame_{};
  std::atomic<std::uint64_t> garbled_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // identity and trouble: never touched in the loop
  Identity identity_;
  std::string trouble_;
  std::thread thread_;
};

}  // namespace rig::slcan
