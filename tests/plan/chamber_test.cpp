#include "tests/plan/plan_fixture.hpp"

namespace rig::test {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::StartsWith;

class InTheChamber : public Planned {
 protected:
  Forecast in_chamber(const std::string& steps) {
    return plan(
        with_steps(steps),
        plan_bench("  supply: { driver: sim.supply }\n  load: { driver: sim.load }\n  meter: { driver: sim.meter }\n"
                   "  chamber: { driver: sim.chamber, heating_rate: 0.033333333 K/s, cooling_rate: 0.025 K/s }\n",
                   "  - { name: skin over-temperature, never: pack.skin_temperature > 65 degC }\n"));
  }
};

TEST_F(InTheChamber, moves_are_counted_with_ramp_and_soak) {
  const Forecast f = in_chamber(
      "  - { set: { chamber.temperature_set: 45 degC }, until: chamber.temperature > 44 degC, timeout: 1 h }\n"
      "  - { set: { chamber.temperature_set: 45 degC }, hold: 1 h }\n");
  EXPECT_EQ(found, "");
  EXPECT_EQ(f.chamber_moves, 1);
  EXPECT_THAT(to_seconds(f.steps.at(0).expected), DoubleNear(570, 5));
  // 20 K at 2 K/min, then 1.9 h * ln(20 K / 2 K).
  EXPECT_THAT(to_seconds(f.chamber_time), DoubleNear(600 + 6866 * 2.3026, 20));
}

TEST_F(InTheChamber, air_beyond_the_set_point_is_never_reached) {
  in_chamber("  - { set: { chamber.temperature_set: 45 degC }, until: chamber.temperature > 55 degC, timeout: 5 h }\n");
  EXPECT_THAT(found,
              StartsWith("error 4:57: this 'until' can never come true: while the step runs chamber.temperature"));
}

TEST_F(InTheChamber, a_ramp_faster_than_the_chamber_is_a_mistake) {
  in_chamber(
      "  - { set: { chamber.temperature_set: 60 degC }, until: chamber.temperature > 59 degC, timeout: 5 min }\n");
  EXPECT_THAT(found, StartsWith("error 4:57: this 'until' can never come true"));
  EXPECT_THAT(found, HasSubstr("needs about 17 min"));
  in_chamber(
      "  - { set: { chamber.temperature_set: 60 degC }, until: chamber.temperature > 59 degC, timeout: 30 min }\n");
  EXPECT_EQ(found, "");
}

TEST_F(InTheChamber, a_soak_takes_hours) {
  in_chamber(
      "  - { set: { chamber.temperature_set: 60 degC }, until: pack.skin_temperature > 58 degC, timeout: 15 min }\n");
  EXPECT_THAT(found, StartsWith("error 4:57: this 'until' can never come true"));
  in_chamber(
      "  - { set: { chamber.temperature_set: 60 degC }, until: pack.skin_temperature > 58 degC, timeout: 2 h }\n");
  EXPECT_THAT(found, StartsWith("warning 4:99: this timeout of 2 h will most likely be missed"));
  in_chamber(
      "  - { set: { chamber.temperature_set: 60 degC }, until: pack.skin_temperature > 58 degC, timeout: 8 h }\n");
  EXPECT_EQ(found, "");
}

TEST_F(InTheChamber, a_temperature_that_the_pack_takes_on_must_not_trip_the_bench) {
  in_chamber("  - { set: { chamber.temperature_set: 70 degC }, hold: 8 h }\n");
  EXPECT_THAT(found,
              StartsWith("error 4:39: chamber.temperature_set 70 degC would trip the bench's limit 'skin over-temp"));
  in_chamber("  - { set: { chamber.temperature_set: 70 degC }, hold: 1 h }\n");
  EXPECT_THAT(found, StartsWith("warning 4:39: "));
  in_chamber("  - { set: { chamber.temperature_set: 65 degC }, hold: 8 h }\n");
  EXPECT_EQ(found, "");
}

TEST_F(InTheChamber, temperature_rows_are_testable_and_their_delays_are_not) {
  in_chamber("  - { hold: 1 s }\n");
  const auto of = [&](const std::string& id) {
    return *std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.id == id; });
  };
  EXPECT_EQ(of("GTX-OT-05").state, Testability::testable) << of("GTX-OT-05").why;
  EXPECT_EQ(of("GTX-OT-01").state, Testability::swallowed) << "5.4 K of the 12 K in which it may lie";
  for (const FieldTestability& field : of("GTX-OT-01").fields) {
    if (field.field == "delay") {
      EXPECT_EQ(field.state, Testability::unreachable);
    }
  }
  plan(with_steps("  - { hold: 1 s }\n"));
  EXPECT_EQ(of("GTX-OT-01").state, Testability::unreachable);
  EXPECT_EQ(of("GTX-OT-01").mend, "an instrument named 'chamber'");
}

}  // namespace
}  // namespace rig::test
