#include "drivers/can/wait_set.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "drivers/can/frame_exchange.hpp"

namespace rig::can {
namespace {

using Reason = WaitSet::Reason;

class WaitSetTest : public ::testing::Test {
 protected:
  WaitSetTest() {
    EXPECT_EQ(::pipe(pipe_.data()), 0);
    waiting_.add(pipe_[0], POLLIN);
  }
  void TearDown() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  void adapter_speaks() { EXPECT_EQ(::write(pipe_[1], "x", 1), 1); }

  std::array<int, 2> pipe_{};
  FrameExchange exchange_;
  WaitSet waiting_{exchange_.wake_descriptor()};
};

TEST_F(WaitSetTest, is_woken_by_a_frame_that_is_sent_while_it_sleeps) {
  ASSERT_TRUE(exchange_.may_sleep());
  exchange_.send({.id = 0x305});
  EXPECT_EQ(waiting_.wait(20'000), Reason::woken);
}

TEST_F(WaitSetTest, is_woken_again_though_nobody_read_the_first_wake) {
  for (int i = 0; i < 3; ++i) {
    BusFrame frame;
    while (exchange_.next(frame)) {
    }
    ASSERT_TRUE(exchange_.may_sleep());
    exchange_.send({.id = 0x305});
    EXPECT_EQ(waiting_.wait(20'000), Reason::woken);
    exchange_.slept();
    EXPECT_EQ(waiting_.wait(0), Reason::time_is_over) << "one wake is told once";
  }
}

TEST_F(WaitSetTest, is_not_woken_by_frames_that_are_not_announced_yet) {
  ASSERT_TRUE(exchange_.may_sleep());
  exchange_.queue({.id = 0x305});
  EXPECT_EQ(waiting_.wait(0), Reason::time_is_over);
  exchange_.announce();
  EXPECT_EQ(waiting_.wait(20'000), Reason::woken);
}

TEST_F(WaitSetTest, is_not_woken_while_it_is_awake) {
  exchange_.send({.id = 0x305});
  EXPECT_EQ(waiting_.wait(0), Reason::time_is_over);
  EXPECT_FALSE(exchange_.may_sleep()) << "what was sent meanwhile is seen before it sleeps";
}

TEST_F(WaitSetTest, hears_the_adapter_also_when_it_is_woken_at_the_same_time) {
  adapter_speaks();
  EXPECT_EQ(waiting_.wait(20'000), Reason::ready);
  ASSERT_TRUE(exchange_.may_sleep());
  exchange_.send({.id = 0x305});
  EXPECT_EQ(waiting_.wait(20'000), Reason::ready);
  EXPECT_EQ(waiting_.wait(20'000), Reason::ready) << "until somebody has read it";
}

}  // namespace
}  // namespace rig::can
