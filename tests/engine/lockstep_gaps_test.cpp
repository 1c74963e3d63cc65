// Ticks that were missed while the reference judges a toy pack: no healthy one is accused, no sick one passes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "rig/core/random.hpp"
#include "tests/engine/toy_pack.hpp"

namespace rig::test {
namespace {

using testing::HasSubstr;

std::string texts(const std::vector<Finding>& findings) {
  std::string all;
  for (const auto& f : findings) {
    all += fmt::format("{:.2f} s {} {}\n", to_seconds(f.time), verdict_name(f.verdict), f.sentence);
  }
  return all;
}

Verdict verdict_of(const ToyBench& bench) {
  Verdict verdict = Verdict::pass;
  for (const Finding& finding : bench.findings()) {
    verdict = worse(verdict, finding.verdict);
  }
  return verdict;
}

// Charge until the pack stops it, wait, discharge until it lets go again, charge a little.
void cycle(ToyBench& bench) {
  bench.run(3, 0);
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(5, 5);
  bench.run(2, 0);
  bench.run_until(1200, -5, [&] { return !bench.pack.over.tripped; });
  bench.run(5, -5);
  bench.run(5, 5);
}

// When the pack stops the charge, s.
double moment_of_trip() {
  ToyBench bench;
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  return bench.now();
}

ToyBench::Blind between(double from, double to) {
  return [from, to](double now) { return now > from && now < to; };
}

TEST(LockstepGaps, far_from_any_event_spoil_nothing) {
  ToyBench bench;
  bench.blind = [](double now) { return now > 1.0 && now < 60.0 && std::fmod(now, 5.0) < 0.15; };
  cycle(bench);
  EXPECT_TRUE(bench.findings().empty()) << texts(bench.findings());
  EXPECT_TRUE(bench.result("GTX-OV-01").tested);
}

TEST(LockstepGaps, across_the_moment_of_a_trip_are_told_with_what_could_not_be_judged) {
  const double trip = moment_of_trip();
  ToyBench bench;
  bench.blind = between(trip - 0.05, trip + 0.15);
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(5, 5);
  EXPECT_EQ(verdict_of(bench), Verdict::invalid) << texts(bench.findings());
  EXPECT_THAT(texts(bench.findings()), HasSubstr("in time could not be judged"));
  const Finding finding = bench.findings().front();
  ASSERT_TRUE(finding.gap);
  EXPECT_NEAR(to_seconds(finding.gap->length()), 0.2, 0.03);
}

TEST(LockstepGaps, between_the_threshold_and_the_end_of_its_delay_spoil_nothing) {
  const double trip = moment_of_trip();
  ToyBench bench;
  bench.blind = between(trip - 1.2, trip - 1.0);
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(5, 5);
  EXPECT_TRUE(bench.findings().empty()) << texts(bench.findings());
}

TEST(LockstepGaps, in_which_a_frame_may_have_come_and_gone_are_too_long) {
  ToyBench bench;
  bench.blind = between(2.0, 3.2);
  bench.run(10, 0);
  EXPECT_EQ(verdict_of(bench), Verdict::invalid);
  EXPECT_THAT(texts(bench.findings()), HasSubstr("What the pack did could not be judged"));
}

TEST(LockstepGaps, leave_a_divergence_what_it_is) {
  ToyBench bench;
  bench.pack.fet_works = false;
  bench.blind = [](double now) { return now > 1.0 && std::fmod(now, 5.0) < 0.15; };
  bench.run_until(300, 5, [&] { return bench.pack.over.tripped; });
  bench.run(10, 5);
  EXPECT_EQ(verdict_of(bench), Verdict::fail);
}

// Gaps of 20 ms to 0.8 s at any time, about one in two seconds.
ToyBench::Blind at_random(std::uint64_t seed) {
  auto random = std::make_shared<Random>(seed);
  auto until = std::make_shared<double>(0.0);
  return [random, until](double now) {
    if (now > 1.0 && now >= *until + 0.05 && random->uniform() < 0.005) {
      *until = now + 0.02 + 0.78 * random->uniform() * random->uniform();
    }
    return now < *until;
  };
}

TEST(LockstepGaps, at_random_accuse_no_healthy_pack) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    ToyBench bench;
    bench.blind = at_random(seed);
    cycle(bench);
    EXPECT_LE(verdict_of(bench), Verdict::invalid) << "seed " << seed << "\n" << texts(bench.findings());
  }
}

TEST(LockstepGaps, at_random_let_no_sick_pack_pass) {
  const std::vector<std::function<void(ToyPack&)>> sicknesses{
      [](ToyPack& p) { p.over.threshold = 56.3; }, [](ToyPack& p) { p.over.threshold = 55.7; },
      [](ToyPack& p) { p.flag_works = false; },    [](ToyPack& p) { p.fet_works = false; },
      [](ToyPack& p) { p.contact_works = false; }, [](ToyPack& p) { p.limit_goes_zero = false; },
      [](ToyPack& p) { p.can_period = 1.6; },      [](ToyPack& p) { p.blocks_discharge_too = true; },
  };
  for (std::size_t i = 0; i < sicknesses.size(); ++i) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      ToyBench bench;
      sicknesses[i](bench.pack);
      bench.blind = at_random(seed);
      cycle(bench);
      EXPECT_GE(verdict_of(bench), Verdict::invalid) << "sickness " << i << " seed " << seed;
    }
  }
}

}  // namespace
}  // namespace rig::test
