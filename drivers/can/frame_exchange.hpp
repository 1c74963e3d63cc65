#pragma once
#include <atomic>
#include <string>

#include "drivers/can/bus_frame.hpp"
#include "rig/core/ring.hpp"

namespace rig::can {

// Between the loop and the thread of an adapter: frames each way. Neither side locks, waits or allocates.
class FrameExchange {
 public:
  static constexpr std::size_t room = 1024;  // frames: 250 ms of a full bus at 500 kbit/s

  FrameExchange();
  FrameExchange(const FrameExchange&) = delete;
  FrameExchange& operator=(const FrameExchange&) = delete;
  ~FrameExchange();

  // The loop's side.
  bool receive(BusFrame& frame) noexcept { return received_.try_pop(frame); }
  // False when more is waiting than the adapter takes: the frame is lost and counted.
  bool queue(const BusFrame& frame) noexcept;
  // Wakes the adapter's thread when it sleeps. Once for the frames of a tick: a thread that is woken by the first of
  // them takes the machine from the loop, and falls asleep before the second.
  void announce() noexcept;
  bool send(const BusFrame& frame) noexcept {
    const bool queued = queue(frame);
    announce();
    return queued;
  }
  // What waits to be sent is not sent any more.
  void drop_waiting() noexcept { void_until_.store(queued_, std::memory_order_release); }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

  // The thread's side.
  void arrived(const BusFrame& frame) noexcept;
  // The next frame to send; frames that were dropped are passed over.
  bool next(BusFrame& frame) noexcept;
  void wake() noexcept;
  // Written to when frames were announced, or wake() called, between may_sleep() and slept(): a thread that is awake is
  // not worth a call of the kernel. It is never read: wait for its edges (WaitSet). False when a frame is waiting
  // already.
  [[nodiscard]] int wake_descriptor() const noexcept { return wake_; }
  bool may_sleep() noexcept;
  void slept() noexcept { asleep_.store(false, std::memory_order_release); }
  // A frame that cannot go out over this adapter as it is set up.
  void cannot_send() noexcept { unsendable_.fetch_add(1, std::memory_order_relaxed); }
  // A frame that waited until it was old news: the pack sleeps and nobody acknowledges. No trouble of the adapter.
  void too_late() noexcept { late_.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t late() const noexcept { return late_.load(std::memory_order_relaxed); }

  // What got lost between the two sides; empty when nothing did.
  [[nodiscard]] std::string trouble() const;

 private:
  SpscRing<BusFrame> received_{room};
  SpscRing<BusFrame> outgoing_{room};
  std::uint64_t queued_ = 0;  // the loop's own
  std::uint64_t taken_ = 0;   // the thread's own
  std::atomic<std::uint64_t> void_until_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> unsent_{0};
  std::atomic<std::uint64_t> unsendable_{0};
  std::atomic<std::uint64_t> late_{0};
  std::atomic<bool> asleep_{false};
  int wake_ = -1;  // eventfd
};

}  // namespace rig::can
