#include "rig/case/case_fields.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace rig {
namespace {

bool is_parameter(const std::string& text) { return text.starts_with('$'); }

// Words that later versions know; better said than called unknown.
void drop_unavailable(Node& step, Diagnostics& diagnostics) {
  constexpr std::array<std::string_view, 3> words{"search", "parallel", "prompt"};
  std::erase_if(step.members, [&](const Node::Member& member) {
    if (std::ranges::find(words, member.first.scalar) == words.end()) {
      return false;
    }
    diagnostics.error(member.first.mark, "'" + member.first.scalar + "' is not available in this version");
    return true;
  });
}

void check_until(const Step& step, Diagnostics& diagnostics) {
  if (step.until && !step.timeout) {
    diagnostics.error(step.until->mark, "this 'until' has no timeout", "add 'timeout: 1 h' to the step");
  }
  if (!step.until && step.timeout) {
    diagnostics.error(step.timeout->text.mark, "this timeout has no 'until'",
                      "an expectation's time is its 'within'; 'hold' waits");
  }
  if (!step.until && step.every) {
    diagnostics.error(step.every->text.mark, "'every' says how often 'until' is looked at, and there is no 'until'");
  }
}

void check_step(const Node& node, const Step& step, Diagnostics& diagnostics) {
  check_until(step, diagnostics);
  const bool acts = !step.set.empty() || !step.ramp.empty() || step.hold || step.until || !step.expect.empty() ||
                    !step.keep.empty() || !step.measure.empty() || step.python;
  const int groups = (step.repeat ? 1 : 0) + (step.for_each ? 1 : 0) + (step.include ? 1 : 0);
  if (!acts && groups == 0) {
    diagnostics.error(node.mark, "there is nothing to do in this step", "give it set, ramp, hold, until or expect");
  }
  const bool waits = step.hold || step.until || !step.expect.empty() || !step.set.empty() || !step.ramp.empty();
  if (step.python && waits) {
    diagnostics.error(step.python->mark, "beside 'python' stand only name, keep and measure",
                      "the function sees what the steps before it left; write a step of its own");
  }
  if (groups > 1 || (groups == 1 && acts)) {
    diagnostics.error(node.mark, "repeat, for_each and include stand alone in a step", "write a step of its own");
  }
  for (const auto& ramp : step.ramp) {
    const auto same = [&](const auto& setting) { return setting.name.text == ramp.name.text; };
    if (std::ranges::any_of(step.set, same)) {
      diagnostics.error(ramp.name.mark, "'" + ramp.name.text + "' is both set and ramped in this step",
                        "set it in the step before");
    }
  }
}

void check_always(const Node& node, const AlwaysClause& clause, Diagnostics& diagnostics) {
  const int kinds =
      (clause.reference ? 1 : 0) + (clause.never ? 1 : 0) + (clause.always ? 1 : 0) + (clause.whenever ? 1 : 0);
  if (kinds != 1) {
    diagnostics.error(node.mark, "each item of 'always' is exactly one of reference, never, always, whenever",
                      kinds == 0 ? "such as \"- never: pack.voltage > 58.4 V\"" : "write one item for each");
  }
  if (clause.whenever && !clause.then) {
    diagnostics.error(node.mark, "this 'whenever' has no 'then'", "say what must follow");
  }
  if (!clause.whenever && clause.then) {
    diagnostics.error(clause.then->mark, "'then' belongs to 'whenever'");
  }
  if (!clause.whenever && clause.within) {
    diagnostics.error(clause.within->text.mark, "'within' belongs to 'whenever ... then'");
  }
  if (!clause.reference && node.find("resync") != nullptr) {
    diagnostics.error(node.find("resync")->mark, "'resync' belongs to 'reference'");
  }
}

// A window that no PCS looks at, or that is never open, would be believed in vain.
void check_window(const Node& node, const Case& test, Diagnostics& diagnostics) {
  const Node* window = node.find("full_charge_window");
  if (window == nullptr) {
    return;
  }
  if (test.pcs != PcsWord::on_request) {
    diagnostics.error(window->mark, "only a PCS on request looks at this window", "write `pcs: on_request`");
  } else if (test.full_charge_window.from == test.full_charge_window.to) {
    diagnostics.error(window->mark, "this window is never open", "`to` is another time than `from`");
  }
}

void check_start(const Node& node, const StartClause& start, Diagnostics& diagnostics) {
  if (const Node* soc = node.find("soc"); soc != nullptr && start.soc) {
    detail::check_range(*soc, start.soc->value(), dimension::none, {.minimum = 0, .maximum = 1}, diagnostics);
  }
  if (const Node* at = node.find("temperature"); at != nullptr && start.temperature) {
    detail::check_range(*at, start.temperature->value(), dimension::temperature, {.minimum = -60, .maximum = 120},
                        diagnostics);
  }
  if (const Node* spread = node.find("cell_spread"); spread != nullptr && start.cell_spread) {
    detail::check_range(*spread, start.cell_spread->value(), dimension::none, {.minimum = 0, .maximum = 10},
                        diagnostics);
  }
  constexpr double ten_years = 10 * 365.25 * 86400;
  for (const auto& [key, time] : {std::pair{"since_full", start.since_full}, {"stored", start.stored}}) {
    if (const Node* given = node.find(key); given != nullptr && time) {
      detail::check_range(*given, time->value(), dimension::time, {.minimum = 0, .maximum = ten_years}, diagnostics);
    }
  }
  if (start.cells && start.cell_spread) {
    diagnostics.error(node.find("cell_spread")->mark, "'cells' and 'cell_spread' say the same thing",
                      "equalised is a spread of 0, drawn is 1");
  }
}

}  // namespace

bool Codec<TimeText>::read(const Node& node, TimeText& out, Diagnostics& diagnostics) {
  out.text.mark = node.mark;
  if (node.is_scalar() && is_parameter(node.scalar)) {
    out.text.text = node.scalar;
    return true;
  }
  Duration value{};
  if (!detail::read_duration(node, value, diagnostics)) {
    return false;
  }
  if (value < Duration::zero()) {
    diagnostics.error(node.mark, "a time of " + node.scalar + " is over before it begins", "times are positive");
    return false;
  }
  out.text.text = node.scalar;
  return true;
}

Schema Codec<TimeText>::schema() {
  return nlohmann::json{
      {"anyOf", {detail::quantity_schema(dimension::time).json(), {{"type", "string"}, {"pattern", "^\\$"}}}}};
}

bool Codec<LimitPair>::read(const Node& node, LimitPair& out, Diagnostics& diagnostics) {
  out.mark = node.mark;
  if (!node.is_sequence() || node.items.size() != 2) {
    diagnostics.error(node.mark, "limits are a list of two values", "such as [55.8 V, 56.2 V]; ~ leaves a side open");
    return false;
  }
  const auto side = [&](const Node& item, std::optional<MarkedText>& text) {
    return item.is_null() || rig::read(item, text, diagnostics);
  };
  const bool lo = side(node.items[0], out.lo);
  const bool hi = side(node.items[1], out.hi);
  if (lo && hi && !out.lo && !out.hi) {
    diagnostics.error(node.mark, "these limits are open on both sides");
    return false;
  }
  return lo && hi;
}

Schema Codec<LimitPair>::schema() {
  return nlohmann::json{
      {"type", "array"}, {"items", {{"type", {"string", "number", "null"}}}}, {"minItems", 2}, {"maxItems", 2}};
}

bool Codec<StepList>::read(const Node& node, StepList& out, Diagnostics& diagnostics) {
  if (!detail::expect_kind(node, Node::Kind::sequence, diagnostics)) {
    return false;
  }
  if (node.items.empty()) {
    diagnostics.error(node.mark, "there is nothing to do: this list of steps is empty");
    return false;
  }
  const std::size_t errors_before = diagnostics.error_count();
  out.steps.clear();
  for (const Node& item : node.items) {
    Node copy = item;
    drop_unavailable(copy, diagnostics);
    const bool only_unavailable = copy.is_mapping() && copy.members.empty() && !item.members.empty();
    Step step;
    if (!only_unavailable) {
      rig::read(copy, step, diagnostics);
    }
    out.steps.push_back(std::move(step));
  }
  return diagnostics.error_count() == errors_before;
}

Schema Codec<StepList>::schema() {
  return nlohmann::json{{"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/$defs/step"}}}};
}

bool Codec<FinallyClause>::read(const Node& node, FinallyClause& out, Diagnostics& diagnostics) {
  out.mark = node.mark;
  if (!node.is_mapping()) {
    return rig::read(node, out.steps, diagnostics);
  }
  Node list;
  list.kind = Node::Kind::sequence;
  list.mark = node.mark;
  list.items.push_back(node);
  return rig::read(list, out.steps, diagnostics);
}

Schema Codec<FinallyClause>::schema() {
  return nlohmann::json{{"oneOf", {Codec<StepList>::schema().json(), {{"$ref", "#/$defs/step"}}}}};
}

bool Codec<ReferenceClause>::read(const Node& node, ReferenceClause& out, Diagnostics& diagnostics) {
  out.mark = node.mark;
  if (node.is_sequence()) {
    if (node.items.empty()) {
      diagnostics.error(node.mark, "this list of outputs is empty", "'reference: conforms' is all of them");
      return false;
    }
    return rig::read(node, out.outputs, diagnostics);
  }
  if (!node.is_scalar() || node.scalar != "conforms") {
    diagnostics.error(node.mark, "a reference is 'conforms' or a list of outputs",
                      "such as [dut.charge_allowed, io.charge_prohibited]");
    return false;
  }
  out.all = true;
  return true;
}

Schema Codec<ReferenceClause>::schema() {
  return nlohmann::json{
      {"oneOf", {{{"const", "conforms"}}, {{"type", "array"}, {"minItems", 1}, {"items", {{"type", "string"}}}}}}};
}

bool Codec<Row>::read(const Node& node, Row& out, Diagnostics& diagnostics) {
  out.mark = node.mark;
  NamedList<MarkedText> all;
  if (!rig::read(node, all, diagnostics)) {
    return false;
  }
  for (auto& item : all) {
    if (item.name.text == "name") {
      out.name = item.value.text;
    } else {
      out.values.push_back(std::move(item));
    }
  }
  if (out.name.empty()) {
    diagnostics.error(node.mark, "this row has no name", "the report calls it case[name]");
    return false;
  }
  return true;
}

Schema Codec<Row>::schema() {
  return nlohmann::json{{"type", "object"},
                        {"properties", {{"name", {{"type", "string"}}}}},
                        {"required", {"name"}},
                        {"additionalProperties", schema_of<MarkedText>().json()}};
}

void Fields<Step>::declare(Mapping<Step>& m) {
  m.mark(&Step::mark);
  m.optional("name", &Step::name, "what the report calls this step");
  m.optional("set", &Step::set, "set-points that change when the step begins");
  m.optional("ramp", &Step::ramp, "set-points that move: { load.current_set: { to: 50 A, rate: 1 A/s } }");
  m.optional("hold", &Step::hold, "how long to wait");
  m.optional("until", &Step::until, "the step goes on until this is true; needs a timeout");
  m.optional("timeout", &Step::timeout, "how long 'until' may take");
  m.optional("every", &Step::every, "how often 'until' is looked at; default every tick");
  m.optional("expect", &Step::expect, "what must come true in this step");
  m.optional("keep", &Step::keep, "values to keep: { name: expression } or { name: expression at event }");
  m.optional("measure", &Step::measure, "values that are decided when the step ends");
  m.optional("repeat", &Step::repeat, "steps that run several times");
  m.optional("for_each", &Step::for_each, "steps that run once per row of values");
  m.optional("include", &Step::include, "a file with a list of steps, relative to this file");
  m.optional("python", &Step::python, "a Python function that is called, and whose checks count");
  m.check(check_step);
}

void Fields<PythonClause>::declare(Mapping<PythonClause>& m) {
  m.mark(&PythonClause::mark);
  m.required("call", &PythonClause::call, "file.py:function, relative to this file, or package.module:function");
  m.optional("with", &PythonClause::with, "its parameters: { current: 20 A, of: $row }");
  m.optional("signals", &PythonClause::signals, "what it sees: signals and kept values");
  m.optional("history", &PythonClause::history, "how far back it sees them; default only as they stand");
  m.optional("every", &PythonClause::every, "how far apart the samples of the history are; default as they come");
  m.optional("returns", &PythonClause::returns, "values that it returns and that later steps may use: { r0: mOhm }");
  m.required("timeout", &PythonClause::timeout, "how long it may take, in real time");
  m.check([](const Node& node, const PythonClause& clause, Diagnostics& diagnostics) {
    if (clause.history && clause.signals.empty()) {
      diagnostics.error(node.find("history")->mark, "a history of no signals", "name them under 'signals'");
    }
    if (clause.every && !clause.history) {
      diagnostics.error(node.find("every")->mark, "'every' belongs to 'history'");
    }
  });
}

void Fields<AlwaysClause>::declare(Mapping<AlwaysClause>& m) {
  m.mark(&AlwaysClause::mark);
  m.optional("reference", &AlwaysClause::reference, "conforms, or a list of outputs that the reference watches");
  m.optional("resync", &AlwaysClause::resync, "after a divergence: adopt the pack's state (default) or stop");
  m.optional("never", &AlwaysClause::never, "must be false at every tick");
  m.optional("always", &AlwaysClause::always, "must be true at every tick");
  m.optional("whenever", &AlwaysClause::whenever, "each time this is true ...");
  m.optional("then", &AlwaysClause::then, "... this must be true too ...");
  m.optional("within", &AlwaysClause::within, "... no later than this; default at once");
  m.check(check_always);
}

void Fields<StartClause>::declare(Mapping<StartClause>& m) {
  m.optional("state", &StartClause::state, "standby (default) or off");
  m.optional("soc", &StartClause::soc, "state of charge, such as \"97 %\"");
  m.optional("temperature", &StartClause::temperature, "of pack and ambient");
  m.optional("cells", &StartClause::cells, "equalised, or with the drawn spread");
  m.optional("cell_spread", &StartClause::cell_spread, "scale of the drawn spread; 0 is equalised, 1 as drawn");
  m.optional("leading_cell", &StartClause::leading_cell, "one cell ahead of the others");
  m.optional("hot_cell", &StartClause::hot_cell, "one cell hotter than the others, as a bad joint makes it");
  m.optional("since_full", &StartClause::since_full, "since the pack was last full (97 %), such as 718 h");
  m.optional("stored", &StartClause::stored,
             "so long it lay in this state and temperature before the case begins, such as 28 d");
  m.optional("age", &StartClause::age,
             "of the requirements' `ageing`, such as label_500, or between them, such as \"2000 cycles\"; default: a "
             "new pack");
  m.optional("time_of_day", &StartClause::time_of_day,
             {.help = "what the inverter's clock shows at the start; default 12 h", .minimum = 0, .maximum = 86400});
  m.check(check_start);
}

void Fields<Case>::declare(Mapping<Case>& m) {
  m.title("A test case of gtxrig");
  m.mark(&Case::mark);
  m.required("case", &Case::name, "the claim that it proves: pack_over_voltage_stops_charging");
  m.optional("title", &Case::title, "one line for people");
  m.optional("why", &Case::why, "what happens to pack or people when this is not so");
  m.optional("verifies", &Case::verifies, "ids of the requirements, such as GTX-OV-01");
  m.optional("needs", &Case::needs, "instruments that the bench must have");
  m.optional("bench", &Case::bench,
             "of a case for several packs: the bench, from the case's folder, unless the session's has as many");
  m.optional("tick", &Case::tick,
             {.help = "a base step that is fine enough for this case, where rig time is computed and the bench's is "
                      "finer; a bench in real time keeps its own",
              .minimum = 1e-5,
              .maximum = 10});
  m.optional("start", &Case::start, "the state from which the case begins");
  m.optional(
      "pcs", &Case::pcs,
      "defiant: ignores the pack's limits; obedient: keeps them; on_request: keeps them and charges only when the "
      "pack asks, forced at once, in full in the window; default defiant");
  m.optional("full_charge_window", &Case::full_charge_window,
             "when the PCS serves the request of a full charge; default from 3 h to 6 h (5.3.3)");
  m.optional("parameters", &Case::parameters, "names for values, used as $name");
  m.optional("rows", &Case::rows, "sets of parameters; each is a test of its own, case[name]");
  m.optional("steps", &Case::steps, "what is done, one step after the other");  // required but in an open case
  m.optional("measure", &Case::measure, "values that are decided after the last step");
  m.optional("always", &Case::always, "what is watched from the first tick to the last");
  m.optional("finally", &Case::finally, "what is done at the end, whatever happened");
  m.optional("limits", &Case::limits, "narrower limits than the bench's: { pack.voltage: [44 V, 58 V] }");
  m.optional("timeout", &Case::timeout, "the longest time that the steps may take together");
  m.check(check_window);
}

}  // namespace rig
