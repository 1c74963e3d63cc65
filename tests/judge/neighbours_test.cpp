#include "rig/judge/neighbours.hpp"

#include <gtest/gtest.h>

#include "rig/signal/expression_bounds.hpp"

namespace rig {
namespace {

// pack.voltage, known to 10 mV, before and behind a gap.
class Voltages {
 public:
  Voltages() {
    voltage_ = signals_.declare({.name = "pack.voltage", .dimension = dimension::voltage, .uncertainty = {0.01, 0}});
    signals_.seal();
  }
  Interval between(const std::string& text, double before, double behind, Quality quality = Quality::good) {
    ExpressionScope scope;
    scope.signals = &signals_;
    Diagnostics diagnostics;
    const Expression e = Expression::compile({text, {}}, scope, diagnostics).value_or(Expression{});
    signals_.write(voltage_, before, TimePoint{}, quality);
    Neighbours neighbours({&e}, signals_);
    signals_.write(voltage_, behind, TimePoint{});
    return neighbours.between(e, signals_);
  }

 private:
  SignalTable signals_;
  SignalId voltage_;
};

TEST(Neighbours, leave_a_value_that_stood_still_where_it_was_give_or_take_its_uncertainty) {
  Voltages v;
  EXPECT_TRUE(surely_false(v.between("pack.voltage > 52.02 V", 52, 52)));
  EXPECT_FALSE(surely_false(v.between("pack.voltage > 52.005 V", 52, 52)));
}

TEST(Neighbours, give_a_value_that_moved_as_much_beyond_both_ends) {
  Voltages v;
  EXPECT_TRUE(surely_false(v.between("pack.voltage > 55 V", 50, 52)));
  EXPECT_FALSE(surely_false(v.between("pack.voltage > 53 V", 50, 52)));
  EXPECT_FALSE(surely_true(v.between("pack.voltage > 49 V", 50, 52)));
}

TEST(Neighbours, know_nothing_when_one_of_them_is_no_good) {
  Voltages v;
  EXPECT_FALSE(surely_false(v.between("pack.voltage > 99 V", 52, 52, Quality::stale)));
}

}  // namespace
}  // namespace rig
