#include "rig/core/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <regex>

namespace rig {

namespace {
enum class Colour { red, green };
struct Inner {
  Amps current{1};
  bool on = false;
};
struct Outer {
  SourceMark mark;
  Volts to{};
  VoltsPerSecond rate{0.01};
  Ratio soc{0.5};
  Celsius temperature{25};
  Duration wait{};
  int count = 3;
  std::string name = "x";
  Colour colour = Colour::red;
  std::vector<Inner> inner;
  std::optional<Ohms> lead;
  std::vector<std::pair<std::string, Volts>> limits;
  MarkedText that;
  Node rest;
};
}  // namespace

template <>
struct Choices<Colour> {
  static std::vector<std::pair<std::string, Colour>> names() {
    return {{"red", Colour::red}, {"green", Colour::green}};
  }
};
template <>
struct Fields<Inner> {
  static void declare(Mapping<Inner>& m) {
    m.optional("current", &Inner::current, "how much").optional("on", &Inner::on, "whether");
  }
};
template <>
struct Fields<Outer> {
  static void declare(Mapping<Outer>& m) {
    m.title("an outer thing").mark(&Outer::mark);
    m.required("to", &Outer::to, {.help = "where it ends", .minimum = 0.0, .maximum = 60.0});
    m.optional("rate", &Outer::rate, "how fast");
    m.optional("soc", &Outer::soc, {.help = "charge", .origin = "manual 5.1", .minimum = 0.0, .maximum = 1.0});
    m.optional("temperature", &Outer::temperature, "how warm");
    m.optional("wait", &Outer::wait, {.help = "how long", .minimum = 0.0, .maximum = 3600.0});
    m.optional("count", &Outer::count, {.help = "how many", .minimum = 1.0, .maximum = 16.0});
    m.optional("name", &Outer::name, "a name");
    m.optional("colour", &Outer::colour, "its colour");
    m.optional("inner", &Outer::inner, "parts");
    m.optional("lead", &Outer::lead, "lead resistance");
    m.optional("limits", &Outer::limits, "named limits");
    m.optional("that", &Outer::that, "an expression");
    m.optional("rest", &Outer::rest, "anything");
    m.check([](const Node& node, const Outer& o, Diagnostics& d) {
      if (o.to.value() == 13) {
        d.error(node.find("to")->mark, "thirteen brings bad luck");
      }
    });
  }
};

namespace {

using testing::HasSubstr;

struct Result {
  Outer value;
  Diagnostics diagnostics;
  bool ok = false;
};
Result read_outer(const std::string& text) {
  Result result;
  const Node root = parse_yaml(std::make_shared<const SourceText>(SourceText{"f.yaml", text}), result.diagnostics);
  EXPECT_FALSE(result.diagnostics.has_errors()) << result.diagnostics.render();
  result.ok = read(root, result.value, result.diagnostics);
  EXPECT_EQ(result.ok, !result.diagnostics.has_errors());
  return result;
}
// "line:column message; hint" of the only mistake in a document that begins with "to: 1 V".
std::string mistake(const std::string& text) {
  const Result result = read_outer("to: 1 V\n" + text);
  EXPECT_EQ(result.diagnostics.error_count(), 1u) << text << "\n" << result.diagnostics.render();
  if (result.diagnostics.all().empty()) {
    return {};
  }
  const Diagnostic& first = result.diagnostics.all()[0];
  return std::to_string(first.mark.line) + ":" + std::to_string(first.mark.column) + " " + first.message +
         (first.hint.empty() ? "" : "; " + first.hint);
}

TEST(Fields, reads_every_kind_of_value) {
  const Result result = read_outer(R"(to: 56.5 V
rate: "20 mV/s"
soc: 97 %
temperature: -10 degC
wait: 1.5 min
count: 0x10
name: on
colour: green
inner: [{current: 5 A, on: yes}, {on: off}]
lead: 2 mOhm
limits: {b: 1 V, a: 2 V}
that: a > 3 V
rest: {any: [thing]}
)");
  ASSERT_TRUE(result.ok) << result.diagnostics.render();
  const Outer& o = result.value;
  EXPECT_EQ(o.to, Volts{56.5});
  EXPECT_EQ(o.rate, VoltsPerSecond{0.02});
  EXPECT_EQ(o.soc, Ratio{0.97});
  EXPECT_EQ(o.temperature, Celsius{-10});
  EXPECT_EQ(o.wait, std::chrono::seconds(90));
  EXPECT_EQ(o.count, 16);
  EXPECT_EQ(o.name, "on");
  EXPECT_EQ(o.colour, Colour::green);
  ASSERT_EQ(o.inner.size(), 2u);
  EXPECT_EQ(o.inner[0].current, Amps{5});
  EXPECT_TRUE(o.inner[0].on);
  EXPECT_EQ(o.inner[1].current, Amps{1});
  EXPECT_EQ(o.lead, Ohms{0.002});
  EXPECT_EQ(o.limits[0].first, "b");
  EXPECT_EQ(o.limits[1].second, Volts{2});
  EXPECT_EQ(o.that.text, "a > 3 V");
  EXPECT_EQ(o.that.mark.column, 7);
  EXPECT_EQ(o.rest.find("any")->items[0].scalar, "thing");
  EXPECT_EQ(o.mark.line, 1);
  EXPECT_EQ(read_outer("to: 1 V\nsoc: 0.97\n").value.soc, Ratio{0.97});
}

TEST(Fields, says_what_a_quantity_should_look_like) {
  EXPECT_EQ(mistake("limits: {x: 12.5}\n"),
            "2:13 expected a voltage such as \"12.5 V\", found \"12.5\"; add a unit: V, mV, kV, uV");
  EXPECT_EQ(mistake("limits: {x: 0}\n"),
            "2:13 expected a voltage such as \"12.5 V\", found \"0\"; add a unit: V, mV, kV, uV");
  EXPECT_EQ(mistake("limits: {x: 12 v}\n"),
            "2:16 unknown unit 'v', did you mean 'V'?; expected a voltage such as \"12.5 V\"");
  EXPECT_EQ(
      mistake("limits: {x: 5 A}\n"),
      "2:13 expected a voltage such as \"12.5 V\", found \"5 A\", which is current (A); its unit is one of: V, mV, "
      "kV, uV");
  EXPECT_EQ(mistake("limits: {x: \"12 v\"}\n").substr(0, 4), "2:17") << "the place counts inside the quotes";
  EXPECT_EQ(mistake("temperature: 25 K\n").substr(0, 4), "2:14");
  EXPECT_THAT(mistake("temperature: 25 C\n"), HasSubstr("found \"25 C\", which is charge (C)"));
  EXPECT_THAT(mistake("rate: 1 V\n"), HasSubstr("expected a voltage rate such as \"10 mV/s\", found \"1 V\""));
  EXPECT_THAT(mistake("limits: {x: }\n"), HasSubstr("2:10 expected a voltage such as \"12.5 V\", found nothing"));
  EXPECT_THAT(mistake("limits: {x: [1 V]}\n"), HasSubstr("found a list"));
  EXPECT_THAT(mistake("limits: {x: nan V}\n"), HasSubstr("found \"nan V\""));
  EXPECT_THAT(mistake("limits: {x: .inf}\n"), HasSubstr("found \".inf\""));
  EXPECT_THAT(mistake("limits: {x: 1e999 V}\n"), HasSubstr("too large"));
  EXPECT_THAT(mistake("soc: 5 V\n"), HasSubstr("expected a ratio such as \"97 %\" or 0.97, found \"5 V\""));
}

TEST(Fields, refuses_values_out_of_range) {
  EXPECT_EQ(mistake("soc: 97\n"),
            "2:6 \"97\" is above 1, the most that is possible here; if it is a percentage: \"97 %\"");
  EXPECT_EQ(mistake("soc: -1 %\n"), "2:6 \"-1 %\" is below 0, the least that is possible here");
  EXPECT_EQ(mistake("count: 17\n"), "2:8 \"17\" is above 16, the most that is possible here");
  EXPECT_EQ(mistake("wait: 2 h\n"), "2:7 \"2 h\" is above 3600 s, the most that is possible here");
  const Result too_high = read_outer("to: 60.001 V\n");
  EXPECT_THAT(too_high.diagnostics.render(), HasSubstr("f.yaml:1:5: error: \"60.001 V\" is above 60 V"));
  EXPECT_TRUE(read_outer("to: 60 V\n").ok);
}

TEST(Fields, refuses_wrong_times_and_whole_numbers) {
  EXPECT_THAT(mistake("wait: 1e10 s\n"), HasSubstr("too long"));
  EXPECT_THAT(mistake("wait: 0.1 ns\n"), HasSubstr("too short"));
  EXPECT_EQ(read_outer("to: 1 V\nwait: 0 s\n").value.wait, Duration{});
  for (const char* text : {"3.0", "1e3", "abc", "[1]", "", "0x", "1 2", "--1", "+-1", "0x-1", "-0x1"}) {
    EXPECT_THAT(mistake("count: " + std::string(text) + "\n"), HasSubstr("expected a whole number")) << text;
  }
  EXPECT_THAT(mistake("count: \"3\"\n"), HasSubstr("leave out the quotes"));
  EXPECT_THAT(mistake("count: 99999999999999999999\n"), HasSubstr("out of range"));
  EXPECT_THAT(mistake("count: 3000000000\n"), HasSubstr("out of range"));
}

TEST(Fields, suggests_the_word_that_was_meant) {
  EXPECT_EQ(mistake("tempereture: 5 degC\n"), "2:1 unknown key 'tempereture'; did you mean 'temperature'?");
  EXPECT_THAT(mistake("zzz: 1\n"), HasSubstr("known: to, rate, soc"));
  EXPECT_EQ(mistake("colour: gren\n"), "2:9 'gren' is not known here; did you mean 'green'?");
  EXPECT_EQ(mistake("colour: blue\n"), "2:9 'blue' is not known here; known: red, green");
  EXPECT_EQ(mistake("inner: [{on: True}]\n"),
            "2:14 expected true or false (also on, off, yes, no), found \"True\"; did you mean 'true'?");
  EXPECT_THAT(mistake("inner: [{on: 'yes'}]\n"), HasSubstr("leave out the quotes"));
  EXPECT_EQ(mistake("rest: 1\n\"max(a\": 1\n"),
            "3:2 unknown key 'max(a'; known: to, rate, soc, temperature, wait, "
            "count, name, colour, inner, lead, limits, that, rest");
}

TEST(Fields, says_to_quote_an_expression_that_was_split) {
  const Result result = read_outer("{ to: 1 V, that: max(a, b) > 3 V }");
  EXPECT_THAT(result.diagnostics.render(),
              HasSubstr("f.yaml:1:25: error: the comma before \"b) > 3 V\" ended the value; quote the expression"));
}

TEST(Fields, names_a_missing_key_with_its_help) {
  const Result result = read_outer("\n  rate: 1 V/s\n");
  EXPECT_EQ(result.diagnostics.render(),
            "f.yaml:2:3: error: the key 'to' is missing; where it ends\n      rate: 1 V/s\n      ^\n");
}

TEST(Fields, reports_several_mistakes_at_once) {
  const Result result = read_outer(
      "to: 1\n"
      "inner:\n"
      "  - {current: 5 V}\n"
      "  - {curent: 5 A}\n"
      "  - 7\n"
      "limits: [1 V]\n"
      "name: {}\n");
  ASSERT_EQ(result.diagnostics.error_count(), 6u) << result.diagnostics.render();
  std::vector<std::string> places;
  for (const Diagnostic& d : result.diagnostics.all()) {
    places.push_back(std::to_string(d.mark.line) + ":" + std::to_string(d.mark.column));
  }
  EXPECT_THAT(places, testing::ElementsAre("1:5", "3:15", "4:6", "5:5", "6:9", "7:7"));
}

TEST(Fields, checks_between_fields_run_after_all_were_read) {
  EXPECT_THAT(read_outer("to: 13 V\n").diagnostics.render(), HasSubstr("f.yaml:1:5: error: thirteen"));
  EXPECT_EQ(read_outer("to: 13 V\nzzz: 1\n").diagnostics.error_count(), 1u);
}

TEST(Fields, gives_a_schema_of_the_same_shape) {
  const nlohmann::json schema = schema_of<Outer>().json();
  EXPECT_EQ(schema["title"], "an outer thing");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], nlohmann::json({"to"}));
  EXPECT_EQ(schema["properties"].size(), 13u);
  EXPECT_EQ(schema["properties"]["to"]["description"], "where it ends");
  EXPECT_EQ(schema["properties"]["colour"]["enum"], nlohmann::json({"red", "green"}));
  EXPECT_EQ(schema["properties"]["inner"]["items"]["properties"]["on"]["type"], "boolean");
  EXPECT_EQ(schema["properties"]["count"]["type"], "integer");
  EXPECT_EQ(schema["properties"]["soc"]["type"], nlohmann::json({"number", "string"}));
  EXPECT_EQ(schema["properties"]["limits"]["additionalProperties"]["type"], "string");
}

// What the schema's pattern lets pass is what the reader reads.
TEST(Fields, schema_and_reader_agree_on_quantities) {
  const std::vector<Dimension> dimensions{
      dimension::voltage,      dimension::temperature, dimension::resistance,      dimension::time,
      dimension::voltage_rate, dimension::none,        dimension::temperature_rate};
  const std::vector<std::string> texts{"12.5 V", "12.5",    "-3e2mV",     "25 degC", "25 \u00b0C", "2 m\u03a9", "2 Ohm",
                                       "1 s",    "1.5 min", "10 mV/s",    "97 %",    "0.97",       "1 K/min",   "abc",
                                       "V",      "5 K",     "2 m\u03a9x", "1 v",     "12,5 V",     ".5 V",      "5. V",
                                       "+1 h",   ""};
  for (const Dimension d : dimensions) {
    const std::regex pattern(detail::quantity_schema(d).json()["pattern"].get<std::string>(), std::regex::ECMAScript);
    for (const std::string& text : texts) {
      Node node;
      node.kind = Node::Kind::scalar;
      node.scalar = text;
      double value = 0;
      Diagnostics diagnostics;
      const bool reads = detail::read_quantity(node, d, value, diagnostics);
      const bool passes = std::regex_match(text, pattern);
      const bool composite = text.find('/') != std::string::npos;
      EXPECT_TRUE(passes == reads || (composite && passes)) << describe(d) << " " << text;
    }
  }
}

TEST(Fields, lists_its_values_with_units_and_origin) {
  Outer outer;
  outer.to = Volts{56};
  outer.wait = std::chrono::milliseconds(300);
  outer.inner.resize(2);
  outer.lead = Ohms{0.002};
  outer.limits = {{"x", Volts{3}}};
  std::vector<ListedValue> values;
  list_values("case", outer, values);
  std::vector<std::string> lines;
  for (const ListedValue& v : values) {
    lines.push_back(v.path + "=" + v.value + "|" + v.unit + "|" + v.help + "|" + v.origin);
  }
  EXPECT_THAT(lines,
              testing::ElementsAre("case.to=56 V|V|where it ends|", "case.rate=0.01 V/s|V/s|how fast|",
                                   "case.soc=0.5||charge|manual 5.1", "case.temperature=25 degC|degC|how warm|",
                                   "case.wait=0.3 s|s|how long|", "case.count=3||how many|", "case.name=x||a name|",
                                   "case.colour=red||its colour|", "case.inner[0].current=1 A|A|how much|",
                                   "case.inner[0].on=false||whether|", "case.inner[1].current=1 A|A|how much|",
                                   "case.inner[1].on=false||whether|", "case.lead=0.002 Ohm|Ohm|lead resistance|",
                                   "case.limits.x=3 V|V|named limits|", "case.that=||an expression|"));
}

}  // namespace
}  // namespace rig
