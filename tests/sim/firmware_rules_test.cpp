// Each protection trips beyond its threshold after its delay, not at it and not earlier, and lets go by its policy.
#include "drivers/sim/firmware_rules.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rig::sim {
namespace {

constexpr double scan_period = 0.1;

// A scan of a pack that is well: nothing is near any threshold.
Scan well() {
  Scan scan;
  scan.pack_voltage = 52;
  scan.highest_cell = 3.3;
  scan.lowest_cell = 3.2;
  return scan;
}

class Stand {
 public:
  explicit Stand(const ProtectionParameters& p = {}) {
    protections.configure(p, 1);
    protections.restart();
  }
  void scan_for(double seconds, const Scan& scan, double soc = 0.5) {
    for (const auto end = index + static_cast<int>(seconds / scan_period + 0.5); index < end;) {
      protections.update(++index * scan_period, scan, soc);
    }
  }
  Protections protections;
  int index = 0;
};

struct Expected {
  const char* name;
  double threshold, delay, release;
  bool charge;
  void (*put)(Scan&, double);
  bool Flags::*flag;
};

void pack(Scan& s, double v) { s.pack_voltage = v; }
void highest(Scan& s, double v) { s.highest_cell = v; }
void lowest(Scan& s, double v) { s.lowest_cell = v; }
void charging(Scan& s, double v) { s.current = v; }
void discharging(Scan& s, double v) { s.current = -v; }
void hottest(Scan& s, double v) { s.hottest = v; }
void coldest(Scan& s, double v) { s.coldest = v; }

// Written down from the requirements, not read from the defaults.
const Expected rules[] = {
    {"pack_ov", 56.0, 2, 54.0, true, pack, &Flags::over_voltage},
    {"cell_ov", 3.65, 2, 3.40, true, highest, &Flags::over_voltage},
    {"pack_uv", 45.6, 2, 48.0, false, pack, &Flags::under_voltage},
    {"cell_uv", 2.80, 2, 3.10, false, lowest, &Flags::under_voltage},
    {"charge_ot", 55, 5, 50, true, hottest, &Flags::charge_ot},
    {"charge_ut", -10, 5, 0, true, coldest, &Flags::charge_ut},
    {"discharge_ot", 60, 5, 55, false, hottest, &Flags::discharge_ot},
    {"discharge_ut", -20, 5, -15, false, coldest, &Flags::discharge_ut},
};
const Expected stages[] = {
    {"charge_oc", 100, 10, 0, true, charging, &Flags::charge_oc},
    {"charge_oc2", 200, 0.3, 0, true, charging, &Flags::charge_oc},
    {"discharge_oc", 100, 10, 0, false, discharging, &Flags::discharge_oc},
    {"discharge_oc2", 200, 0.3, 0, false, discharging, &Flags::discharge_oc},
};

bool is_above(const Expected& rule) { return rule.threshold > rule.release; }

// Only the rule in question is on, so that its neighbour with the same input does not answer for it.
ProtectionParameters alone(const Expected& rule) {
  ProtectionParameters p;
  const std::string name = rule.name;
  p.pack_ov.enabled = name == "pack_ov";
  p.cell_ov.enabled = name == "cell_ov";
  p.pack_uv.enabled = name == "pack_uv";
  p.cell_uv.enabled = name == "cell_uv";
  p.charge_oc.enabled = name == "charge_oc";
  p.charge_oc2.enabled = name == "charge_oc2";
  p.discharge_oc.enabled = name == "discharge_oc";
  p.discharge_oc2.enabled = name == "discharge_oc2";
  p.charge_ot.enabled = name == "charge_ot";
  p.charge_ut.enabled = name == "charge_ut";
  p.discharge_ot.enabled = name == "discharge_ot";
  p.discharge_ut.enabled = name == "discharge_ut";
  return p;
}

Scan at(const Expected& rule, double value) {
  Scan scan = well();
  rule.put(scan, value);
  return scan;
}

TEST(Rules, act_beyond_the_threshold_after_the_delay) {
  std::vector<Expected> all(std::begin(rules), std::end(rules));
  all.insert(all.end(), std::begin(stages), std::end(stages));
  for (const Expected& rule : all) {
    const double side = is_above(rule) ? 1e-3 : -1e-3;
    Stand exact(alone(rule));
    exact.scan_for(60, at(rule, rule.threshold));
    EXPECT_FALSE(exact.protections.flags().any()) << rule.name << " acts at its threshold";
    Stand stand(alone(rule));
    stand.scan_for(1, well());
    // The first scan begins the time: n + 1 scans for n periods.
    stand.scan_for(rule.delay, at(rule, rule.threshold + side));
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name << " acts early";
    stand.scan_for(scan_period, at(rule, rule.threshold + side));
    Flags expected;
    expected.*rule.flag = true;
    EXPECT_EQ(stand.protections.flags(), expected) << rule.name;
    EXPECT_EQ(stand.protections.charge_blocked(), rule.charge) << rule.name;
    EXPECT_EQ(stand.protections.discharge_blocked(), !rule.charge) << rule.name;
    EXPECT_EQ(stand.protections.charge_fet_demand(), !rule.charge) << rule.name;
    EXPECT_EQ(stand.protections.discharge_fet_demand(), rule.charge) << rule.name;
  }
}

TEST(Rules, a_pause_of_one_scan_begins_the_delay_anew) {
  for (const Expected& rule : rules) {
    const double side = is_above(rule) ? 0.01 : -0.01;
    Stand stand(alone(rule));
    for (int i = 0; i < 5; ++i) {
      stand.scan_for(rule.delay - 0.1, at(rule, rule.threshold + side));
      stand.scan_for(scan_period, well());
    }
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name;
    ProtectionParameters leaky = alone(rule);
    leaky.debounce = DebounceWord::leaky;
    Stand leaks(leaky);
    for (int i = 0; i < 5; ++i) {
      leaks.scan_for(rule.delay - 0.1, at(rule, rule.threshold + side));
      leaks.scan_for(scan_period, well());
    }
    EXPECT_TRUE(leaks.protections.flags().any()) << rule.name << " with a leaky counter";
  }
}

TEST(Rules, let_go_at_the_release_and_not_before) {
  for (const Expected& rule : rules) {
    const double side = is_above(rule) ? 0.01 : -0.01;
    Stand stand(alone(rule));
    stand.scan_for(rule.delay + 1, at(rule, rule.threshold + side));
    ASSERT_TRUE(stand.protections.flags().any()) << rule.name;
    stand.scan_for(100, at(rule, rule.release + side));
    EXPECT_TRUE(stand.protections.flags().any()) << rule.name << " lets go before its release";
    stand.scan_for(1.0, at(rule, rule.release));
    EXPECT_TRUE(stand.protections.flags().any()) << rule.name << " does not wait for its release delay";
    stand.scan_for(scan_period, at(rule, rule.release));
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name << " does not let go";
  }
}

TEST(Rules, time_alone_is_enough_between_two_scans) {
  Stand stand(alone(rules[0]));
  const Scan beyond = at(rules[0], 56.5);
  stand.scan_for(0.1, beyond);
  EXPECT_NEAR(stand.protections.due(), 0.1 + 2.0, 1e-9);
  stand.protections.update(2.09, beyond, 0.5);
  EXPECT_FALSE(stand.protections.flags().over_voltage);
  stand.protections.update(2.10, beyond, 0.5);
  EXPECT_TRUE(stand.protections.flags().over_voltage);
}

TEST(Rules, over_current_tries_again_after_a_minute) {
  for (const Expected& rule : stages) {
    Stand stand(alone(rule));
    stand.scan_for(rule.delay + 0.1, at(rule, rule.threshold * 1.1));
    ASSERT_TRUE(stand.protections.flags().any()) << rule.name;
    stand.scan_for(59.9, well());
    EXPECT_TRUE(stand.protections.flags().any()) << rule.name;
    stand.scan_for(0.2, well());
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name;
  }
}

void trip_times(Stand& stand, const Expected& rule, int times) {
  for (int i = 0; i < times; ++i) {
    stand.scan_for(rule.delay + 0.1, at(rule, rule.threshold * 1.1));
    stand.scan_for(61, well());
  }
}

TEST(Rules, the_fifth_over_current_within_half_an_hour_locks) {
  for (const Expected& rule : stages) {
    Stand stand(alone(rule));
    trip_times(stand, rule, 4);
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name << " locks too early";
    trip_times(stand, rule, 1);
    stand.scan_for(3600, well());
    EXPECT_TRUE(stand.protections.flags().any()) << rule.name << " does not lock";
    stand.scan_for(0.1, at(rule, -0.9));
    EXPECT_TRUE(stand.protections.flags().any()) << rule.name << " takes 0.9 A for a current";
    stand.scan_for(0.1, at(rule, -1.1));
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name << " current the other way does not unlock";
    trip_times(stand, rule, 5);
    ASSERT_TRUE(stand.protections.flags().any());
    stand.protections.unlock(stand.index * scan_period);
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name << " the button does not unlock";
  }
}

TEST(Rules, over_currents_that_are_far_apart_do_not_lock) {
  for (const Expected& rule : stages) {
    Stand stand(alone(rule));
    for (int i = 0; i < 8; ++i) {
      trip_times(stand, rule, 1);
      stand.scan_for(8 * 60, well());
    }
    EXPECT_FALSE(stand.protections.flags().any()) << rule.name;
  }
}

TEST(Rules, current_as_a_release_policy_does_not_wait) {
  ProtectionParameters p = alone(stages[0]);
  p.charge_oc.release_policy = CurrentReleaseWord::current;
  Stand stand(p);
  stand.scan_for(11, at(stages[0], 110));
  stand.scan_for(600, well());
  EXPECT_TRUE(stand.protections.flags().charge_oc) << "time alone";
  stand.scan_for(0.1, at(stages[0], -2));
  EXPECT_FALSE(stand.protections.flags().charge_oc);
}

TEST(Rules, each_release_policy_of_a_voltage_listens_to_its_own_quantity_alone) {
  for (const auto policy : {ReleaseWord::voltage, ReleaseWord::current, ReleaseWord::soc, ReleaseWord::any}) {
    for (const auto speaks : {ReleaseWord::voltage, ReleaseWord::current, ReleaseWord::soc}) {
      ProtectionParameters p = alone(rules[0]);
      p.pack_ov.release_policy = policy;
      Stand stand(p);
      stand.scan_for(3, at(rules[0], 56.2), 1.0);
      Scan scan = at(rules[0], speaks == ReleaseWord::voltage ? 53.9 : 55.0);
      scan.current = speaks == ReleaseWord::current ? -1.1 : 0;
      stand.scan_for(2, scan, speaks == ReleaseWord::soc ? 0.95 : 1.0);
      const bool lets_go = policy == speaks || policy == ReleaseWord::any;
      EXPECT_EQ(stand.protections.flags().over_voltage, !lets_go)
          << static_cast<int>(policy) << " " << static_cast<int>(speaks);
    }
  }
}

TEST(Rules, full_first_takes_tapering_current_at_56_volts_for_full) {
  ProtectionParameters p;
  p.over_voltage_policy = OverVoltageWord::full_first;
  Stand stand(p);
  Scan scan = at(rules[0], 56.2);
  scan.current = 20;
  stand.scan_for(30, scan, 0.99);
  EXPECT_FALSE(stand.protections.flags().any());
  EXPECT_FALSE(stand.protections.charge_complete()) << "20 A do not taper";
  scan.current = 3;
  stand.scan_for(3, scan, 0.99);
  EXPECT_TRUE(stand.protections.charge_complete());
  EXPECT_TRUE(stand.protections.charge_fet_demand()) << "complete is no protection";
  stand.scan_for(3, at(rules[0], 56.5), 1.0);
  EXPECT_TRUE(stand.protections.flags().over_voltage);
  EXPECT_FALSE(stand.protections.charge_fet_demand());
  stand.scan_for(5, at(rules[0], 53), 0.95);
  EXPECT_FALSE(stand.protections.charge_complete());
  EXPECT_FALSE(stand.protections.flags().any());
}

}  // namespace
}  // namespace rig::sim
