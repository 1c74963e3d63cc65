// What an slcan adapter says that is no word of a healthy one: whether it still lives, and what may have got lost.
#include <gmock/gmock.h>

#include <functional>

#include "tests/drivers/slcan_adapter.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;
using Adapter = SlcanAdapter;
using Bus = SlcanBus;

bool comes_to_be(Bus& bus, const std::function<bool(const CanBus::Life&)>& condition) {
  return becomes_true([&] {
    bus.tick();
    return condition(bus->life());
  });
}
bool is_away(const CanBus::Life& life) { return !life.alive; }

TEST(SlcanDoubt, garbage_is_no_sign_of_life) {
  Adapter adapter;
  adapter.flags = "F00";
  adapter.flags_later = "Q#\r";
  adapter.at_open = "t3510\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  const TimePoint heard = bus.await(1).at(0).time;
  EXPECT_TRUE(comes_to_be(bus, is_away));
  EXPECT_LT(bus->life().since - heard, std::chrono::milliseconds(500)) << "before it was asked anew";
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("does not answer \"F\" any more") != std::string::npos; }))
      << "an acknowledgement is a single byte, which noise leaves alone: " << bus.trouble();
  EXPECT_THAT(bus.trouble(), HasSubstr("1 lines were garbage"));
}

TEST(SlcanDoubt, an_adapter_that_started_anew_with_a_closed_channel_is_opened_again) {
  Adapter adapter;
  adapter.flags = "F00";
  adapter.flags_later = "\a";  // Lawicel: F is refused while the channel is closed
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(comes_to_be(bus, is_away));
  const auto openings = [&] {
    const std::vector<std::string> lines = adapter.lines();
    return std::count(lines.begin(), lines.end(), "O");
  };
  EXPECT_TRUE(becomes_true([&] { return openings() >= 2; }));
}

TEST(SlcanDoubt, nothing_but_garbage_is_an_adapter_that_is_away_also_where_it_has_no_flags) {
  Adapter adapter;
  for (int i = 0; i < 8; ++i) {
    adapter.behind_frame += "\x80#\r";
  }
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  bus->send({.id = 0x305, .length = 0});
  bus.tick();
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("nothing but garbage") != std::string::npos; }));
}

TEST(SlcanDoubt, a_garbled_line_among_frames_is_a_frame_that_got_lost) {
  Adapter adapter;
  adapter.behind_frame = "t3510\rt35\x80\rt3550\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  bus.tick();
  EXPECT_TRUE(bus->life().sure);
  bus->send({.id = 0x305, .length = 0});
  bool doubted = false;
  std::size_t count = 0;
  EXPECT_TRUE(becomes_true([&] {
    bus.tick();
    doubted = doubted || (bus->life().alive && !bus->life().sure);
    count += bus->received().frames().size();
    return count == 2;
  }));
  EXPECT_TRUE(doubted);
  bus.tick();
  EXPECT_TRUE(bus->life().sure) << "what comes behind it is well";
}

TEST(SlcanDoubt, frames_of_an_adapter_that_does_not_answer_in_time_may_be_late_themselves) {
  Adapter adapter;
  adapter.flags = "F00";
  adapter.flags_later = "t3550\r";  // it lives, but what it was asked hangs back
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(comes_to_be(bus, [](const CanBus::Life& life) { return life.alive && !life.sure; }));
  EXPECT_EQ(bus.trouble(), "") << "a frame that was late is no trouble by itself";
}

TEST(SlcanDoubt, frames_that_come_only_when_the_adapter_is_asked_were_held_back) {
  Adapter adapter;
  adapter.flags = "F00";
  adapter.flags_later = "t3550\rF00\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(comes_to_be(bus, [](const CanBus::Life& life) { return life.alive && !life.sure; }));
}

TEST(SlcanDoubt, frames_that_the_adapter_lost_are_not_taken_for_heard) {
  Adapter adapter;
  adapter.flags = "F00";
  adapter.flags_later = "F01\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(comes_to_be(bus, [](const CanBus::Life& life) { return life.alive && !life.sure; }));
  EXPECT_THAT(bus.trouble(), HasSubstr("lost frames"));
}

}  // namespace
}  // namespace rig::testing
