// When the reference takes a pack for off, and which silence is excused.
#include "rig/model/power_watch.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

constexpr double sleeps_after = 1000.0;  // s

Requirements with_sleep(bool sleeps) {
  Requirements requirements;
  RequirementRow row;
  row.id = "ST-05";
  row.rule = sleeps ? "idle_sleep" : "something_else";
  row.delay.emplace();
  row.delay->ends = {{sleeps_after, dimension::time}, {2 * sleeps_after, dimension::time}};
  requirements.rows = {row};
  return requirements;
}

class Power : public testing::Test {
 protected:
  void begin(bool off, bool sleeps = true) {
    watch_.emplace(with_sleep(sleeps));
    watch_->declare(table_);
    table_.seal();
    watch_->restart(off);
    current(0.0);
    online(!off);
  }
  void online(bool yes) { seen_.online.value = yes ? Truth::yes : Truth::no; }
  void current(double amps) {
    seen_.current.value = seen_.current.latest = Interval::around(amps, 0.05);
    seen_.current.good = true;
  }
  void run(double seconds) {
    for (const double end = now_ + seconds; now_ < end; now_ += 0.01) {
      watch_->update(now_, seen_);
      changes_ += watch_->changed() ? 1 : 0;
    }
    watch_->publish({.index = 0, .start = TimePoint{} + from_seconds(now_), .step = std::chrono::milliseconds(10)},
                    table_);
  }
  void press(double seconds) {
    seen_.button.value = Truth::yes;
    run(seconds);
    seen_.button.value = Truth::no;
    run(0.2);
  }
  [[nodiscard]] bool excused() const { return table_[table_.require("model.may_be_silent")].value != 0.0; }

  SignalTable table_;
  std::optional<PowerWatch> watch_;
  Measured seen_;
  double now_ = 0.0;
  int changes_ = 0;
};

TEST_F(Power, a_long_press_turns_off_and_the_first_frame_afterwards_is_a_new_beginning) {
  begin(false);
  run(10);
  EXPECT_FALSE(watch_->off());
  press(3.2);
  EXPECT_TRUE(watch_->off() && excused());
  run(7);
  online(false);
  run(60);
  EXPECT_TRUE(watch_->off() && excused());
  press(3.2);
  online(true);
  run(1);
  EXPECT_FALSE(watch_->off() || excused());
  EXPECT_EQ(changes_, 2);
}

TEST_F(Power, a_touch_is_nothing) {
  begin(false);
  run(10);
  press(1.0);
  run(5);
  EXPECT_EQ(changes_, 0);
}

TEST_F(Power, a_pack_that_ignores_the_button_is_taken_for_on_again) {
  begin(false);
  run(10);
  press(3.2);
  run(25);
  EXPECT_FALSE(watch_->off() || excused());
}

TEST_F(Power, silence_without_a_reason_is_off_and_not_excused) {
  begin(false);
  run(10);
  online(false);
  run(60);
  EXPECT_TRUE(watch_->off());
  EXPECT_FALSE(excused());
}

TEST_F(Power, a_case_may_begin_with_a_pack_that_is_off) {
  begin(true);
  run(0.1);
  EXPECT_TRUE(watch_->off()) << "before anybody has waited for it";
  run(3);
  EXPECT_TRUE(excused());
  run(10);
  EXPECT_TRUE(watch_->off() && excused());
}

// The load at its terminals keeps it from ending its pre-charge.
TEST_F(Power, a_pack_that_speaks_and_whose_terminals_are_dead_is_still_starting) {
  begin(true);
  seen_.voltage.good = true;
  seen_.voltage.latest = Interval::around(0.04, 0.01);
  seen_.discharge_demand.value = Truth::yes;
  run(5);
  online(true);
  run(100);
  EXPECT_TRUE(watch_->off());
  seen_.discharge_demand.value = Truth::no;
  run(1);
  EXPECT_FALSE(watch_->off()) << "nothing hinders it any more";
}

TEST_F(Power, an_idle_pack_may_sleep_when_a_row_says_so_and_current_begins_anew) {
  begin(false);
  run(900);
  current(5.0);
  run(10);
  current(0.0);
  run(900);
  EXPECT_FALSE(watch_->may_sleep() || excused());
  run(200);
  EXPECT_TRUE(watch_->may_sleep() && watch_->off() && excused());
  current(-5.0);
  run(1);
  EXPECT_FALSE(watch_->may_sleep() || watch_->off() || excused());
}

TEST_F(Power, without_a_row_no_pack_may_sleep) {
  begin(false, false);
  run(5000);
  EXPECT_FALSE(watch_->may_sleep() || excused());
}

TEST_F(Power, on_a_bench_that_never_hears_a_pack_none_is_off) {
  begin(false);
  seen_.online.value = Truth::unknown;
  run(60);
  EXPECT_FALSE(watch_->off() || excused());
}

TEST_F(Power, a_pack_that_nobody_listens_to_is_as_it_was) {
  begin(false);
  run(10);
  seen_.online.value = Truth::unknown;
  run(60);
  EXPECT_EQ(changes_, 0);
}

}  // namespace
}  // namespace rig
