#pragma once
#include "drivers/can/frame_exchange.hpp"
#include "rig/instrument/can_bus.hpp"

namespace rig::can {

// The loop's half of an adapter on a link: hands over what had arrived when the tick began. What does not fit into the
// batch waits for the next tick.
class LinkedBus : public CanBus {
 public:
  // A run begins with what the pack says from now on.
  void arm(const ArmLimits&) override;
  // What still waits to be sent is void; the bus is listened to further: what the pack says decides whether it is safe.
  void make_safe() noexcept override { exchange_.drop_waiting(); }

 protected:
  explicit LinkedBus(FrameExchange& exchange) : exchange_(exchange) {}
  // FD frames have no place in the bench; how many there were.
  [[nodiscard]] std::string unread() const;

 private:
  void receive(const Tick& tick, FrameBatch& into) noexcept final;
  void transmit(const Tick& tick, const FrameBatch& frames) noexcept final;
  bool next() noexcept;

  FrameExchange& exchange_;
  CanFrame next_;
  bool early_ = false;  // next_ arrived after the tick began
  std::uint64_t counted_ = 0;
  std::atomic<std::uint64_t> fd_frames_{0};
};

}  // namespace rig::can
