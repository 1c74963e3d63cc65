#include "rig/judge/beyond_watch.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "rig/core/files.hpp"
#include "rig/core/random.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

// Each rule looked at in each tick, without any thought for speed.
class PlainWatch {
 public:
  explicit PlainWatch(const Requirements& requirements)
      : requirements_(requirements),
        beyond_(requirements.rows.size()),
        since_(requirements.rows.size()),
        concerned_(requirements.rows.size()) {
    for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
      const RequirementRow& row = requirements.rows[r];
      concerned_[r] = row.kind == RowKind::protection && row.threshold &&
                      (is_current_input(row.input) || dimension_of(row.input) == dimension::voltage);
    }
  }
  void look(TimePoint now, double battery, double current) {
    for (std::size_t r = 0; r < beyond_.size(); ++r) {
      const RequirementRow& row = requirements_.rows[r];
      if (!concerned_[r]) {
        continue;
      }
      const double value = row.input == RuleInput::charge_current      ? current
                           : row.input == RuleInput::discharge_current ? -current
                           : is_cell_input(row.input)                  ? 1.0 / requirements_.cells * battery
                                                                       : battery;
      const bool now_beyond = row.side == Side::above ? value > row.threshold->value() : value < row.threshold->value();
      since_[r] = now_beyond != beyond_[r] ? now : since_[r];
      beyond_[r] = now_beyond;
    }
  }
  [[nodiscard]] bool concerns(std::size_t row) const { return concerned_[row]; }
  [[nodiscard]] std::optional<TimePoint> since(std::size_t row) const {
    return beyond_[row] ? std::optional(since_[row]) : std::nullopt;
  }

 private:
  const Requirements& requirements_;
  std::vector<bool> beyond_;
  std::vector<TimePoint> since_;
  std::vector<bool> concerned_;
};

Requirements shipped_requirements() {
  Diagnostics diagnostics;
  Requirements requirements = read_requirements(source_dir() + "/cases/gtx5000.yaml", diagnostics);
  diagnostics.throw_if_errors();
  return requirements;
}
}  // namespace

// Values that jump over thresholds, come to rest exactly on them, and are no numbers at times.
TEST(BeyondWatch, tells_the_same_as_looking_at_each_rule_in_each_tick) {
  const Requirements requirements = shipped_requirements();
  SignalTable table;
  const SignalId lo = table.declare({.name = "pack.battery_voltage.lo"});
  const SignalId hi = table.declare({.name = "pack.battery_voltage.hi"});
  const SignalId current = table.declare({.name = "pack.current"});
  table.seal();
  std::vector<double> marks = {std::numeric_limits<double>::quiet_NaN(), 0.0, 53.0};
  for (const RequirementRow& row : requirements.rows) {
    if (row.threshold) {
      marks.insert(marks.end(), {row.threshold->value(), -row.threshold->value(), 16.0 * row.threshold->value()});
    }
  }
  BeyondWatch watch(requirements, table);
  PlainWatch plain(requirements);
  Random random(7);
  std::size_t beyond = 0;
  const auto value = [&] {
    const double mark = marks[static_cast<std::size_t>(random.uniform() * static_cast<double>(marks.size()))];
    return random.uniform() < 0.3 ? mark : mark + 0.01 * random.normal();
  };
  for (std::int64_t i = 0; i < 20'000; ++i) {
    const Tick tick{i, TimePoint{i * std::chrono::milliseconds(10)}, std::chrono::milliseconds(10)};
    const double voltage = value(), amps = value();
    table.write(lo, voltage, tick.start);
    table.write(hi, voltage, tick.start);
    table.write(current, amps, tick.start);
    watch.observe(tick, table);
    plain.look(tick.start, voltage, amps);
    table.clear_changed();
    for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
      if (plain.concerns(r)) {
        ASSERT_EQ(watch.since(r), plain.since(r)) << requirements.rows[r].id << " at tick " << i;
        beyond += plain.since(r).has_value() ? 1 : 0;
      }
    }
  }
  EXPECT_GT(beyond, 1000u) << "rules were beyond, or nothing was compared";
}

// The fast stage of over-current acts after 0.2 s at the earliest, at 180 A and more.
TEST(BeyondWatch, tells_which_rule_may_have_acted_in_a_gap) {
  const Requirements requirements = profiled_requirements();
  SignalTable table;
  const SignalId current = table.declare({.name = "pack.current"});
  const SignalId soc = table.declare({.name = "dut.soc"});
  table.seal();
  table.write(soc, 0.08, TimePoint{});  // a forced charge is near, but comes with a frame
  const auto acted = [&](double before, double behind, std::chrono::milliseconds length) -> std::string {
    BeyondWatch watch(requirements, table);
    table.write(current, before, TimePoint{});
    watch.observe({}, table);
    table.write(current, behind, TimePoint{length});
    const std::size_t row = watch.may_have_acted({TimePoint{}, TimePoint{length}, 1}, table);
    return row == no_row ? "" : requirements.rows[row].rule;
  };
  using std::chrono::milliseconds;
  EXPECT_EQ(acted(0, 0, milliseconds(900)), "");
  EXPECT_EQ(acted(100, 100, milliseconds(900)), "");
  EXPECT_EQ(acted(230, 230, milliseconds(100)), "");
  EXPECT_EQ(acted(230, 230, milliseconds(300)), "charge_oc2");
  EXPECT_EQ(acted(-230, -100, milliseconds(300)), "discharge_oc2");
  EXPECT_EQ(acted(110, 20, milliseconds(300)), "charge_oc2") << "it moved by 90 A, so it may have been at 200 A";
}

}  // namespace rig
