#include "drivers/can/bus_health.hpp"

#include <gmock/gmock.h>

namespace rig::can {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr WallTime begin{std::chrono::hours(5)};
constexpr std::uint32_t rate = 500'000;

BusFrame error_frame(std::uint32_t classes, std::uint8_t status = 0, std::uint8_t type = 0, std::uint8_t place = 0) {
  return {.id = classes, .error = true, .length = 8, .data = {0, status, type, place}};
}

TEST(BusHealth, a_bus_on_which_frames_are_heard_is_well) {
  BusHealth health;
  health.heard(begin);
  EXPECT_EQ(health.trouble(begin, rate), "");
  EXPECT_EQ(health.state(), BusState::active);
}

TEST(BusHealth, a_missing_acknowledge_is_told_when_no_pack_was_ever_heard) {
  for (const BusFrame& frame :
       {error_frame(error_class::no_acknowledge), error_frame(error_class::protocol, 0, 0, 0x19)}) {
    BusHealth health;
    health.error_frame(frame);
    EXPECT_THAT(health.trouble(begin, rate), HasSubstr("nobody acknowledges"));
    EXPECT_THAT(health.trouble(begin, rate), HasSubstr("terminated"));
    health.confirmed();
    EXPECT_NE(health.trouble(begin, rate), "") << "an adapter confirms what it has not sent yet";
    health.heard(begin);
    EXPECT_EQ(health.trouble(begin, rate), "");
  }
}

TEST(BusHealth, a_pack_that_was_heard_and_sleeps_now_is_no_trouble) {
  BusHealth health;
  health.heard(begin);
  health.unconfirmed();
  EXPECT_THAT(health.trouble(begin + 1s, rate), HasSubstr("nobody acknowledges")) << "it is heard and does not answer";
  EXPECT_EQ(health.trouble(begin + 5s, rate), "");
}

TEST(BusHealth, errors_without_a_single_good_frame_point_at_the_bit_rate) {
  BusHealth health;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(health.trouble(begin, rate), "");
    health.error_frame(error_frame(error_class::protocol | error_class::bus_error, 0, 0x04));
  }
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("another bit rate than 500000 bit/s"));
  health.heard(begin);
  EXPECT_EQ(health.trouble(begin, rate), "") << "a frame was read, so the rate is right";
}

TEST(BusHealth, error_counters_tell_the_same_where_they_can_be_asked_for) {
  BusHealth health;
  health.set_counters(0, 128);
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("nobody acknowledges"));
  health.set_counters(128, 0);
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("another bit rate"));
  health.set_counters(0, 0);
  EXPECT_EQ(health.trouble(begin, rate), "");
}

TEST(BusHealth, the_controller_goes_to_passive_and_off_and_back) {
  BusHealth health;
  health.error_frame(error_frame(error_class::controller, 0x08));
  EXPECT_EQ(health.state(), BusState::warning);
  health.error_frame(error_frame(error_class::controller, 0x20));
  EXPECT_EQ(health.state(), BusState::passive);
  health.error_frame(error_frame(error_class::bus_off));
  EXPECT_EQ(health.state(), BusState::off);
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("is bus-off"));
  health.error_frame(error_frame(error_class::bus_off));
  EXPECT_EQ(health.times_off(), 1U) << "said twice, gone once";
  health.error_frame(error_frame(error_class::restarted));
  EXPECT_EQ(health.state(), BusState::active);
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("1 times the adapter went bus-off"));
  health.error_frame(error_frame(error_class::controller, 0x40));
  EXPECT_EQ(health.state(), BusState::active);
  EXPECT_EQ(health.error_frames(), 6U);
}

TEST(BusHealth, error_counters_are_unknown_until_they_are_told_and_after_another_begin) {
  BusHealth health;
  health.error_frame(error_frame(error_class::controller, 0x08));
  EXPECT_EQ(health.transmit_errors(), std::nullopt) << "its bytes hold counters only when its class says so";
  health.error_frame({.id = error_class::counters, .error = true, .length = 8, .data = {0, 0, 0, 0, 0, 0, 17, 200}});
  EXPECT_EQ(health.transmit_errors(), 17U);
  EXPECT_EQ(health.receive_errors(), 200U);
  health.set_counters(3, 4);
  EXPECT_EQ(health.receive_errors(), 3U);
  EXPECT_EQ(health.transmit_errors(), 4U);
  health.restart_listening();
  EXPECT_EQ(health.receive_errors(), std::nullopt);
}

TEST(BusHealth, frames_that_the_adapter_lost_are_told) {
  BusHealth health;
  health.error_frame(error_frame(error_class::controller, 0x01));
  EXPECT_THAT(health.trouble(begin, rate), HasSubstr("lost frames"));
}

}  // namespace
}  // namespace rig::can
