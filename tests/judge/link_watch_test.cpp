// When a block of a pack in parallel needs no cause.
#include "rig/judge/link_watch.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

using std::chrono::seconds;

class Packs {
 public:
  explicit Packs(bool in_parallel = true) {
    error_ = table_.declare({.name = "dut.alarm.system_error"});
    charge_ = table_.declare({.name = "io.charge_prohibited"});
    discharge_ = table_.declare({.name = "io.discharge_prohibited"});
    table_.seal();
    watch_ = std::make_unique<LinkWatch>(table_, in_parallel ? error_ : SignalId{});
  }
  void at(int second, bool error, bool charge, bool discharge) {
    const TimePoint now{seconds(second)};
    table_.clear_changed();
    table_.write(error_, error, now);
    table_.write(charge_, charge, now);
    table_.write(discharge_, discharge, now);
    watch_->observe({second, now, seconds(1)}, table_);
  }
  [[nodiscard]] bool covers(int second) const { return watch_->covers(TimePoint{seconds(second)}); }

 private:
  SignalTable table_;
  SignalId error_, charge_, discharge_;
  std::unique_ptr<LinkWatch> watch_;
};

TEST(LinkWatch, one_direction_alone_needs_a_cause) {
  Packs packs;
  packs.at(100, false, false, true);
  EXPECT_FALSE(packs.covers(100));
}

TEST(LinkWatch, both_directions_at_once_or_an_error_of_all_may_be_the_link) {
  Packs both;
  both.at(100, false, true, true);
  EXPECT_TRUE(both.covers(100));
  Packs told;
  told.at(100, true, false, false);
  EXPECT_TRUE(told.covers(98)) << "the contact may be faster than the frame";
  EXPECT_FALSE(told.covers(90));
  told.at(120, false, false, false);
  EXPECT_TRUE(told.covers(110));
  EXPECT_FALSE(told.covers(130)) << "it is back";
}

TEST(LinkWatch, a_pack_that_stands_alone_has_no_link_to_lose) {
  Packs alone(false);
  alone.at(100, true, true, true);
  EXPECT_FALSE(alone.covers(100));
}

}  // namespace
}  // namespace rig
