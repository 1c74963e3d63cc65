// Finding an adapter, setting it up, giving it back, and what is said when one of these is not possible.
#include <gmock/gmock.h>

#include "tests/usb/bus_stand.hpp"

namespace rig::testing::usb {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(GsUsbTest, connecting_identifies_the_adapter_and_starts_its_channel_as_the_bench_wants_it) {
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "bitrate: 250k");
  adapter_->bus_bitrate = 250'000;
  bus->connect();
  const auto report = bus->link();
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->is_local) << "a real bus is at its other end";
  EXPECT_EQ(report->identity.model, "candleLight USB to CAN adapter");
  EXPECT_EQ(report->identity.serial, "0030003C");
  EXPECT_THAT(report->identity.firmware, HasSubstr("2 (hardware 1), frames are timed by the adapter, to "));
  EXPECT_EQ(report->trouble, "");
  EXPECT_EQ(look([](Candle& c) { return c.bitrate(); }), 250'000U);
  const auto modes = look([](Candle& c) { return c.modes; });
  ASSERT_EQ(modes.size(), 2U);
  EXPECT_EQ(modes[0].mode, 0U) << "whoever used it before may have left it running";
  EXPECT_EQ(modes[1].mode, 1U);
  EXPECT_EQ(modes[1].flags, 0x10U) << "with time stamps and nothing else";
}

TEST_F(GsUsbTest, the_channel_is_stopped_at_the_end_and_the_kernel_gets_its_adapter_back) {
  usb_.plug(adapter_);
  {
    BusStand bus("can.gs_usb");
    bus->connect();
    EXPECT_FALSE(adapter_->has_kernel_driver);
    EXPECT_TRUE(look([](Candle& c) { return c.is_running(); }));
  }
  EXPECT_FALSE(adapter_->is_running());
  EXPECT_TRUE(adapter_->has_kernel_driver);
  EXPECT_EQ(adapter_->opened, 0);
}

TEST_F(GsUsbTest, a_bench_that_is_never_connected_touches_nothing) {
  usb_.plug(adapter_);
  { BusStand bus("can.gs_usb"); }
  EXPECT_TRUE(adapter_->modes.empty());
}

TEST_F(GsUsbTest, one_of_several_adapters_is_found_by_its_serial_number) {
  const auto other = std::make_shared<Candle>();
  other->serial = "FFFF0001";
  usb_.plug(other);
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "endpoint: 'usb://1d50:606f/0030003C'");
  bus->connect();
  EXPECT_EQ(bus->link()->identity.serial, "0030003C");
  EXPECT_TRUE(other->modes.empty()) << "another one's adapter is left alone";
  BusStand any("can.gs_usb");
  EXPECT_THAT(refusal_of(any), AllOf(HasSubstr("several adapters"), HasSubstr("FFFF0001"), HasSubstr("0030003C")));
  BusStand missing("can.gs_usb", "endpoint: 'usb://1d50:606f/00000000'");
  EXPECT_THAT(refusal_of(missing), AllOf(HasSubstr("not this one"), HasSubstr("FFFF0001")));
}

TEST_F(GsUsbTest, an_adapter_that_is_not_plugged_in_is_an_error_that_says_so) {
  BusStand bus("can.gs_usb", "endpoint: 'usb://1d50:606f'");
  EXPECT_THAT(refusal_of(bus),
              AllOf(HasSubstr("usb://1d50:606f"), HasSubstr("there is no such adapter"), HasSubstr("lsusb")));
}

TEST_F(GsUsbTest, one_that_another_program_uses_is_an_error_that_says_so) {
  adapter_->in_use = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  EXPECT_THAT(refusal_of(bus), HasSubstr("another program uses it"));
  EXPECT_TRUE(adapter_->modes.empty());
}

TEST_F(GsUsbTest, a_missing_permission_names_the_udev_rule) {
  adapter_->permitted = false;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  EXPECT_THAT(refusal_of(bus), AllOf(HasSubstr("udev rule"), HasSubstr("packaging/60-gtxrig.rules")));
}

TEST_F(GsUsbTest, another_firmware_is_an_error_that_says_so) {
  adapter_->stalls_constants = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  EXPECT_THAT(refusal_of(bus), HasSubstr("firmware"));
  const auto serial_line = std::make_shared<Candle>();
  serial_line->vendor = 0x16D0;
  serial_line->product = 0x117E;
  serial_line->has_bulk_pipes = false;
  usb_.plug(serial_line);
  BusStand slcan("can.gs_usb", "endpoint: 'usb://16d0:117e'");
  EXPECT_THAT(refusal_of(slcan), HasSubstr("driver can.slcan"));
  EXPECT_TRUE(serial_line->modes.empty());
}

TEST_F(GsUsbTest, a_device_that_answers_nothing_is_reset_once_and_then_given_up) {
  adapter_->silent = true;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  EXPECT_THAT(refusal_of(bus), HasSubstr("does not answer"));
  EXPECT_EQ(adapter_->resets, 1);
  adapter_->wakes_on_reset = true;
  EXPECT_EQ(refusal_of(bus), "");
}

TEST_F(GsUsbTest, what_an_earlier_program_left_in_its_pipes_is_thrown_away) {
  adapter_->say_raw({Bytes(24, 0xFF), 0});
  adapter_->say_raw({Bytes(3, 0x55), 0});
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb");
  bus->connect();
  EXPECT_EQ(look([](Candle& c) { return c.halts_cleared; }), 2);
  hear({.id = 0x351, .data = {1}});
  EXPECT_EQ(bus.await(1).at(0).id, 0x351U);
  EXPECT_EQ(bus.trouble(), "");
}

TEST_F(GsUsbTest, listen_only_loop_back_and_termination_are_switched_where_the_adapter_has_them) {
  adapter_->features |= 0x800;
  usb_.plug(adapter_);
  {
    BusStand bus("can.gs_usb", "listen_only: true, termination: true");
    bus->connect();
    EXPECT_EQ(look([](Candle& c) { return c.modes.back().flags; }), 0x11U);
    EXPECT_EQ(look([](Candle& c) { return c.termination; }), 1U);
    bus.send({.id = 0x305, .length = 8});
    EXPECT_TRUE(becomes_true([&] { return !bus.trouble().empty(); }));
    EXPECT_THAT(bus.trouble(), HasSubstr("1 frames were not sent: the adapter only listens"));
  }
  BusStand bus("can.gs_usb", "loop_back: true");
  bus->connect();
  bus.send({.id = 0x305, .length = 1, .data = {9}});
  EXPECT_EQ(bus.await(1).at(0).data[0], 9) << "it hears itself, once";
}

TEST_F(GsUsbTest, what_the_adapter_cannot_do_is_an_error_that_names_the_key) {
  adapter_->features = 0x10;
  usb_.plug(adapter_);
  for (const std::string key : {"listen_only", "loop_back", "termination"}) {
    BusStand bus("can.gs_usb", key + ": true");
    EXPECT_THAT(refusal_of(bus), HasSubstr("`" + key + "`"));
  }
  BusStand fd("can.gs_usb", "data_bitrate: 2M");
  EXPECT_THAT(refusal_of(fd), HasSubstr("`data_bitrate`"));
  BusStand second("can.gs_usb", "channel: 1");
  EXPECT_THAT(refusal_of(second), HasSubstr("adapter with 1 channels"));
}

TEST_F(GsUsbTest, a_rate_that_its_clock_cannot_make_is_an_error) {
  adapter_->clock_hz = 8'000'000;
  usb_.plug(adapter_);
  BusStand bus("can.gs_usb", "bitrate: 930000");
  EXPECT_THAT(refusal_of(bus), AllOf(HasSubstr("930000 bit/s"), HasSubstr("the closest is 888888")));
}

TEST(GsUsbParameters, an_address_or_a_rate_that_is_none_is_refused_when_the_bench_is_made) {
  EXPECT_THROW(BusStand("can.gs_usb", "endpoint: 'serial:///dev/ttyACM0'"), RigError);
  EXPECT_THROW(BusStand("can.gs_usb", "endpoint: 'usb://1d50'"), RigError);
  for (const char* rate : {"5k", "2M", "500kk", "fast", "-1"}) {
    EXPECT_THROW(BusStand("can.gs_usb", std::string("bitrate: ") + rate), std::runtime_error) << rate;
  }
}

}  // namespace
}  // namespace rig::testing::usb
