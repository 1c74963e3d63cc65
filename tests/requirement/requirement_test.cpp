#include <gmock/gmock.h>

#include "rig/core/files.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {
namespace {

const std::string cases = std::string(SOURCE_DIR) + "/cases/";

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
