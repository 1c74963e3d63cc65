#pragma once
#include "rig/case/case.hpp"

// The keys of a case file: the reader and the JSON Schema come from these declarations.
namespace rig {

template <>
struct Codec<TimeText> {
  static bool read(const Node& node, TimeText& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string& path, const TimeText& v, std::vector<ListedValue>& out, const FieldOptions& o) {
    list_values(path, v.text, out, o);
  }
};

template <class T>
struct Codec<NamedList<T>> {
  static bool read(const Node& node, NamedList<T>& out, Diagnostics& diagnostics) {
    if (!detail::expect_kind(node, Node::Kind::mapping, diagnostics)) {
      return false;
    }
    bool ok = true;
    out.clear();
    for (const auto& [key, value] : node.members) {
      Named<T> item;
      item.name = {key.scalar, key.mark};
      ok = rig::read(value, item.value, diagnostics) && ok;
      out.push_back(std::move(item));
    }
    return ok;
  }
  static Schema schema() { return Schema::map_of(schema_of<T>()); }
  static void list(const std::string& path, const NamedList<T>& v, std::vector<ListedValue>& out,
                   const FieldOptions& o) {
    for (const Named<T>& item : v) {
      list_values(path + "." + item.name.text, item.value, out, o);
    }
  }
};

template <>
struct Codec<LimitPair> {
  static bool read(const Node& node, LimitPair& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string&, const LimitPair&, std::vector<ListedValue>&, const FieldOptions&) {}
};
template <>
struct Codec<StepList> {
  static bool read(const Node& node, StepList& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string&, const StepList&, std::vector<ListedValue>&, const FieldOptions&) {}
};
template <>
struct Codec<FinallyClause> {
  static bool read(const Node& node, FinallyClause& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string&, const FinallyClause&, std::vector<ListedValue>&, const FieldOptions&) {}
};
template <>
struct Codec<ReferenceClause> {
  static bool read(const Node& node, ReferenceClause& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string&, const ReferenceClause&, std::vector<ListedValue>&, const FieldOptions&) {}
};
template <>
struct Codec<Row> {
  static bool read(const Node& node, Row& out, Diagnostics& diagnostics);
  static Schema schema();
  static void list(const std::string&, const Row&, std::vector<ListedValue>&, const FieldOptions&) {}
};

template <>
struct Choices<DecisionWord> {
  static std::vector<std::pair<std::string, DecisionWord>> names() {
    return {{"simple", DecisionWord::simple},
            {"guard_band", DecisionWord::guard_band},
            {"non_binary", DecisionWord::non_binary}};
  }
};
template <>
struct Choices<Resync> {
  static std::vector<std::pair<std::string, Resync>> names() {
    return {{"adopt", Resync::adopt}, {"stop", Resync::stop}};
  }
};
template <>
struct Choices<StartWord> {
  static std::vector<std::pair<std::string, StartWord>> names() {
    return {{"standby", StartWord::standby}, {"off", StartWord::off}};
  }
};
template <>
struct Choices<CellsWord> {
  static std::vector<std::pair<std::string, CellsWord>> names() {
    return {{"equalised", CellsWord::equalised}, {"drawn", CellsWord::drawn}};
  }
};
template <>
struct Choices<PcsWord> {
  static std::vector<std::pair<std::string, PcsWord>> names() {
    return {{"obedient", PcsWord::obedient}, {"defiant", PcsWord::defiant}, {"on_request", PcsWord::on_request}};
  }
};

template <>
struct Fields<ExpectClause> {
  static void declare(Mapping<ExpectClause>& m) {
    m.mark(&ExpectClause::mark);
    m.required("that", &ExpectClause::that, "what must be true, such as \"abs(pack.current) < 0.5 A\"");
    m.optional("within", &ExpectClause::within, "it must become true no later than this");
    m.optional("for", &ExpectClause::stays, "it must then stay true for this long");
    m.optional("after", &ExpectClause::after, "judged only from this time after the step's begin on");
  }
};

template <>
struct Fields<MeasureClause> {
  static void declare(Mapping<MeasureClause>& m) {
    m.mark(&MeasureClause::mark);
    m.required("id", &MeasureClause::id, "its name in the report");
    m.required("value", &MeasureClause::value, "a kept value or an expression");
    m.optional("limits", &MeasureClause::limits, "[lowest, highest]; ~ leaves a side open");
    m.optional("decision", &MeasureClause::decision, "how the uncertainty counts at the limits; default simple");
  }
};

template <>
struct Fields<RampClause> {
  static void declare(Mapping<RampClause>& m) {
    m.required("to", &RampClause::to, "where the ramp ends");
    m.required("rate", &RampClause::rate, "how fast, such as \"10 mV/s\"");
  }
};

template <>
struct Fields<PythonClause> {
  static void declare(Mapping<PythonClause>& m);
};

template <>
struct Fields<RepeatClause> {
  static void declare(Mapping<RepeatClause>& m) {
    m.required("times", &RepeatClause::times, {.help = "how often", .minimum = 1, .maximum = 1000});
    m.required("steps", &RepeatClause::steps, "what is repeated");
  }
};

template <>
struct Fields<ForEachClause> {
  static void declare(Mapping<ForEachClause>& m) {
    m.required("rows", &ForEachClause::rows, "a list of mappings; their values are parameters inside the steps");
    m.required("steps", &ForEachClause::steps, "what is done with each row");
    m.check([](const Node& node, const ForEachClause& clause, Diagnostics& diagnostics) {
      if (clause.rows.empty()) {
        diagnostics.error(node.mark, "there is nothing to do: for_each has no rows");
      }
    });
  }
};

template <>
struct Fields<Step> {
  static void declare(Mapping<Step>& m);
};

template <>
struct Fields<AlwaysClause> {
  static void declare(Mapping<AlwaysClause>& m);
};

template <>
struct Fields<LeadingCell> {
  static void declare(Mapping<LeadingCell>& m) {
    m.required("cell", &LeadingCell::cell, {.help = "its number", .minimum = 1, .maximum = 16});
    m.required("by", &LeadingCell::by,
               {.help = "SOC ahead of the others; negative is behind", .minimum = -1, .maximum = 1});
  }
};

template <>
struct Fields<HotCell> {
  static void declare(Mapping<HotCell>& m) {
    m.required("cell", &HotCell::cell, {.help = "its number", .minimum = 1, .maximum = 16});
    m.required("by", &HotCell::by, {.help = "above the others; negative is colder", .minimum = -40, .maximum = 40});
  }
};

template <>
struct Fields<FullChargeWindow> {
  static void declare(Mapping<FullChargeWindow>& m) {
    m.required("from", &FullChargeWindow::from, {.help = "since midnight, 3 h", .minimum = 0, .maximum = 86400});
    m.required("to", &FullChargeWindow::to, {.help = "since midnight, 6 h", .minimum = 0, .maximum = 86400});
  }
};

template <>
struct Fields<StartClause> {
  static void declare(Mapping<StartClause>& m);
};

template <>
struct Fields<Case> {
  static void declare(Mapping<Case>& m);
};

}  // namespace rig
