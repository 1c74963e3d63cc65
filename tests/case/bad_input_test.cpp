#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "rig/core/error.hpp"
#include "tests/case/test_bench.hpp"

namespace rig {
namespace {

// "line:column: message; hint" of all mistakes, one a line; warnings begin with "warning ".
std::string listed(const Diagnostics& diagnostics) {
  std::string result;
  for (const auto& d : diagnostics.all()) {
    result += (result.empty() ? "" : "\n") + std::string(d.severity == Severity::warning ? "warning " : "") +
              std::to_string(d.mark.line) + ":" + std::to_string(d.mark.column) + ": " + d.message +
              (d.hint.empty() ? "" : "; " + d.hint);
  }
  return result;
}

std::string mistakes(const std::string& yaml, std::size_t row = 0) {
  TestBench bench;
  Diagnostics diagnostics;
  bench.load(yaml, diagnostics, row);
  return listed(diagnostics);
}

// Around one step at line 3, column 5.
std::string in_step(const std::string& step) {
  return mistakes("case: x\nsteps:\n  - " + step + "\nalways: [{ never: pack.voltage > 58 V }]\n");
}

constexpr const char* good = R"(case: over_voltage
title: Over-voltage
why: It ages the cells.
verifies: [GTX-OV-01]
needs: [supply, load]
start: { state: standby, soc: 97 %, temperature: 25 degC, cells: drawn, leading_cell: { cell: 3, by: 1.5 % } }
pcs: defiant
parameters: { approach_current: 5 A, patience: 3 h }
steps:
  - name: approach
    set: { supply.voltage_set: 57.0 V, supply.current_set: $approach_current, supply.output: on }
    until: pack.charge_refused
    timeout: $patience
    keep: { trip_voltage: pack.voltage at pack.charge_refused }
  - name: refused
    expect:
      - { that: abs(pack.current) < 0.5 A, within: 1 s }
      - { that: dut.discharge_allowed, for: 10 s }
measure:
  - { id: trip_voltage, value: trip_voltage, limits: [55.8 V, 56.2 V], decision: guard_band }
always:
  - reference: conforms
  - never: pack.voltage > 58.4 V
  - { whenever: pack.charge_refused, then: not dut.charge_allowed, within: 3 s }
finally:
  set: { supply.output: off, load.input: off }
limits: { pack.voltage: [44 V, 58 V] }
timeout: 4 h
)";

TEST(BadInput, is_not_found_in_a_good_case) { EXPECT_EQ(mistakes(good), ""); }

TEST(BadInput, is_shown_with_line_and_caret) {
  Diagnostics diagnostics;
  TestBench bench;
  bench.load(
      "case: x\nsteps:\n  - { until: pack.volage > 56 V, timeout: 1 h }\nalways: [{ never: pack.voltage > 1 A }]\n",
      diagnostics);
  EXPECT_EQ(diagnostics.render(),
            "case.yaml:3:14: error: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?\n"
            "      - { until: pack.volage > 56 V, timeout: 1 h }\n"
            "                 ^\n"
            "case.yaml:4:32: error: compares a voltage (V) with a current (A)\n"
            "    always: [{ never: pack.voltage > 1 A }]\n"
            "                                   ^\n");
}

TEST(BadInput, in_a_step_is_reported_at_its_place) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"{ hold: 1 s, untill: on }", "3:18: unknown key 'untill'; did you mean 'until'?"},
      {"{ hold: 5 }", "3:13: expected a time such as \"1.5 s\", found \"5\"; add a unit: s, ms, us, ns, min, h, d"},
      {"{ hold: 5 V }",
       "3:13: expected a time such as \"1.5 s\", found \"5 V\", which is voltage (V); its unit is one of: "
       "s, ms, us, ns, min, h, d"},
      {"{ hold: -5 s }", "3:13: a time of -5 s is over before it begins; times are positive"},
      {"{ hold: $nap }", "3:13: there is no parameter '$nap'; declare it under 'parameters'"},
      {"{ until: pack.charge_refused }", "3:14: this 'until' has no timeout; add 'timeout: 1 h' to the step"},
      {"{ hold: 1 s, timeout: 1 h }",
       "3:27: this timeout has no 'until'; an expectation's time is its 'within'; 'hold' waits"},
      {"{ hold: 1 s, every: 1 s }", "3:25: 'every' says how often 'until' is looked at, and there is no 'until'"},
      {"{ until: pack.voltage, timeout: 1 h }",
       "3:14: 'until' needs a truth value, this is a voltage (V); compare it with something"},
      {"{ until: 2 V > 1 V, timeout: 1 h }",
       "3:14: there is no signal in this: it is the same at every tick; nothing would be checked"},
      {"{ until: pack.charge_refused, timeout: 0 s }", "3:44: a timeout of 0 s is over before the first look"},
      {"{ name: nothing }", "3:5: there is nothing to do in this step; give it set, ramp, hold, until or expect"},
      {"{ set: { supply.voltag_set: 57 V } }",
       "3:14: the bench has no set-point 'supply.voltag_set'; did you mean 'supply.voltage_set'?"},
      {"{ set: { supply.voltage_set: 57 } }",
       "3:34: 'supply.voltage_set' is a voltage (V), this is a plain number; add a unit: V, mV, kV, uV"},
      {"{ set: { supply.voltage_set: 57 A } }", "3:34: 'supply.voltage_set' is a voltage (V), this is a current (A)"},
      {"{ set: { supply.voltage_set: 90 V } }",
       "3:34: supply.voltage_set 90 V is outside the instrument's 0 V to 80 V"},
      {"{ set: { supply.voltage_set: 57 V + 100 V } }",
       "3:34: supply.voltage_set 157 V is outside the instrument's 0 V to 80 V"},
      {"{ set: { supply.output: 1 } }",
       "3:29: 'supply.output' is a truth value, this is a plain number; write on or off"},
      {"{ set: { supply.output: onn } }", "3:29: 'onn' is neither a signal nor a kept value"},
      {"{ set: { load.mode: constant_curent } }",
       "3:25: 'load.mode' cannot be 'constant_curent'; did you mean 'constant_current'?"},
      {"{ ramp: { load.current_set: { to: 5 A, rate: 1 A } } }",
       "3:50: this rate needs a current rate (A/s), this is a current (A)"},
      {"{ ramp: { load.current_set: { to: 5 A, rate: 0 A/s } } }",
       "3:50: a rate is positive; the ramp finds its direction by itself"},
      {"{ ramp: { load.current_set: { to: 500 A, rate: 1 A/s } } }",
       "3:39: load.current_set 500 A is outside the instrument's 0 A to 120 A"},
      {"{ ramp: { load.input: { to: on, rate: 1 A/s } } }",
       "3:15: 'load.input' has no values in between to ramp through; use 'set'"},
      {"{ ramp: { load.current_set: { to: 5 A, rate: 1 A/s } }, set: { load.current_set: 1 A } }",
       "3:15: 'load.current_set' is both set and ramped in this step; set it in the step before"},
      {"{ expect: [{ that: max(pack.voltage, 1 V) > 3 V }] }",
       "3:42: the comma before \"1 V) > 3 V\" ended the value; quote the expression: { key: \"max(a, b) > 3 V\" }"},
      {"{ expect: [{ within: 1 s }] }",
       "3:16: the key 'that' is missing; what must be true, such as "
       "\"abs(pack.current) < 0.5 A\""},
      {"{ expect: [{ that: pack.voltage > 3 V, within: -1 s }] }",
       "3:52: a time of -1 s is over before it begins; times are positive"},
      {"{ keep: { Trip: pack.voltage } }",
       "3:15: 'Trip' is no name for a kept value; names are lower case: letters, digits and '_'"},
      {"{ keep: { trip: pack.volage at pack.charge_refused } }",
       "3:21: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?"},
      {"{ keep: { trip: pack.voltage at pack.chrge_refused } }",
       "3:37: the bench has no signal 'pack.chrge_refused'; did you mean 'pack.charge_refused'?"},
      {"{ measure: [{ id: m, value: pack.voltage, limits: [57 V, 55 V] }] }",
       "3:55: the lower limit is above the upper one; limits are [lowest, highest]"},
      {"{ measure: [{ id: m, value: pack.voltage, limits: [57 A, 55 V] }] }",
       "3:56: this limit needs a voltage (V), this is a current (A)"},
      {"{ measure: [{ id: m, value: pack.voltage, limits: [~, ~] }] }", "3:55: these limits are open on both sides"},
      {"{ measure: [{ id: m, value: pack.voltage, limits: 57 V }] }",
       "3:55: limits are a list of two values; such as [55.8 V, 56.2 V]; ~ leaves a side open"},
      {"{ repeat: { times: 0, steps: [{ hold: 1 s }] } }", "3:24: \"0\" is below 1, the least that is possible here"},
      {"{ repeat: { times: 2, steps: [] } }", "3:34: there is nothing to do: this list of steps is empty"},
      {"{ repeat: { times: 2, steps: [{ hold: 1 s }] }, hold: 1 s }",
       "3:5: repeat, for_each and include stand alone in a step; write a step of its own"},
      {"{ for_each: { rows: [], steps: [{ hold: 1 s }] } }", "3:17: there is nothing to do: for_each has no rows"},
      {"{ python: my_function }", "3:15: expected a mapping, found \"my_function\""},
      {"{ python: { call: f.py:f } }", "3:15: the key 'timeout' is missing; how long it may take, in real time"},
      {"{ python: { call: f.py, timeout: 1 s } }",
       "3:23: 'f.py' names no function; expected file.py:function or package.module:function, such as "
       "pulse.py:resistance"},
      {"{ python: { call: a b:f, timeout: 1 s } }",
       "3:23: 'a b:f' names no function; expected file.py:function or package.module:function, such as "
       "pulse.py:resistance"},
      {"{ python: { call: f.py:f, timeout: 0 s } }", "3:40: a timeout of 0 s is over before the function begins"},
      {"{ python: { call: f.py:f, timeout: 1 s, with: { x: soon } } }",
       "3:56: 'soon' is no value; a parameter is a quantity such as 5 A, or on, or off"},
      {"{ python: { call: f.py:f, timeout: 1 s, with: { x: $y } } }",
       "3:56: there is no parameter '$y'; declare it under 'parameters'"},
      {"{ python: { call: f.py:f, timeout: 1 s, signals: [pack.volage] } }",
       "3:55: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?"},
      {"{ python: { call: f.py:f, timeout: 1 s, signals: [pack.voltage, pack.voltage] } }",
       "3:69: 'pack.voltage' stands twice in this list"},
      {"{ python: { call: f.py:f, timeout: 1 s, history: 1 s } }",
       "3:54: a history of no signals; name them under 'signals'"},
      {"{ python: { call: f.py:f, timeout: 1 s, signals: [pack.voltage], every: 1 s } }",
       "3:77: 'every' belongs to 'history'"},
      {"{ python: { call: f.py:f, timeout: 1 s, signals: [pack.voltage], history: 1 h } }",
       "3:79: with its loops the histories of this case have more than 2,000,000 samples; shorten it, or take samples "
       "further apart: every: 100 ms"},
      {"{ python: { call: f.py:f, timeout: 1 s, returns: { r: mOhn } } }",
       "3:59: 'mOhn' is no unit; such as V, mOhm or degC; 1 for a number, or truth"},
      {"{ python: { call: f.py:f, timeout: 1 s }, hold: 1 s }",
       "3:15: beside 'python' stand only name, keep and measure; the function sees what the steps before it left; "
       "write "
       "a step of its own"},
      {"{ repeat: { times: 2, steps: [{ hold: 1 s }] }, python: { call: f.py:f, timeout: 1 s } }",
       "3:5: repeat, for_each and include stand alone in a step; write a step of its own"},
      {"{ search: { x: 1 }, hold: 1 s }", "3:7: 'search' is not available in this version"},
  };
  for (const auto& [step, message] : table) {
    EXPECT_EQ(in_step(step), message) << step;
  }
}

TEST(BadInput, in_a_case_is_reported_at_its_place) {
  const std::string steps = "steps: [{ hold: 1 s }]\n";
  const std::string watch = "always: [{ never: pack.voltage > 58 V }]\n";
  const std::vector<std::pair<std::string, std::string>> table{
      {"case: x\n" + steps, "1:7: this case checks nothing; add an expect, a measure or an always"},
      {"case: x\nsteps: [{ until: pack.charge_refused, timeout: 1 s }]\n",
       "1:7: this case checks nothing; add an expect, a measure or an always"},
      {"case: x\nsteps: []\n" + watch, "2:8: there is nothing to do: this list of steps is empty"},
      {"case: x\n" + watch, "1:1: the key 'steps' is missing; what is done, one step after the other"},
      {"case: Over Voltage\n" + steps + watch,
       "1:7: 'Over Voltage' is no name for a case; names are lower case: letters, digits and '_'"},
      {"case: x\ncase: y\n" + steps + watch,
       "2:1: the key 'case' stands here a second time; the first one is at case.yaml:1:1"},
      {"case: x\nneeds: [chambr]\n" + steps + watch,
       "2:9: the bench has no 'chambr'; known: ambient, dut, load, pack, script, supply"},
      {"case: x\nparameters: { nap: 1 s }\n" + steps + watch, "warning 2:15: the parameter 'nap' is not used"},
      {"case: x\nparameters: { nap: soon }\nsteps: [{ hold: $nap }]\n" + watch,
       "2:20: 'soon' is no value; a parameter is a quantity such as 5 A, or on, or off"},
      {"case: x\nparameters: { nap: 5 A }\nsteps: [{ hold: $nap }]\n" + watch,
       "3:17: this time needs a time (s), this is a current (A)"},
      {"case: x\nparameters: { nap: 5 s }\nrows: [{ name: a, knap: 1 s }]\nsteps: [{ hold: $nap }]\n" + watch,
       "3:19: there is no parameter 'knap'; did you mean 'nap'?"},
      {"case: x\nparameters: { nap: 5 s }\nrows: [{ name: a, nap: 1 V }]\nsteps: [{ hold: $nap }]\n" + watch,
       "3:24: '1 V' is a voltage (V), the parameter is a time (s)"},
      {"case: x\nparameters: { nap: 5 s }\nrows: [{ nap: 1 s }]\nsteps: [{ hold: $nap }]\n" + watch,
       "3:8: this row has no name; the report calls it case[name]"},
      {"case: x\n" + steps + "always: [{ never: pack.voltage > 1 V, always: pack.voltage > 1 V }]\n",
       "3:10: each item of 'always' is exactly one of reference, never, always, whenever; write one item for each"},
      {"case: x\n" + steps + "always: [{ whenever: pack.charge_refused }]\n",
       "3:10: this 'whenever' has no 'then'; say what must follow"},
      {"case: x\n" + steps + "always: [{ never: pack.voltage > 1 V, within: 1 s }]\n",
       "3:47: 'within' belongs to 'whenever ... then'"},
      {"case: x\n" + steps + "always: [{ reference: conform }]\n",
       "3:23: a reference is 'conforms' or a list of outputs; such as [dut.charge_allowed, io.charge_prohibited]"},
      {"case: x\n" + steps + "always: [{ reference: [dut.charge_alowed] }]\n",
       "3:24: the bench has no signal 'dut.charge_alowed'; did you mean 'dut.charge_allowed'?"},
      {"case: x\nstart: { soc: 97 }\n" + steps + watch,
       "2:15: \"97\" is above 1, the most that is possible here; if it is a percentage: \"97 %\""},
      {"case: x\nstart: { leading_cell: { cell: 17, by: 1 % } }\n" + steps + watch,
       "2:32: \"17\" is above 16, the most that is possible here"},
      {"case: x\nlimits: { pack.volage: [1 V, 2 V] }\n" + steps + watch,
       "2:11: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?"},
      {"case: x\nlimits: { pack.voltage: [1 A, 2 V] }\n" + steps + watch,
       "2:26: this limit needs a voltage (V), this is a current (A)"},
      {"case: x\n" + steps + watch + "finally: { expect: [{ that: pack.voltage > 1 V }] }\n",
       "4:10: 'finally' switches off, it judges nothing; move expect, keep and measure to steps"},
      {"case: x\n" + steps + watch + "finally: { python: { call: f.py:f, timeout: 1 s } }\n",
       "4:20: 'finally' switches off, it waits for no function; move python to steps"},
      {"case: x\n" + steps + "measure: [{ id: a, value: pack.voltage }, { id: a, value: pack.voltage }]\n",
       "3:49: there are two measures 'a'"},
      {"", "0:0: the file is empty"},
      {"- a\n- b\n", "1:1: expected a mapping, found a list"},
  };
  for (const auto& [yaml, message] : table) {
    EXPECT_EQ(mistakes(yaml), message) << yaml;
  }
}

TEST(BadInput, is_reported_all_at_once_and_once_only) {
  EXPECT_EQ(mistakes("case: x\nsteps:\n  - { set: { supply.voltage_set: 90 V, supply.current_set: 5 V } }\n"
                     "  - { repeat: { times: 3, steps: [{ expect: [{ that: pack.volage > 1 V }] }] } }\n"),
            "3:34: supply.voltage_set 90 V is outside the instrument's 0 V to 80 V\n"
            "3:60: 'supply.current_set' is a current (A), this is a voltage (V)\n"
            "4:54: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?");
}

TEST(BadInput, does_not_blame_a_kept_value_for_a_mistake_in_its_definition) {
  EXPECT_EQ(mistakes("case: x\nsteps:\n  - { keep: { trip: pack.volage } }\n"
                     "measure: [{ id: trip, value: trip, limits: [1 V, 2 V] }]\n"),
            "3:21: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?");
  EXPECT_EQ(mistakes("case: x\nsteps:\n  - { keep: { a: b, b: pack.voltage } }\nmeasure: [{ id: m, value: a }]\n"),
            "3:18: 'b' is neither a signal nor a kept value");
}

TEST(BadInput, of_quoted_text_points_into_the_quotes) {
  EXPECT_EQ(in_step("{ expect: [{ that: \"max(pack.voltage, 1 A) > 3 V\" }] }"),
            "3:43: max() compares a voltage (V) with a current (A)");
}

TEST(BadInput, by_an_endless_loop_of_loops_is_refused) {
  std::string steps = "[{ hold: 1 s }]";
  for (int i = 0; i < 3; ++i) {
    steps.insert(0, "[{ repeat: { times: 1000, steps: ").append(" } }]");
  }
  EXPECT_EQ(mistakes("case: x\nsteps: " + steps + "\nalways: [{ never: pack.voltage > 58 V }]\n"),
            "2:108: with its loops this case has more than 5000 steps");
}

TEST(BadInput, a_window_for_a_full_charge_that_nobody_looks_at_or_that_never_opens_is_refused) {
  const auto with_window = [](const std::string& keys) {
    return mistakes("case: x\n" + keys + "steps: [{ hold: 1 s }]\nalways: [{ never: pack.voltage > 58 V }]\n");
  };
  EXPECT_EQ(with_window("pcs: obedient\nfull_charge_window: { from: 3 h, to: 6 h }\n"),
            "3:21: only a PCS on request looks at this window; write `pcs: on_request`");
  EXPECT_EQ(with_window("pcs: on_request\nfull_charge_window: { from: 3 h, to: 3 h }\n"),
            "3:21: this window is never open; `to` is another time than `from`");
  EXPECT_EQ(with_window("pcs: on_request\nfull_charge_window: { from: 23 h, to: 3 h }\n"), "");
}

TEST(BadInput, by_obedience_without_limits_names_what_is_missing) {
  TestBench bench;
  bench.signals = SignalTable();
  bench.signal("pack.voltage", dimension::voltage);
  Diagnostics diagnostics;
  bench.load("case: x\npcs: obedient\nsteps: [{ hold: 1 s }]\nalways: [{ never: pack.voltage > 58 V }]\n", diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 5u);
  EXPECT_NE(listed(diagnostics).find("a PCS that is not defiant needs the signal dut.charge_voltage_limit"),
            std::string::npos);
}

class IncludedFiles : public testing::Test {
 public:
  IncludedFiles()
      : folder_(std::filesystem::path(testing::TempDir()) / ("gtxrig_includes_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "parts");
  }
  ~IncludedFiles() override { std::filesystem::remove_all(folder_); }
  IncludedFiles(const IncludedFiles&) = delete;
  IncludedFiles& operator=(const IncludedFiles&) = delete;

 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string mistakes() {
    Diagnostics diagnostics;
    test_ = read_case((folder_ / "case.yaml").string(), diagnostics);
    return listed(diagnostics);
  }

  std::filesystem::path folder_;
  Case test_;
};

TEST_F(IncludedFiles, stand_in_the_place_of_the_step_and_may_include_others_relative_to_themselves) {
  write("case.yaml", "case: x\nsteps: [{ include: parts/a.yaml }, { hold: 3 s }]\n");
  write("parts/a.yaml", "- hold: 1 s\n- include: b.yaml\n");
  write("parts/b.yaml", "- expect: [{ that: pack.voltage > 1 V }]\n");
  EXPECT_EQ(mistakes(), "");
  EXPECT_EQ(test_.files.size(), 3u);
  TestBench bench;
  Diagnostics diagnostics;
  declare_script_signals(test_, nullptr, bench.signals);
  const Program program = compile(test_, nullptr, bench.signals, bench.commands, diagnostics);
  EXPECT_EQ(listed(diagnostics), "");
  ASSERT_EQ(program.steps.size(), 3u);
  EXPECT_EQ(program.expectations.at(0).step, 1u);
}

TEST_F(IncludedFiles, that_include_themselves_are_refused) {
  write("case.yaml", "case: x\nsteps: [{ include: parts/a.yaml }]\nalways: [{ never: pack.voltage > 58 V }]\n");
  write("parts/a.yaml", "- include: b.yaml\n");
  write("parts/b.yaml", "- include: a.yaml\n");
  EXPECT_NE(mistakes().find("1:12: 'a.yaml' includes itself; by way of "), std::string::npos) << mistakes();
}

TEST_F(IncludedFiles, that_are_missing_or_wrong_are_reported_where_they_are_wrong) {
  write("case.yaml", "case: x\nsteps: [{ include: nowhere.yaml }, { include: parts }, { include: bad.yaml }]\n");
  write("bad.yaml", "- hold: 5\n");
  const std::string found = mistakes();
  EXPECT_NE(found.find("2:20: "), std::string::npos) << found;
  EXPECT_NE(found.find("nowhere.yaml"), std::string::npos) << found;
  EXPECT_NE(found.find("2:47: "), std::string::npos) << found;
  EXPECT_NE(found.find("1:9: expected a time"), std::string::npos) << found;
}

TEST_F(IncludedFiles, that_do_not_exist_as_a_case_are_an_error_of_their_own) {
  Diagnostics diagnostics;
  EXPECT_THROW(read_case((folder_ / "none.yaml").string(), diagnostics), RigError);
}

TEST(ParameterOverride, changes_the_default_and_keeps_its_dimension) {
  Diagnostics diagnostics;
  Case test = read_case(text_of(good), diagnostics);
  override_parameter(test, "approach_current=7 A", diagnostics);
  EXPECT_EQ(test.parameters.at(0).value.text, "7 A");
  EXPECT_FALSE(diagnostics.has_errors());
  override_parameter(test, "approach_current=7 V", diagnostics);
  override_parameter(test, "aproach_current=7 A", diagnostics);
  override_parameter(test, "approach_current", diagnostics);
  EXPECT_EQ(listed(diagnostics),
            "1:18: '7 V' is a voltage (V), the parameter is a current (A)\n"
            "1:1: the case 'over_voltage' has no parameter 'aproach_current'; did you mean 'approach_current'?\n"
            "1:1: a parameter is given as NAME=VALUE; such as --param approach_current=\"5 A\"");
  EXPECT_EQ(test.parameters.at(0).value.text, "7 A");
}

TEST(CaseSchema, knows_the_keys_that_the_reader_knows) {
  const nlohmann::json schema = case_schema();
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], nlohmann::json({"case", "steps"}));
  EXPECT_EQ(schema["properties"]["steps"]["items"]["$ref"], "#/$defs/step");
  const auto& step = schema["$defs"]["step"]["properties"];
  for (const char* key : {"name", "set", "ramp", "hold", "until", "timeout", "every", "expect", "keep", "measure",
                          "repeat", "for_each", "include", "python"}) {
    EXPECT_TRUE(step.contains(key)) << key;
  }
  EXPECT_FALSE(step.contains("search"));
  EXPECT_EQ(schema["properties"]["pcs"]["enum"], nlohmann::json({"obedient", "defiant", "on_request"}));
}

}  // namespace
}  // namespace rig
