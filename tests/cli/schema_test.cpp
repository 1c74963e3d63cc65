// The schemas that editors read lie beside the cases; they are what the reader's declarations say.
#include "tests/cli/cli_fixture.hpp"

namespace rig::cli {
namespace {

class Schema : public Cli, public testing::WithParamInterface<const char*> {};

TEST_P(Schema, in_the_folder_cases_is_what_the_reader_declares) {
  const std::string kind = GetParam();
  ASSERT_EQ(call({"list", "schema", kind}), 0);
  std::ifstream file(root + kind + ".schema.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text == out) << "make it again: gtxrig list schema " << kind << " > cases/" << kind << ".schema.json";
}

INSTANTIATE_TEST_SUITE_P(Kinds, Schema, testing::Values("case", "bench", "requirements", "profile"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace rig::cli
