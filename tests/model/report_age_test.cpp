// When a report of the pack is compared with a measurement: not before the rig has measured at its moment.
#include <gtest/gtest.h>

#include "rig/core/files.hpp"
#include "rig/model/reference_model.hpp"

namespace rig {
namespace {

class ReportAge : public testing::Test {
 protected:
  ReportAge() {
    Diagnostics diagnostics;
    requirements_ = read_requirements(std::string(SOURCE_DIR) + "/cases/gtx5000.yaml", diagnostics);
    const PackProfile p = read_profile(std::string(SOURCE_DIR) + "/cases/packs/virtual_gtx5000.yaml", diagnostics);
    requirements_ = apply_profile(requirements_, p, diagnostics);
    diagnostics.throw_if_errors();
    model_ = std::make_unique<ReferenceModel>(requirements_);
    for (const char* name : {"pack.voltage", "pack.current", "dut.current"}) {
      table_.declare({.name = name, .source = "test"});
    }
    model_->declare(table_);
    table_.seal();
    model_->bind(table_);
    model_->restart({});
    write("pack.voltage", 53.0, 0.0);
  }
  void write(const char* name, double value, double time) {
    table_.write(table_.require(name), value, TimePoint{from_seconds(time)});
  }
  void tick(double time) {
    const Tick tick{index_++, TimePoint{from_seconds(time)}, std::chrono::milliseconds(50)};
    model_->step(tick, table_);
    model_->publish(tick, table_);
    table_.clear_changed();
  }
  // Read again and again from 0 s to `end`.
  void steady(double current, double end, double period) {
    for (int i = 0; i * period < end + 0.5 * period; ++i) {
      write("pack.current", current, i * period);
      tick(i * period);
    }
  }
  [[nodiscard]] double of(const char* name) const { return table_[table_.require(name)].value; }
  // When the report came that the ends are about; before the first one not good.
  [[nodiscard]] bool judged(double came) const {
    const Sample& at = table_[table_.require("model.dut.current.at")];
    return at.good() && at.value == came;
  }

  Requirements requirements_;
  SignalTable table_;
  std::unique_ptr<ReferenceModel> model_;
  std::int64_t index_ = 0;
};

TEST_F(ReportAge, a_report_of_a_current_step_waits_for_the_reading_after_it) {
  steady(20.0, 2.9, 0.1);
  write("dut.current", 90.0, 2.96);
  tick(3.0);
  EXPECT_FALSE(judged(2.96)) << "the newest reading, of 2.9 s, says nothing about 2.96 s";
  write("pack.current", 100.0, 3.0);
  tick(3.05);
  EXPECT_TRUE(judged(2.96));
  EXPECT_LT(of("model.dut.current.lo"), 20.0);
  EXPECT_GT(of("model.dut.current.hi"), 100.0) << "anywhere between the readings before and after it";
}

TEST_F(ReportAge, with_a_reading_of_the_same_moment_it_is_compared_at_once) {
  steady(20.0, 2.95, 0.05);
  write("pack.current", 20.0, 3.0);
  write("dut.current", 29.0, 3.0);
  tick(3.0);
  EXPECT_TRUE(judged(3.0));
  EXPECT_LT(of("model.dut.current.hi"), 23.0) << "a wrong number is found as early as ever";
}

TEST_F(ReportAge, a_report_that_nothing_covers_is_never_compared) {
  write("pack.current", 20.0, 0.0);
  tick(0.0);
  write("dut.current", 90.0, 0.5);
  for (int i = 10; i < 100; ++i) {
    tick(i * 0.05);
  }
  write("pack.current", 100.0, 5.0);
  tick(5.0);
  EXPECT_FALSE(judged(0.5)) << "what was between is forgotten by now";
}

TEST_F(ReportAge, of_two_reports_between_two_readings_the_later_counts) {
  write("pack.current", 20.0, 0.0);
  tick(0.0);
  write("dut.current", 90.0, 0.5);
  tick(0.5);
  write("dut.current", 95.0, 0.7);
  tick(0.7);
  write("pack.current", 100.0, 0.6);
  tick(0.75);
  EXPECT_FALSE(judged(0.5) || judged(0.7)) << "the reading is older than the later report";
  write("pack.current", 100.0, 0.8);
  tick(0.85);
  EXPECT_TRUE(judged(0.7));
}

}  // namespace
}  // namespace rig
