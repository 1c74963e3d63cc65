#include <gtest/gtest.h>

#include "rig/instrument/can_bus.hpp"

namespace rig {
namespace {

class FakeCan final : public CanBus {
 public:
  std::size_t arriving = 0;
  std::vector<std::uint32_t> transmitted;
  Condition now;
  bool alive = true;

 private:
  [[nodiscard]] Condition condition() const noexcept override { return now; }
  [[nodiscard]] Life life() const noexcept override { return {.alive = alive}; }
  void receive(const Tick&, FrameBatch& into) noexcept override {
    for (std::size_t i = 0; i < arriving; ++i) {
      into.push({.id = static_cast<std::uint32_t>(i), .length = 8});
    }
  }
  void transmit(const Tick&, const FrameBatch& frames) noexcept override {
    for (const CanFrame& frame : frames.frames()) {
      transmitted.push_back(frame.id);
    }
  }
};

struct Wired {
  Wired() {
    Declarations declarations("can", "test.fake", signals, commands);
    can.declare(declarations);
    signals.seal();
  }
  [[nodiscard]] double value(const char* name) const { return signals[signals.require(name)].value; }
  SignalTable signals;
  CommandTable commands;
  CommandRow row;
  FakeCan can;
  Tick tick;
};

TEST(CanBus, holds_the_frames_of_one_tick_and_counts_all) {
  Wired w;
  w.can.arriving = 3;
  w.can.sample(w.tick, w.signals);
  w.can.sample(w.tick, w.signals);
  EXPECT_EQ(w.can.received().frames().size(), 3u);
  EXPECT_EQ(w.value("can.frames"), 6.0);
  w.can.arriving = 0;
  w.can.sample(w.tick, w.signals);
  EXPECT_TRUE(w.can.received().frames().empty());
  EXPECT_EQ(w.value("can.frames"), 6.0);
}

TEST(CanBus, the_state_of_the_controller_and_its_counters_are_followed_in_each_tick) {
  Wired w;
  const auto sample = [&](const char* name) { return w.signals[w.signals.require(name)]; };
  w.can.sample(w.tick, w.signals);
  EXPECT_TRUE(sample("can.state").good());
  EXPECT_EQ(sample("can.state").value, 0.0);
  EXPECT_EQ(sample("can.receive_errors").quality, Quality::never) << "nobody has told it";
  w.can.now = {BusState::passive, 12U, 130U};
  w.tick.start += std::chrono::milliseconds(10);
  w.can.sample(w.tick, w.signals);
  EXPECT_EQ(sample("can.state").value, 2.0);
  EXPECT_EQ(sample("can.state").time, w.tick.start);
  EXPECT_EQ(sample("can.receive_errors").value, 12.0);
  EXPECT_EQ(sample("can.transmit_errors").value, 130.0);
  w.can.now = {BusState::off, 12U, 255U};
  w.can.sample(w.tick, w.signals);
  EXPECT_EQ(sample("can.state").value, 3.0);
  EXPECT_EQ(sample("can.transmit_errors").value, 255.0);
}

TEST(CanBus, what_an_adapter_that_is_away_said_last_is_not_valid_any_more) {
  Wired w;
  w.can.now = {BusState::active, 1U, 2U};
  w.can.sample(w.tick, w.signals);
  w.can.alive = false;
  w.can.sample(w.tick, w.signals);
  for (const char* name : {"can.state", "can.receive_errors", "can.transmit_errors"}) {
    EXPECT_EQ(w.signals[w.signals.require(name)].quality, Quality::invalid) << name;
  }
}

TEST(CanBus, counts_what_does_not_fit) {
  Wired w;
  w.can.arriving = FrameBatch::capacity + 5;
  w.can.sample(w.tick, w.signals);
  EXPECT_EQ(w.can.received().frames().size(), FrameBatch::capacity);
  EXPECT_EQ(w.value("can.overflow"), 5.0);
}

TEST(CanBus, sends_once_what_was_queued_and_keeps_it_for_the_record_of_that_tick) {
  Wired w;
  w.can.open_gate({{0x305, false}});
  EXPECT_TRUE(w.can.send({.id = 0x305, .length = 8}));
  w.can.apply(w.tick, w.row);
  EXPECT_EQ(w.can.transmitted, (std::vector<std::uint32_t>{0x305}));
  EXPECT_EQ(w.can.sent().frames().size(), 1u);
  w.can.apply(w.tick, w.row);
  EXPECT_EQ(w.can.transmitted.size(), 1u);
  EXPECT_TRUE(w.can.sent().frames().empty());
}

TEST(CanBus, sends_nothing_before_the_gate_is_open_and_then_only_what_the_list_names) {
  Wired w;
  EXPECT_FALSE(w.can.send({.id = 0x305, .length = 8})) << "not armed";
  w.can.open_gate({{0x305, false}, {0x18FF50E5, true}});
  EXPECT_FALSE(w.can.send({.id = 0x306, .length = 8}));
  EXPECT_FALSE(w.can.send({.id = 0x305, .extended = true, .length = 8})) << "another identifier of 29 bits";
  EXPECT_TRUE(w.can.send({.id = 0x18FF50E5, .extended = true, .length = 8}));
  w.can.apply(w.tick, w.row);
  EXPECT_EQ(w.can.transmitted, (std::vector<std::uint32_t>{0x18FF50E5}));
  w.can.sample(w.tick, w.signals);
  EXPECT_EQ(w.value("can.refused"), 3.0);
}

TEST(CanBus, a_silent_bus_is_a_known_zero) {
  Wired w;
  w.can.sample(w.tick, w.signals);
  EXPECT_TRUE(w.signals[w.signals.require("can.frames")].good());
  EXPECT_EQ(w.value("can.frames"), 0.0);
}

}  // namespace
}  // namespace rig
