// Where the observer finds the mean cell, and where it must not let itself be pulled.
#include <gtest/gtest.h>

#include <bit>

#include "tests/model/observer_plant.hpp"

namespace rig::test {
namespace {

double error(const ObserverRig& r) { return std::abs(r.observer.soc() - r.plant.soc); }

TEST(ObserverConvergence, finds_soc_without_a_report_where_the_curve_is_steep) {
  ObserverRig r;
  r.plant.soc = 0.30;
  r.run(0, 30);
  r.run_to(0.06, -50);
  EXPECT_LT(error(r), 0.012) << r.text();
  EXPECT_LT(r.observer.soc_sigma(), 0.01);
}

TEST(ObserverConvergence, mends_a_wrong_report_at_the_end_of_a_discharge) {
  ObserverRig r;
  r.plant.soc = 0.47;
  r.observer.anchor(Interval::around(0.50, 0.03));
  r.run(0, 30);
  EXPECT_GT(error(r), 0.02) << "on the plateau nothing says that the report is wrong";
  r.run_to(0.06, -50);
  EXPECT_LT(error(r), 0.01) << r.text();
  EXPECT_FALSE(r.observer.exhausted()) << "the report may be off by its tolerance";
}

TEST(ObserverConvergence, knows_at_any_soc_how_much_it_knows) {
  for (const double soc : {0.02, 0.05, 0.12, 0.25, 0.40, 0.55, 0.70, 0.78, 0.90, 0.97, 0.995}) {
    ObserverRig r;
    r.plant.soc = soc;
    r.run(0, 60);
    ASSERT_TRUE(r.observer.looking()) << soc;
    EXPECT_LT(error(r), 3 * r.observer.soc_sigma()) << r.text();
    EXPECT_FALSE(r.accused()) << r.text();
  }
}

TEST(ObserverConvergence, waits_for_the_report_and_then_starts_without) {
  ObserverRig r;
  r.run(0, 3);
  EXPECT_FALSE(r.observer.looking());
  r.run(0, 3);
  EXPECT_TRUE(r.observer.looking());
}

// The classic failure of observers for LFP: 5 mV of the voltmeter are 15 % of SOC where the curve is flat.
TEST(ObserverConvergence, a_biased_voltmeter_does_not_pull_soc_on_the_plateau) {
  ObserverRig r;
  r.plant.soc = 0.58;
  r.plant.voltmeter = 16 * 4e-3;
  r.observer.anchor(Interval::around(0.58, 0.03));
  r.run(0, 7200);
  r.run_to(0.50, -20);
  r.run(0, 3600);
  EXPECT_LT(error(r), 0.005) << r.text();
  EXPECT_FALSE(r.observer.exhausted());
}

TEST(ObserverConvergence, does_not_depend_on_the_step) {
  const auto soc_after = [](double tick) {
    ObserverRig r;
    r.tick = tick;
    r.observer.anchor(Interval::around(0.5, 0.03));
    r.cycle(50, 50);
    EXPECT_FALSE(r.accused()) << "step " << tick << ": " << r.text();
    return r.observer.soc();
  };
  const double fine = soc_after(0.01);
  EXPECT_NEAR(soc_after(0.02), fine, 1e-3);
  EXPECT_NEAR(soc_after(0.1), fine, 2e-3);
}

TEST(ObserverConvergence, gives_the_same_bits_again_also_after_a_restart) {
  const auto play = [](ObserverRig& r) {
    r.observer.anchor(Interval::around(0.5, 0.03));
    r.run(0, 60);
    r.run(40, 600);
    r.run(-60, 600);
    return std::array{std::bit_cast<std::uint64_t>(r.observer.soc()), std::bit_cast<std::uint64_t>(r.observer.bias()),
                      std::bit_cast<std::uint64_t>(r.observer.nis())};
  };
  ObserverRig first;
  const auto once = play(first);
  ObserverRig second;
  second.run(30, 300);
  second.plant = {};
  second.observer.restart();
  EXPECT_EQ(play(second), once);
}

TEST(ObserverConvergence, a_gap_of_the_current_leaves_soc_open_and_accuses_nobody) {
  ObserverRig r;
  r.observer.anchor(Interval::around(0.5, 0.02));
  r.run(-50, 300);
  const double before = r.observer.soc_sigma();
  r.run(-50, 300, false, false);
  EXPECT_GT(r.observer.soc_sigma(), before + 0.02) << "up to 75 A flowed unseen";
  EXPECT_LT(error(r), 3 * r.observer.soc_sigma());
  r.run(-50, 300);
  EXPECT_FALSE(r.accused()) << r.text();
}

TEST(ObserverConvergence, without_a_voltage_it_goes_on_with_the_charge) {
  ObserverRig r;
  r.observer.anchor(Interval::around(0.5, 0.02));
  r.run(0, 60);
  const auto looks = r.observer.looks();
  r.run(-50, 1200, false, true);
  EXPECT_EQ(r.observer.looks(), looks);
  EXPECT_LT(error(r), 0.006) << r.text();
  r.run(-50, 300);
  EXPECT_FALSE(r.accused()) << r.text();
}

}  // namespace
}  // namespace rig::test
