// What becomes of set-points whose exchange failed, of boxes that come back, and of boxes that are no longer ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/instrument/pump_fixture.hpp"

namespace rig::pump_test {
namespace {

using ::testing::HasSubstr;

class LostBox : public PumpTest {
 protected:
  LostBox() {
    pump_.call([&] { station_.start(); });
    poll_until([](const SupplyReading& r) { return r.valid; });
  }
  void arm() {
    pump_.call([&] { station_.arm({}, true); });
  }
  void switch_on() {
    station_.want(on);
    box_.await("on");
  }
  // The loop's view after so many more polls; the box has had every occasion to show itself.
  bool stays_invalid() {
    SupplyReading reading;
    WallTime taken;
    const WallTime until = now() + 100ms;
    while (now() < until) {
      if (station_.poll(reading, taken) && reading.valid) {
        return false;
      }
      std::this_thread::yield();
    }
    return true;
  }
};

TEST_F(LostBox, a_set_point_whose_exchange_failed_is_written_again) {
  switch_on();
  box_.fails = 1;
  station_.want({});
  box_.await("off");
  EXPECT_FALSE(box_.output);
  box_.fails = 1;
  station_.want(on);
  box_.await("on", 2);
  EXPECT_TRUE(box_.output);
}

TEST_F(LostBox, a_set_point_that_failed_is_not_written_again_after_make_safe) {
  link_->gone = true;
  box_.fails = 1;
  station_.want(on);
  box_.await("begin on");
  station_.make_safe();
  link_->gone = false;
  await_safe();
  box_.await("read", 3);
  EXPECT_EQ(box_.count("on"), 0);
}

TEST_F(LostBox, a_box_that_comes_back_while_off_is_armed_anew_before_it_is_told_anything) {
  arm();
  station_.want({});
  box_.await("off");
  const int armed = box_.count("arm");
  box_.fails = 1;
  box_.await("recover");
  box_.await("off", 2);
  EXPECT_EQ(box_.count("arm"), armed + 1);
  EXPECT_EQ(box_.count("check"), 0);
}

TEST_F(LostBox, a_box_that_comes_back_while_on_is_asked_whether_it_is_still_armed_and_left_on) {
  arm();
  switch_on();
  const int armed = box_.count("arm");
  const int secured = box_.count("safe");
  box_.fails = 1;
  box_.await("check");
  poll_until([](const SupplyReading& r) { return r.valid; });
  EXPECT_EQ(box_.count("arm"), armed);
  EXPECT_EQ(box_.count("safe"), secured);
  EXPECT_TRUE(box_.output);
}

TEST_F(LostBox, a_box_that_comes_back_without_its_protections_is_not_believed_until_it_is_safe) {
  arm();
  switch_on();
  box_.disarmed = true;
  box_.fails = 1;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  box_.await("check");
  EXPECT_TRUE(stays_invalid());
  EXPECT_THAT(station_.trouble(), HasSubstr("its protections are gone"));
  station_.make_safe();
  await_safe();
  EXPECT_FALSE(box_.output);
  poll_until([](const SupplyReading& r) { return r.valid; });
}

TEST_F(LostBox, a_box_that_refuses_while_it_is_on_is_asked_for_nothing_but_to_be_safe) {
  switch_on();
  box_.failure = LinkTrouble::rejected;
  box_.fails = 1;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  const int recovered = box_.count("recover");
  const int begun = box_.count("begin read");
  EXPECT_TRUE(stays_invalid());
  EXPECT_EQ(box_.count("recover"), recovered) << "who took it keeps it";
  EXPECT_EQ(box_.count("begin read"), begun);
  station_.make_safe();
  await_safe();
  EXPECT_FALSE(box_.output);
}

TEST_F(LostBox, a_box_that_refuses_while_nothing_is_on_is_asked_again) {
  box_.failure = LinkTrouble::rejected;
  box_.fails = 1'000'000;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  box_.fails = 0;
  poll_until([](const SupplyReading& r) { return r.valid; });
}

TEST_F(LostBox, an_output_that_goes_off_by_itself_is_told_and_stays_off) {
  switch_on();
  box_.output = false;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  EXPECT_TRUE(stays_invalid());
  EXPECT_THAT(station_.trouble(), HasSubstr("off although it was switched on"));
  EXPECT_GE(box_.count("safe"), 1);
  EXPECT_EQ(box_.count("on"), 1);
}

TEST_F(LostBox, an_output_that_somebody_else_switches_on_is_switched_off) {
  station_.want({});
  box_.await("off");
  box_.output = true;
  box_.await("safe");
  EXPECT_TRUE(stays_invalid());
  EXPECT_FALSE(box_.output);
  EXPECT_THAT(station_.trouble(), HasSubstr("on although it was switched off"));
}

TEST_F(LostBox, a_reading_beyond_what_the_box_can_show_is_none) {
  box_.shows_instead = 5000.0;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  EXPECT_TRUE(stays_invalid());
  EXPECT_THAT(station_.trouble(), HasSubstr("a voltage of 5000 V, expected -4 V to 100 V"));
  box_.shows_instead = 0.0;
  poll_until([](const SupplyReading& r) { return r.valid; });
}

TEST_F(LostBox, nothing_is_switched_on_a_link_whose_other_role_is_on) {
  NotingBox other(*link_);
  TestStation second(other, pump_, 1ms);
  pump_.attach(second);
  pump_.call([&] {
    second.start();
    second.arm({}, true);
  });
  switch_on();
  const int secured = other.count("safe");
  box_.fails = 1;
  other.await("check");
  EXPECT_EQ(other.count("safe"), secured);
  pump_.detach(second);
}

TEST_F(LostBox, the_refusal_of_one_role_is_not_blamed_on_the_other) {
  NotingBox other(*link_);
  TestStation second(other, pump_, 1ms);
  pump_.attach(second);
  pump_.call([&] { second.start(); });
  box_.failure = LinkTrouble::rejected;
  box_.fails = 1'000'000;
  poll_until([](const SupplyReading& r) { return !r.valid; });
  box_.fails = 0;
  EXPECT_TRUE(second.trouble().empty()) << second.trouble();
  pump_.detach(second);
}

}  // namespace
}  // namespace rig::pump_test
