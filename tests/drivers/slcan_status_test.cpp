// What an slcan adapter tells beside frames: its time stamps and its status flags.
#include <gmock/gmock.h>

#include "tests/drivers/slcan_adapter.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;
using Adapter = SlcanAdapter;
using Bus = SlcanBus;

TEST(SlcanStatus, time_stamps_of_the_adapter_tell_how_far_frames_were_apart_even_when_they_arrive_together) {
  Adapter adapter;
  adapter.at_open = "t3550EA5F\rt35500001\rt35500005\r";  // 59999 ms, 2 ms later, 4 ms later
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint(), ", timestamps: true");
  const TimePoint before = bus.timeline().at(WallTime::clock::now());
  bus->connect();
  EXPECT_TRUE(adapter.heard("Z1"));
  const auto frames = bus.await(3);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_GE(frames[0].time, before - std::chrono::milliseconds(10));
  EXPECT_LE(frames[2].time, bus.timeline().at(WallTime::clock::now()));
  // What arrives 6 ms apart by its stamps but together by our clock cannot have been sent later than it arrived.
  EXPECT_LE(frames[0].time, frames[1].time);
  EXPECT_LE(frames[1].time, frames[2].time);
}

TEST(SlcanStatus, time_stamps_that_are_wanted_and_refused_are_an_error) {
  Adapter adapter;
  adapter.refused = "Z1";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint(), ", timestamps: true");
  const auto [trouble, text] = trouble_of([&] { bus->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("no time stamps"));
}

TEST(SlcanStatus, time_stamps_are_refused_where_rig_time_runs_faster_than_the_adapters_clock) {
  const std::string parameters = "endpoint: 'tcp://127.0.0.1:9', timestamps: true";
  EXPECT_NO_THROW(BusStand("can.slcan", parameters));
  EXPECT_NO_THROW(BusStand("can.slcan", "endpoint: 'tcp://127.0.0.1:9'", 5.0));
  try {
    const BusStand bus("can.slcan", parameters, 5.0);
    FAIL() << "periods would be measured wrong by a factor of five";
  } catch (const RigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("tcp://127.0.0.1:9: `timestamps: true` needs a time_scale of 1, found 5"));
    EXPECT_THAT(error.what(), HasSubstr("take `timestamps` out"));
  }
}

TEST(SlcanStatus, status_flags_are_asked_for_where_there_are_some_and_tell_of_the_bus) {
  Adapter adapter;
  adapter.flags = "F80";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(becomes_true([&] { return !bus->link()->trouble.empty(); }));
  EXPECT_THAT(bus->link()->trouble, HasSubstr("another bit rate than 500000 bit/s"));
}

TEST(SlcanStatus, the_state_of_the_bus_is_a_signal_that_follows_the_status_flags) {
  for (const auto& [flags, state] :
       {std::pair{"F00", BusState::active}, {"F04", BusState::warning}, {"F20", BusState::passive}}) {
    Adapter adapter;
    adapter.flags = flags;
    PtyPeer peer(adapter.script());
    Bus bus(peer.endpoint());
    bus->connect();
    EXPECT_TRUE(bus.becomes("can.state", static_cast<double>(state))) << flags;
    EXPECT_EQ(bus.signal("can.transmit_errors").quality, Quality::never) << "slcan has no word for counters";
  }
}

TEST(SlcanStatus, lost_frames_are_told_from_the_status_flags) {
  Adapter adapter;
  adapter.flags = "F01";
  adapter.at_open = "t3550\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(becomes_true([&] { return bus->link()->trouble.find("lost frames") != std::string::npos; }));
}

}  // namespace
}  // namespace rig::testing
