#pragma once
#include "rig/instrument/frame_batch.hpp"
#include "rig/instrument/instrument.hpp"

namespace rig {

// A CAN adapter: fills received() once per tick; frames queued with send() go out at the next apply().
// Signals: <name>.frames (count since the start), <name>.overflow.
class CanBus : public Instrument {
 public:
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;
  void make_safe() noexcept override {}

  [[nodiscard]] const FrameBatch& received() const noexcept { return received_; }
  // Frames that went out in the last apply().
  [[nodiscard]] const FrameBatch& sent() const noexcept { return sent_; }
  bool send(const CanFrame& frame) noexcept { return outgoing_.push(frame); }

 private:
  virtual void receive(const Tick& tick, FrameBatch& into) noexcept = 0;
  virtual void transmit(const Tick& tick, const FrameBatch& frames) noexcept = 0;
  FrameBatch received_;
  FrameBatch outgoing_;
  FrameBatch sent_;
  SignalId frames_, overflow_;
  std::uint64_t count_ = 0;
};

}  // namespace rig
