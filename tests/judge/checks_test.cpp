// The checks of the conformance judge, each against columns that a test writes.
#include <gmock/gmock.h>

#include "rig/judge/conformance.hpp"
#include "tests/profiled_requirements.hpp"

namespace rig {
namespace {

using testing::HasSubstr;

class Columns : public testing::Test {
 protected:
  explicit Columns(bool with_period = false) {
    requirements_ = profiled_requirements();
    for (const char* name : {"model.charge.state",
                             "model.charge.causes",
                             "model.charge.due",
                             "model.discharge.state",
                             "model.discharge.causes",
                             "model.discharge.due",
                             "io.charge_prohibited",
                             "model.io.charge_prohibited.may",
                             "model.io.charge_prohibited.must",
                             "dut.protection.charge_oc",
                             "model.dut.protection.charge_oc.may",
                             "model.dut.protection.charge_oc.must",
                             "dut.alarm.charge_oc",
                             "model.dut.alarm.charge_oc.may",
                             "model.dut.alarm.charge_oc.must",
                             "pack.current",
                             "pack.battery_voltage.lo",
                             "pack.battery_voltage.hi",
                             "dut.protection.over_temperature",
                             "model.dut.protection.over_temperature.may",
                             "model.dut.protection.over_temperature.must",
                             "dut.link"}) {
      table_.declare({.name = name, .source = "test"});
    }
    if (with_period) {
      table_.declare({.name = "dut.period.limits", .source = "test", .uncertainty = {.absolute = arrival}});
    }
    table_.seal();
    judge_ = std::make_unique<Conformance>(requirements_, table_, Conformance::Options{});
    for (const char* direction : {"charge", "discharge"}) {
      write(std::string("model.") + direction + ".state", DirectionWatch::state_open);
      write(std::string("model.") + direction + ".causes", 0);
      write(std::string("model.") + direction + ".due", 0);
    }
    for (const char* output : {"io.charge_prohibited", "dut.protection.charge_oc", "dut.alarm.charge_oc"}) {
      write(output, 0);
      envelope(output, false, false);
    }
  }
  void write(const std::string& name, double value) { table_.write(table_.require(name), value, time_); }
  void envelope(const std::string& output, bool may, bool must) {
    write("model." + output + ".may", may);
    write("model." + output + ".must", must);
  }
  MonitorState look(double seconds = 0.01) {
    const MonitorState state = judge_->observe({index_++, time_, std::chrono::milliseconds(10)}, table_);
    table_.clear_changed();
    time_ += from_seconds(seconds);
    return state;
  }
  // Under-voltage stops and allows a discharge ten times, every 4 s; the battery comes back to `volts` in between.
  MonitorState toggle_about_under_voltage(double volts) {
    MonitorState state = look();
    for (int i = 0; i < 10; ++i) {
      for (const bool blocked : {true, false}) {
        write("model.discharge.causes", bit_of_pack_uv);
        write("model.discharge.state", blocked ? DirectionWatch::state_blocked : DirectionWatch::state_open);
        for (int moment = 0; moment < 20; ++moment) {
          const double battery = blocked && moment > 5 ? volts : 45.5;
          write("pack.battery_voltage.lo", battery - 0.05);
          write("pack.battery_voltage.hi", battery + 0.05);
          state = look(0.1);
        }
      }
    }
    return state;
  }
  void adapter(bool there, double last_sign) {
    table_.write(table_.require("dut.link"), there, TimePoint{from_seconds(last_sign)},
                 there ? Quality::good : Quality::invalid);
  }
  void doubt(double sure_until) {
    table_.write(table_.require("dut.link"), 1.0, TimePoint{from_seconds(sure_until)}, Quality::stale);
  }
  static constexpr double arrival = 0.1;  // s that a period is unsure of
  // The bit of a protection in model.charge.causes.
  static constexpr double bit_of_charge_oc = 16;
  static constexpr double bit_of_pack_uv =
      2;  // in model.discharge.causes, behind the fault that blocks both directions

  Requirements requirements_;
  SignalTable table_;
  std::unique_ptr<Conformance> judge_;
  TimePoint time_{};
  std::int64_t index_ = 0;
};

TEST_F(Columns, an_envelope_that_changes_without_a_new_reading_is_judged) {
  EXPECT_EQ(look(), MonitorState::pending);
  envelope("io.charge_prohibited", true, true);
  EXPECT_EQ(look(), MonitorState::failed) << "the contact has to be closed now, and was not written again";
}

TEST_F(Columns, a_flag_that_is_due_names_the_rule_that_is_overdue) {
  look();
  write("model.charge.causes", bit_of_charge_oc + 1);
  write("model.charge.due", bit_of_charge_oc);
  write("pack.current", 112);
  envelope("dut.protection.charge_oc", true, true);
  look();
  ASSERT_EQ(judge_->findings().size(), 1u);
  const Finding f = judge_->findings().front();
  EXPECT_EQ(f.rule, "GTX-OC-02");
  EXPECT_EQ(f.evidence, "independent");
  EXPECT_THAT(f.seen, HasSubstr("the charge current at 112 A"));
  EXPECT_THAT(f.expected, HasSubstr("above 100 A +-2 A within 12.7 s"));
  EXPECT_EQ(f.causes, "pack_ov or charge_oc");
}

TEST_F(Columns, a_protection_that_lets_go_about_its_threshold_toggles) {
  EXPECT_EQ(toggle_about_under_voltage(46.0), MonitorState::failed);
  ASSERT_EQ(judge_->findings().size(), 1u);
  EXPECT_EQ(judge_->findings().front().rule, "GTX-PRO-01");
}

// A heavy load takes an empty, cold pack through the whole hysteresis each time.
TEST_F(Columns, a_protection_whose_voltage_came_back_does_not_toggle) {
  EXPECT_EQ(toggle_about_under_voltage(48.5), MonitorState::pending);
}

TEST_F(Columns, tells_for_how_long_the_input_stood_beyond) {
  look();
  write("pack.current", 110);
  look(13.0);
  write("model.charge.causes", bit_of_charge_oc);
  write("model.charge.due", bit_of_charge_oc);
  envelope("dut.protection.charge_oc", true, true);
  look();
  ASSERT_FALSE(judge_->findings().empty());
  EXPECT_THAT(judge_->findings().front().seen, HasSubstr("above 100 A for 13 s"));
}

TEST_F(Columns, a_block_without_cause_belongs_to_the_rule_whose_flag_comes_with_it) {
  look();
  write("io.charge_prohibited", 1);
  look(0.8);
  envelope("dut.protection.charge_oc", true, false);  // the reference has followed the pack by now
  write("dut.protection.charge_oc", 1);
  look();
  ASSERT_FALSE(judge_->findings().empty());
  EXPECT_EQ(judge_->findings().front().rule, "GTX-OC-02");
  EXPECT_EQ(judge_->findings().front().signal, "io.charge_prohibited");
}

TEST_F(Columns, an_alarm_without_cause_and_one_that_stays_are_told_apart) {
  look();
  write("dut.alarm.charge_oc", 1);
  look();
  ASSERT_EQ(judge_->findings().size(), 1u);
  EXPECT_EQ(judge_->findings().front().rule, "GTX-OC-04");
  EXPECT_THAT(judge_->findings().front().expected, HasSubstr("acts only above 55 A"));
}

TEST_F(Columns, an_alarm_that_has_to_go_out_says_what_it_waited_for) {
  envelope("dut.alarm.charge_oc", true, false);
  write("dut.alarm.charge_oc", 1);
  look();
  envelope("dut.alarm.charge_oc", false, false);
  look();
  ASSERT_EQ(judge_->findings().size(), 1u);
  EXPECT_THAT(judge_->findings().front().expected, HasSubstr("the current is back below 50 A"));
}

TEST_F(Columns, a_flag_that_the_dialect_never_sends_is_not_judged_and_not_missing) {
  envelope("dut.protection.over_temperature", true, true);
  EXPECT_EQ(look(), MonitorState::pending);
  EXPECT_TRUE(judge_->findings().empty());
}

class Frames : public Columns {
 protected:
  Frames() : Columns(true) {}
};

TEST_F(Frames, frames_that_came_late_over_a_slow_link_are_no_late_frames_of_the_pack) {
  look(1.0);
  write("dut.period.limits", 1.27);  // 1.2 s at most, unsure by 0.1 s
  look(1.0);
  EXPECT_TRUE(judge_->findings().empty());
  write("dut.period.limits", 1.4);
  look();
  ASSERT_EQ(judge_->findings().size(), 1u);
  EXPECT_EQ(judge_->findings().front().rule, "GTX-LIM-02");
}

TEST_F(Columns, what_is_missing_while_the_adapter_is_away_is_not_held_against_the_pack) {
  adapter(true, 0.0);
  look(5.0);
  write("model.charge.causes", bit_of_charge_oc);
  envelope("dut.protection.charge_oc", true, true);
  look(0.2);  // overdue by now, but from 4.9 s on nothing was heard, as is found out only later
  adapter(false, 4.9);
  EXPECT_EQ(look(10.0), MonitorState::pending);
  EXPECT_EQ(look(10.0), MonitorState::pending);
  const auto findings = judge_->findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.front().verdict, Verdict::invalid);
  EXPECT_EQ(findings.front().rule, "dut.link");
  EXPECT_THAT(findings.front().sentence, HasSubstr("no sign of life of it after 4.9 s"));
  for (const RuleResult& rule : judge_->results()) {
    EXPECT_NE(rule.verdict, Verdict::fail) << rule.row;
  }
}

TEST_F(Columns, a_contact_that_lags_is_found_also_without_the_adapter) {
  adapter(false, 0.0);
  look(1.0);
  envelope("io.charge_prohibited", true, true);
  look();
  EXPECT_FALSE(judge_->findings().empty());
  EXPECT_EQ(judge_->findings().front().verdict, Verdict::fail);
}

TEST_F(Columns, once_the_adapter_is_back_for_a_round_of_frames_the_pack_is_judged_again) {
  adapter(false, 0.0);
  look(1.0);
  adapter(true, 1.0);
  look(4.0);
  envelope("dut.protection.charge_oc", true, true);
  EXPECT_EQ(look(), MonitorState::failed);
}

TEST_F(Frames, what_came_late_or_got_lost_on_its_way_is_not_held_against_the_pack) {
  adapter(true, 0.0);
  look(1.0);
  write("dut.period.limits", 1.0);
  look(1.5);
  write("dut.period.limits", 1.5);
  EXPECT_EQ(look(0.3), MonitorState::failed);
  doubt(1.5);  // that the adapter lags is known later than that a frame was late
  EXPECT_EQ(look(0.3), MonitorState::pending);
  const auto findings = judge_->findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings.front().verdict, Verdict::invalid);
  EXPECT_EQ(findings.front().rule, "dut.link");
  EXPECT_THAT(findings.front().sentence, HasSubstr("got lost on their way to the rig, or came late: 1 deviations"));
}

TEST_F(Frames, a_doubt_that_nothing_hung_on_spoils_nothing) {
  adapter(true, 0.0);
  look(1.0);
  doubt(0.5);
  look(1.0);
  adapter(true, 1.0);
  write("dut.period.limits", 1.0);
  EXPECT_EQ(look(1.0), MonitorState::pending);
  EXPECT_TRUE(judge_->findings().empty());
}

TEST_F(Frames, that_stop_behind_ticks_that_were_missed_are_found_and_those_in_them_are_not_missed) {
  adapter(true, 0.0);
  look(1.0);
  write("dut.period.limits", 1.0);
  look(7.5);
  const Tick late{index_++, time_, std::chrono::milliseconds(7500), 149};
  EXPECT_EQ(judge_->observe(late, table_), MonitorState::pending);
  table_.clear_changed();
  time_ += std::chrono::milliseconds(3500);
  EXPECT_EQ(look(0.2), MonitorState::pending);
  EXPECT_EQ(look(), MonitorState::failed);
}

TEST_F(Columns, an_alarm_behind_its_protection_is_out_of_order_one_before_is_not) {
  envelope("dut.alarm.charge_oc", true, false);
  envelope("dut.protection.charge_oc", true, false);
  look(12.0);
  write("dut.protection.charge_oc", 1);
  look(4.0);
  write("dut.alarm.charge_oc", 1);
  look();
  ASSERT_EQ(judge_->findings().size(), 1u);
  EXPECT_EQ(judge_->findings().front().rule, "GTX-ORD-02");
}

// A locked protection stands for as long as it likes; of packs in parallel another one's alarm comes meanwhile.
TEST_F(Columns, an_alarm_a_minute_behind_a_protection_that_stands_is_of_another_event) {
  envelope("dut.alarm.charge_oc", true, false);
  envelope("dut.protection.charge_oc", true, false);
  look(12.0);
  write("dut.protection.charge_oc", 1);
  for (int i = 0; i < 100; ++i) {
    look(1.0);
  }
  write("dut.alarm.charge_oc", 1);
  look();
  EXPECT_TRUE(judge_->findings().empty());
}

TEST_F(Columns, a_pack_that_wakes_beyond_both_thresholds_tells_no_order) {
  envelope("dut.alarm.charge_oc", true, false);
  envelope("dut.protection.charge_oc", true, false);
  look(1.0);
  write("dut.protection.charge_oc", 1);
  look(4.0);
  write("dut.alarm.charge_oc", 1);
  look();
  EXPECT_TRUE(judge_->findings().empty()) << "both delays began at once: the longer one ends later";
}

TEST_F(Columns, an_alarm_in_the_frame_of_its_protection_is_in_order) {
  envelope("dut.alarm.charge_oc", true, false);
  envelope("dut.protection.charge_oc", true, false);
  look(12.0);
  write("dut.protection.charge_oc", 1);
  look(1.0);
  write("dut.alarm.charge_oc", 1);
  look(5.0);
  look();
  EXPECT_TRUE(judge_->findings().empty()) << "within a frame no order can be told";
}

}  // namespace
}  // namespace rig
