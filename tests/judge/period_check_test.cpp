// Cyclic frames: in time, evenly, without gaps, and only those that the pack's dialect has.
#include <gtest/gtest.h>

#include <optional>

#include "rig/judge/period_check.hpp"

namespace rig {
namespace {

constexpr double sofar = 1, pylon = 2;

class Frame : public testing::Test {
 protected:
  Frame() {
    row_.id = "T-1";
    row_.kind = RowKind::period;
    row_.signal = "dut.period.command";
    row_.range = OriginInterval{{{0.8, dimension::time}, {1.2, dimension::time}}, NumberOrigin::derived, "", {}};
    for (const char* name : {"dut.period.command", "dut.jitter.command", "dut.gaps.command"}) {
      table_.declare({.name = name, .source = "test", .uncertainty = {.absolute = 0.01}});
    }
    table_.declare({.name = "dut.dialect", .source = "test", .labels = {"unknown", "sofar_amass", "pylon_v12"}});
    table_.seal();
    log_.emplace(table_);
  }
  void at_most(std::optional<OriginNumber>& field, double value, NumberOrigin origin = NumberOrigin::derived) {
    field = OriginNumber{{value, dimension::none}, origin, "", {}};
  }
  void write(const char* name, double value) {
    table_.write(table_.require(name), value, TimePoint{from_seconds(now_)});
  }
  void look() {
    if (!check_) {
      check_.emplace(row_, 0, table_);
    }
    check_->observe({.start = TimePoint{from_seconds(now_)}}, table_, 0, *log_);
  }
  // Frames each `period`, as the port would tell of them.
  void frames(int count, double period) {
    for (int i = 0; i < count; ++i) {
      now_ += period;
      write("dut.period.command", period);
      look();
    }
  }
  void silence(double seconds) {
    now_ += seconds;
    look();
  }
  std::vector<Fault> faults() const {
    std::vector<Fault> out;
    for (const Divergence& d : log_->all()) {
      out.push_back(d.fault);
    }
    return out;
  }

  RequirementRow row_;
  SignalTable table_;
  std::optional<DivergenceLog> log_;
  std::optional<PeriodCheck> check_;
  double now_ = 0.0;
};

using Faults = std::vector<Fault>;

TEST_F(Frame, that_comes_in_time_is_judged_and_well) {
  frames(5, 1.0);
  EXPECT_EQ(faults(), Faults{});
  EXPECT_TRUE(check_->judged());
  EXPECT_NEAR(check_->margin(), 0.2, 1e-9);
}

TEST_F(Frame, that_stops_or_never_begins_is_missed_after_three_periods) {
  silence(3.5);
  EXPECT_EQ(faults(), Faults{});
  silence(0.2);
  EXPECT_EQ(faults(), Faults{Fault::period});
}

TEST_F(Frame, that_nobody_could_hear_is_missed_three_periods_behind_that) {
  frames(3, 1.0);
  now_ += 7.5;
  check_->nobody_heard(TimePoint{from_seconds(now_)});
  look();
  silence(3.5);
  EXPECT_EQ(faults(), Faults{});
  silence(0.2);
  EXPECT_EQ(faults(), Faults{Fault::period}) << "it has stopped, and by now that was heard";
}

TEST_F(Frame, of_one_dialect_is_not_missed_in_another_one) {
  row_.dialect.text = "sofar_amass";
  write("dut.dialect", pylon);
  silence(20.0);
  EXPECT_EQ(faults(), Faults{});
  EXPECT_FALSE(check_->judged()) << "nothing was looked at, and that has to be said";
  write("dut.dialect", sofar);
  look();
  EXPECT_EQ(faults(), Faults{Fault::period});
}

TEST_F(Frame, of_a_pack_whose_dialect_is_not_known_is_not_judged) {
  row_.dialect.text = "sofar_amass";
  frames(3, 5.0);
  EXPECT_EQ(faults(), Faults{});
}

TEST_F(Frame, of_a_dialect_that_nobody_knows_binds_no_check) {
  row_.dialect.text = "sofar";
  EXPECT_FALSE(PeriodCheck(row_, 0, table_).bound());
}

TEST_F(Frame, that_comes_unevenly_diverges_beyond_what_the_measurement_leaves_open) {
  at_most(row_.jitter, 0.1);
  write("dut.jitter.command", 0.109);
  frames(1, 1.0);
  EXPECT_EQ(faults(), Faults{});
  write("dut.jitter.command", 0.12);
  frames(2, 1.0);
  EXPECT_EQ(faults(), Faults{Fault::jitter}) << "once, not with each frame";
}

TEST_F(Frame, that_is_left_out_diverges_by_its_count_though_no_period_is_limited) {
  row_.range->origin = NumberOrigin::engineering_default;
  at_most(row_.gaps, 2);
  ASSERT_TRUE(PeriodCheck::can_fail(row_));
  write("dut.gaps.command", 2);
  frames(3, 9.0);
  EXPECT_EQ(faults(), Faults{});
  write("dut.gaps.command", 3);
  look();
  EXPECT_EQ(faults(), Faults{Fault::gaps});
}

TEST_F(Frame, cannot_fail_by_engineering_defaults) {
  row_.range->origin = NumberOrigin::engineering_default;
  at_most(row_.gaps, 0, NumberOrigin::engineering_default);
  at_most(row_.jitter, 0, NumberOrigin::engineering_default);
  EXPECT_FALSE(PeriodCheck::can_fail(row_));
  write("dut.gaps.command", 50);
  write("dut.jitter.command", 50);
  frames(3, 9.0);
  EXPECT_EQ(faults(), Faults{});
}

}  // namespace
}  // namespace rig
