#include <gmock/gmock.h>

#include "tests/drivers/slcan_adapter.hpp"

namespace rig::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Adapter = SlcanAdapter;
using Bus = SlcanBus;

TEST(Slcan, connecting_sets_the_channel_up_and_each_step_is_acknowledged) {
  Adapter adapter;
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_THAT(adapter.lines(), ElementsAre("C", "C", "C", "V", "N", "S6", "Z0", "O", "F"));
  const auto report = bus->link();
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->is_local);
  EXPECT_EQ(report->identity.serial, "A123");
  EXPECT_EQ(report->identity.firmware, "1013");
  EXPECT_EQ(report->trouble, "");
}

TEST(Slcan, the_channel_is_closed_at_the_end) {
  Adapter adapter;
  PtyPeer peer(adapter.script());
  {
    Bus bus(peer.endpoint());
    bus->connect();
  }
  EXPECT_TRUE(becomes_true([&] { return adapter.lines().size() == 10; }));
  EXPECT_EQ(adapter.lines().back(), "C");
}

TEST(Slcan, a_refused_bit_rate_is_an_error) {
  Adapter adapter;
  adapter.refused = "S5";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint(), ", bitrate: 250k");
  const auto [trouble, text] = trouble_of([&] { bus->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::rejected);
  EXPECT_THAT(text, HasSubstr("refused \"S5\""));
}

TEST(Slcan, an_opening_that_nobody_acknowledges_is_an_error) {
  Adapter adapter;
  adapter.unheard = "O";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  const auto [trouble, text] = trouble_of([&] { bus->connect(); });
  EXPECT_EQ(trouble, LinkTrouble::timeout);
  EXPECT_THAT(text, HasSubstr("did not acknowledge \"O\""));
}

TEST(Slcan, another_adapter_is_refused) {
  Adapter adapter;
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint(), ", serial: B7");
  EXPECT_EQ(trouble_of([&] { bus->connect(); }).first, LinkTrouble::mismatch);
}

TEST(Slcan, frames_arrive_in_order_with_the_time_of_their_arrival) {
  Adapter adapter;
  adapter.at_open = "t3512AABB\r\xFFgarbage\x80\rt3551\rT1ABCDEF0101\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  const TimePoint before = bus.timeline().at(WallTime::clock::now());
  bus->connect();
  const std::vector<CanFrame> frames = bus.await(2);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].id, 0x351U);
  EXPECT_EQ(frames[0].data[1], 0xBB);
  EXPECT_EQ(frames[1].id, 0x1ABCDEF0U);
  EXPECT_GE(frames[0].time, before);
  EXPECT_LE(frames[0].time, frames[1].time);
  EXPECT_THAT(bus->link()->trouble, HasSubstr("2 lines were garbage"));
}

TEST(Slcan, a_request_is_not_taken_for_a_frame_of_zeros) {
  Adapter adapter;
  adapter.at_open = "r3518\rt3550\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

TEST(Slcan, what_is_sent_goes_out_byte_for_byte_and_a_refusal_is_told) {
  Adapter adapter;
  adapter.at_open = "t3510\r";
  adapter.behind_frame = "\at3051FF\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  bus->send({.id = 0x305, .length = 8});
  bus->send({.id = 0x1F, .extended = true, .length = 1, .data = {0x7E}});
  EXPECT_EQ(bus.await(2).at(1).id, 0x305U);
  EXPECT_TRUE(becomes_true([&] { return adapter.heard("T0000001F17E"); }));
  EXPECT_TRUE(adapter.heard("t30580000000000000000"));
  EXPECT_THAT(bus->link()->trouble, HasSubstr("1 times the adapter refused"));
}

TEST(Slcan, a_refusal_while_the_pack_sleeps_is_no_trouble_of_the_adapter) {
  Adapter adapter;
  adapter.behind_frame = "\at3510\r\xFF\r";  // it wakes later; the last line tells that all was heard
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  bus->send({.id = 0x305, .length = 8});
  bus.tick();
  EXPECT_TRUE(becomes_true([&] { return !bus->link()->trouble.empty(); }));
  EXPECT_EQ(bus->link()->trouble, "1 lines were garbage");
}

TEST(Slcan, what_does_not_fit_into_a_tick_comes_in_the_next_ones) {
  Adapter adapter;
  for (int i = 0; i < 150; ++i) {
    adapter.at_open += "t3550\r";
  }
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_EQ(bus.await(150).size(), 150U);
  EXPECT_EQ(bus->received().overflow(), 0U);
}

TEST(Slcan, what_the_ring_has_no_room_for_is_counted) {
  Adapter adapter;
  for (int i = 0; i < 1100; ++i) {
    adapter.at_open += "t3550\r";
  }
  adapter.at_open += "V1013\r\xFF\r";  // the last line tells that all were heard
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(becomes_true([&] { return bus->link()->trouble.find("garbage") != std::string::npos; }));
  EXPECT_EQ(bus.await(1024).size(), 1024U);
  EXPECT_EQ(bus->received().overflow(), 76U);
  EXPECT_THAT(bus->link()->trouble, HasSubstr("76 frames were lost"));
}

TEST(Slcan, what_came_before_the_run_is_not_part_of_it) {
  Adapter adapter;
  adapter.at_open = "t3510\r\xFF\r";
  adapter.behind_frame = "t3550\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  EXPECT_TRUE(becomes_true([&] { return bus->link()->trouble.find("garbage") != std::string::npos; }));
  bus->arm({});
  bus->send({.id = 0x305, .length = 0});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

TEST(Slcan, a_line_that_is_pulled_is_told_and_ends_without_waiting) {
  Adapter adapter;
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint());
  bus->connect();
  peer.hang_up();
  EXPECT_TRUE(becomes_true([&] { return !bus->link()->trouble.empty(); }));
  bus.tick();
  EXPECT_TRUE(bus->received().frames().empty());
  bus.drop();
}

TEST(Slcan, an_adapter_that_only_listens_is_opened_so_and_sends_nothing) {
  Adapter adapter;
  adapter.at_open = "t3550\r";
  PtyPeer peer(adapter.script());
  Bus bus(peer.endpoint(), ", listen_only: true");
  bus->connect();
  EXPECT_TRUE(adapter.heard("L"));
  EXPECT_FALSE(adapter.heard("O"));
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  bus->send({.id = 0x305, .length = 8});
  bus.tick();
  EXPECT_TRUE(becomes_true([&] { return !bus->link()->trouble.empty(); }));
  EXPECT_THAT(bus->link()->trouble, HasSubstr("1 frames were not sent: the adapter only listens"));
  EXPECT_FALSE(adapter.heard("t30580000000000000000"));
}

TEST(Slcan, an_address_that_is_none_says_so_when_the_bench_is_made) { EXPECT_THROW(Bus("tty0"), RigError); }

}  // namespace
}  // namespace rig::testing
