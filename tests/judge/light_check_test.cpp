// The panel that is seen against the patterns that are allowed.
#include "rig/judge/light_check.hpp"

#include <gtest/gtest.h>

namespace rig {
namespace {

using enum PanelPattern;

OriginNumber manual(double value, Dimension d) {
  OriginNumber number;
  number.quantity = {value, d};
  number.origin = NumberOrigin::manual;
  return number;
}

Requirements requirements(NumberOrigin tolerance = NumberOrigin::derived) {
  Requirements result;
  const auto add = [&](const char* id, std::optional<PanelPattern> panel) {
    RequirementRow row;
    row.id = id;
    row.kind = RowKind::lights;
    row.panel = panel;
    result.rows.push_back(row);
  };
  add("standby", standby);
  add("discharging", discharging);
  add("red", red);
  add("sweep_up", sweep_up);
  add("sweep_down", sweep_down);
  add("level", std::nullopt);
  RequirementRow& row = result.rows[1];
  row.on = manual(0.5, dimension::time);
  row.off = manual(1.5, dimension::time);
  row.tolerance = manual(0.2, dimension::none);
  row.tolerance->origin = tolerance;
  return result;
}

class Judging {
 public:
  explicit Judging(const Requirements& rows = requirements()) : judged_by(rows) {
    for (const char* name : {"lights.panel", "lights.run", "lights.top", "lights.color", "lights.level",
                             "lights.run_on", "lights.run_on.u", "lights.run_off", "lights.run_off.u",
                             "model.lights.panel.may", "model.lights.level.lo", "model.lights.level.hi"}) {
      table.declare({.name = name});
    }
    table.seal();
    log.emplace(table);
    check.emplace(judged_by, table, true);
    level(3.0, 3.0, 3.0);
  }
  void set(const char* name, double value) { table.write(table.require(name), value, TimePoint{from_seconds(now)}); }
  void level(double seen, double lo, double hi) {
    set("lights.level", seen);
    set("model.lights.level.lo", lo);
    set("model.lights.level.hi", hi);
  }
  void show(PanelPattern seen, std::uint32_t may, double seconds) {
    set("lights.panel", static_cast<double>(seen));
    set("model.lights.panel.may", may);
    for (const double end = now + seconds; now < end; now += 0.1) {
      check->observe({.start = TimePoint{from_seconds(now)}, .step = from_seconds(0.1)}, table, *log);
    }
  }
  void flash(double on, double off, double u) {
    set("lights.run_on", on);
    set("lights.run_off", off);
    set("lights.run_on.u", u);
    set("lights.run_off.u", u);
  }
  [[nodiscard]] std::string found() const { return log->empty() ? "" : judged_by.rows[log->all().front().row].id; }

  Requirements judged_by;
  SignalTable table;
  std::optional<DivergenceLog> log;
  std::optional<LightCheck> check;
  double now = 0.0;
};

TEST(LightCheck, an_allowed_pattern_passes_and_counts_as_tested_when_there_was_no_choice) {
  Judging judge;
  judge.show(standby, panel_bit(standby) | panel_bit(discharging), 30.0);
  EXPECT_FALSE(judge.check->judged(0));
  judge.show(standby, panel_bit(standby), 1.0);
  EXPECT_TRUE(judge.check->judged(0));
  EXPECT_FALSE(judge.check->judged(1));
  EXPECT_EQ(judge.found(), "");
}

TEST(LightCheck, a_pattern_that_is_not_allowed_belongs_to_the_row_of_what_had_to_show) {
  Judging judge;
  judge.show(standby, panel_bit(discharging), 2.0);
  EXPECT_EQ(judge.found(), "") << "its flag or frame may be on the way";
  judge.show(standby, panel_bit(discharging), 2.0);
  EXPECT_EQ(judge.found(), "discharging");
  Judging other;
  other.show(PanelPattern::other, panel_bit(red), 4.0);
  EXPECT_EQ(other.found(), "red");
}

TEST(LightCheck, unknown_neither_clears_nor_accuses) {
  Judging judge;
  for (int i = 0; i < 2; ++i) {
    judge.show(standby, panel_bit(discharging), 1.8);
    judge.show(unknown, panel_bit(discharging), 30.0);
  }
  EXPECT_EQ(judge.found(), "discharging");
  Judging silent;
  silent.show(unknown, panel_bit(discharging), 300.0);
  EXPECT_EQ(silent.found(), "");
  EXPECT_FALSE(silent.check->judged()) << "what was not seen was not judged";
}

TEST(LightCheck, a_sweep_the_wrong_way_is_found_while_it_lasts) {
  Judging judge;
  judge.show(sweep_down, panel_bit(sweep_up) | panel_bit(dark), 0.6);
  EXPECT_EQ(judge.found(), "sweep_up");
}

TEST(LightCheck, where_everything_is_allowed_nothing_is_judged) {
  Judging judge;
  judge.show(PanelPattern::other, any_panel, 60.0);
  judge.show(sweep_up, any_panel, 5.0);
  EXPECT_EQ(judge.found(), "");
  EXPECT_FALSE(judge.check->judged());
}

TEST(LightCheck, a_level_is_compared_while_one_is_shown) {
  Judging judge;
  judge.level(3.0, 3.0, 3.0);
  judge.show(discharging, panel_bit(discharging), 5.0);
  EXPECT_TRUE(judge.check->judged(5));
  judge.level(2.0, 3.0, 3.0);
  judge.show(unknown, panel_bit(discharging), 5.0);
  EXPECT_EQ(judge.found(), "");
  judge.show(discharging, panel_bit(discharging), 5.0);
  EXPECT_EQ(judge.found(), "level");
}

TEST(LightCheck, a_time_fails_only_beyond_tolerance_and_uncertainty) {
  const auto found = [](double on, double off, double u) {
    Judging judge;
    judge.flash(on, off, u);
    judge.show(discharging, panel_bit(discharging), 1.0);
    return judge.found();
  };
  EXPECT_EQ(found(0.5, 1.5, 0.05), "");
  EXPECT_EQ(found(0.64, 1.5, 0.05), "") << "0.6 s and what the samples leave open";
  EXPECT_EQ(found(0.66, 1.5, 0.05), "discharging");
  EXPECT_EQ(found(0.34, 1.5, 0.05), "discharging");
  EXPECT_EQ(found(0.5, 1.9, 0.05), "discharging");
  EXPECT_EQ(found(0.66, 1.5, 0.1), "");
}

TEST(LightCheck, the_margin_is_the_nearest_that_a_time_came_to_its_ends) {
  Judging judge;
  judge.flash(0.55, 1.5, 0.05);
  judge.show(discharging, panel_bit(discharging), 1.0);
  EXPECT_NEAR(judge.check->margin(1), 0.1, 1e-9);
  EXPECT_EQ(judge.check->margin(0), infinity);
}

TEST(LightCheck, a_tolerance_that_is_only_a_default_judges_no_time) {
  Judging judge(requirements(NumberOrigin::engineering_default));
  judge.flash(0.66, 2.5, 0.05);
  judge.show(discharging, panel_bit(discharging), 1.0);
  EXPECT_EQ(judge.found(), "");
}

}  // namespace
}  // namespace rig
