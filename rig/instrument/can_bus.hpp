#pragma once
#include <optional>

#include "rig/instrument/frame_batch.hpp"
#include "rig/instrument/instrument.hpp"
#include "rig/instrument/send_gate.hpp"

namespace rig {

// How an adapter stands to its bus, ISO 11898-1.
enum class BusState : std::uint8_t { active, warning, passive, off };

// A CAN adapter: fills received() once per tick; frames queued with send() go out at the next apply().
// Signals: <name>.frames (count since the start), <name>.overflow, <name>.refused, <name>.state (error active, warning,
// passive, bus-off; invalid while the adapter is away), <name>.receive_errors and <name>.transmit_errors (its error
// counters; never written by an adapter that does not tell them).
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
    TimePoint since{};  // when not alive, or not sure: the last moment until which all was heard in time
    // False in a tick in which frames may be missing that the adapter had, or came later than arrival_delay() says.
    bool sure = true;
  };
  [[nodiscard]] virtual Life life() const noexcept { return {}; }
  struct Condition {
    BusState state = BusState::active;
    std::optional<unsigned> receive_errors, transmit_errors;  // nothing where the adapter does not tell them
  };
  [[nodiscard]] virtual Condition condition() const noexcept { return {}; }
  // How much later than the frame its time may be, of rig time.
  [[nodiscard]] virtual Duration arrival_delay() const noexcept { return {}; }

 private:
  virtual void receive(const Tick& tick, FrameBatch& into) noexcept = 0;
  virtual void transmit(const Tick& tick, const FrameBatch& frames) noexcept = 0;
  FrameBatch received_;
  FrameBatch outgoing_;
  FrameBatch sent_;
  SendGate gate_;
  void state_condition(const Tick& tick, SignalTable& out) const noexcept;
  SignalId frames_, overflow_, refused_;
  SignalId state_, receive_errors_, transmit_errors_;
  std::uint64_t count_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace rig
