// What the way out does with set-points that are no outputs and matter all the same: a chamber, a button.
#include "tests/engine/run_fixture.hpp"

#include "rig/instrument/registry.hpp"
#include "rig/instrument/roles.hpp"

namespace rig::test {
namespace {

struct ToyAir {
  static inline ToyAir* latest = nullptr;
  ToyAir() { latest = this; }
  double set = 0;
  bool run = false;
  double hottest_since_safe = 0;
  double first_set = 0;
  int commands = 0;
  int made_safe = 0;
};

class ToyChamber final : public Chamber {
 public:
  struct Parameters {
    Celsius highest{90.0};
  };
  ToyChamber(const Parameters& p, BenchContext& context) : p_(p), air_(context.shared<ToyAir>("toy air")) {}
  void make_safe() noexcept override {
    ++air_->made_safe;
    air_->set = chamber_rest.value();
    air_->run = true;
    air_->hottest_since_safe = air_->set;
  }

 protected:
  [[nodiscard]] ChamberRatings ratings() const override { return {.highest = p_.highest}; }

 private:
  ChamberReading measure(const Tick& tick) noexcept override {
    return {Celsius{air_->set}, Celsius{air_->set}, air_->run, tick.start};
  }
  void command(const Setpoint& s) noexcept override {
    air_->first_set = air_->commands++ == 0 ? s.temperature.value() : air_->first_set;
    air_->set = s.temperature.value();
    air_->run = s.run;
    air_->hottest_since_safe = std::max(air_->hottest_since_safe, air_->set);
  }
  Parameters p_;
  std::shared_ptr<ToyAir> air_;
};

}  // namespace
}  // namespace rig::test

template <>
struct rig::Fields<rig::test::ToyChamber::Parameters> {
  static void declare(Mapping<test::ToyChamber::Parameters>& m) {
    m.optional("highest", &test::ToyChamber::Parameters::highest, "highest set-point");
  }
};

namespace rig::test {
RIG_DRIVER(ToyChamber, "toy.chamber", "a chamber for tests")

namespace {

class ChamberWayOut : public RunFixture {
 protected:
  ChamberWayOut() { more_instruments = "  chamber: { driver: toy.chamber }\n"; }
};

std::string cooking(const std::string& tail) {
  return R"(case: cooking
start: { temperature: 45 degC }
steps:
  - name: heat
    set: { chamber.temperature_set: 60 degC, chamber.run: on, supply.voltage_set: 55 V, supply.current_set: 5 A, supply.output: on }
    expect:
      - { that: chamber.temperature > 59 degC, within: 1 s, for: 1 s }
)" + tail;
}

TEST_F(ChamberWayOut, a_case_ends_with_the_chamber_at_rest_and_its_fan_on) {
  const RunResult result = execute(cooking("finally:\n  set: { supply.output: off }\n"));
  EXPECT_EQ(result.verdict, Verdict::pass) << texts(result);
  EXPECT_GE(ToyAir::latest->made_safe, 1);
  EXPECT_EQ(ToyAir::latest->set, 25.0);
  EXPECT_TRUE(ToyAir::latest->run);
  EXPECT_EQ(ToyAir::latest->hottest_since_safe, 25.0) << "what the case wanted must not come back after make_safe()";
}

TEST_F(ChamberWayOut, a_trip_takes_the_chamber_from_the_case_at_once) {
  const RunResult result = execute(cooking("limits: { chamber.temperature: [-20 degC, 50 degC] }\n"));
  EXPECT_EQ(result.verdict, Verdict::aborted) << texts(result);
  EXPECT_EQ(ToyAir::latest->set, 25.0);
  EXPECT_EQ(ToyAir::latest->hottest_since_safe, 25.0);
}

TEST_F(ChamberWayOut, a_case_begins_with_the_chamber_at_its_start_temperature) {
  execute(cooking(""));
  EXPECT_EQ(ToyAir::latest->first_set, 45.0) << "not at the place where it is left";
}

TEST_F(ChamberWayOut, a_finally_that_heats_is_a_mistake_of_the_case) {
  prepare(cooking("finally:\n  set: { chamber.temperature_set: 60 degC }\n"));
  EXPECT_THAT(diagnostics.render(), testing::HasSubstr("`finally` cannot set chamber.temperature_set"));
  prepare(cooking("finally:\n  set: { chamber.temperature_set: 25 degC, chamber.run: on }\n"));
  EXPECT_EQ(diagnostics.render(), "");
}

TEST_F(ChamberWayOut, a_running_chamber_is_not_an_energised_output) {
  rig::Run& run = prepare(cooking(""));
  ASSERT_EQ(diagnostics.render(), "");
  const CommandTable& commands = run.bench().commands();
  EXPECT_FALSE(commands.spec(*commands.find("chamber.run")).energises);
  EXPECT_TRUE(commands.spec(*commands.find("chamber.run")).stays_safe);
  EXPECT_TRUE(commands.spec(*commands.find("chamber.temperature_set")).stays_safe);
}

}  // namespace
}  // namespace rig::test
