#include "rig/core/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace rig {
namespace {

using testing::HasSubstr;

std::shared_ptr<const SourceText> source(std::string text) {
  return std::make_shared<const SourceText>(SourceText{"f.yaml", std::move(text)});
}
Node parse(const std::string& text) {
  Diagnostics diagnostics;
  Node root = parse_yaml(source(text), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.render();
  return root;
}
// The first mistake; the tree must then be empty.
Diagnostic mistake(const std::string& text) {
  Diagnostics diagnostics;
  const Node root = parse_yaml(source(text), diagnostics);
  EXPECT_TRUE(diagnostics.has_errors()) << text.substr(0, 200);
  EXPECT_TRUE(root.is_null());
  return diagnostics.all().empty() ? Diagnostic{} : diagnostics.all().front();
}
std::string place(const SourceMark& mark) { return std::to_string(mark.line) + ":" + std::to_string(mark.column); }

TEST(Document, keeps_kinds_order_and_quotes) {
  const Node root = parse("b: 57\na: \"57\"\nlist: [x, {y: 1}, ~]\nnothing:\nempty: {}\n");
  ASSERT_TRUE(root.is_mapping());
  ASSERT_EQ(root.members.size(), 5u);
  EXPECT_EQ(root.members[0].first.scalar, "b");
  EXPECT_FALSE(root.find("b")->quoted);
  EXPECT_TRUE(root.find("a")->quoted);
  EXPECT_EQ(root.find("list")->items[1].find("y")->scalar, "1");
  EXPECT_TRUE(root.find("list")->items[2].is_null());
  EXPECT_TRUE(root.find("nothing")->is_null());
  EXPECT_TRUE(root.find("empty")->is_mapping());
  EXPECT_EQ(root.find("absent"), nullptr);
}

TEST(Document, marks_where_the_content_begins) {
  const Node root = parse(
      "a: 5 V\n"
      "\u00b5: {k:  'text', l: [1,  2]}\n"
      "anchored: &name !!str  7\n"
      "block: |\n"
      "   first\n"
      "nothing:\n"
      "items:\n"
      "  - x\n"
      "  -\n"
      "  - [ ]\n");
  EXPECT_EQ(place(root.mark), "1:1");
  EXPECT_EQ(place(root.find("a")->mark), "1:4");
  EXPECT_EQ(place(root.members[1].first.mark), "2:1");
  EXPECT_EQ(place(root.members[1].second.mark), "2:5") << "columns count bytes";
  EXPECT_EQ(place(root.members[1].second.find("k")->mark), "2:11") << "behind the quote";
  EXPECT_EQ(place(root.members[1].second.find("l")->items[1].mark), "2:26");
  EXPECT_EQ(place(root.find("anchored")->mark), "3:24");
  EXPECT_TRUE(root.find("anchored")->quoted);
  EXPECT_EQ(place(root.find("block")->mark), "5:4");
  EXPECT_EQ(place(root.find("nothing")->mark), "6:1") << "an empty value is marked at its key";
  EXPECT_EQ(place(root.find("items")->mark), "8:3");
  EXPECT_EQ(place(root.find("items")->items[1].mark), "9:3") << "an empty item is marked at its dash";
  EXPECT_EQ(place(root.find("items")->items[2].mark), "10:5");
}

TEST(Document, skips_a_byte_order_mark_and_reads_dos_lines) {
  const Node root = parse(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n");
  EXPECT_EQ(root.find("a")->scalar, "1");
  EXPECT_EQ(root.find("b")->scalar, "2");
  EXPECT_EQ(place(root.find("b")->mark), "2:4");
}

TEST(Document, expands_aliases) {
  const Node root = parse("base: &b {x: [1, 2]}\none: *b\ntwo: [*b, *b]\n");
  EXPECT_EQ(root.find("one")->find("x")->items[1].scalar, "2");
  EXPECT_EQ(root.find("two")->items[1].find("x")->items[0].scalar, "1");
}

TEST(Document, refuses_a_key_that_stands_twice_and_names_both_places) {
  Diagnostics diagnostics;
  parse_yaml(source("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 4\n\"b\": 5\n"), diagnostics);
  ASSERT_EQ(diagnostics.error_count(), 3u);
  EXPECT_EQ(place(diagnostics.all()[0].mark), "5:3");
  EXPECT_THAT(diagnostics.all()[0].hint, HasSubstr("f.yaml:3:3"));
  EXPECT_EQ(place(diagnostics.all()[1].mark), "6:1");
  EXPECT_THAT(diagnostics.all()[1].hint, HasSubstr("f.yaml:1:1"));
  EXPECT_EQ(place(diagnostics.all()[2].mark), "7:2");
}

TEST(Document, refuses_what_the_rig_does_not_read) {
  EXPECT_THAT(mistake("").message, HasSubstr("the file is empty"));
  EXPECT_THAT(mistake("# only a comment\n").message, HasSubstr("the file is empty"));
  EXPECT_THAT(mistake("---\n").message, HasSubstr("the file is empty"));
  EXPECT_EQ(mistake("").mark.where(), "f.yaml");
  EXPECT_THAT(mistake("a: 1\n---\nb: 2\n").message, HasSubstr("second document"));
  EXPECT_EQ(place(mistake("a: 1\n---\nb: 2\n").mark), "2:1");
  EXPECT_THAT(mistake("[a] b\n").message, HasSubstr("does not belong"));
  EXPECT_THAT(mistake("x: 1\n<<: {a: 1}\n").message, HasSubstr("merge key"));
  EXPECT_EQ(place(mistake("x: 1\n<<: {a: 1}\n").mark), "2:1");
  EXPECT_THAT(mistake("? [a, b]\n: 1\n").message, HasSubstr("key must be a plain text"));
  EXPECT_THAT(mistake("~: 1\n").message, HasSubstr("key must be a plain text"));
  EXPECT_THAT(mistake("a: &k x\n*k : 1\n").message, HasSubstr("key must be a plain text"));
  EXPECT_THAT(mistake("a: !include b.yaml\n").message, HasSubstr("tag"));
  EXPECT_EQ(place(mistake("a: !include b.yaml\n").mark), "1:4");
}

TEST(Document, places_syntax_errors) {
  EXPECT_EQ(place(mistake("a: 1\nb: c: d\n").mark), "2:5");
  EXPECT_THAT(mistake("a: 1\nb: c: d\n").hint, HasSubstr("quotes"));
  EXPECT_EQ(place(mistake("ok: 1\na: @x\n").mark), "2:4");
  EXPECT_EQ(mistake("a: [1, 2\n").mark.line, 2);
  EXPECT_EQ(mistake("a: {b: 1\nc: 2\n").mark.source->name, "f.yaml");
  EXPECT_EQ(place(mistake("a: *unknown\n").mark), "1:4");
  EXPECT_EQ(mistake("a:\n\tb: 1\n").mark.line, 2);
}

TEST(Document, refuses_bytes_that_are_no_text) {
  EXPECT_EQ(place(mistake("a: 1\nb: \xff\n").mark), "2:4");
  EXPECT_EQ(place(mistake(std::string("a: \0b\n", 6)).mark), "1:4");
  EXPECT_EQ(place(mistake("a: 1\n\x04 b: 2\n").mark), "2:1") << "yaml-cpp takes this byte for the end of the file";
}

TEST(Document, refuses_a_loop_of_aliases) {
  EXPECT_THAT(mistake("a: &x [1, *x]\n").message, HasSubstr("no end"));
  EXPECT_EQ(place(mistake("a: &x [1, *x]\n").mark), "1:11");
  EXPECT_THAT(mistake("a: &x {b: &y {c: *x}}\n").message, HasSubstr("no end"));
}

TEST(Document, refuses_deep_nesting_of_every_kind) {
  const auto repeated = [](const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) {
      result += text;
    }
    return result;
  };
  EXPECT_EQ(parse(repeated("[", 64) + repeated("]", 64)).items.size(), 1u);
  EXPECT_THAT(mistake(repeated("[", 65) + repeated("]", 65)).message, HasSubstr("deeper than 64"));
  EXPECT_EQ(place(mistake(repeated("[", 65) + repeated("]", 65)).mark), "1:65");
  for (const char* opening : {"[", "{", "- ", "? ", "{a: ", "[a, ", "&a [", "[\n", "{a:\n"}) {
    EXPECT_THAT(mistake(repeated(opening, 100'000)).message,
                testing::AnyOf(HasSubstr("deeper than 64"), HasSubstr("no YAML")))
        << opening;
  }
  std::string stairs;
  for (int i = 0; i < 500; ++i) {
    stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  }
  EXPECT_EQ(place(mistake(stairs).mark), "65:65");
}

TEST(Document, refuses_a_billion_laughs) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 0; k < 9; ++k) {
      text += ", " + below;
    }
    text += "]\n";
  }
  EXPECT_THAT(mistake(text).message, HasSubstr("200000 nodes"));
  std::string long_text = "t: &t " + std::string(1'000'000, 'x') + "\nl: [*t";
  for (int i = 0; i < 1000; ++i) {
    long_text += ", *t";
  }
  EXPECT_THAT(mistake(long_text + "]\n").message, HasSubstr("16 MiB"));
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 80; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_THAT(mistake(chain).message, HasSubstr("64 levels"));
  std::string many;
  for (int i = 0; i < 210'000; ++i) {
    many += "- 1\n";
  }
  EXPECT_THAT(mistake(many).message, HasSubstr("200000 nodes"));
}

TEST(Document, notices_an_expression_that_was_split_at_its_comma) {
  EXPECT_TRUE(looks_split_at_comma(parse("{ that: max(a, b) > 3 V }")));
  EXPECT_FALSE(looks_split_at_comma(parse("{ that: \"max(a, b) > 3 V\", within: 1 s }")));
  EXPECT_FALSE(looks_split_at_comma(parse("{ \"odd)\": 1 }")));
}

struct Override {
  Node root;
  Diagnostics diagnostics;
};
Override overridden(const std::string& text, const std::string& assignment) {
  Override result;
  if (!text.empty()) {
    result.root = parse(text);
  }
  set_path(result.root, assignment, "--set", result.diagnostics);
  return result;
}

TEST(SetPath, replaces_and_makes_what_the_path_names) {
  const Override replaced = overridden("a: {b: 1, c: 2}\n", "a.b= 12.5 V");
  EXPECT_EQ(replaced.root.find("a")->find("b")->scalar, "12.5 V");
  EXPECT_EQ(replaced.root.find("a")->find("c")->scalar, "2");
  const Override made = overridden("", "dut.firmware.x=[1, {y: 2}]");
  EXPECT_EQ(made.root.find("dut")->find("firmware")->find("x")->items[1].find("y")->scalar, "2");
  EXPECT_TRUE(overridden("a: 1\n", "a=~").root.find("a")->is_null());
  EXPECT_EQ(overridden("a:\n", "a.b=1").root.find("a")->find("b")->scalar, "1");
  EXPECT_TRUE(overridden("a: 1\n", "a=\"\"").root.find("a")->quoted);
  EXPECT_EQ(overridden("a: 1\n", "a=b=c").root.find("a")->scalar, "b=c");
}

TEST(SetPath, reaches_items_of_lists_and_keys_with_dots) {
  const std::string text = "steps: [{set: {supply.voltage_set: 1 V, supply.output: on}}, [[1, 2]]]\n";
  const Override dotted = overridden(text, "steps[0].set.supply.voltage_set=2 V");
  EXPECT_EQ(dotted.root.find("steps")->items[0].find("set")->find("supply.voltage_set")->scalar, "2 V");
  EXPECT_EQ(dotted.root.find("steps")->items[0].find("set")->members.size(), 2u);
  EXPECT_EQ(overridden(text, "steps.1[0][1]=7").root.find("steps")->items[1].items[0].items[1].scalar, "7");
  EXPECT_EQ(overridden(text, "steps[1].0.1=7").root.find("steps")->items[1].items[0].items[1].scalar, "7");
}

TEST(SetPath, marks_point_into_the_assignment) {
  Override made = overridden("", "dut.limit=12.5");
  const Node& dut = *made.root.find("dut");
  EXPECT_EQ(dut.members[0].first.mark.where(), "--set dut.limit=...:1:5");
  made.diagnostics.error(dut.find("limit")->mark, "bad");
  EXPECT_EQ(made.diagnostics.render(),
            "--set dut.limit=...:1:11: error: bad\n"
            "    dut.limit=12.5\n"
            "              ^\n");
}

TEST(SetPath, refuses_paths_that_lead_nowhere) {
  const std::string text = "a: {b: 1}\nl: [1, 2]\n";
  const auto refusal = [&](const std::string& assignment) {
    const Override result = overridden(text, assignment);
    EXPECT_EQ(result.diagnostics.error_count(), 1u) << assignment;
    return result.diagnostics.all().empty() ? "" : place(result.diagnostics.all()[0].mark);
  };
  EXPECT_EQ(refusal("a.b.c=1"), "1:5");
  EXPECT_EQ(refusal("l[2]=1"), "1:3");
  EXPECT_EQ(refusal("l.x=1"), "1:3");
  EXPECT_EQ(refusal("l[-1]=1"), "1:3");
  EXPECT_EQ(refusal("a[0]=1"), "1:3");
  EXPECT_EQ(refusal("a..b=1"), "1:3");
  EXPECT_EQ(refusal("=1"), "1:1");
  EXPECT_EQ(refusal("a.=1"), "1:3");
  EXPECT_EQ(refusal("l[0=1"), "1:2");
  EXPECT_EQ(refusal("l[0]x=1"), "1:5");
  EXPECT_EQ(refusal("l[0].=1"), "1:6");
  EXPECT_EQ(refusal("a.b"), "1:1");
  EXPECT_EQ(refusal("a.b="), "1:5");
  EXPECT_EQ(refusal("a.b=[1"), "1:5");
  EXPECT_EQ(refusal("a.b={x: 1, x: 2}"), "1:12");
  EXPECT_EQ(refusal("a.b=\xff"), "1:5");
}

}  // namespace
}  // namespace rig
