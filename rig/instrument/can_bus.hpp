#pragma once
#include "rig/instrument/frame_batch.hpp"
#include "rig/instrument/instrument.hpp"
#include "rig/instrument/send_gate.hpp"

namespace rig {

// A CAN adapter: fills received() once per tick; frames queued with send() go out at the next apply().
// Signals: <name>.frames (count since the start), <name>.overflow, <name>.refused.
class CanBus : public Instrument {
 public:
  void declare(Declarations& out) final;
  void sample(const Tick& tick, SignalTable& out) noexcept final;
  void apply(const Tick& tick, const CommandRow& row) noexcept final;
  void make_safe() noexcept override {}

  [[nodiscard]] const FrameBatch& received() const noexcept { return received_; }
  // Frames that went out in the last apply().
  [[nodiscard]] const FrameBatch& sent() const noexcept { return sent_; }
  // From here on frames with these identifiers may go out; before, none may. Not inside the loop.
  void open_gate(std::vector<CanIdentifier> send_list) { gate_.open(std::move(send_list)); }
  // For a simulated bus at the far end of a wire, whose frames have passed a gate already.
  void open_gate_to_all() noexcept { gate_.open_to_all(); }
  // False when the gate holds the frame back, which is counted, or when the tick's batch is full.
  bool send(const CanFrame& frame) noexcept;

  // Whether the adapter itself is there. While it is not, nothing can be said about a pack of which nothing is heard.
  struct Life {
    bool alive = true;
    TimePoint since{};  // when not alive: its last sign of life
  };
  [[nodiscard]] virtual Life life() const noexcept { return {}; }
  // How much later than the frame its time may be, of rig time.
  [[nodiscard]] virtual Duration arrival_delay() const noexcept { return {}; }

 private:
  virtual void receive(const Tick& tick, FrameBatch& into) noexcept = 0;
  virtual void transmit(const Tick& tick, const FrameBatch& frames) noexcept = 0;
  FrameBatch received_;
  FrameBatch outgoing_;
  FrameBatch sent_;
  SendGate gate_;
  SignalId frames_, overflow_, refused_;
  std::uint64_t count_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace rig
