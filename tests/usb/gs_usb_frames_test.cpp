// Frames both ways, many of them, and what adapters do to them.
#include <gmock/gmock.h>

#include <atomic>
#include <cerrno>

#include "drivers/can/gs_usb_link.hpp"
#include "tests/usb/bus_stand.hpp"

namespace rig::testing::usb {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t extended = 1U << 31U, request = 1U << 30U;

// A number in the data of a frame, to find lost and reordered ones.
Bytes numbered(std::uint32_t number) {
  Bytes out(8, 0);
  for (unsigned i = 0; i < 4; ++i) {
    out[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return out;
}
template <class Data>
std::uint32_t number_in(const Data& data) {
  return data[0] | data[1] << 8U | data[2] << 16U | static_cast<std::uint32_t>(data[3]) << 24U;
}

TEST_F(GsUsbTest, frames_arrive_in_order_and_with_the_time_at_which_they_were_on_the_bus) {
  adapter_->stamp_offset = 0xFFFFFFFF - Candle::now_us() - 1000;  // its clock wraps within a millisecond
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  const TimePoint before = bus.timeline().at(WallTime::clock::now());
  hear({.id = 0x351, .data = {0xAA, 0xBB}});
  const TimePoint after = bus.timeline().at(WallTime::clock::now());
  hear({.id = 0x18FF50E5 | extended, .data = {1}});
  const auto frames = bus.await(2);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].id, 0x351U);
  EXPECT_EQ(frames[0].length, 2);
  EXPECT_EQ(frames[0].data[1], 0xBB);
  EXPECT_EQ(frames[1].id, 0x18FF50E5U);
  EXPECT_TRUE(frames[1].extended);
  EXPECT_LE(frames[0].time, frames[1].time);
  const Duration stated = std::chrono::milliseconds(100);  // far above what it states; the machine may be busy
  EXPECT_GE(frames[0].time, before - stated);
  EXPECT_LE(frames[0].time, after + stated);
}

TEST_F(GsUsbTest, an_adapter_without_a_clock_is_heard_too) {
  adapter_->features = 0;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  EXPECT_EQ(look([](Candle& c) { return c.modes.back().flags; }), 0U);
  EXPECT_THAT(bus->link()->identity.firmware, HasSubstr("timed by their arrival"));
  const TimePoint before = bus.timeline().at(WallTime::clock::now());
  hear({.id = 0x355});
  EXPECT_GE(bus.await(1).at(0).time, before);
}

TEST_F(GsUsbTest, what_is_sent_is_on_the_bus_and_its_echo_is_no_reception) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  bus.send({.id = 0x305, .length = 8});
  bus.send({.id = 0x1F, .extended = true, .length = 1, .data = {0x7E}});
  ASSERT_TRUE(becomes_true([&] { return sent() == 2; }));
  const auto frames = look([](Candle& c) { return c.sent; });
  EXPECT_EQ(frames[0].id, 0x305U);
  EXPECT_EQ(frames[0].data, Bytes(8, 0));
  EXPECT_EQ(frames[1].id, 0x1F | extended);
  EXPECT_EQ(frames[1].data, Bytes{0x7E});
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U) << "the first frame that is heard is the pack's";
}

TEST_F(GsUsbTest, a_request_is_not_taken_for_a_frame_of_zeros) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  hear({.id = 0x351 | request, .data = Bytes(8, 0)});
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

// Ours and the pack's half of what 1 Mbit/s has room for in a second and a half, as fast as the machine goes.
TEST_F(GsUsbTest, a_full_bus_in_both_directions_loses_and_reorders_nothing) {
  constexpr std::uint32_t each = 6000;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "bitrate: 1M");
  adapter_->bus_bitrate = 1'000'000;
  bus->connect();
  std::atomic<std::uint32_t> heard{0};
  std::thread pack([&] {
    for (std::uint32_t i = 0; i < each;) {
      bool room = false;
      usb_.with([&] {
        room = adapter_->waiting() < 32 && i < heard + 500;  // a loop takes what came once a tick
        if (room) {
          adapter_->hear({.id = 0x351, .data = numbered(i)});
        }
      });
      i += room ? 1 : 0;
      if (!room) {
        std::this_thread::yield();
      }
    }
  });
  std::uint32_t queued = 0;
  const WallTime until = far_away();
  while ((heard < each || sent() < each) && WallTime::clock::now() < until) {
    for (; queued < each && queued < sent() + 500; ++queued) {
      const Bytes data = numbered(queued);
      CanFrame frame{.id = 0x305, .length = 8};
      std::ranges::copy(data, frame.data.begin());
      if (!bus->send(frame)) {
        break;
      }
    }
    bus.tick();
    for (const CanFrame& frame : bus->received().frames()) {
      EXPECT_EQ(number_in(frame.data), heard);
      ++heard;
    }
    std::this_thread::yield();
  }
  pack.join();
  EXPECT_EQ(heard, each);
  const auto frames = look([](Candle& c) { return c.sent; });
  ASSERT_EQ(frames.size(), each);
  for (std::uint32_t i = 0; i < each; ++i) {
    ASSERT_EQ(number_in(frames[i].data), i);
  }
  EXPECT_EQ(look([](Candle& c) { return c.dropped; }), 0U);
  EXPECT_EQ(bus.trouble(), "");
}

TEST_F(GsUsbTest, a_run_begins_with_what_comes_after_arming) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  hear({.id = 0x351});
  bus.send({.id = 0x305, .length = 0});  // when it is out, the frame before it is in
  ASSERT_TRUE(becomes_true([&] { return sent() == 1; }));
  bus->arm({});
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

TEST_F(GsUsbTest, garbage_and_short_transfers_are_counted_and_what_is_between_them_is_heard) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.with([&] {
    adapter_->say_raw({{}, 0});
    adapter_->say_raw({Bytes(20, 0xFF), 0});  // its time stamp is missing
    adapter_->say_raw({Bytes(11, 0x00), 0});
    adapter_->say_raw({Bytes(500, 0x00), 0});  // longer than was asked for
    adapter_->say_raw({{}, -EPROTO});          // a bad cable
    adapter_->hear({.id = 0x355});
  });
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  EXPECT_THAT(bus.trouble(), HasSubstr("5 transfers were garbage"));
}

TEST_F(GsUsbTest, a_halted_pipe_is_cleared_and_listened_to_further) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.with([&] { adapter_->say_raw({{}, -EPIPE}); });
  EXPECT_TRUE(becomes_true([&] { return look([](Candle& c) { return c.halts_cleared; }) >= 4; }));
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

TEST_F(GsUsbTest, frames_that_wait_when_the_bench_is_made_safe_do_not_go_out_later) {
  adapter_->keeps_mailboxes = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  for (std::uint8_t i = 0; i < 30; ++i) {
    bus.send({.id = 0x305, .length = 1, .data = {i}});
  }
  bus->make_safe();
  usb_.with([&] { adapter_->keeps_mailboxes = false; });
  bus.send({.id = 0x305, .length = 1, .data = {99}});
  ASSERT_TRUE(
      becomes_true([&] { return look([](Candle& c) { return !c.sent.empty() && c.sent.back().data[0] == 99; }); }));
  EXPECT_LE(sent(), 11U) << "ten were on their way";
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U) << "it listens further";
}

TEST_F(GsUsbTest, an_adapter_that_loses_echoes_is_started_anew_while_the_bus_is_alive) {
  adapter_->loses_echoes = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  const auto live = [&] {
    hear({.id = 0x355});
    bus.send({.id = 0x305, .length = 8});
  };
  EXPECT_TRUE(becomes_true([&] {
    live();
    return look([](Candle& c) { return c.modes.size(); }) >= 4;
  }));
  usb_.with([&] { adapter_->loses_echoes = false; });
  // More than it has credits.
  const std::size_t before = sent();
  EXPECT_TRUE(becomes_true([&] {
    live();
    return sent() > before + 20;
  }));
}

TEST_F(GsUsbTest, fd_frames_go_both_ways_over_the_link) {
  adapter_->features |= 0x500;
  adapter_->fd_controller = true;
  adapter_->clock_hz = 40'000'000;
  usb_.plug(adapter_);
  const auto timeline = std::make_shared<Timeline>();
  timeline->begin(WallTime::clock::now());
  gs_usb::Link link(gs_usb::parse_address("usb://"), {.bitrate = 500'000, .data_bitrate = 2'000'000}, timeline);
  link.open();
  EXPECT_EQ(look([](Candle& c) { return c.modes.back().flags; }), 0x110U);
  ASSERT_EQ(look([](Candle& c) { return c.data_timings.size(); }), 1U);
  hear({.id = 0x123, .data = Bytes(64, 0x5A), .fd = true, .bit_rate_switch = true});
  can::BusFrame frame;
  ASSERT_TRUE(becomes_true([&] { return link.exchange().receive(frame); }));
  EXPECT_TRUE(frame.fd && frame.bit_rate_switch);
  EXPECT_EQ(frame.length, 64);
  EXPECT_EQ(frame.data[63], 0x5A);
  can::BusFrame ours{.time = timeline->at(WallTime::clock::now()), .id = 0x7FF, .fd = true, .length = 20};
  ours.data[19] = 0x77;
  link.exchange().send(ours);
  ASSERT_TRUE(becomes_true([&] { return sent() == 1; }));
  EXPECT_EQ(look([](Candle& c) { return c.sent[0].data.size(); }), 20U);
  EXPECT_EQ(look([](Candle& c) { return c.sent[0].data[19]; }), 0x77);
}

TEST_F(GsUsbTest, an_fd_frame_is_nothing_for_a_bench_and_is_told) {
  adapter_->features |= 0x500;
  adapter_->fd_controller = true;
  adapter_->clock_hz = 40'000'000;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "data_bitrate: 2M");
  bus->connect();
  hear({.id = 0x123, .data = Bytes(12, 1), .fd = true});
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  EXPECT_THAT(bus.trouble(), HasSubstr("1 FD frames"));
}

}  // namespace
}  // namespace rig::testing::usb
