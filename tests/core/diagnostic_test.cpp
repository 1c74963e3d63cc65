#include "rig/core/diagnostic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/core/error.hpp"

namespace rig {
namespace {

std::string rendered(const std::string& text, int line, int column, Severity severity = Severity::error) {
  return render(
      {severity, {std::make_shared<const SourceText>(SourceText{"f.yaml", text}), line, column}, "wrong", "right"});
}

TEST(Diagnostic, shows_line_and_caret) {
  EXPECT_EQ(rendered("a: 1\nb: xyz\n", 2, 4),
            "f.yaml:2:4: error: wrong; right\n"
            "    b: xyz\n"
            "       ^\n");
  EXPECT_EQ(rendered("a", 1, 1, Severity::warning), "f.yaml:1:1: warning: wrong; right\n    a\n    ^\n");
}

TEST(Diagnostic, keeps_the_caret_below_its_letter_after_tabs_and_wide_letters) {
  EXPECT_EQ(rendered("\ta\tb", 1, 4), "f.yaml:1:4: error: wrong; right\n    \ta\tb\n    \t \t^\n");
  EXPECT_EQ(rendered("\u00b5\u03a9 x", 1, 6), "f.yaml:1:6: error: wrong; right\n    \u00b5\u03a9 x\n       ^\n");
  EXPECT_EQ(rendered("ab\r\ncd", 1, 3), "f.yaml:1:3: error: wrong; right\n    ab\n      ^\n");
}

TEST(Diagnostic, cuts_long_lines_around_the_caret) {
  std::string line(5000, 'a');
  line[2499] = 'X';
  const std::string text = rendered(line, 1, 2500);
  EXPECT_LT(text.size(), 350u);
  const std::size_t shown = text.find('\n') + 1;
  const std::size_t pointer = text.find('\n', shown) + 1;
  EXPECT_EQ(text.find('X') - shown, text.find('^') - pointer);
  EXPECT_THAT(text, testing::HasSubstr("\n    ...aaa"));
  EXPECT_THAT(text, testing::HasSubstr("aaa...\n"));
  std::string omegas;
  for (int i = 0; i < 500; ++i) {
    omegas += "\u03a9";
  }
  const std::string cut = rendered(omegas, 1, 501);
  EXPECT_THAT(cut, testing::HasSubstr("...\u03a9")) << "no letter is cut in two";
  EXPECT_THAT(cut, testing::HasSubstr("\u03a9...\n"));
}

TEST(Diagnostic, survives_places_beyond_the_text) {
  EXPECT_EQ(rendered("ab", 9, 9), "f.yaml:9:9: error: wrong; right\n    \n    ^\n");
  EXPECT_EQ(rendered("ab", 1, 99), "f.yaml:1:99: error: wrong; right\n    ab\n      ^\n");
  EXPECT_EQ(rendered("ab", 0, 0), "f.yaml: error: wrong; right\n");
  EXPECT_EQ(render({Severity::error, {}, "wrong", ""}), "error: wrong\n");
}

TEST(Diagnostics, collects_and_throws_only_errors) {
  Diagnostics diagnostics;
  diagnostics.warning({}, "careful");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_NO_THROW(diagnostics.throw_if_errors());
  diagnostics.error({}, "one");
  diagnostics.error({}, "two");
  EXPECT_EQ(diagnostics.error_count(), 2u);
  try {
    diagnostics.throw_if_errors();
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "warning: careful\nerror: one\nerror: two");
    ASSERT_EQ(error.diagnostics().size(), 3u);
    EXPECT_EQ(error.diagnostics()[2].message, "two");
  }
}

TEST(Suggestion, finds_a_slip_and_nothing_farther) {
  const std::vector<std::string> names{"timeout", "until", "hold", "set", "pack_over_voltage", "V"};
  EXPECT_EQ(nearest("timout", names), "timeout");
  EXPECT_EQ(nearest("utnil", names), "until") << "two swapped letters are one slip";
  EXPECT_EQ(nearest("TIMEOUT", names), "timeout");
  EXPECT_EQ(nearest("pack-over voltage", names), "pack_over_voltage");
  EXPECT_EQ(nearest("v", names), "V");
  EXPECT_EQ(nearest("A", names), "");
  EXPECT_EQ(nearest("ramp", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(100000, 'x'), names), "");
  const std::vector<std::string> twins{"mv", "mV"};
  EXPECT_EQ(nearest("mV", twins), "mV") << "of two that differ in case the same case wins";
}

TEST(Suggestion, lists_what_is_known_when_nothing_is_near) {
  const std::vector<std::string> names{"set", "hold"};
  EXPECT_EQ(suggestion("sett", names), "did you mean 'set'?");
  EXPECT_EQ(suggestion("ramp", names), "known: set, hold");
  EXPECT_EQ(suggestion("ramp", {}), "");
}

}  // namespace
}  // namespace rig
