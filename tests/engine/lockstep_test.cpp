// The reference and its judge against a toy pack: what must be found, and what must not.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/engine/toy_pack.hpp"

namespace rig::test {
namespace {

std::string texts(const std::vector<Finding>& findings) {
  std::string all;
  for (const auto& f : findings) {
    all += fmt::format("{:.2f} s {}\n", to_seconds(f.time), f.sentence);
  }
  return all;
}

// Charge at 5 A until the pack stops it, wait, discharge until it lets go again, charge a little.
void over_voltage_cycle(ToyBench& bench) {
  bench.run(3, 0);
  bench.run_until(300, 5, [&] { return bench.value("pack.charge_refused") != 0; });
  bench.run(5, 5);
  bench.run(2, 0);
  bench.run_until(1200, -5, [&] { return !bench.pack.over.tripped; });
  bench.run(5, -5);
  bench.run(5, 5);
}
void under_voltage_cycle(ToyBench& bench) {
  bench.pack.battery = 46.2;
  bench.run(3, 0);
  bench.run_until(300, -5, [&] { return bench.value("pack.discharge_refused") != 0; });
  bench.run(5, -5);
  bench.run(2, 0);
  bench.run_until(1200, 5, [&] { return !bench.pack.under.tripped; });
  bench.run(5, 5);
  bench.run(5, -5);
}

TEST(Lockstep, a_healthy_pack_passes_over_voltage_and_its_threshold_is_found) {
  ToyBench bench;
  over_voltage_cycle(bench);
  EXPECT_TRUE(bench.findings().empty()) << texts(bench.findings());
  const auto result = bench.result("GTX-OV-01");
  EXPECT_TRUE(result.tested) << result.vacuity;
  EXPECT_TRUE(result.found.contains(56.0)) << result.found.lo << " " << result.found.hi;
  EXPECT_LT(result.found.width(), 0.08);
  EXPECT_TRUE(bench.result("GTX-OV-02").tested);
  EXPECT_TRUE(bench.result("GTX-DRY-01").tested);
}

TEST(Lockstep, a_healthy_pack_passes_under_voltage) {
  ToyBench bench;
  under_voltage_cycle(bench);
  EXPECT_TRUE(bench.findings().empty()) << texts(bench.findings());
  EXPECT_TRUE(bench.result("GTX-UV-01").tested);
  EXPECT_FALSE(bench.result("GTX-OV-01").tested);
  EXPECT_THAT(bench.result("GTX-OV-01").vacuity, testing::HasSubstr("never brought"));
}

TEST(Lockstep, healthy_packs_at_the_corners_of_their_tolerance_pass) {
  for (const double threshold : {55.81, 56.19}) {
    for (const double delay : {1.55, 2.6}) {
      ToyBench bench;
      bench.pack.over.threshold = threshold;
      bench.pack.over.delay = delay;
      over_voltage_cycle(bench);
      EXPECT_TRUE(bench.findings().empty()) << threshold << " V " << delay << " s\n" << texts(bench.findings());
    }
  }
}

TEST(Lockstep, a_threshold_too_high_is_charging_that_went_on) {
  ToyBench bench;
  bench.pack.over.threshold = 56.4;
  over_voltage_cycle(bench);
  ASSERT_FALSE(bench.findings().empty());
  EXPECT_EQ(bench.first(), "GTX-OV-01");
  EXPECT_THAT(bench.findings().front().sentence, testing::HasSubstr("went on"));
  EXPECT_THAT(bench.findings().front().sentence, testing::HasSubstr("9.1-2d"));
  EXPECT_TRUE(bench.findings().size() < 2 || bench.findings()[1].consequential);
}

TEST(Lockstep, a_threshold_too_low_is_a_refusal_without_cause) {
  ToyBench bench;
  bench.pack.over.threshold = 55.7;
  over_voltage_cycle(bench);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
}

TEST(Lockstep, an_under_voltage_threshold_too_low_or_too_high_is_found) {
  for (const double threshold : {45.2, 45.95}) {
    ToyBench bench;
    bench.pack.under.threshold = threshold;
    under_voltage_cycle(bench);
    EXPECT_EQ(bench.first(), "GTX-UV-01") << threshold << "\n" << texts(bench.findings());
  }
}

TEST(Lockstep, a_flag_without_the_fet_is_found) {
  ToyBench bench;
  bench.pack.fet_works = false;
  bench.run(3, 0);
  bench.run(150, 5);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
  EXPECT_EQ(bench.findings().front().signal, "pack.charge_blocked");
}

TEST(Lockstep, a_fet_without_the_flag_is_found) {
  ToyBench bench;
  bench.pack.flag_works = false;
  over_voltage_cycle(bench);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
  EXPECT_EQ(bench.findings().front().signal, "dut.protection.over_voltage");
}

TEST(Lockstep, a_dead_contact_and_an_inverted_contact_are_found) {
  ToyBench dead;
  dead.pack.contact_works = false;
  over_voltage_cycle(dead);
  EXPECT_EQ(dead.first(), "GTX-DRY-01") << texts(dead.findings());
  ToyBench inverted;
  inverted.pack.contact_inverted = true;
  over_voltage_cycle(inverted);
  EXPECT_EQ(inverted.first(), "GTX-DRY-01") << texts(inverted.findings());
}

TEST(Lockstep, a_limit_that_does_not_go_to_zero_is_found) {
  ToyBench bench;
  bench.pack.limit_goes_zero = false;
  over_voltage_cycle(bench);
  EXPECT_EQ(bench.first(), "GTX-LIM-03") << texts(bench.findings());
}

TEST(Lockstep, blocking_discharge_under_over_voltage_is_found) {
  ToyBench bench;
  bench.pack.blocks_discharge_too = true;
  over_voltage_cycle(bench);
  EXPECT_EQ(bench.first(), "GTX-OV-02") << texts(bench.findings());
}

TEST(Lockstep, lost_hysteresis_is_found) {
  ToyBench bench;
  bench.pack.over.release = 55.95;
  bench.run(3, 0);
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(2, 5);
  bench.run(60, -5);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
}

TEST(Lockstep, a_release_that_never_comes_is_found) {
  ToyBench bench;
  bench.pack.over.release = 50.0;
  bench.run(3, 0);
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(3, 5);
  bench.run(600, -5);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
  EXPECT_THAT(bench.findings().front().expected, testing::HasSubstr("allowed again"));
}

TEST(Lockstep, a_late_protection_is_found_once_its_threshold_is_known_from_a_slow_approach) {
  ToyBench bench;
  bench.pack.over.delay = 6.0;
  over_voltage_cycle(bench);
  bench.run_until(400, 5, [&] { return bench.pack.battery > 55.7; });
  bench.run(20, 50);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
}

TEST(Lockstep, a_wandering_threshold_inside_the_tolerance_is_found) {
  ToyBench bench;
  over_voltage_cycle(bench);
  bench.pack.over.threshold = 56.15;
  bench.run_until(600, 5, [&] { return bench.value("pack.charge_refused") != 0; });
  bench.run(10, 5);
  EXPECT_EQ(bench.first(), "GTX-OV-01") << texts(bench.findings());
}

TEST(Lockstep, wrong_readings_and_limits_are_found_by_their_own_rows) {
  ToyBench voltage;
  voltage.pack.reported_offset = 0.3;
  voltage.run(20, 5);
  EXPECT_EQ(voltage.first(), "GTX-SEN-01") << texts(voltage.findings());
  ToyBench limit;
  limit.pack.charge_limit = 55;
  limit.run(5, 0);
  EXPECT_EQ(limit.first(), "GTX-OC-03") << texts(limit.findings());
  ToyBench request;
  request.pack.charge_voltage = 57.6;
  request.run(5, 0);
  EXPECT_EQ(request.first(), "GTX-OV-06") << texts(request.findings());
  ToyBench power;
  power.pack.discharge_limit = 72;  // 72 A at 55.5 V are 4 kW
  power.run(10, 0);
  EXPECT_EQ(power.first(), "GTX-LIM-04") << texts(power.findings());
}

TEST(Lockstep, a_silent_pack_and_a_slow_pack_are_found) {
  ToyBench silent;
  silent.run(5, 0);
  silent.pack.silent = true;
  silent.run(10, 0);
  EXPECT_EQ(silent.first(), "GTX-LIM-02") << texts(silent.findings());
  ToyBench slow;
  slow.pack.can_period = 1.5;
  slow.run(10, 0);
  EXPECT_EQ(slow.first(), "GTX-LIM-02") << texts(slow.findings());
}

TEST(Lockstep, without_a_profile_defaults_fail_nothing) {
  ToyBench bench(false);
  bench.pack.over.delay = 5.0;
  bench.pack.over.release = 55.9;
  bench.pack.can_period = 1.8;
  over_voltage_cycle(bench);
  EXPECT_TRUE(bench.findings().empty()) << texts(bench.findings());
  EXPECT_FALSE(bench.result("GTX-OV-01").tested);
}

TEST(Lockstep, without_a_profile_the_manual_still_fails_a_pack_that_charges_inside_out) {
  ToyBench bench(false);
  bench.pack.over.threshold = 52.0;  // stops charging far inside the ratings
  bench.pack.over.release = 51.0;
  bench.pack.battery = 51.9;
  bench.run(70, 0);  // what may have been decided before the start shows within a minute
  bench.run(60, 5);
  EXPECT_FALSE(bench.findings().empty());
}

}  // namespace
}  // namespace rig::test
