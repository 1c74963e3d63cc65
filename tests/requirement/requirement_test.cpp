#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "rig/core/files.hpp"
#include "rig/requirement/requirement.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {

const std::string cases = source_dir() + "/cases/";

std::shared_ptr<const SourceText> text(std::string body) {
  return std::make_shared<const SourceText>(SourceText{"test.yaml", std::move(body)});
}

// The shipped file with one piece replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string body = read_text(cases + "gtx5000.yaml")->text;
  const auto at = body.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return body.replace(at, from.size(), to);
}

std::string mistakes(const std::string& body) {
  Diagnostics diagnostics;
  parse_requirements(text(body), diagnostics);
  return diagnostics.render();
}

TEST(Requirements, the_shipped_files_read_without_a_mistake) {
  Diagnostics diagnostics;
  const Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  const PackProfile p = read_profile(cases + "packs/virtual_gtx5000.yaml", diagnostics);
  apply_profile(r, p, diagnostics);
  EXPECT_EQ(diagnostics.all().size(), 0u) << diagnostics.render();
}

TEST(Requirements, at_an_age_the_capacity_is_that_of_the_age_and_new_cells_are_no_measure) {
  Diagnostics diagnostics;
  const Requirements fresh =
      apply_profile(read_requirements(cases + "gtx5000.yaml", diagnostics),
                    read_profile(cases + "packs/virtual_gtx5000.yaml", diagnostics), diagnostics);
  const std::optional<Age> age = fresh.age_of("eol_60");
  ASSERT_TRUE(age);
  const Requirements worn = at_age(fresh, *age);
  EXPECT_NEAR(worn.capacity->interval().lo, 0.6 * fresh.capacity->interval().lo, 1);
  EXPECT_NEAR(worn.thermal->resistance.interval().hi, 2.5 * fresh.thermal->resistance.interval().hi, 1e-9);
  EXPECT_TRUE(fresh.find("GTX-PLANT-04")->range->can_fail());
  EXPECT_FALSE(worn.find("GTX-PLANT-04")->range->can_fail());
}

TEST(Requirements, an_age_in_cycles_lies_between_the_named_ones_and_promises_no_more) {
  Diagnostics diagnostics;
  const Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  const std::optional<Age> middle = r.age_of("2000 cycles");
  ASSERT_TRUE(middle);
  EXPECT_EQ(middle->capacity.interval(), (Interval{0.60, 1.0}))
      << "60 % is owed at 6000, and it had up to 100 % at 500";
  EXPECT_EQ(middle->resistance.interval(), (Interval{1.0, 2.5}));
  EXPECT_EQ(r.age_of("500 cycles")->capacity.interval(), r.age_of("label_500")->capacity.interval());
  EXPECT_EQ(r.age_of("0 cycles")->capacity.interval(), r.age_of("bol")->capacity.interval());
  for (const char* none : {"tired", "6001 cycles", "-1 cycles", "2000", "2000 years", "cycles", "", "2000cycles"}) {
    EXPECT_FALSE(r.age_of(none)) << none;
  }
}

TEST(Requirements, an_age_that_no_pack_can_have_is_refused) {
  const std::string more = mistakes(changed("capacity: { range: [95 %, 100 %]", "capacity: { range: [95 %, 105 %]"));
  EXPECT_THAT(more, testing::HasSubstr("label_500: no pack ages so that its capacity gets so"));
  EXPECT_THAT(more, testing::HasSubstr("test.yaml:"));
  EXPECT_THAT(mistakes(changed("capacity: { range: [95 %, 100 %]", "capacity: { range: [95 Ah, 100 Ah]")),
              testing::HasSubstr("capacity is"));
}

TEST(Requirements, only_a_row_that_nothing_judges_may_say_why_no_rig_checks_it) {
  EXPECT_THAT(mistakes(changed("    rule: pack_ov\n", "    rule: pack_ov\n    outside: too dear\n")),
              testing::HasSubstr("'outside' and 'policy' are for rows that nothing judges"));
}

TEST(Requirements, of_several_packs_the_sum_is_judged_and_what_one_pack_alone_has_is_not) {
  Diagnostics diagnostics;
  const Requirements one = apply_profile(read_requirements(cases + "gtx5000.yaml", diagnostics),
                                         read_profile(cases + "packs/virtual_gtx5000.yaml", diagnostics), diagnostics);
  const Requirements four = of_packs(one, 4);
  EXPECT_DOUBLE_EQ(four.ratings.discharge_power.value(), 4 * 3500.0);
  EXPECT_DOUBLE_EQ(four.find("GTX-OC-03")->range->interval().hi, 4 * one.find("GTX-OC-03")->range->interval().hi);
  // One of them may carry all of it, or a quarter: between 98 A and four times 102 A nobody outside can tell.
  const Interval trips = allowed_threshold(*four.find("GTX-OC-01"));
  EXPECT_DOUBLE_EQ(trips.lo, allowed_threshold(*one.find("GTX-OC-01")).lo);
  EXPECT_DOUBLE_EQ(trips.hi, 4 * allowed_threshold(*one.find("GTX-OC-01")).hi);
  EXPECT_TRUE(four.find("GTX-OC-01")->any_pack)
      << "a trip tells the threshold of the pack that tripped, whichever it was";
  EXPECT_FALSE(one.find("GTX-OC-01")->any_pack);
  EXPECT_FALSE(four.each->find("GTX-OC-01")->any_pack);
  EXPECT_DOUBLE_EQ(four.find("GTX-OV-01")->threshold->value(), 56.0) << "each pack has its own voltage";
  EXPECT_EQ(four.find("GTX-LED-01")->kind, RowKind::informative) << "a pack shows its own current";
  EXPECT_TRUE(one.find("GTX-LIM-07")->table->can_fail());
  EXPECT_FALSE(four.find("GTX-LIM-07")->table->can_fail());
  EXPECT_FALSE(four.find("GTX-PLANT-01")->range->can_fail());
  EXPECT_TRUE(four.find("GTX-SEN-01")->range->can_fail());
  EXPECT_FALSE(four.find("GTX-SEN-02")->range->can_fail()) << "a lost pack is in the sum until it is noticed";
  ASSERT_TRUE(four.each) << "each of them is judged by itself, too";
  EXPECT_DOUBLE_EQ(allowed_threshold(*four.each->find("GTX-OC-01")).hi, allowed_threshold(*one.find("GTX-OC-01")).hi);
  EXPECT_EQ(four.each->find("GTX-LED-01")->kind, RowKind::lights);
  EXPECT_FALSE(one.each);
  const std::optional<Age> old = four.age_of("label_500");
  ASSERT_TRUE(old);
  EXPECT_LT(at_age(four, *old).each->capacity->interval().lo, one.capacity->interval().lo) << "all of them are old";
}

TEST(Requirements, the_numbers_that_the_manual_gives_are_the_manuals) {
  Diagnostics diagnostics;
  const Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  const RequirementRow* ov = r.find("GTX-OV-01");
  const RequirementRow* uv = r.find("GTX-UV-01");
  ASSERT_TRUE(ov != nullptr && uv != nullptr);
  EXPECT_DOUBLE_EQ(ov->threshold->value(), 56.0);
  EXPECT_EQ(ov->threshold->origin, NumberOrigin::manual);
  EXPECT_EQ(ov->manual, "9.1-2d");
  EXPECT_DOUBLE_EQ(uv->threshold->value(), 45.6);
  EXPECT_EQ(uv->delay->origin, NumberOrigin::engineering_default) << "the manual gives no delay";
  EXPECT_DOUBLE_EQ(r.ratings.highest_voltage.value(), 56.16);
}

TEST(Requirements, a_profile_turns_defaults_into_measured_values_and_leaves_the_rest) {
  Diagnostics diagnostics;
  const Requirements before = read_requirements(cases + "gtx5000.yaml", diagnostics);
  const Requirements after =
      apply_profile(before, read_profile(cases + "packs/virtual_gtx5000.yaml", diagnostics), diagnostics);
  EXPECT_FALSE(before.find("GTX-OV-01")->delay->can_fail());
  EXPECT_TRUE(after.find("GTX-OV-01")->delay->can_fail());
  EXPECT_EQ(after.find("GTX-OV-01")->threshold->origin, NumberOrigin::manual);
  EXPECT_EQ(after.find("GTX-OV-01")->release.size(), 1u) << "a given pack has exactly one release policy";
}

TEST(Requirements, mistakes_name_row_and_reason) {
  EXPECT_THAT(mistakes(changed("id: GTX-OV-02", "id: GTX-OV-01")), testing::HasSubstr("GTX-OV-01 stands twice"));
  EXPECT_THAT(mistakes(changed("threshold: { value: 56.0 V,", "threshold: { value: 56.0 A,")),
              testing::HasSubstr("GTX-OV-01: threshold is current (A); it has to be voltage (V)"));
  EXPECT_THAT(mistakes(changed("range: [0.5 s, 6 s]", "range: [6 s, 0.5 s]")), testing::HasSubstr("upside down"));
  EXPECT_THAT(mistakes(changed("range: [0.5 s, 6 s]", "range: [6 s]")), testing::HasSubstr("two ends"));
  EXPECT_THAT(mistakes(changed("    kind: protection\n", "    kind: protektion\n")), testing::HasSubstr("protection"));
  EXPECT_THAT(mistakes(changed("    flag: dut.protection.over_voltage\n", "")), testing::HasSubstr("lacks 'flag'"));
  EXPECT_THAT(mistakes(changed("origin: manual, source: 9.1-2d }", "origin: hearsay }")),
              testing::HasSubstr("hearsay"));
}

TEST(Requirements, every_figure_of_section_9_1_is_a_protection_of_the_manual) {
  Diagnostics diagnostics;
  const Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  struct Figure {
    const char* row;
    double value;
    RuleInput input;
  };
  for (const Figure& f :
       {Figure{"GTX-OT-01", 55, RuleInput::highest_temperature},
        Figure{"GTX-OT-02", -10, RuleInput::lowest_temperature},
        Figure{"GTX-OT-03", 60, RuleInput::highest_temperature},
        Figure{"GTX-OT-04", -20, RuleInput::lowest_temperature}, Figure{"GTX-OC-01", 100, RuleInput::discharge_current},
        Figure{"GTX-OC-02", 100, RuleInput::charge_current}, Figure{"GTX-OV-01", 56.0, RuleInput::battery_voltage},
        Figure{"GTX-UV-01", 45.6, RuleInput::battery_voltage}}) {
    const RequirementRow* row = r.find(f.row);
    ASSERT_NE(row, nullptr) << f.row;
    EXPECT_EQ(row->kind, RowKind::protection) << f.row;
    EXPECT_DOUBLE_EQ(row->threshold->value(), f.value) << f.row;
    EXPECT_EQ(row->threshold->origin, NumberOrigin::manual) << f.row;
    EXPECT_EQ(row->input, f.input) << f.row;
  }
}

TEST(Requirements, a_band_that_reaches_into_the_ratings_is_a_mistake) {
  EXPECT_THAT(mistakes(changed("range: [75 A, 130 A]", "range: [70 A, 130 A]")),
              testing::HasSubstr("GTX-OC-01: characterise reaches into the ratings of the manual"));
  EXPECT_THAT(mistakes(changed("range: [53 degC, 65 degC]", "range: [40 degC, 65 degC]")),
              testing::HasSubstr("inside 55 degC a pack must not act"));
}

TEST(Requirements, mistakes_of_rules_locks_tables_and_orders_name_row_and_reason) {
  EXPECT_THAT(
      mistakes(changed("threshold: { value: 55 degC, origin: manual", "threshold: { value: 55 V, origin: manual")),
      testing::HasSubstr("GTX-OT-01: threshold is voltage (V); it has to be temperature (degC)"));
  EXPECT_THAT(mistakes(changed("- { policy: temperature, value: { value: 50 degC",
                               "- { policy: voltage, value: { value: 50 V")),
              testing::HasSubstr("the release policy looks at voltage (V), the rule at its hottest cell"));
  EXPECT_THAT(mistakes(changed("within: { value: 30 min,", "within: { value: 30 A,")),
              testing::HasSubstr("GTX-OC-02: the time of the lock is current (A)"));
  EXPECT_THAT(mistakes(changed("lock: { after: 5,", "lock: { after: 0,")),
              testing::HasSubstr("the least that is possible here"));
  EXPECT_THAT(mistakes(changed("[[3.40 V, 50 A], [3.45 V, 25 A]", "[[3.50 V, 50 A], [3.45 V, 25 A]")),
              testing::HasSubstr("point 2 of the table lies before the one ahead of it"));
  EXPECT_THAT(mistakes(changed("[[3.40 V, 50 A], [3.45 V, 25 A]", "[[3.40 V], [3.45 V, 25 A]")),
              testing::HasSubstr("point 1 of the table has 1 values"));
  EXPECT_THAT(mistakes(changed("[[3.40 V, 50 A], [3.45 V, 25 A], [3.50 V, 10 A], [3.55 V, 0 A]]",
                               "[[3.40 degC, 50 A], [3.45 degC, 25 A]]")),
              testing::HasSubstr("GTX-LIM-06: the table is over temperature (degC), the input is the highest cell"));
  EXPECT_THAT(mistakes(changed("    then: dut.protection.over_voltage\n", "")), testing::HasSubstr("lacks 'then'"));
  EXPECT_THAT(mistakes(changed("    full: { value: 97 %, origin: manual, source: 5.3.3-3 }\n", "")),
              testing::HasSubstr("GTX-SOC-06 lacks 'full'"));
  EXPECT_THAT(mistakes(changed("    latched: true\n",
                               "    latched: true\n    release_delay: { range: [1 s, 2 s], origin: default }\n")),
              testing::HasSubstr("only a protection latches, and then nothing lets it go"));
}

TEST(Requirements, mistakes_of_cyclic_frames_name_row_and_reason) {
  EXPECT_THAT(mistakes(changed("jitter: { value: 5 s,", "jitter: { value: 5 A,")),
              testing::HasSubstr("GTX-CAN-01: jitter is current (A); it has to be time (s)"));
  EXPECT_THAT(mistakes(changed("jitter: { value: 5 s,", "jitter: { value: -5 s,")),
              testing::HasSubstr("GTX-CAN-01: jitter is negative"));
  EXPECT_THAT(mistakes(changed("gaps: { value: 3,", "gaps: { value: 3 s,")),
              testing::HasSubstr("GTX-LIM-02: gaps is time (s)"));
  EXPECT_THAT(mistakes(changed("signal: dut.period.soc", "signal: dut.soc")),
              testing::HasSubstr("GTX-CAN-01 lacks 'signal: dut.period.FRAME'"));
}

TEST(Requirements, mistakes_of_the_lights_name_row_and_reason) {
  const auto mistake = [](const char* from, const char* to) { return mistakes(changed(from, to)); };
  EXPECT_THAT(mistake("on: { value: 0.25 s", "on: { value: 0.25 V"),
              testing::HasSubstr("GTX-LED-01: on is voltage (V)"));
  EXPECT_THAT(mistake("    off: { value: 3.75 s, origin: manual }\n", ""),
              testing::HasSubstr("GTX-LED-01 lacks 'off'"));
  EXPECT_THAT(mistake("    panel: red\n", ""), testing::HasSubstr("GTX-LED-06 lacks 'panel"));
  EXPECT_THAT(mistake("panel: red", "panel: green"), testing::HasSubstr("green"));
  EXPECT_THAT(mistake("1], [33 %, 2], [50 %, 3], [66 %, 4], [83 %, 5], [100 %, 6]]", "1 A], [33 %, 2 A]]"),
              testing::HasSubstr("GTX-LED-05: the table is not of SOC"));
}

TEST(Requirements, mistakes_of_the_way_from_skin_to_cells_name_the_number_and_the_reason) {
  EXPECT_THAT(mistakes(changed("heat_capacity: { range: [25 kJ/K, 50 kJ/K]", "heat_capacity: { range: [25 kJ, 50 kJ]")),
              testing::HasSubstr("thermal: heat_capacity is energy"));
  EXPECT_THAT(mistakes(changed("conductance: { range: [20 W/K,", "conductance: { range: [0 W/K,")),
              testing::HasSubstr("thermal: conductance begins at or below zero"));
  EXPECT_THAT(mistakes(changed("spread: { value: 3 K,", "spread: { value: -3 K,")),
              testing::HasSubstr("thermal: spread is negative"));
  EXPECT_THAT(mistakes(changed("cold_resistance: { value: 600 mOhm,", "cold_resistance: { value: 40 mOhm,")),
              testing::HasSubstr("thermal: cold_resistance is below the one at 25 degC"));
  EXPECT_THAT(mistakes(changed("capacity: { range: [95 Ah, 112 Ah]", "capacity: { range: [95 A, 112 A]")),
              testing::HasSubstr("capacity"));
}

TEST(Requirements, a_profile_row_without_a_requirement_is_a_mistake_at_its_place) {
  Diagnostics diagnostics;
  const Requirements r = read_requirements(cases + "gtx5000.yaml", diagnostics);
  const PackProfile p = parse_profile(
      text("pack: x\nfirmware: '1'\nrows:\n  - row: GTX-OV-10\n    tolerance: { value: 0.1 V, origin: measured }\n"),
      diagnostics);
  apply_profile(r, p, diagnostics);
  EXPECT_THAT(diagnostics.render(),
              testing::HasSubstr("test.yaml:4:5: error: the requirements have no row 'GTX-OV-10'"));
}

TEST(Requirements, the_schemas_name_the_keys_that_the_reader_wants) {
  const auto schema = requirements_schema();
  EXPECT_TRUE(schema["properties"].contains("rows"));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_TRUE(profile_schema()["properties"].contains("firmware"));
}

}  // namespace
}  // namespace rig
