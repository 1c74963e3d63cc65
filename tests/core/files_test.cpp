#include "rig/core/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rig/core/error.hpp"

namespace rig {
namespace {

using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("files_" + std::to_string(::getpid()) + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& text) {
    const std::string path = (folder_ / "file.yaml").string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  static std::string refusal(const std::string& path, std::size_t limit = 1000) {
    try {
      read_text(path, limit);
    } catch (const RigError& error) {
      return error.what();
    }
    ADD_FAILURE() << path << " was read";
    return {};
  }
  std::filesystem::path folder_;
};

TEST_F(Files, reads_text_without_its_byte_order_mark) {
  const std::string path = write(
      "\xEF\xBB\xBF"
      "a: \u00b5 \u20ac \U0001F50B\tb\r\n");
  const auto text = read_text(path);
  EXPECT_EQ(text->name, path);
  EXPECT_EQ(text->text, "a: \u00b5 \u20ac \U0001F50B\tb\r\n");
  EXPECT_EQ(read_text(write(""))->text, "");
}

TEST_F(Files, names_the_path_and_the_reason) {
  EXPECT_THAT(refusal("/nowhere/x.yaml"), HasSubstr("/nowhere/x.yaml: there is no such file"));
  EXPECT_THAT(refusal(folder_.string()), HasSubstr("folder"));
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  const std::string path = write(std::string(1001, 'x'));
  EXPECT_THAT(refusal(path), HasSubstr("larger than 1000 bytes"));
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("larger than"));
  EXPECT_EQ(read_text(write(std::string(1000, 'x')), 1000)->text.size(), 1000u);
}

TEST_F(Files, refuses_what_is_no_utf8_text_with_its_place) {
  const auto expect_place = [&](const std::string& text, const std::string& place) {
    EXPECT_THAT(refusal(write(text)), HasSubstr("file.yaml:" + place + ": ")) << testing::PrintToString(text);
  };
  expect_place(std::string("a\nb\0c", 5), "2:2");
  expect_place(
      "\x7f"
      "ELF\x02\x01",
      "1:5");
  expect_place(
      "\xff\xfe"
      "a",
      "1:1");
  expect_place("abc\xe2\x82", "1:4");
  expect_place("\xc0\x80", "1:1");          // overlong
  expect_place("\xe0\x80\xaf", "1:1");      // overlong
  expect_place("\xed\xa0\x80", "1:1");      // surrogate
  expect_place("\xf4\x90\x80\x80", "1:1");  // beyond U+10FFFF
  expect_place("\xf0\x80\x80\x80", "1:1");  // overlong
  expect_place("ok\nok\n\x80", "3:1");
  expect_place("\xc3(", "1:1");
  expect_place("a\x1b[31m", "1:2");
}

TEST_F(Files, reads_what_is_built_in) {
  register_builtin("cases/packs/one.yaml", "one: 1\n");
  register_builtin("cases/packs/one.yaml", "one: 2\n");
  EXPECT_EQ(read_text("builtin:cases/packs/one.yaml")->text, "one: 2\n");
  EXPECT_EQ(read_text("builtin:cases/packs/one.yaml")->name, "builtin:cases/packs/one.yaml");
  EXPECT_THAT(builtin_names(), testing::Contains("cases/packs/one.yaml"));
  EXPECT_THAT(refusal("builtin:cases/packs/onw.yaml"), HasSubstr("did you mean 'cases/packs/one.yaml'?"));
}

TEST(Paths, are_relative_to_the_file_that_names_them) {
  EXPECT_EQ(resolve_path("cases/a/x.yaml", "../packs/p.yaml"), "cases/packs/p.yaml");
  EXPECT_EQ(resolve_path("x.yaml", "p.yaml"), "p.yaml");
  EXPECT_EQ(resolve_path("x.yaml", "../p.yaml"), "../p.yaml");
  EXPECT_EQ(resolve_path("cases/x.yaml", "/etc/p.yaml"), "/etc/p.yaml");
  EXPECT_EQ(resolve_path("cases/x.yaml", "builtin:p.yaml"), "builtin:p.yaml");
  EXPECT_EQ(resolve_path("builtin:cases/benches/x.yaml", "../packs/p.yaml"), "builtin:cases/packs/p.yaml");
}

TEST(Fingerprint, is_fnv_1a) {
  EXPECT_EQ(fingerprint(""), "cbf29ce484222325");
  EXPECT_EQ(fingerprint("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(fingerprint("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace rig
