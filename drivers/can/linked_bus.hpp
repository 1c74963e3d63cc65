#pragma once
#include <algorithm>
#include <memory>
#include <utility>

#include "drivers/can/adapter_link.hpp"
#include "rig/instrument/can_bus.hpp"

namespace rig::can {

// The loop's half of an adapter on a link: hands over what had arrived when the tick began. What does not fit into the
// batch waits for the next tick.
class LinkedBus : public CanBus {
 public:
  void connect() override { link_->open(); }
  // A run begins with what the pack says from now on.
  void arm(const ArmLimits&) override;
  // What still waits to be sent is void; the bus is listened to further: what the pack says decides whether it is safe.
  void make_safe() noexcept override { link_->exchange().drop_waiting(); }
  [[nodiscard]] Life life() const noexcept override {
    if (!link_->is_up()) {
      return {.alive = false, .since = std::max(link_->last_sign(), last_frame_), .sure = false};
    }
    return {.since = sure_until_, .sure = sure_};
  }

  [[nodiscard]] Condition condition() const noexcept override {
    const BusHealth& health = link_->health();
    return {health.state(), health.receive_errors(), health.transmit_errors()};
  }

 protected:
  explicit LinkedBus(std::unique_ptr<AdapterLink> link) : link_(std::move(link)) {}
  // Its kind is known to who made it.
  template <class Link>
  [[nodiscard]] const Link& adapter() const noexcept {
    return static_cast<const Link&>(*link_);
  }
  // The link's, and how many FD frames there were, which have no place in a bench.
  [[nodiscard]] std::string trouble() const;

 private:
  void receive(const Tick& tick, FrameBatch& into) noexcept final;
  void transmit(const Tick& tick, const FrameBatch& frames) noexcept final;
  bool next() noexcept;
  void look_for_doubt(const FrameBatch& received, TimePoint heard_before) noexcept;

  std::unique_ptr<AdapterLink> link_;
  CanFrame next_;
  TimePoint last_frame_{};
  bool early_ = false;  // next_ arrived after the tick began
  std::uint64_t counted_ = 0;
  bool sure_ = true;
  TimePoint sure_until_{};          // when it is not
  std::uint64_t doubts_ = 0;        // of the link, as of the last tick
  std::uint64_t adapter_lost_ = 0;  // likewise
  std::atomic<std::uint64_t> fd_frames_{0};
};

}  // namespace rig::can
