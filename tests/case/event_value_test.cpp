#include "rig/case/event_value.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

constexpr TimePoint at(int milliseconds) { return TimePoint{std::chrono::milliseconds(milliseconds)}; }

void push(EventValue& history, int milliseconds, double value, double current) {
  history.push({value, 0, current, at(milliseconds), at(milliseconds), at(milliseconds)});
}

TEST(EventValue, is_nothing_before_anything_was_seen) {
  EventValue history;
  EXPECT_FALSE(history.at(at(0)).has_value());
}

TEST(EventValue, is_the_last_one_at_the_level_of_a_second_before_the_collapse) {
  EventValue history;
  for (int t = 0; t < 4000; t += 10) {
    const double current = t < 2000 ? 50 : t < 2100 ? 50 - (t - 2000) * 0.4 : t < 2200 ? 10 : 0.1;
    push(history, t, t, current);
  }
  EXPECT_EQ(history.at(at(4000))->value, 2010);  // 46 A; at 2020 ms it is 42 A, below 90 %
}

TEST(EventValue, follows_a_discharge_as_well) {
  EventValue history;
  for (int t = 0; t < 3000; t += 10) {
    push(history, t, t, t < 2000 ? -30 : 0);
  }
  EXPECT_EQ(history.at(at(3000))->value, 1990);
}

TEST(EventValue, takes_the_newest_while_the_current_still_flows) {
  EventValue history;
  for (int t = 0; t < 3000; t += 10) {
    push(history, t, t, 5);
  }
  EXPECT_EQ(history.at(at(3000))->value, 2990);
}

TEST(EventValue, a_slow_ammeter_does_not_let_the_jump_pass_for_a_value_before_it) {
  EventValue history;
  for (int t = 0; t <= 3000; t += 10) {
    // The voltage jumps at 2010 ms; the ammeter reads every 100 ms and still says 5 A until 2100 ms.
    const double voltage = t < 2010 ? 56.0 : 57.0;
    const int read = t / 100 * 100;
    history.push({voltage, 0, read <= 2000 ? 5.0 : 0.0, at(t), at(read), at(t)});
  }
  const auto entry = history.at(at(2500));
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->value, 56.0);
}

// What stands pushes nothing out: a flag that comes ten seconds later still finds the value before the collapse.
TEST(EventValue, readings_that_stand_are_kept_once) {
  EventValue history;
  push(history, 0, 56.0, 5.0);
  push(history, 1000, 56.1, 5.0);
  for (int t = 1020; t < 11'000; t += 10) {
    history.push({57.0, 0, 0.0, at(1020), at(1020), at(t)});
  }
  EXPECT_EQ(history.at(at(11'000))->value, 56.1);
}

TEST(EventValue, without_current_belongs_to_the_moment_of_the_event_itself) {
  EventValue history;
  for (int t = 0; t < 3000; t += 10) {
    push(history, t, t, 0.1);
  }
  EXPECT_EQ(history.at(at(1234))->value, 1230);
}

TEST(EventValue, forgets_what_is_older_than_five_seconds) {
  EventValue history;
  push(history, 0, 0, 5);
  for (int t = 10; t < 6000; t += 10) {
    push(history, t, t, 0);
  }
  EXPECT_EQ(history.at(at(5990))->value, 5990);
}

TEST(EventValue, covers_five_seconds_of_short_ticks_too) {
  EventValue history;
  for (int t = 0; t < 5000; ++t) {
    push(history, t, t, t < 500 ? 5 : 0);
  }
  EXPECT_NEAR(history.at(at(5000))->value, 495, 10);
}

TEST(EventValue, starts_anew_with_each_step) {
  EventValue history;
  push(history, 0, 1, 5);
  history.restart();
  EXPECT_FALSE(history.at(at(0)).has_value());
}

}  // namespace
}  // namespace rig
