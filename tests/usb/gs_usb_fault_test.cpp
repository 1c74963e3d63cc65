// What goes wrong while an adapter is used: on its bus, in it, at its plug.
#include <gmock/gmock.h>

#include "tests/usb/bus_stand.hpp"

namespace rig::testing::usb {
namespace {

using ::testing::HasSubstr;

TEST_F(GsUsbTest, a_bus_on_which_nobody_acknowledges_is_told) {
  adapter_->partner = false;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  bus.send({.id = 0x305, .length = 8});
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("nobody acknowledges") != std::string::npos; }));
  EXPECT_THAT(bus.trouble(), HasSubstr("terminated at both ends"));
  usb_.with([&] {
    adapter_->find_partner();
    adapter_->hear({.id = 0x355});
  });
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().empty(); }));
}

TEST_F(GsUsbTest, the_same_is_told_by_an_adapter_that_sends_no_error_frames) {
  adapter_->features = 0x10;
  adapter_->keeps_mailboxes = true;  // takes no frame
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  bus.send({.id = 0x305, .length = 8});
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("nobody acknowledges") != std::string::npos; }));
}

TEST_F(GsUsbTest, another_bit_rate_on_the_bus_is_told_from_its_error_frames) {
  adapter_->bus_bitrate = 250'000;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  for (int i = 0; i < 5; ++i) {
    hear({.id = 0x355});
  }
  EXPECT_TRUE(becomes_true([&] { return !bus.trouble().empty(); }));
  EXPECT_THAT(bus.trouble(), HasSubstr("another bit rate than 500000 bit/s"));
}

TEST_F(GsUsbTest, sending_at_another_bit_rate_ends_in_bus_off_which_is_told) {
  adapter_->bus_bitrate = 250'000;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  bus.send({.id = 0x305, .length = 8});
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("bus-off") != std::string::npos; }));
}

TEST_F(GsUsbTest, bus_off_shows_as_a_signal_and_so_does_the_return) {
  adapter_->restarts_itself = false;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  EXPECT_TRUE(bus.becomes("can.state", 0.0));
  EXPECT_TRUE(bus.becomes("can.transmit_errors", 0.0)) << "this adapter can be asked for its counters";
  usb_.with([&] { adapter_->go_bus_off(); });
  EXPECT_TRUE(bus.becomes("can.state", 3.0));
  EXPECT_TRUE(bus.becomes("can.state", 0.0)) << "the driver has restarted it";
}

TEST_F(GsUsbTest, after_bus_off_an_adapter_that_restarts_itself_goes_on) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.with([&] { adapter_->go_bus_off(); });
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  bus.send({.id = 0x305, .length = 8});
  EXPECT_TRUE(becomes_true([&] { return sent() == 1; }));
  EXPECT_THAT(bus.trouble(), HasSubstr("1 times the adapter went bus-off"));
  EXPECT_EQ(look([](Candle& c) { return c.modes.size(); }), 2U) << "nobody else has restarted it";
}

TEST_F(GsUsbTest, an_adapter_that_stays_bus_off_is_restarted_and_has_its_credits_back) {
  adapter_->restarts_itself = false;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.with([&] { adapter_->go_bus_off(); });
  for (int i = 0; i < 12; ++i) {
    bus.send({.id = 0x305, .length = 8});  // more than it has credits: all of them are out
  }
  EXPECT_TRUE(becomes_true([&] { return look([](Candle& c) { return c.modes.size(); }) >= 4; }));
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
  const std::size_t before = sent();
  for (int i = 0; i < 12; ++i) {
    bus.send({.id = 0x306, .length = 8});
  }
  EXPECT_TRUE(becomes_true([&] { return sent() >= before + 12; }));
}

TEST_F(GsUsbTest, an_adapter_that_is_pulled_out_is_told_and_used_again_when_it_is_back) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "endpoint: 'usb://1d50:606f/0030003C'");
  bus->connect();
  hear({.id = 0x351});
  EXPECT_EQ(bus.await(1).at(0).id, 0x351U);
  for (int round = 0; round < 2; ++round) {
    usb_.unplug(*adapter_);
    EXPECT_TRUE(becomes_true([&] { return adapter_->opened == 0; })) << "a handle that is held keeps its name taken";
    EXPECT_TRUE(becomes_true([&] { return !bus.trouble().empty(); }));
    bus.tick();
    EXPECT_TRUE(bus->received().frames().empty());
    adapter_ = std::make_shared<Candle>();  // its memory is lost with its power
    usb_.plug(adapter_);
    EXPECT_TRUE(becomes_true([&] { return look([](Candle& c) { return c.is_running(); }); }));
    hear({.id = 0x355});
    EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
    bus.send({.id = 0x305, .length = 8});
    EXPECT_TRUE(becomes_true([&] { return sent() == 1; }));
  }
  EXPECT_FALSE(bus.trouble().empty()) << "that it happened is not forgotten";
}

TEST_F(GsUsbTest, one_that_is_pulled_out_under_full_load_and_never_comes_back_ends_without_waiting_for_it) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  std::atomic<bool> over{false};
  std::thread pack([&] {
    while (!over) {
      hear({.id = 0x351, .data = Bytes(8, 1)});
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 300; ++i) {
    bus.send({.id = 0x305, .length = 8});
  }
  usb_.unplug(*adapter_);
  EXPECT_TRUE(becomes_true([&] { return !bus.trouble().empty(); }));
  over = true;
  pack.join();
  bus->make_safe();
  bus.drop();
  EXPECT_EQ(adapter_->opened, 0);
}

TEST_F(GsUsbTest, an_adapter_that_stops_answering_is_told_and_opened_anew) {
  adapter_->wakes_on_reset = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.with([&] { adapter_->silent = true; });
  EXPECT_TRUE(becomes_true([&] { return bus.trouble().find("does not answer") != std::string::npos; }));
  EXPECT_TRUE(becomes_true([&] { return look([](Candle& c) { return c.resets == 1 && c.is_running(); }); }));
  hear({.id = 0x355});
  EXPECT_EQ(bus.await(1).at(0).id, 0x355U);
}

TEST_F(GsUsbTest, what_waited_while_the_adapter_was_away_is_old_news_and_not_sent) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  usb_.unplug(*adapter_);
  EXPECT_TRUE(becomes_true([&] { return !bus.trouble().empty(); }));
  bus.send({.id = 0x305, .length = 1, .data = {1}});
  const WallTime later = WallTime::clock::now() + std::chrono::milliseconds(1100);
  EXPECT_TRUE(becomes_true([&] { return WallTime::clock::now() > later; }));
  adapter_ = std::make_shared<Candle>();
  usb_.plug(adapter_);
  EXPECT_TRUE(becomes_true([&] { return look([](Candle& c) { return c.is_running(); }); }));
  bus.send({.id = 0x305, .length = 1, .data = {2}});
  EXPECT_TRUE(becomes_true([&] { return sent() > 0; }));
  EXPECT_EQ(look([](Candle& c) { return c.sent[0].data[0]; }), 2);
}

}  // namespace
}  // namespace rig::testing::usb
