// Every protection and alarm against a toy pack: one that conforms passes at the edges of tolerance and delay, one that
// is beyond fails under its own row.
#include <gmock/gmock.h>

#include "tests/engine/toy_rules.hpp"

namespace rig::test {
namespace {

using testing::HasSubstr;

void expect_silent(const ToyRig& rig) { EXPECT_TRUE(rig.findings().empty()) << told(rig); }

// ------------------------------------------------------------------------------------------------------ over-current

void over_current(ToyRig& rig, double amps, double seconds = 100) {
  rig.run(5, 0);
  rig.run(seconds, amps);
  rig.run(3, 0);
}

TEST(OverCurrent, a_pack_at_both_edges_of_threshold_and_delay_passes_and_is_tested) {
  for (const double direction : {1.0, -1.0}) {
    for (const double threshold : {98.1, 101.9}) {
      for (const double delay : {7.7, 12.5}) {
        ToyRig rig;
        auto& rule = rig.rule(direction > 0 ? "charge_oc" : "discharge_oc");
        rule.threshold = threshold;
        rule.delay = delay;
        over_current(rig, 104 * direction, 90);
        expect_silent(rig);
        EXPECT_TRUE(rig.result(direction > 0 ? "GTX-OC-02" : "GTX-OC-01").tested);
      }
    }
  }
}

TEST(OverCurrent, a_threshold_beyond_its_tolerance_or_a_delay_that_is_too_long_went_on) {
  ToyRig high;
  high.rule("discharge_oc").threshold = 104;
  over_current(high, -102.5, 60);
  EXPECT_EQ(high.first(), "GTX-OC-01") << told(high);
  EXPECT_THAT(high.sentence(), HasSubstr("discharge current at 102.5 A"));
  EXPECT_THAT(high.sentence(), HasSubstr("9.1-2c"));
  ToyRig late;
  late.rule("charge_oc").delay = 14;
  over_current(late, 110, 60);
  EXPECT_EQ(late.first(), "GTX-OC-02") << told(late);
}

TEST(OverCurrent, a_pack_that_acts_below_its_threshold_or_at_once_has_no_cause) {
  ToyRig low;
  low.rule("discharge_oc").threshold = 96;
  over_current(low, -97, 60);
  EXPECT_EQ(low.first(), "GTX-OC-01") << told(low);
  ToyRig hasty;
  hasty.rule("charge_oc").delay = 5;
  over_current(hasty, 110, 60);
  EXPECT_EQ(hasty.first(), "GTX-OC-02") << told(hasty);
}

TEST(OverCurrent, the_fast_stage_passes_in_time_and_fails_late) {
  ToyRig rig;
  over_current(rig, 225, 30);
  expect_silent(rig);
  EXPECT_TRUE(rig.result("GTX-OC-06").tested);
  ToyRig late;
  late.rule("discharge_oc2").delay = 1.5;
  over_current(late, -225, 30);
  EXPECT_EQ(late.first(), "GTX-OC-05") << told(late);
}

TEST(OverCurrent, a_retry_in_its_window_passes_too_early_and_never_fail) {
  ToyRig good;
  over_current(good, -110, 300);
  expect_silent(good);
  ToyRig early;
  early.rule("discharge_oc").release = 40;
  over_current(early, -110, 120);
  EXPECT_EQ(early.first(), "GTX-OC-01") << told(early);
  EXPECT_THAT(early.findings().front().expected, HasSubstr("have passed since the trip"));
  ToyRig never;
  never.rule("discharge_oc").release = 1e9;
  over_current(never, -110, 120);
  EXPECT_EQ(never.first(), "GTX-OC-01") << told(never);
}

TEST(OverCurrent, after_five_trips_a_pack_stays_locked_until_current_flows_the_other_way) {
  ToyRig good;
  over_current(good, -110, 600);
  good.run(10, 5);
  good.run(10, -5);
  expect_silent(good);
  ToyRig unlocked;
  unlocked.rule("discharge_oc").lock_after = 0;
  over_current(unlocked, -110, 600);
  EXPECT_EQ(unlocked.first(), "GTX-OC-01") << told(unlocked);
  ToyRig hasty;
  hasty.rule("discharge_oc").lock_after = 3;
  over_current(hasty, -110, 600);
  EXPECT_EQ(hasty.first(), "GTX-OC-01") << told(hasty);
}

TEST(OverCurrent, inside_the_ratings_a_pack_that_stops_breaks_the_silence) {
  ToyRig flagged;
  flagged.rule("discharge_oc").threshold = 70;
  over_current(flagged, -74, 40);
  EXPECT_EQ(flagged.first(), "GTX-OC-01") << told(flagged);
  ToyRig mute;
  mute.rule("discharge_oc").threshold = 70;
  mute.rule("discharge_oc").flag_works = false;
  over_current(mute, -74, 40);
  EXPECT_EQ(mute.first(), "GTX-SIL-01") << told(mute);
  ToyRig good;
  over_current(good, -75, 40);
  over_current(good, 50, 40);
  expect_silent(good);
}

// ------------------------------------------------------------------------------------------------------- temperature

struct TemperatureRule {
  const char* rule;
  const char* row;
  double beyond;  // surely beyond, degC
  double back;    // surely released
  double amps;
};
const TemperatureRule temperature_rules[] = {{"charge_ot", "GTX-OT-01", 64, 42, 5},
                                             {"charge_ut", "GTX-OT-02", -19, 8, 5},
                                             {"discharge_ot", "GTX-OT-03", 69, 46, -5},
                                             {"discharge_ut", "GTX-OT-04", -29, -6, -5}};

void temperature_cycle(ToyRig& rig, const TemperatureRule& t) {
  rig.run(5, 0);
  rig.ramp_temperature(t.beyond, 0.2, t.amps);
  rig.run(20, t.amps);
  rig.ramp_temperature(t.back, 0.2, t.amps);
  rig.run(30, t.amps);
}

TEST(TemperatureProtection, a_conforming_pack_passes_at_both_edges_and_is_tested) {
  for (const auto& t : temperature_rules) {
    for (const double off : {-1.9, 1.9}) {
      ToyRig rig;
      rig.rule(t.rule).threshold += off;
      temperature_cycle(rig, t);
      EXPECT_TRUE(rig.findings().empty()) << t.rule << " " << off << "\n" << told(rig);
      EXPECT_TRUE(rig.result(t.row).tested) << t.row << " " << rig.result(t.row).vacuity;
    }
  }
}

TEST(TemperatureProtection, a_threshold_too_far_or_too_near_is_found_under_its_own_row) {
  for (const auto& t : temperature_rules) {
    const double outwards = t.beyond > 25 ? 1.0 : -1.0;
    for (const double off : {4.0 * outwards, -6.0 * outwards}) {
      ToyRig rig;
      rig.rule(t.rule).threshold += off;
      rig.rule(t.rule).release += std::min(0.0, off * outwards) * outwards;
      temperature_cycle(rig, t);
      EXPECT_EQ(rig.first(), t.row) << off << "\n" << told(rig);
      EXPECT_THAT(rig.sentence(), testing::AnyOf(HasSubstr("hottest cell"), HasSubstr("coldest cell")));
      EXPECT_THAT(rig.sentence(), testing::Not(HasSubstr("56 V")));
    }
  }
}

TEST(TemperatureProtection, a_release_that_never_comes_is_found) {
  for (const auto& t : temperature_rules) {
    ToyRig rig;
    rig.rule(t.rule).release = t.beyond > 25 ? -100 : 100;
    temperature_cycle(rig, t);
    EXPECT_EQ(rig.first(), t.row) << told(rig);
  }
}

TEST(TemperatureProtection, a_pack_that_starts_beyond_a_threshold_passes_and_tells_no_threshold) {
  for (const double celsius : {-17.0, 57.0}) {
    ToyRig rig;
    rig.world.temperature = celsius;
    rig.rule("charge_ut").delay = 3.75;
    rig.rule("charge_ot").delay = 3.75;
    rig.rule("alarm_charge_ut").delay = 3.75;
    rig.rule("alarm_charge_ot").delay = 3.75;
    rig.run(60, -5);
    EXPECT_TRUE(rig.findings().empty()) << celsius << "\n" << told(rig);
    EXPECT_EQ(rig.result("GTX-OT-02").found, Interval{});
    EXPECT_EQ(rig.result("GTX-OT-01").found, Interval{});
  }
}

TEST(TemperatureProtection, a_second_cause_while_blocked_is_followed_and_must_be_shown) {
  const auto cycle = [](ToyRig& rig) {
    rig.world.battery = 55.9;
    rig.world.volts_move = true;
    rig.run(5, 0);
    rig.run_until(200, 5, [&] { return rig.rule("pack_ov").tripped; });
    rig.run(5, 5);
    rig.ramp_temperature(64, 0.5);
    rig.run(20, 0);
    rig.ramp_temperature(40, 0.5);
    rig.run(20, 0);
    rig.run_until(600, -10, [&] { return !rig.rule("pack_ov").tripped; });
    rig.run(20, 5);
  };
  ToyRig good;
  cycle(good);
  expect_silent(good);
  EXPECT_TRUE(good.result("GTX-OT-01").tested || !good.result("GTX-OT-01").vacuity.empty());
  ToyRig mute;
  mute.rule("charge_ot").flag_works = false;
  cycle(mute);
  EXPECT_EQ(mute.first(), "GTX-OT-01") << told(mute);
}

TEST(TemperatureProtection, the_block_lasts_until_both_causes_have_let_go) {
  ToyRig rig;
  rig.rule("discharge_ot").threshold = 61.9;  // discharging stays allowed at 60.5 degC
  rig.world.battery = 55.9;
  rig.world.volts_move = true;
  rig.run(5, 0);
  rig.run_until(200, 5, [&] { return rig.rule("pack_ov").tripped; });
  rig.ramp_temperature(60.5, 0.5);
  rig.run(20, 0);
  // The battery comes back, the heat does not.
  rig.run_until(600, -10, [&] { return !rig.rule("pack_ov").tripped; });
  rig.run(20, 5);
  expect_silent(rig);
  rig.rule("charge_ot").acts = false;  // and now the pack lets go all the same
  rig.run(20, 5);
  EXPECT_EQ(rig.first(), "GTX-OT-01") << told(rig);
}

TEST(SharedFlag, follows_both_directions_and_is_never_the_witness) {
  ToyRig good;
  temperature_cycle(good, temperature_rules[0]);
  expect_silent(good);
  ToyRig dead;
  dead.wrong_shared = 0;
  temperature_cycle(dead, temperature_rules[0]);
  EXPECT_EQ(dead.first(), "GTX-OT-01") << told(dead);
  EXPECT_EQ(dead.findings().front().signal, "dut.protection.over_temperature");
  ToyRig stuck;
  stuck.wrong_shared = 1;
  stuck.run(20, 5);
  ASSERT_FALSE(stuck.findings().empty());
  EXPECT_EQ(stuck.findings().size(), 1u) << "nothing may be adopted from it\n" << told(stuck);
  EXPECT_EQ(stuck.findings().front().signal, "dut.protection.over_temperature");
}

TEST(SharedFlag, is_enough_in_a_dialect_that_does_not_send_the_others) {
  for (const auto& t : temperature_rules) {
    ToyRig rig;
    rig.speaks_directions = false;
    temperature_cycle(rig, t);
    EXPECT_TRUE(rig.findings().empty()) << t.rule << "\n" << told(rig);
    EXPECT_TRUE(rig.result(t.row).tested) << t.rule;
  }
}

// ------------------------------------------------------------------------------------------------------------ limits

TEST(ZeroLimit, by_derating_alone_is_no_block) {
  ToyRig rig;
  rig.run(5, 0);
  rig.world.charge_derating = 0;
  rig.run(20, 0);
  rig.world.charge_derating = 30;
  rig.run(10, 5);
  expect_silent(rig);
}

TEST(ZeroLimit, a_limit_above_zero_while_blocked_is_found) {
  ToyRig rig;
  rig.limit_zero_when_blocked = false;
  over_current(rig, -110, 30);
  EXPECT_EQ(rig.first(), "GTX-LIM-05") << told(rig);
}

// ------------------------------------------------------------------------------------------------------------ alarms

TEST(Alarm, of_current_passes_at_both_edges_and_fails_beyond) {
  for (const double threshold : {53.1, 56.9}) {
    ToyRig rig;
    rig.rule("alarm_charge_oc").threshold = threshold;
    over_current(rig, 58, 20);
    expect_silent(rig);
    EXPECT_TRUE(rig.result("GTX-OC-04").tested);
  }
  ToyRig deaf;
  deaf.rule("alarm_discharge_oc").threshold = 95;
  over_current(deaf, -90, 20);
  EXPECT_EQ(deaf.first(), "GTX-OC-07") << told(deaf);
  EXPECT_THAT(deaf.sentence(), HasSubstr("dut.alarm.discharge_oc was not set"));
  ToyRig nervous;
  nervous.rule("alarm_charge_oc").threshold = 45;
  over_current(nervous, 49, 20);
  EXPECT_EQ(nervous.first(), "GTX-OC-04") << told(nervous);
}

TEST(Alarm, that_never_goes_out_is_found) {
  ToyRig rig;
  rig.rule("alarm_charge_oc").release = -1e9;
  over_current(rig, 58, 20);
  rig.run(20, 0);
  EXPECT_EQ(rig.first(), "GTX-OC-04") << told(rig);
}

TEST(Alarm, of_temperature_is_found_when_it_is_missing) {
  struct Row {
    const char* rule;
    const char* row;
    double to;
  };
  for (const Row& r : {Row{"alarm_charge_ot", "GTX-OT-05", 57}, Row{"alarm_charge_ut", "GTX-OT-09", -6},
                       Row{"alarm_discharge_ot", "GTX-OT-10", 64}, Row{"alarm_discharge_ut", "GTX-OT-11", -18}}) {
    ToyRig rig;
    rig.rule(r.rule).threshold = r.to > 25 ? 200 : -200;
    rig.run(5, 0);
    rig.ramp_temperature(r.to, 0.5);
    rig.run(30, 0);
    EXPECT_EQ(rig.first(), r.row) << told(rig);
  }
}

// The toy's SOC moves without a charge that flows: here only the logic on it is looked at.
void without_sensing(Requirements& r) {
  r.rows.erase(std::remove_if(r.rows.begin(), r.rows.end(), [](const auto& row) { return row.id == "GTX-SEN-03"; }),
               r.rows.end());
}

TEST(Request, of_a_charge_follows_the_reported_soc) {
  const auto cycle = [](ToyRig& rig) {
    rig.run(5, 0);
    for (; rig.world.soc > 0.05; rig.world.soc -= 0.001) {
      rig.run(0.5, 0);
    }
    for (; rig.world.soc < 0.13; rig.world.soc += 0.001) {
      rig.run(0.5, 0);
    }
  };
  ToyRig good(without_sensing);
  cycle(good);
  expect_silent(good);
  EXPECT_TRUE(good.result("GTX-SOC-05").tested);
  ToyRig deaf(without_sensing);
  deaf.rule("force_charge").threshold = 0.02;
  cycle(deaf);
  EXPECT_EQ(deaf.first(), "GTX-SOC-05") << told(deaf);
  ToyRig early(without_sensing);
  early.rule("force_charge").threshold = 0.15;
  early.rule("force_charge").release = 0.2;
  early.world.soc = 0.2;
  cycle(early);
  EXPECT_EQ(early.first(), "GTX-SOC-05") << told(early);
}

TEST(Request, of_a_full_charge_comes_after_a_month_that_the_case_knows) {
  constexpr double day = 86400;
  const auto full = [](ToyRig& rig) {
    rig.run(10, 0);
    rig.world.soc = 1.0;
    rig.run(10, 0);
  };
  ToyRig good(without_sensing, 31.1 * day);
  full(good);
  expect_silent(good);
  EXPECT_TRUE(good.result("GTX-SOC-06").tested) << good.result("GTX-SOC-06").vacuity;
  ToyRig never(without_sensing, 31.1 * day);
  never.rule("full_charge_request").threshold = 40 * day;
  full(never);
  EXPECT_EQ(never.first(), "GTX-SOC-06") << told(never);
  ToyRig early(without_sensing, 20 * day);
  early.rule("full_charge_request").threshold = 21 * day;
  early.run(10, 0);
  early.world.since_full = 22 * day;
  early.run(10, 0);
  EXPECT_EQ(early.first(), "GTX-SOC-06") << told(early);
}

// ------------------------------------------------------------------------------------------------------------- order

TEST(Order, an_alarm_that_comes_after_its_protection_is_found) {
  // With an alarm whose delay is only a default, the order alone can tell.
  const auto only_order = [](Requirements& r) {
    for (auto& row : r.rows) {
      if (row.id == "GTX-OT-05") {
        row.delay->origin = NumberOrigin::engineering_default;
      }
    }
  };
  const auto cycle = [](ToyRig& rig) {
    rig.run(5, 0);
    rig.ramp_temperature(64, 0.5);
    rig.run(10, 0);
  };
  ToyRig good(only_order);
  cycle(good);
  expect_silent(good);
  EXPECT_TRUE(good.result("GTX-ORD-03").tested);
  ToyRig late(only_order);
  late.rule("alarm_charge_ot").threshold = 62;
  cycle(late);
  EXPECT_EQ(late.first(), "GTX-ORD-03") << told(late);
  EXPECT_THAT(late.sentence(), HasSubstr("behind dut.protection.charge_ot"));
}

TEST(Order, of_a_zero_limit_and_the_path_cannot_be_told_with_frames_each_second) {
  ToyRig rig([](Requirements& r) {
    for (auto& row : r.rows) {
      if (row.id == "GTX-ORD-10") {
        row.range->origin = NumberOrigin::measured;
      }
    }
  });
  over_current(rig, -110, 30);
  expect_silent(rig);
  EXPECT_THAT(rig.result("GTX-ORD-10").vacuity, HasSubstr("undecidable"));
}

}  // namespace
}  // namespace rig::test
