#include "drivers/can/stamp_clock.hpp"

#include <gtest/gtest.h>

namespace rig::can {
namespace {

using namespace std::chrono_literals;
using Span = StampClock::Span;

// An adapter whose clock began at some moment and runs fast or slow.
class Adapter {
 public:
  explicit Adapter(std::int64_t first_us, double fast_ppm = 0.0) : first_us_(first_us), fast_ppm_(fast_ppm) {}
  [[nodiscard]] std::uint32_t stamp(WallTime moment) const {
    const double us = std::chrono::duration<double, std::micro>(moment - begin).count() * (1 + fast_ppm_ * 1e-6);
    return static_cast<std::uint32_t>(first_us_ + static_cast<std::int64_t>(us));
  }
  static constexpr WallTime begin{std::chrono::hours(5)};

 private:
  std::int64_t first_us_;
  double fast_ppm_;
};

void ask(StampClock& clock, const Adapter& adapter, WallTime moment, Span age = 500us) {
  clock.sync(adapter.stamp(moment - age), moment - 150us, moment + 100us, 1ms);
}

void expect_covered(const StampClock::Moment& said, WallTime truth) {
  EXPECT_LE(std::chrono::abs(said.time - truth), said.uncertainty);
}

TEST(StampClock, a_frame_is_placed_within_the_stated_uncertainty_however_long_it_was_under_way) {
  const Adapter adapter(123'456'789);
  StampClock clock;
  ask(clock, adapter, Adapter::begin);
  for (int i = 1; i < 500; ++i) {
    const WallTime truth = Adapter::begin + i * 1ms;
    const Span delay = 30us + (i * 7919 % 1000) * 4us;
    const auto said = clock.at(adapter.stamp(truth), truth + delay);
    expect_covered(said, truth);
    EXPECT_LE(said.time, truth + delay) << "nothing is heard before it arrives";
  }
  EXPECT_LT(clock.uncertainty(), 1ms);
}

TEST(StampClock, its_32_bits_may_wrap) {
  const Adapter adapter(0xFFFFFFFF - 2'000'000);
  StampClock clock;
  WallTime before{};
  for (int second = 0; second < 6; ++second) {
    const WallTime now = Adapter::begin + second * 1s;
    ask(clock, adapter, now);
    const auto said = clock.at(adapter.stamp(now + 300ms), now + 300ms + 200us);
    expect_covered(said, now + 300ms);
    EXPECT_GT(said.time, before);
    before = said.time;
  }
}

TEST(StampClock, a_clock_that_runs_fast_or_slow_is_followed_for_hours) {
  for (const double ppm : {-500.0, 500.0}) {
    const Adapter adapter(7, ppm);
    StampClock clock;
    for (int i = 0; i < 20'000; ++i) {
      const WallTime now = Adapter::begin + i * 500ms;
      ask(clock, adapter, now);
      const WallTime truth = now + 123ms;
      expect_covered(clock.at(adapter.stamp(truth), truth + 400us), truth);
    }
    EXPECT_LT(clock.uncertainty(), 2ms);
  }
}

TEST(StampClock, the_uncertainty_grows_while_nothing_is_learnt) {
  const Adapter adapter(7);
  StampClock clock;
  ask(clock, adapter, Adapter::begin);
  const Span before = clock.uncertainty();
  const WallTime later = Adapter::begin + 100s;
  const auto said = clock.at(adapter.stamp(later), later + 5ms);
  expect_covered(said, later);
  EXPECT_GT(said.uncertainty, before + 20ms);
}

TEST(StampClock, without_an_answer_a_frame_is_placed_before_its_arrival) {
  const Adapter adapter(7);
  StampClock clock;
  const auto said = clock.at(adapter.stamp(Adapter::begin), Adapter::begin + 2ms);
  expect_covered(said, Adapter::begin);
}

TEST(StampClock, frames_do_not_overtake_each_other_when_more_is_learnt) {
  const Adapter adapter(7);
  StampClock clock;
  ask(clock, adapter, Adapter::begin, 0us);
  WallTime before{};
  for (int i = 0; i < 200; ++i) {
    const WallTime truth = Adapter::begin + i * 100us;
    const auto said = clock.at(adapter.stamp(truth), truth + 1500us - i * 7us);
    EXPECT_GE(said.time, before);
    before = said.time;
  }
}

TEST(StampClock, an_adapter_whose_clock_begins_anew_is_followed) {
  StampClock clock;
  const Adapter old(1'000'000'000);
  ask(clock, old, Adapter::begin);
  const Adapter anew(0);
  ask(clock, anew, Adapter::begin + 1s);
  const WallTime truth = Adapter::begin + 1100ms;
  expect_covered(clock.at(anew.stamp(truth), truth + 100us), truth);
}

}  // namespace
}  // namespace rig::can
