#include "rig/judge/limit_monitor.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace rig {
namespace {

using S = MonitorState;
using Kind = LimitSpec::Kind;

constexpr TimePoint tenths(std::int64_t n) { return TimePoint{std::chrono::milliseconds(100) * n}; }

// Watches x.a and, for whenever, x.b; ticks of 100 ms.
class Watching {
 public:
  explicit Watching(Kind kind, Duration within = {}) {
    for (const char* name : {"x.a", "x.b"}) {
      SignalSpec spec;
      spec.name = name;
      spec.dimension = dimension::boolean;
      signals_.declare(spec);
    }
    signals_.seal();
    LimitSpec spec{"always.0", kind, expression("x.a"), {}, within};
    if (kind == Kind::whenever) {
      spec.then = expression("x.b");
    }
    monitor_ = std::make_unique<LimitMonitor>(std::move(spec), signals_);
  }

  // '+' true, '-' false, '~' stale, '.' never seen, '!' missed; one sign for each tick.
  S see(const std::string& a, const std::string& b = {}) {
    S state = S::idle;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] == '!') {
        ++tick_;
        ++missed_;
        continue;
      }
      write("x.a", a[i]);
      write("x.b", b.empty() ? '-' : b[i]);
      const std::int64_t missed = std::exchange(missed_, 0);
      state =
          monitor_->observe({tick_, tenths(tick_), (1 + missed) * std::chrono::milliseconds(100), missed}, signals_);
      signals_.clear_changed();  // as the engine does behind each tick
      ++tick_;
    }
    return state;
  }
  LimitMonitor& monitor() { return *monitor_; }

 private:
  Expression expression(const std::string& text) {
    ExpressionScope scope;
    scope.signals = &signals_;
    Diagnostics diagnostics;
    return Expression::compile({text, {}}, scope, diagnostics).value_or(Expression{});
  }
  void write(const std::string& name, char sign) {
    const Quality quality = sign == '~' ? Quality::stale : sign == '.' ? Quality::never : Quality::good;
    const SignalId id = signals_.require(name);
    if (signals_[id].quality == quality && signals_[id].value == (sign == '+' ? 1 : 0)) {
      return;  // nothing new: on a bench nothing is written either
    }
    signals_.write(id, sign == '+' ? 1 : 0, tenths(tick_), quality);
  }

  SignalTable signals_;
  std::unique_ptr<LimitMonitor> monitor_;
  std::int64_t tick_ = 0;
  std::int64_t missed_ = 0;
};

constexpr Duration second = std::chrono::seconds(1);

TEST(LimitMonitor, never_is_violated_by_one_tick_and_for_good) {
  Watching w(Kind::never);
  EXPECT_EQ(w.see("---"), S::passed);
  EXPECT_TRUE(w.monitor().decided());
  EXPECT_EQ(w.see("+"), S::failed);
  EXPECT_EQ(w.see("-"), S::failed);
  const auto findings = w.monitor().findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::never);
  EXPECT_EQ(findings[0].verdict, Verdict::fail);
  EXPECT_EQ(findings[0].time, tenths(3));
  EXPECT_EQ(findings[0].seen, "x.a true");
  EXPECT_EQ(findings[0].sentence, "never x.a: violated at 0.3 s with x.a true");
}

TEST(LimitMonitor, always_is_violated_by_the_opposite) {
  Watching w(Kind::always);
  EXPECT_EQ(w.see("+++"), S::passed);
  EXPECT_EQ(w.see("-"), S::failed);
  EXPECT_EQ(w.monitor().findings().at(0).rule, "always x.a");
}

TEST(LimitMonitor, judges_nothing_before_the_first_data) {
  Watching w(Kind::always);
  EXPECT_EQ(w.see("................"), S::idle);
  EXPECT_FALSE(w.monitor().decided());
  EXPECT_TRUE(w.monitor().findings().empty());
}

TEST(LimitMonitor, bridges_a_gap_of_a_second_and_calls_a_longer_one_invalid) {
  Watching w(Kind::always);
  EXPECT_EQ(w.see("+~~~~~~~~~~~"), S::undecided);
  EXPECT_EQ(w.see("+~~~~+~~~~~"), S::undecided);
  EXPECT_TRUE(w.monitor().findings().empty());
  w.see("+~~~~~~~~~~~~+");
  const auto findings = w.monitor().findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::stale);
  EXPECT_EQ(findings[0].verdict, Verdict::invalid);
}

TEST(LimitMonitor, whenever_that_never_came_was_not_tested) {
  Watching w(Kind::whenever, second);
  EXPECT_EQ(w.see("-----", "-+-+-"), S::idle);
  EXPECT_FALSE(w.monitor().decided());
}

TEST(LimitMonitor, whenever_wants_the_answer_in_time) {
  Watching in_time(Kind::whenever, second);
  EXPECT_EQ(in_time.see("+---------", "----------"), S::pending);
  EXPECT_EQ(in_time.see("-", "+"), S::passed);
  EXPECT_TRUE(in_time.monitor().decided());
  Watching late(Kind::whenever, second);
  EXPECT_EQ(late.see("-+----------", "------------"), S::failed);
  EXPECT_EQ(late.monitor().findings().at(0).since, tenths(1));
  EXPECT_EQ(late.monitor().findings().at(0).time, tenths(11));
  EXPECT_EQ(late.monitor().findings().at(0).rule, "whenever x.a then x.b within 1 s");
}

TEST(LimitMonitor, whenever_without_a_time_wants_the_answer_at_once) {
  Watching w(Kind::whenever);
  EXPECT_EQ(w.see("+-+", "+-+"), S::passed);
  EXPECT_EQ(w.see("+", "-"), S::failed);
}

TEST(LimitMonitor, whenever_asks_again_after_each_answer) {
  Watching w(Kind::whenever, second);
  w.see("+-----", "---+--");
  EXPECT_EQ(w.see("+---------", "----------"), S::pending);
  EXPECT_EQ(w.see("-", "-"), S::failed);
}

TEST(LimitMonitor, whenever_does_not_blame_an_answer_that_nobody_could_see) {
  Watching w(Kind::whenever, second);
  EXPECT_EQ(w.see("+----------------", "--~~~~~~~~~~~~~~+"), S::idle);
  const auto findings = w.monitor().findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::stale);
}

// The readings on both sides are clear of it. How near they may stand tells Neighbours.
TEST(LimitMonitor, bridges_missed_ticks_for_a_second) {
  Watching w(Kind::never);
  EXPECT_EQ(w.see("--!!!!!!!!!-"), S::passed);
  EXPECT_TRUE(w.monitor().findings().empty());
  w.see("!!!!!!!!!!-");
  const auto findings = w.monitor().findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::stale);
  EXPECT_EQ(findings[0].verdict, Verdict::invalid);
  EXPECT_EQ(findings[0].sentence,
            "never x.a: could not be judged; 10 ticks were missed: nothing was seen between 1.1 s and 2.2 s");
  EXPECT_EQ(w.see("+"), S::failed);
  EXPECT_EQ(w.monitor().findings().front().verdict, Verdict::fail);
}

TEST(LimitMonitor, is_not_armed_by_missed_ticks_before_its_data) {
  Watching w(Kind::never);
  EXPECT_EQ(w.see("..!!!!!!!!!!!!!--"), S::passed);
  EXPECT_TRUE(w.monitor().findings().empty());
}

TEST(LimitMonitor, whenever_counts_from_both_ends_of_missed_ticks) {
  Watching surely_in_time(Kind::whenever, second);
  EXPECT_EQ(surely_in_time.see("-!!+------", "---------+"), S::passed);
  EXPECT_TRUE(surely_in_time.monitor().findings().empty());
  Watching perhaps_late(Kind::whenever, second);
  perhaps_late.see("-!!+---------", "------------+");
  ASSERT_EQ(perhaps_late.monitor().findings().size(), 1u);
  EXPECT_EQ(perhaps_late.monitor().findings()[0].kind, FindingKind::stale);
  Watching perhaps_in_time(Kind::whenever, second);
  perhaps_in_time.see("-+-----------!!!-", "----------------+");
  EXPECT_EQ(perhaps_in_time.monitor().findings().at(0).kind, FindingKind::never) << "ten ticks had passed before";
  Watching in_the_gap(Kind::whenever, second);
  in_the_gap.see("-+--------!!!-", "-------------+");
  ASSERT_EQ(in_the_gap.monitor().findings().size(), 1u);
  EXPECT_EQ(in_the_gap.monitor().findings()[0].kind, FindingKind::stale);
  Watching never_came(Kind::whenever, second);
  EXPECT_EQ(never_came.see("-+-!!-------", "------------"), S::failed);
  EXPECT_EQ(never_came.monitor().findings().at(0).kind, FindingKind::never);
}

}  // namespace
}  // namespace rig
