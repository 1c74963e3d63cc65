#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

#include "tests/case/test_bench.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {

TEST(Readme, shows_a_case_that_compiles) {
  std::ifstream file(source_dir() + "/rig/case/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string readme = text.str();
  int blocks = 0;
  for (std::size_t at = readme.find("```yaml\n"); at != std::string::npos; at = readme.find("```yaml\n", at + 1)) {
    const std::size_t begin = at + 8;
    TestBench bench;
    Diagnostics diagnostics;
    const Program program = bench.load(readme.substr(begin, readme.find("```", begin) - begin), diagnostics);
    EXPECT_EQ(diagnostics.render(), "");
    EXPECT_FALSE(program.steps.empty());
    ++blocks;
  }
  EXPECT_GT(blocks, 0);
}

TEST(Readme, names_the_keys_and_files_that_there_are) {
  std::ifstream file(source_dir() + "/rig/case/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const nlohmann::json schema = case_schema();
  for (const auto& properties : {schema["properties"], schema["$defs"]["step"]["properties"]}) {
    for (const auto& [key, value] : properties.items()) {
      const bool is_named = text.str().find("`" + key) != std::string::npos ||
                            text.str().find("  " + key + ":") != std::string::npos ||
                            text.str().find("- " + key + ":") != std::string::npos;
      EXPECT_TRUE(is_named) << key;
    }
  }
}

}  // namespace
}  // namespace rig
