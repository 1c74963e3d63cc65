// The thread of a link against a scripted box: what goes over the link, in which order, and what the loop sees of it.
#include "rig/instrument/pump.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/instrument/pump_fixture.hpp"

namespace rig::pump_test {
namespace {

TEST_F(PumpTest, nothing_goes_over_the_link_before_readings_begin_or_something_is_wanted) {
  pump_.call([] {});
  EXPECT_EQ(box_.count("begin read"), 0);
}

TEST_F(PumpTest, readings_come_again_and_again) {
  pump_.call([&] { station_.start(); });
  const SupplyReading first = poll_until([](const SupplyReading&) { return true; });
  const SupplyReading later = poll_until([&](const SupplyReading& r) { return r.voltage > first.voltage; });
  EXPECT_TRUE(later.valid);
}

TEST_F(PumpTest, a_reading_lies_between_its_question_and_its_answer) {
  const WallTime before = now();
  pump_.call([&] { station_.start(); });
  SupplyReading reading;
  WallTime taken;
  while (!station_.poll(reading, taken)) {
    std::this_thread::yield();
  }
  EXPECT_GE(taken, before);
  EXPECT_LE(taken, now());
}

TEST_F(PumpTest, an_error_in_a_call_comes_back_to_the_caller) {
  EXPECT_THROW(pump_.call([] { throw LinkError(LinkTrouble::refused, "no"); }), LinkError);
  pump_.call([] {});  // and the thread lives
}

TEST_F(PumpTest, what_was_wanted_before_make_safe_is_not_written_after_it) {
  link_->hangs = true;
  pump_.call([&] { station_.start(); });
  box_.await("begin read");  // busy: what is wanted now has to wait
  station_.want(on);
  station_.make_safe();
  box_.await("begin safe");
  link_->hangs = false;
  await_safe();
  box_.await("read", 2);  // by now it had every occasion
  EXPECT_EQ(box_.count("on"), 0);
  EXPECT_TRUE(station_.is_safe());
}

TEST_F(PumpTest, make_safe_cuts_an_exchange_that_hangs_and_clears_the_link_first) {
  link_->hangs = true;
  pump_.call([&] { station_.start(); });
  box_.await("begin read");
  station_.make_safe();
  box_.await("begin safe");
  EXPECT_GE(link_->cleared, 1);
  link_->hangs = false;
  await_safe();
  EXPECT_TRUE(station_.trouble().empty()) << "our own cut is no trouble of the box: " << station_.trouble();
}

TEST_F(PumpTest, is_not_safe_until_the_box_has_confirmed_and_tries_again_until_it_does) {
  pump_.call([&] { station_.start(); });
  station_.want(on);
  box_.await("on");
  EXPECT_FALSE(station_.is_safe());
  box_.fails = 2;
  station_.make_safe();
  await_safe();
  EXPECT_GE(box_.count("safe"), 1);
  EXPECT_EQ(box_.fails, 0);
}

TEST_F(PumpTest, what_could_not_be_confirmed_is_said_once_more_without_listening) {
  pump_.call([&] { station_.start(); });
  station_.want(on);
  box_.await("on");
  box_.fails = 1;
  station_.make_safe();
  box_.await("shout");
  await_safe();
  EXPECT_EQ(box_.count("shout"), 1) << "the second try confirmed it";
}

TEST_F(PumpTest, a_box_that_never_confirms_does_not_keep_callers_waiting) {
  box_.fails = 1'000'000;
  station_.make_safe();
  box_.await("begin safe", 2);
  bool called = false;
  pump_.call([&] { called = true; });
  EXPECT_TRUE(called);
  EXPECT_FALSE(station_.is_safe());
  box_.fails = 0;
  await_safe();
}

TEST_F(PumpTest, make_safe_first_and_twice_is_safe) {
  station_.make_safe();
  station_.make_safe();
  pump_.call([] {});
  await_safe();
  station_.make_safe();
  await_safe();
  EXPECT_GE(box_.count("safe"), 2);
}

TEST_F(PumpTest, off_written_after_make_safe_leaves_it_safe) {
  station_.make_safe();
  pump_.call([] {});
  await_safe();
  station_.want({});
  box_.await("off");
  EXPECT_TRUE(station_.is_safe());
}

TEST_F(PumpTest, a_failed_exchange_makes_the_reading_invalid_and_the_next_one_good_again) {
  pump_.call([&] { station_.start(); });
  poll_until([](const SupplyReading& r) { return r.valid; });
  box_.fails = 1'000'000;  // one alone might be mended before the loop looks
  poll_until([](const SupplyReading& r) { return !r.valid; });
  box_.fails = 0;
  EXPECT_NE(station_.trouble().find("an answer that is none"), std::string::npos);
  poll_until([](const SupplyReading& r) { return r.valid; });
  EXPECT_GE(link_->cleared, 1);
  EXPECT_GE(box_.count("recover"), 1);
}

TEST_F(PumpTest, a_loop_that_does_not_come_by_leaves_the_box_off_and_alone) {
  pump_.call([&] { station_.start(); });
  poll_until([](const SupplyReading&) { return true; });  // the lease begins
  station_.want(on);
  box_.await("on");
  box_.await("safe");  // nobody polls any more
  await_safe();
  EXPECT_NE(station_.trouble().find("did not come by"), std::string::npos);
  const int readings = box_.count("begin read");
  pump_.call([] {});
  EXPECT_EQ(box_.count("begin read"), readings) << "a watchdog is fed by whoever talks";
}

TEST_F(PumpTest, a_link_that_make_safe_cleared_is_not_read_before_the_box_was_identified_again) {
  pump_.call([&] { station_.start(); });
  poll_until([](const SupplyReading& r) { return r.valid; });
  link_->hangs = true;
  const int begun = box_.count("begin read");
  box_.await("begin read", begun + 1);
  station_.make_safe();  // cuts the reading and clears the link by itself
  box_.await("begin safe");
  EXPECT_EQ(box_.count("recover"), 0);
  link_->hangs = false;
  await_safe();
  box_.await("begin read", begun + 2);
  EXPECT_GE(box_.count("recover"), 1) << "another box may answer by now";
}

TEST_F(PumpTest, a_link_that_is_gone_is_asked_twice_a_second_and_no_oftener) {
  pump_.call([&] { station_.start(); });
  poll_until([](const SupplyReading&) { return true; });
  link_->gone = true;
  box_.fails = 1;
  std::vector<WallTime> tries;
  while (tries.size() < 4) {
    SupplyReading reading;
    WallTime taken;
    static_cast<void>(station_.poll(reading, taken));  // else the lease ends
    std::this_thread::yield();
    const std::lock_guard lock(link_->mutex);
    tries = link_->tries;
  }
  for (std::size_t i = 2; i < tries.size(); ++i) {  // the first slip is mended at once
    EXPECT_GE(tries[i] - tries[i - 1], 490ms);
  }
  link_->gone = false;
  poll_until([](const SupplyReading& r) { return r.valid; });
}

TEST_F(PumpTest, a_lease_that_ends_on_a_broken_link_switches_off_when_it_is_back_and_leaves_the_box_alone) {
  pump_.call([&] { station_.start(); });
  poll_until([](const SupplyReading&) { return true; });
  station_.want(on);
  box_.await("on");
  link_->gone = true;
  box_.fails = 1;  // and nobody polls any more
  const auto tries = [&] {
    const std::lock_guard lock(link_->mutex);
    return link_->tries.size();
  };
  while (tries() < 5) {  // half a second each: the lease is over
    std::this_thread::yield();
  }
  EXPECT_FALSE(station_.is_safe());
  link_->gone = false;
  await_safe();
  EXPECT_GE(box_.count("safe"), 1);
  EXPECT_NE(station_.trouble().find("did not come by"), std::string::npos);
  const int readings = box_.count("begin read");
  pump_.call([] {});
  EXPECT_EQ(box_.count("begin read"), readings);
}

TEST_F(PumpTest, two_stations_of_a_link_take_turns) {
  NotingBox other(*link_);
  TestStation second(other, pump_, 1ms);
  pump_.attach(second);
  pump_.call([&] {
    station_.start();
    second.start();
  });
  box_.await("read", 3);
  other.await("read", 3);
  pump_.detach(second);
}

// One box in two roles: the one that holds it lets go before the other takes it, whatever the order of the stations.
TEST_F(PumpTest, a_station_that_switches_off_goes_before_one_that_switches_on) {
  std::mutex mutex;
  std::vector<std::string> order;
  NotingBox other(*link_);
  TestStation second(other, pump_, 1ms);
  pump_.attach(second);
  box_.tell = other.tell = [&](const std::string& what) {
    const std::lock_guard lock(mutex);
    if (what == "on" || what == "off") {
      order.push_back(what);
    }
  };
  std::promise<void> busy;  // both are wanted while the link's thread is at something else
  std::promise<void> gate;
  std::thread caller([&] {
    pump_.call([&] {
      busy.set_value();
      gate.get_future().wait();
    });
  });
  busy.get_future().wait();
  station_.want(on);
  second.want({.output = false});
  gate.set_value();
  caller.join();
  box_.await("on");
  other.await("off");
  EXPECT_EQ(order, (std::vector<std::string>{"off", "on"}));
  pump_.detach(second);
}

}  // namespace
}  // namespace rig::pump_test
