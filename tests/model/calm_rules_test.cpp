// A rule whose answer is the same all around an input is not asked again while it stays there, and nobody may notice
// (decision 0012).
#include <gtest/gtest.h>

#include <array>

#include "rig/core/random.hpp"
#include "rig/model/reference_flags.hpp"
#include "tests/model/charge_fixture.hpp"

namespace rig {
namespace {

TEST_F(Charge, a_rule_that_is_not_asked_answers_as_one_that_is_asked_each_time) {
  std::vector<ThresholdRule> asked = rules();
  for (ThresholdRule& rule : asked) {
    rule.restart({.equalised = true});
    rule.watch_trip(quiet(0.0));
  }
  Random random(7, "calm");
  double volts = 52.0, amps = 0.0;
  std::size_t possible = 0, certain = 0;
  for (int i = 2; i < 60'000; ++i) {
    // Mostly noise and a slow way; now and then a step, and readings that are not there.
    const double kind = random.uniform();
    volts = kind < 0.001 ? 42.0 + 18.0 * random.uniform() : volts + 0.004 * (random.uniform() - 0.45);
    amps = kind > 0.999 ? -120.0 + 240.0 * random.uniform() : amps + 0.1 * (random.uniform() - 0.5);
    RuleInputs in = quiet(i * 0.01);
    in.battery = kind > 0.4 && kind < 0.401 ? Interval{} : Interval::around(volts, 0.01);
    in.current = kind > 0.5 && kind < 0.501 ? Interval{} : Interval::around(amps, 0.05);
    in.fresh = static_cast<std::uint8_t>(fresh::battery | fresh::current);
    in.battery_since = in.current_since = in.now - 0.02;
    model_.watch(in);
    for (std::size_t r = 0; r < asked.size(); ++r) {
      asked[r].watch_trip(in);
      const Debounce& mine = asked[r].trip();
      const Debounce& models = model_.rules()[r].trip();
      ASSERT_EQ(models.possible(), mine.possible()) << asked[r].id() << " at " << in.now;
      ASSERT_EQ(models.certain(), mine.certain()) << asked[r].id() << " at " << in.now;
      ASSERT_EQ(models.must_since(), mine.must_since()) << asked[r].id() << " at " << in.now;
      possible += mine.possible() ? 1 : 0;
      certain += mine.certain() ? 1 : 0;
    }
  }
  EXPECT_GT(possible, certain);
  EXPECT_GT(certain, 1000u);
}

// An event starts the rules anew: that their input never left its zone does not mean that they know it.
TEST_F(Charge, a_rule_is_asked_again_after_an_event_however_calm_its_input_is) {
  const auto rule = std::find_if(model_.rules().begin(), model_.rules().end(),
                                 [](const ThresholdRule& r) { return r.name() == "pack_ov"; });
  ASSERT_NE(rule, model_.rules().end());
  RuleInputs in = quiet(1.0);
  const auto go_on = [&](double seconds) {
    for (const double until = now_ + seconds; now_ < until;) {
      in.now = now_ + 0.1;
      in.battery = Interval::around(57.5 + (in.battery.middle() > 57.5 ? -0.001 : 0.001), 0.01);
      in.fresh = fresh::battery;
      step(in);
    }
  };
  go_on(5.0);
  show(true);
  show_flag("dut.protection.over_voltage", true);
  go_on(10.0);
  ASSERT_EQ(model_.state(), DirectionModel::State::blocked);
  show(false);
  show_flag("dut.protection.over_voltage", false);
  go_on(1.0);
  ASSERT_EQ(model_.state(), DirectionModel::State::open) << "against the rules, and followed";
  EXPECT_TRUE(rule->trip().possible());
  EXPECT_TRUE(rule->trip().certain());
}

// Of alarms and requests too, with a pack that shows them as it likes.
TEST_F(Charge, flags_whose_rules_are_not_asked_are_those_of_rules_that_are) {
  ReferenceFlags flags(requirements_);
  DirectionModel none({}, requirements_.latency);
  SignalTable table;
  flags.declare(table, model_, none);
  table.seal();
  flags.restart({});
  std::vector<FlagRule> asked;
  for (const RequirementRow& row : requirements_.rows) {
    if (row.kind == RowKind::alarm || row.kind == RowKind::request) {
      asked.emplace_back(row, requirements_.cells, requirements_.latency.flag);
      asked.back().restart({});
    }
  }
  const std::vector<std::string> names = flags.names();
  ASSERT_EQ(names.size(), asked.size());
  Random random(3, "flags");
  std::vector<MeasuredTruth> seen(names.size());
  double volts = 52.0, amps = 0.0;
  std::size_t must = 0;
  for (int i = 0; i < 60'000; ++i) {
    const double kind = random.uniform();
    volts = kind < 0.001 ? 42.0 + 18.0 * random.uniform() : volts + 0.004 * (random.uniform() - 0.5);
    // Near the ends of what the thresholds of 55 A and 80 A may be, so that they are passed by trembling.
    constexpr std::array<double, 6> ends{53.0, 57.0, -78.0, -82.0, 30.0, -30.0};
    const double jump = ends[static_cast<std::size_t>(random.uniform() * ends.size())] + random.uniform() - 0.5;
    amps = kind > 0.998 ? jump : amps + 0.1 * (random.uniform() - 0.5);
    RuleInputs in = quiet(i * 0.01);
    in.battery = Interval::around(volts, 0.01);
    in.current = Interval::around(amps, 0.05);
    in.fresh = i == 0 ? fresh::all : i % 2 == 0 ? static_cast<std::uint8_t>(fresh::battery | fresh::current) : 0;
    if (in.fresh == 0) {
      continue;  // nothing new: the next moment is what next() says
    }
    const Tick tick{i, TimePoint{from_seconds(in.now)}, std::chrono::milliseconds(10)};
    flags.watch(in);
    flags.publish(tick, table, model_, none);
    for (std::size_t r = 0; r < asked.size(); ++r) {
      asked[r].watch(in);
      const Envelope e = asked[r].envelope();
      ASSERT_EQ(table[table.require("model." + names[r] + ".may")].value != 0.0, e.may) << names[r] << " " << in.now;
      ASSERT_EQ(table[table.require("model." + names[r] + ".must")].value != 0.0, e.must) << names[r] << " " << in.now;
      must += e.must ? 1 : 0;
    }
    if (i % 100 == 0) {  // frames: mostly what they must show, at times what they like
      for (std::size_t r = 0; r < asked.size(); ++r) {
        const bool shown = random.uniform() < 0.05 ? random.uniform() < 0.5 : asked[r].envelope().must;
        seen[r] = {shown ? Truth::yes : Truth::no, in.now};
        asked[r].adopt(seen[r], histories_);
      }
      flags.adopt(seen, histories_);
    }
  }
  EXPECT_GT(must, 1000u);
}

}  // namespace
}  // namespace rig
