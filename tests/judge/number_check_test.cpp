// A number of the pack whose ends come later than the number itself.
#include <gtest/gtest.h>

#include "rig/core/files.hpp"
#include "rig/judge/number_check.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {

class NumberCheckTest : public testing::Test {
 protected:
  NumberCheckTest() {
    Diagnostics diagnostics;
    rules_ = std::make_unique<RuleTable>(read_requirements(source_dir() + "/cases/gtx5000.yaml", diagnostics));
    diagnostics.throw_if_errors();
    for (const char* name : {"dut.current", "model.dut.current.lo", "model.dut.current.hi", "model.dut.current.at"}) {
      table_.declare({.name = name, .source = "test"});
    }
    table_.seal();
    log_ = std::make_unique<DivergenceLog>(table_);
  }
  void write(const char* name, double value, double time) {
    table_.write(table_.require(name), value, TimePoint{from_seconds(time)});
  }
  // The ends of the report that came at `came`.
  void settle(double came, double lo, double hi) {
    write("model.dut.current.lo", lo, came);
    write("model.dut.current.hi", hi, came);
    write("model.dut.current.at", came, came);
  }
  static NumberCheck check(const SignalTable& table, RowKind kind = RowKind::sensing) {
    NumberCheck made("dut.current", 0, table);
    made.add_row(0, kind);
    return made;
  }
  std::size_t divergences(NumberCheck& check) {
    check.observe(
        {index_++, TimePoint{from_seconds(0.1 * static_cast<double>(index_))}, std::chrono::milliseconds(100)}, table_,
        0, *rules_, *log_);
    return log_->all().size();
  }

  std::unique_ptr<RuleTable> rules_;
  SignalTable table_;
  std::unique_ptr<DivergenceLog> log_;
  std::int64_t index_ = 0;
};

TEST_F(NumberCheckTest, one_that_waits_is_compared_although_others_came_since) {
  NumberCheck number = check(table_);
  for (const double time : {0.1, 0.2, 0.3}) {
    write("dut.current", time == 0.1 ? 90.0 : 20.0, time);
    EXPECT_EQ(divergences(number), 0u) << "its ends are to come";
  }
  settle(0.1, 19.0, 21.0);
  ASSERT_EQ(divergences(number), 1u);
  EXPECT_EQ(log_->all().front().seen, 90.0);
}

TEST_F(NumberCheckTest, what_came_while_another_waited_is_not_compared_with_the_ends_of_that_one) {
  NumberCheck number = check(table_);
  write("dut.current", 20.0, 0.1);
  divergences(number);
  write("dut.current", 50.0, 0.2);
  settle(0.1, 19.0, 21.0);
  EXPECT_EQ(divergences(number), 0u);
  EXPECT_TRUE(number.judged());
  settle(0.2, 19.0, 21.0);
  EXPECT_EQ(divergences(number), 0u) << "nobody waits for these";
  write("dut.current", 50.0, 0.3);
  settle(0.3, 19.0, 21.0);
  EXPECT_EQ(divergences(number), 1u);
}

// Who asks whether a limit turned in a gap asks for the tick at which it came, not for the one at which it was
// compared.
TEST_F(NumberCheckTest, a_limit_turned_when_it_came_also_when_it_waited) {
  NumberCheck number = check(table_, RowKind::zero_limit);
  write("dut.current", 50.0, 0.1);
  settle(0.1, 0.0, 50.0);
  divergences(number);  // at 0.1 s
  write("dut.current", 0.0, 0.2);
  divergences(number);  // at 0.2 s
  settle(0.2, 0.0, 0.0);
  EXPECT_EQ(divergences(number), 0u);  // at 0.3 s
  EXPECT_TRUE(number.turned_at(TimePoint{from_seconds(0.2)}));
  EXPECT_FALSE(number.turned_at(TimePoint{from_seconds(0.3)}));
}

TEST_F(NumberCheckTest, a_check_that_begins_while_another_one_waits_finds_its_way) {
  write("dut.current", 20.0, 0.2);  // the reference still waits for what came at 0.1 s
  NumberCheck number = check(table_);
  EXPECT_EQ(divergences(number), 0u);
  settle(0.1, 50.0, 60.0);
  EXPECT_EQ(divergences(number), 0u) << "the ends are about another one";
  write("dut.current", 30.0, 0.3);
  settle(0.3, 19.0, 21.0);
  EXPECT_EQ(divergences(number), 1u);
}

}  // namespace
}  // namespace rig
