// Whom the observer accuses, and whom it must not.
#include <gtest/gtest.h>

#include "rig/core/random.hpp"
#include "rig/model/observer_cell.hpp"
#include "tests/model/observer_plant.hpp"

namespace rig::test {
namespace {

ObserverRig reported_at_half() {
  ObserverRig r;
  r.observer.anchor(Interval::around(0.5, 0.03));
  return r;
}

TEST(ObserverHealth, nominal_cells_are_far_from_every_limit) {
  ObserverRig r = reported_at_half();
  r.cycle(50, 50);
  EXPECT_LT(r.nis, 0.2) << r.text();
  EXPECT_LT(r.correction, 0.7) << r.text();
  EXPECT_FALSE(r.accused()) << r.text();
}

// Were what the pack reports cut at 100 %, its middle would lie on the plateau, where 30 mV are more SOC than there is.
TEST(ObserverHealth, begins_at_the_reported_soc_also_where_its_tolerance_reaches_beyond_full) {
  ObserverRig r;
  r.plant.soc = 0.9925;
  r.observer.anchor(Interval::around(0.99, 0.035));
  r.run(0, 10);
  EXPECT_FALSE(r.accused()) << r.text();
}

// Wherever the pack truly stands within what its report leaves open, and whatever flows: one linear step from the
// middle of the report across a knee of the curve would overshoot.
TEST(ObserverHealth, begins_at_any_report_that_is_right_within_its_tolerance) {
  constexpr double tolerance = 0.035;
  for (int at = 1; at <= 199; ++at) {
    for (int off = -6; off <= 6; ++off) {
      const double reported = std::clamp(0.005 * at + 0.005 * off, 0.0, 1.0);
      for (const double amps : {0.0, 10.0, -50.0}) {
        ObserverRig r;
        r.tick = 0.1;
        r.plant.soc = 0.005 * at;
        r.observer.anchor(Interval::around(reported, tolerance));
        r.run(amps, 15);
        EXPECT_FALSE(r.accused()) << "reported " << reported << " at " << amps << " A: " << r.text();
      }
    }
  }
}

// Behind a charge path that is blocked, a discharge goes through a diode for as long as it likes: no voltage counts
// until the pack lets go, and by then SOC and the polarisation have gone on.
TEST(ObserverHealth, follows_what_flows_while_no_voltage_counts) {
  for (const double amps : {-50.0, -20.0, 20.0}) {
    for (const double celsius : {25.0, -5.0}) {
      ObserverRig r;
      r.tick = 0.1;
      r.celsius = celsius;
      r.plant.soc = 0.75;
      if (celsius < 0) {
        const auto cold = observer_cell::resistances(celsius, 2.0, 0.72, amps > 0);
        r.plant.r0 = cold.r0;
        r.plant.r1 = cold.r1;
        r.plant.r2 = cold.r2;
      }
      r.observer.anchor(Interval::around(0.75, 0.02));
      for (int second = 0; second < 1500; ++second) {
        for (int i = 0; i < 10; ++i) {
          r.plant.step(amps, r.tick);
          r.observer.step({r.now, r.tick, r.plant.terminals(), amps, true, false, Interval::around(celsius, 2.0)});
        }
      }
      EXPECT_FALSE(r.observer.looking());
      r.run(amps, 90);
      EXPECT_FALSE(r.accused()) << amps << " A, " << celsius << " degC: " << r.text();
    }
  }
}

// A pack in parallel that tells no SOC, next to full: what the others push through it at the start hides the knee.
TEST(ObserverHealth, begins_near_full_without_a_report_while_a_current_fades) {
  for (const double soc : {0.97, 0.98, 0.985, 0.99, 0.995}) {
    ObserverRig r;
    r.tick = 0.1;
    r.plant.soc = soc;
    for (int second = 0; second < 60; ++second) {
      r.run(8.3 * std::exp(-second / 35.0), 1);
    }
    r.run(-9, 120);
    EXPECT_FALSE(r.accused()) << soc << ": " << r.text();
  }
}

// A pack that tells no SOC stands anywhere on the plateau for all that its voltage says, and then the knee comes.
TEST(ObserverHealth, charges_over_the_knee_without_a_report) {
  for (const double soc : {0.95, 0.965, 0.975, 0.98}) {
    for (const double millivolts : {-2.0, 0.0, 2.0}) {
      for (const double amps : {12.0, 33.0}) {
        ObserverRig r;
        r.tick = 0.1;
        r.plant.soc = soc;
        r.plant.beside = [=](double) { return 1e-3 * millivolts; };
        r.run(amps, (1.0 - soc) * r.plant.capacity / amps);
        r.run(-0.5, 60);
        EXPECT_FALSE(r.accused()) << soc << ", " << millivolts << " mV, " << amps << " A: " << r.text();
      }
    }
  }
}

// Cold and nearly empty, where a discharge meets three times the resistance of a charge.
struct ColdRig : ObserverRig {
  ColdRig() {
    tick = 0.1;
    celsius = -2.0;
    plant.soc = 0.10;
    observer.anchor(Interval::around(0.10, 0.03));
  }
  void take(bool charging, double lot) {
    const auto cell = observer_cell::resistances(celsius, 2.0, plant.soc, charging);
    plant.r0 = lot * cell.r0;
    plant.r1 = cell.r1;
    plant.r2 = cell.r2;
  }
};

TEST(ObserverHealth, expects_of_a_current_that_turns_what_the_other_direction_has) {
  ColdRig r;
  r.take(true, 1.0);
  r.run(40, 60);
  r.take(false, 1.1);  // this lot has a tenth more
  r.run(-58, 0.5);
  EXPECT_EQ(r.outside, 0.0) << r.text();
}

// The voltage waits for the path to conduct surely: of the second in which the current turned, all that can be compared
// may be of before.
TEST(ObserverHealth, looks_at_a_second_in_which_the_current_turns_with_the_direction_of_what_it_saw) {
  ColdRig r;
  r.take(false, 1.0);
  r.run(-75, 20.3);
  r.take(true, 1.0);
  r.run(95, 3.0, false);
  EXPECT_LT(r.resistance, 0.2) << r.text();
  r.run(95, 10.0);
  EXPECT_FALSE(r.accused()) << r.text();
}

// What a stiff end of a discharge taught of the joints, a charge need not have.
TEST(ObserverHealth, forgets_the_resistance_of_a_discharge_when_the_current_turns) {
  ColdRig r;
  r.take(false, 1.3);
  r.run(-75, 20.0);
  r.take(true, 1.0);
  r.run(95, 10.0);
  EXPECT_FALSE(r.accused()) << r.text();
  EXPECT_LT(r.resistance, 0.5) << r.text();
}

// Cells of other lots, inside what the model declares of itself.
TEST(ObserverHealth, does_not_accuse_healthy_cells_that_differ_as_declared) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed, "observer test");
    const auto within = [&](double most) { return (2 * random.uniform() - 1) * most; };
    ObserverRig r;
    r.tick = 0.1;
    ObserverPlant& p = r.plant;
    p.soc = 0.2 + 0.6 * random.uniform();
    p.capacity *= 1 + within(0.015);
    p.r0 *= 1 + within(0.08);
    p.r1 *= 1 + within(0.12);
    p.r2 *= 1 + within(0.12);
    p.tau1 *= 1 + within(0.3);
    p.tau2 *= 1 + within(0.3);
    p.half_loop *= 1 + within(0.3);
    p.gamma *= 1 + within(0.4);
    p.path += within(0.3e-3);
    p.voltmeter = within(5e-3);
    p.loop = within(1.0);
    const double phase = 6.28 * random.uniform();
    const double height = within(2.5e-3);
    p.beside = [=](double soc) { return height * std::sin(6 * soc + phase); };
    r.observer.anchor(Interval::around(p.soc + within(0.02), 0.03));
    r.cycle(20 + 30 * random.uniform(), 20 + 55 * random.uniform());
    EXPECT_FALSE(r.accused()) << "seed " << seed << ": " << r.text();
  }
}

TEST(ObserverHealth, does_not_accuse_healthy_cells_in_cold_and_heat) {
  for (const double celsius : {-18.0, -5.0, 10.0, 40.0, 58.0}) {
    for (const double off : {-0.08, 0.08}) {
      ObserverRig r = reported_at_half();
      r.celsius = celsius;
      const auto resistances = observer_cell::resistances(celsius + 15 * off, 0.0, 0.5, false);
      r.plant.r0 = resistances.r0 * (1 + off);
      r.plant.r1 = resistances.r1 * (1 + off);
      r.plant.r2 = resistances.r2 * (1 - off);
      r.plant.capacity *= celsius < 25 ? 1 - 0.004 * (25 - celsius) : 1.0;
      r.run(0, 120);
      r.run_to(0.85, 20);
      r.run(0, 600);
      r.run_to(0.30, -40);
      EXPECT_FALSE(r.accused()) << celsius << " degC: " << r.text();
    }
  }
}

TEST(ObserverHealth, does_not_accuse_a_drive_of_steps) {
  ObserverRig r = reported_at_half();
  for (int i = 0; i < 400; ++i) {
    const double amps = (i * 37) % 126 - 75.0;
    r.run(amps, 1.0 + i % 23);
  }
  EXPECT_FALSE(r.accused()) << r.text();
}

TEST(ObserverHealth, sees_cells_with_one_and_a_half_times_the_resistance) {
  ObserverRig r = reported_at_half();
  r.plant.r0 *= 1.5;
  r.plant.r1 *= 1.5;
  r.plant.r2 *= 1.5;
  r.run(0, 60);
  r.run(50, 600);
  EXPECT_GT(r.resistance, 1.0) << r.text();
}

TEST(ObserverHealth, sees_a_joint_that_comes_loose_by_three_milliohm) {
  ObserverRig r = reported_at_half();
  r.run(0, 60);
  r.run(-50, 300);
  EXPECT_FALSE(r.accused()) << r.text();
  r.plant.path += 3e-3;
  r.run(-50, 120);
  r.run(-20, 20);
  EXPECT_GT(r.resistance, 1.0) << r.text();
}

TEST(ObserverHealth, sees_a_missing_cell_within_a_minute_and_never_gets_used_to_it) {
  ObserverRig r = reported_at_half();
  r.plant.cells = 15;
  r.run(0, 70);
  EXPECT_GT(r.nis, 10.0) << r.text();
  r.run(0, 3600);
  EXPECT_GT(r.observer.nis(), 3.84) << "drift cannot hide: " << r.text();
  EXPECT_GT(r.outside, 1.0);
}

TEST(ObserverHealth, sees_a_voltmeter_that_is_off_by_half_a_per_cent) {
  ObserverRig r = reported_at_half();
  r.plant.voltmeter = 0.005 * 53;
  r.cycle(50, 50);
  EXPECT_GT(r.bias, 1.0) << r.text();
}

TEST(ObserverHealth, a_capacity_of_80_per_cent_uses_up_the_budget) {
  ObserverRig r = reported_at_half();
  r.plant.capacity *= 0.8;
  r.cycle(50, 50);
  EXPECT_TRUE(r.observer.exhausted()) << r.text();
}

TEST(ObserverHealth, corrects_soc_no_further_than_the_budget) {
  ObserverRig r = reported_at_half();
  r.plant.capacity *= 0.8;
  double most = 0;
  for (int i = 0; i < 100; ++i) {
    r.run(i < 50 ? 50 : -50, 60);
    most = std::max(most, std::abs(r.observer.correction()));
  }
  r.run_to(0.03, -50);
  r.run(0, 600);
  ASSERT_TRUE(r.observer.exhausted()) << r.text();
  const double at_the_end = std::abs(r.observer.correction());
  EXPECT_LT(at_the_end, r.observer.allowance() + 2e-4) << "the step that uses it up is the last";
  r.run(0, 3600);
  EXPECT_EQ(std::abs(r.observer.correction()), at_the_end);
}

TEST(ObserverHealth, a_full_charge_begins_the_budget_anew) {
  ObserverRig r = reported_at_half();
  r.cycle(50, 50);
  const double grown = r.observer.allowance();
  r.run_to(0.985, 50);
  // Constant voltage, as a charger does it.
  for (int step = 0; step < 2450; ++step) {
    r.run(16 * 3.5 > r.plant.terminals() ? 50 - 0.02 * step : 0.5, 1.0);
  }
  r.run_to(0.9995, 2);
  r.run(0.5, 90);
  EXPECT_LT(r.observer.allowance(), grown) << r.text();
  EXPECT_FALSE(r.accused()) << r.text();
}

}  // namespace
}  // namespace rig::test
