#include "rig/signal/expression.hpp"

#include <gtest/gtest.h>

#include "rig/core/random.hpp"
#include "rig/signal/witness.hpp"

namespace rig {
namespace {

constexpr TimePoint at(int milliseconds) { return TimePoint{std::chrono::milliseconds(milliseconds)}; }

class Expressions : public testing::Test {
 protected:
  Expressions() {
    voltage_ = add("pack.voltage", dimension::voltage, {0.01, 0.001});
    current_ = add("pack.current", dimension::current, {0.1, 0});
    add("supply.voltage", dimension::voltage, {0.02, 0});
    soc_ = add("dut.soc", dimension::none);
    skin_ = add("pack.skin_temperature", dimension::temperature);
    ambient_ = add("ambient.temperature", dimension::temperature);
    contact_ = add("io.charge_prohibited", dimension::boolean);
    allowed_ = add("dut.charge_allowed", dimension::boolean);
    SignalSpec regulation;
    regulation.name = "supply.regulation";
    regulation.labels = {"off", "constant_voltage", "constant_current"};
    regulation_ = table_.declare(regulation);
    trip_ = add("keep.trip_voltage", dimension::voltage);
    table_.seal();
    scope_.signals = &table_;
    scope_.aliases = {{"trip_voltage", "keep.trip_voltage"}};
    scope_.parameters = {{"approach_current", {5, dimension::current}}};
    table_.write(voltage_, 56.5, at(10));
    table_.write(current_, -5, at(20));
    table_.write(soc_, 0.95, at(5));
    table_.write(skin_, 30, at(1));
    table_.write(ambient_, 25, at(1));
    table_.write(contact_, 1, at(30));
    table_.write(regulation_, 1, at(10));
    table_.write(trip_, 56.1, at(8));
  }

  SignalId add(const std::string& name, Dimension dimension, Uncertainty uncertainty = {}) {
    SignalSpec spec;
    spec.name = name;
    spec.dimension = dimension;
    spec.uncertainty = uncertainty;
    return table_.declare(spec);
  }

  // Column 7 of line 1, so that a caret counted from the line's begin is not right by accident.
  static MarkedText marked(const std::string& text) {
    auto source = std::make_shared<const SourceText>(SourceText{"case.yaml", "that: " + text});
    return {text, {source, 1, 7}};
  }

  Expression compiled(const std::string& text) {
    Diagnostics diagnostics;
    auto expression = Expression::compile(marked(text), scope_, diagnostics);
    EXPECT_TRUE(expression.has_value()) << diagnostics.render();
    return expression.value_or(Expression{});
  }
  Evaluation value(const std::string& text) { return compiled(text).evaluate(table_); }
  double number(const std::string& text) { return value(text).value; }

  // "column: message; hint" of all mistakes, one a line; the column counts in the expression from 0.
  std::string mistakes(const std::string& text) {
    Diagnostics diagnostics;
    EXPECT_FALSE(Expression::compile(marked(text), scope_, diagnostics).has_value()) << text;
    std::string result;
    for (const auto& d : diagnostics.all()) {
      result += (result.empty() ? "" : "\n") + std::to_string(d.mark.column - 7) + ": " + d.message +
                (d.hint.empty() ? "" : "; " + d.hint);
    }
    return result;
  }

  SignalTable table_;
  ExpressionScope scope_;
  SignalId voltage_, current_, soc_, skin_, ambient_, contact_, allowed_, regulation_, trip_;
};

TEST_F(Expressions, bind_as_arithmetic_does_and_words_last) {
  EXPECT_EQ(number("1 + 2 * 3 - 4 / 2"), 5);
  EXPECT_EQ(number("(1 + 2) * 3"), 9);
  EXPECT_EQ(number("10 - 4 - 3"), 3);
  EXPECT_EQ(number("-2 * -3"), 6);
  EXPECT_EQ(number("not 1 > 2 and 2 > 1 or 1 > 2"), 1);
  EXPECT_EQ(number("1 > 2 and 1 > 2 or 2 > 1"), 1);
  EXPECT_EQ(number("2 > 1 or 1 > 2 and 1 > 2"), 1);
  EXPECT_TRUE(value("pack.voltage - 16 * 3.5 V > 100 mV and dut.soc < 97 %").is_true());
  EXPECT_FALSE(value("pack.voltage - 16 * 3.5 V > 600 mV").is_true());
}

TEST_F(Expressions, carry_the_dimension_of_what_they_compute) {
  EXPECT_EQ(compiled("pack.voltage * pack.current").dimension(), dimension::power);
  EXPECT_EQ(compiled("pack.voltage / pack.current").dimension(), dimension::resistance);
  EXPECT_EQ(compiled("pack.voltage / 2 s").dimension(), dimension::voltage_rate);
  EXPECT_EQ(compiled("10 mV/s").dimension(), dimension::voltage_rate);
  EXPECT_EQ(compiled("abs(pack.current) < 0.5 A").dimension(), dimension::boolean);
  EXPECT_EQ(compiled("trip_voltage").dimension(), dimension::voltage);
}

TEST_F(Expressions, know_functions_parameters_and_kept_values) {
  EXPECT_EQ(number("abs(pack.current)"), 5);
  EXPECT_EQ(number("max(1 V, pack.voltage, 2 V)"), 56.5);
  EXPECT_EQ(number("min(1 V, pack.voltage, 500 mV)"), 0.5);
  EXPECT_EQ(number("$approach_current * 2"), 10);
  EXPECT_EQ(number("trip_voltage + 0 V"), 56.1);
}

TEST_F(Expressions, tell_a_temperature_from_a_difference) {
  EXPECT_EQ(compiled("pack.skin_temperature - ambient.temperature").dimension(), dimension::temperature_difference);
  EXPECT_TRUE(value("pack.skin_temperature - ambient.temperature < 6 K").is_true());
  EXPECT_EQ(compiled("ambient.temperature + 5 K").dimension(), dimension::temperature);
  EXPECT_EQ(compiled("5 K + ambient.temperature").dimension(), dimension::temperature);
  EXPECT_TRUE(value("pack.skin_temperature > -10 degC").is_true());
  EXPECT_EQ(number("max(pack.skin_temperature, ambient.temperature)"), 30);
  EXPECT_EQ(mistakes("pack.skin_temperature + ambient.temperature"),
            "22: two temperatures (degC) cannot be added; a difference is in K");
  EXPECT_EQ(mistakes("5 K - ambient.temperature"),
            "4: a temperature (degC) cannot be subtracted from a difference (K)");
  EXPECT_EQ(mistakes("ambient.temperature * 2"),
            "0: a temperature (degC) cannot be multiplied or divided; a difference is in K");
  EXPECT_EQ(mistakes("ambient.temperature > 5 K"),
            "20: compares a temperature (degC) with a temperature difference (K)");
  EXPECT_EQ(mistakes("abs(ambient.temperature) > 5 K"),
            "4: a temperature (degC) has no magnitude; a difference is in K");
  EXPECT_EQ(mistakes("-(25 degC) < ambient.temperature"),
            "0: a temperature (degC) has no opposite; a difference is in K");
}

TEST_F(Expressions, compare_an_enumeration_by_its_words_only) {
  EXPECT_TRUE(value("supply.regulation == constant_voltage").is_true());
  EXPECT_TRUE(value("constant_current != supply.regulation").is_true());
  EXPECT_EQ(mistakes("supply.regulation == constant_volts"),
            "21: 'supply.regulation' is never 'constant_volts'; did you mean 'constant_voltage'?");
  EXPECT_EQ(
      mistakes("supply.regulation > 1"),
      "0: 'supply.regulation' is one of off, constant_voltage, constant_current; compare it with == or != and one "
      "of these words");
}

TEST_F(Expressions, point_at_the_operator_that_joins_what_does_not_fit) {
  EXPECT_EQ(mistakes("pack.voltage > pack.current"), "13: compares a voltage (V) with a current (A)");
  EXPECT_EQ(mistakes("1 V < 2 V and (pack.voltage + pack.current) > 1 V"), "28: adds a voltage (V) and a current (A)");
  EXPECT_EQ(mistakes("pack.voltage - pack.current > 1 V"), "13: subtracts a current (A) from a voltage (V)");
  EXPECT_EQ(mistakes("max(pack.voltage, 1 A) > 1 V"), "18: max() compares a voltage (V) with a current (A)");
}

TEST_F(Expressions, ask_for_the_unit_of_a_bare_number) {
  EXPECT_EQ(mistakes("pack.voltage > 56"), "15: 56 is compared with a voltage; write 56 V");
  EXPECT_EQ(mistakes("-0.5 < pack.current"), "0: -0.5 is compared with a current; write -0.5 A");
  EXPECT_EQ(mistakes("pack.voltage + 1 > 56 V"), "15: 1 is added to a voltage; write 1 V");
  EXPECT_EQ(mistakes("pack.voltage > 0"), "15: 0 is compared with a voltage; write 0 V");
  EXPECT_TRUE(value("dut.soc < 0.97").is_true());
}

TEST_F(Expressions, name_the_signal_that_was_meant) {
  EXPECT_EQ(mistakes("pack.volage > 56 V"), "0: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?");
  EXPECT_EQ(mistakes("frob.nicate > 56 V"),
            "0: the bench has no signal 'frob.nicate'; `gtxrig list signals` names them all");
  EXPECT_EQ(mistakes("$aproach_current > 1 A"),
            "0: there is no parameter '$aproach_current'; did you mean '$approach_current'?");
  EXPECT_EQ(mistakes("trip_voltag > 1 V"),
            "0: 'trip_voltag' is neither a signal nor a kept value; did you mean 'trip_voltage'?");
  EXPECT_EQ(mistakes("abz(pack.current) > 1 A"), "0: there is no function 'abz'; did you mean 'abs'?");
}

TEST_F(Expressions, report_several_mistakes_at_once) {
  EXPECT_EQ(mistakes("pack.volage > 56 V and pack.curent < 1 A and pack.voltage > 1 A"),
            "0: the bench has no signal 'pack.volage'; did you mean 'pack.voltage'?\n"
            "23: the bench has no signal 'pack.curent'; did you mean 'pack.current'?\n"
            "58: compares a voltage (V) with a current (A)");
}

TEST_F(Expressions, refuse_what_is_no_expression) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "0: an expression is missing here"},
      {"   ", "0: an expression is missing here"},
      {"pack.voltage >", "14: the expression ends where a value is needed"},
      {"(pack.voltage > 1 V", "0: this '(' is never closed; add a ')'"},
      {"pack.voltage > 1 V)", "18: this ')' closes nothing"},
      {"max(pack.voltage", "16: max() needs at least two arguments; separate them with commas"},
      {"abs(1 A, 2 A) > 1 A", "7: abs() takes one argument"},
      {"1 V < pack.voltage < 2 V", "19: comparisons cannot be chained; write 'a < b and b < c'"},
      {"(1 V < pack.voltage) < 2 V", "0: '<' needs quantities, this is a truth value"},
      {"pack.voltage = 1 V", "13: '=' is no operator; to compare, write '=='"},
      {"on && on", "3: '&&' is no operator; write 'and'"},
      {"!on", "0: '!' is no operator; write 'not'"},
      {"pack.voltage > 1 V pack.current", "19: an operator is missing before 'pack.current'"},
      {"pack.voltage > 56 Vlt", "18: unknown unit 'Vlt'"},
      {"pack.voltage > 56 v", "18: unknown unit 'v', did you mean 'V'?"},
      {"pack.voltage > 56,5 V", "17: a decimal is written with a point, not with a comma"},
      {"1 V , 2 V", "4: a comma stands only between the arguments of min() and max()"},
      {"pack.voltage and on", "0: 'and' needs truth values, this is a voltage (V); compare it with something"},
      {"not 5", "4: 'not' needs truth values, this is a plain number; compare it with something"},
      {"pack.voltage / 0 > 1 V", "15: this divides by zero"},
      {"pack.voltage / (2 - 2) > 1 V", "15: this divides by zero"},
      {"io.charge_prohibited > off",
       "0: '>' needs quantities, this is a truth value\n23: '>' needs quantities, this is "
       "a truth value"},
      {"1 V > $", "6: a parameter's name is missing behind '$'"},
      {"1e308 V * 10 > pack.voltage", "0: this is no finite number"},
      {"1 V # 2 V", "4: '#' belongs in no expression"},
      {"and on", "0: a value is missing before 'and'"},
  };
  for (const auto& [text, message] : table) {
    std::string found = mistakes(text);
    if (message.starts_with("18: unknown unit 'Vlt'")) {
      found = found.substr(0, message.size());
    }
    EXPECT_EQ(found, message) << text;
  }
}

TEST_F(Expressions, refuse_to_be_nested_deeper_than_the_stack) {
  const auto nested = [](int depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
  EXPECT_EQ(number(nested(30)), 1);
  EXPECT_NE(mistakes(nested(40)).find("nested deeper than 32 levels"), std::string::npos);
  EXPECT_NE(mistakes(nested(100'000)).find("nested deeper than 32 levels"), std::string::npos);
  std::string minus(100'000, '-');
  EXPECT_NE(mistakes(minus + "pack.voltage").find("nested deeper"), std::string::npos);
  std::string right = "dut.soc";  // each level keeps a value on the stack
  for (int i = 0; i < 30; ++i) {
    right.insert(0, "1 - (").append(")");
  }
  EXPECT_NEAR(number(right), 0.95, 1e-12);
}

TEST_F(Expressions, find_the_place_inside_quotes_and_not_inside_folded_lines) {
  const auto source = std::make_shared<const SourceText>(SourceText{"c", "that: pack.voltage\n  > 56\n"});
  Diagnostics diagnostics;
  EXPECT_FALSE(Expression::compile({"pack.voltage > 56", {source, 1, 7}}, scope_, diagnostics).has_value());
  EXPECT_EQ(diagnostics.all().at(0).mark.column, 7);
}

TEST_F(Expressions, judge_on_the_worst_input_that_mattered) {
  table_.write(voltage_, 56.5, at(10), Quality::stale);
  EXPECT_EQ(value("pack.voltage > 1 V").quality, Quality::stale);
  EXPECT_FALSE(value("pack.voltage > 1 V").is_true());
  EXPECT_EQ(value("max(pack.voltage, 1 V)").quality, Quality::stale);
  EXPECT_EQ(value("dut.charge_allowed").quality, Quality::never);
  EXPECT_TRUE(value("io.charge_prohibited or pack.voltage > 1 V").is_true());
  EXPECT_TRUE(value("pack.voltage > 1 V or io.charge_prohibited").is_true());
  EXPECT_EQ(value("not io.charge_prohibited or pack.voltage > 1 V").quality, Quality::stale);
  const Evaluation both = value("not io.charge_prohibited and pack.voltage > 1 V");
  EXPECT_EQ(both.quality, Quality::good);
  EXPECT_EQ(both.value, 0);
  EXPECT_EQ(value("io.charge_prohibited and pack.voltage > 1 V").quality, Quality::stale);
  table_.write(voltage_, 56.5, at(10), Quality::invalid);
  EXPECT_EQ(value("pack.voltage > 1 V and dut.charge_allowed").quality, Quality::invalid);
}

TEST_F(Expressions, are_as_old_as_their_oldest_input) {
  EXPECT_EQ(value("pack.voltage * pack.current").time, at(10));
  EXPECT_EQ(value("pack.current + 1 A").time, at(20));
  EXPECT_EQ(value("1 V").time, TimePoint{});
  EXPECT_EQ(value("io.charge_prohibited or dut.soc > 99 %").time, at(30));
}

TEST_F(Expressions, call_a_division_by_zero_during_the_run_invalid) {
  table_.write(current_, 0, at(10));
  EXPECT_EQ(value("pack.voltage / pack.current").quality, Quality::invalid);
}

TEST_F(Expressions, carry_the_uncertainty_of_their_inputs) {
  const auto u = [this](const std::string& text) { return compiled(text).uncertainty(table_); };
  EXPECT_DOUBLE_EQ(u("pack.voltage"), 0.01 + 0.0565);
  EXPECT_DOUBLE_EQ(u("2 * pack.voltage"), 2 * 0.0665);
  EXPECT_DOUBLE_EQ(u("pack.voltage - pack.voltage"), 0);
  EXPECT_DOUBLE_EQ(u("pack.voltage + pack.voltage"), 2 * 0.0665);
  EXPECT_DOUBLE_EQ(u("pack.voltage - supply.voltage"), std::hypot(0.0665, 0.02));
  EXPECT_DOUBLE_EQ(u("pack.voltage * pack.current"), std::hypot(0.0665 * 5, 0.1 * 56.5));
  EXPECT_DOUBLE_EQ(u("abs(pack.current)"), 0.1);
  EXPECT_DOUBLE_EQ(u("max(pack.voltage, 1 V)"), 0.0665);
  EXPECT_DOUBLE_EQ(u("min(pack.voltage, 1 V)"), 0);
  EXPECT_DOUBLE_EQ(u("pack.voltage > 1 V"), 0);
  EXPECT_DOUBLE_EQ(u("56 V"), 0);
  const std::vector<KnownUncertainty> known{{trip_, 0.5}};
  EXPECT_DOUBLE_EQ(compiled("trip_voltage * 2").uncertainty(table_, known), 1);
}

TEST_F(Expressions, fold_their_constants) {
  EXPECT_TRUE(compiled("16 * 3.5 V + 1 V").is_constant());
  EXPECT_EQ(number("16 * 3.5 V + 1 V"), 57);
  EXPECT_FALSE(compiled("pack.voltage + 1 V").is_constant());
  EXPECT_EQ(mistakes("pack.voltage > 2 * 28"), "15: 56 is compared with a voltage; write 56 V");
}

TEST_F(Expressions, tell_which_parameters_they_used_and_stay_silent_about_what_was_reported) {
  std::set<std::string> used;
  scope_.used_parameters = &used;
  compiled("$approach_current > 1 A");
  EXPECT_EQ(used, std::set<std::string>{"approach_current"});
  scope_.reported = {"broken"};
  EXPECT_EQ(mistakes("broken > 1 V"), "");
}

TEST_F(Expressions, are_either_compiled_or_refused_with_a_reason) {
  const std::vector<std::string> words{"pack.voltage",
                                       "pack.current",
                                       "supply.regulation",
                                       "off",
                                       "trip_voltage",
                                       "$approach_current",
                                       "3 V",
                                       "5",
                                       "25 degC",
                                       "97 %",
                                       "(",
                                       ")",
                                       "max(",
                                       "abs(",
                                       ",",
                                       "+",
                                       "-",
                                       "*",
                                       "/",
                                       "<",
                                       "==",
                                       "and",
                                       "or",
                                       "not",
                                       "ambient.temperature",
                                       "dut.charge_allowed",
                                       "$",
                                       "\xC2\xB0",
                                       "1e9",
                                       "."};
  Random random(7);
  int compiled_well = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random.next() % 9; n > 0; --n) {
      text += words[random.next() % words.size()] + (random.next() % 4 == 0 ? "" : " ");
    }
    Diagnostics diagnostics;
    const auto expression = Expression::compile(marked(text), scope_, diagnostics);
    ASSERT_EQ(expression.has_value(), !diagnostics.has_errors()) << text;
    if (expression) {
      EXPECT_TRUE(std::isfinite(expression->evaluate(table_).value) ||
                  expression->evaluate(table_).quality == Quality::invalid)
          << text;
      EXPECT_GE(expression->uncertainty(table_), 0) << text;
      ++compiled_well;
    }
  }
  EXPECT_GT(compiled_well, 500);
}

TEST_F(Expressions, leave_a_witness_with_values_units_and_words) {
  const Expression expression = compiled("pack.voltage > 1 V and supply.regulation == off and dut.charge_allowed");
  Witness witness(expression, table_);
  EXPECT_EQ(witness.text(), "");
  table_.set_quality(voltage_, Quality::stale);
  witness.take(table_);
  EXPECT_EQ(witness.text(),
            "pack.voltage 56.5 V (stale), supply.regulation constant_voltage, dut.charge_allowed never seen");
  EXPECT_EQ(witness.signal(), "pack.voltage");
}

}  // namespace
}  // namespace rig
