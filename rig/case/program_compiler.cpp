#include "rig/case/program_compiler.hpp"

#include <algorithm>

#include "rig/signal/expression_compiler.hpp"

namespace rig {

KeepText split_keep(const MarkedText& text) {
  for (const ExpressionToken& token : tokenize_expression(text.text)) {
    if (token.kind == ExpressionToken::Kind::name && token.text == "at") {
      const std::size_t behind = text.text.find_first_not_of(" \t\n", token.offset + 2);
      const std::size_t begin = std::min(behind, text.text.size());
      std::string value = text.text.substr(0, token.offset);
      value.erase(value.find_last_not_of(" \t\n") + 1);
      return {{value, text.mark}, MarkedText{text.text.substr(begin), text.mark.shifted(static_cast<int>(begin))}};
    }
  }
  return {text, std::nullopt};
}

std::string test_name(const Case& test, const Row* row) {
  return row == nullptr ? test.name.text : test.name.text + "[" + row->name + "]";
}

ProgramCompiler::ProgramCompiler(const Case& test, const Row* row, const SignalTable& signals,
                                 const CommandTable& commands, Diagnostics& diagnostics)
    : test_(test),
      row_(row),
      signals_(signals),
      commands_(commands),
      diagnostics_(diagnostics),
      parameters_(parameters_of(test, row)),
      leaves_(flatten(test.steps, parameters_, diagnostics)) {
  if (test.finally) {
    final_leaves_ = flatten(test.finally->steps, parameters_, diagnostics);
  }
  for (const CommandSpec& spec : commands.specs()) {
    commanded_.emplace_back(spec.safe);
  }
}

Program ProgramCompiler::compile() {
  program_.name = test_name(test_, row_);
  program_.parameters.assign(parameters_.begin(), parameters_.end());
  check_needs();
  compile_keeps();
  for (const Leaf& leaf : leaves_) {
    compile_step(leaf, false);
  }
  for (const MeasureClause& measure : test_.measure) {
    compile_measure(measure, parameters_, {}, std::nullopt);
  }
  program_.finally_begin = program_.steps.size();
  for (const Leaf& leaf : final_leaves_) {
    compile_step(leaf, true);
  }
  compile_always();
  compile_limits();
  if (test_.pcs != PcsWord::defiant) {
    compile_pcs();
  }
  if (test_.timeout) {
    program_.timeout = time(*test_.timeout, parameters_);
    program_.timeout_mark = test_.timeout->text.mark;
  }
  check_parameters();
  return std::move(program_);
}

ExpressionScope ProgramCompiler::scope(const ParameterMap& parameters) {
  ExpressionScope result;
  result.signals = &signals_;
  result.parameters = parameters;
  result.aliases = aliases_;
  result.reported = reported_;
  result.used_parameters = &used_;
  return result;
}

std::optional<Expression> ProgramCompiler::truth(const MarkedText& text, const ParameterMap& parameters,
                                                 std::string_view what) {
  auto expression = Expression::compile(text, scope(parameters), diagnostics_);
  if (!expression) {
    return std::nullopt;
  }
  if (!expression->dimension().boolean) {
    diagnostics_.error(
        text.mark, "'" + std::string(what) + "' needs a truth value, this is " + with_article(expression->dimension()),
        "compare it with something");
    return std::nullopt;
  }
  if (expression->is_constant()) {
    diagnostics_.error(text.mark, "there is no signal in this: it is the same at every tick",
                       "nothing would be checked");
    return std::nullopt;
  }
  return expression;
}

std::optional<double> ProgramCompiler::constant(const MarkedText& text, const ParameterMap& parameters,
                                                Dimension dimension, const std::string& what) {
  const auto expression = Expression::compile(text, scope(parameters), diagnostics_);
  if (!expression) {
    return std::nullopt;
  }
  if (!expression->is_constant()) {
    diagnostics_.error(text.mark, what + " must be known before the run", "write a quantity or a parameter");
    return std::nullopt;
  }
  if (!(expression->dimension() == dimension)) {
    const bool no_unit = expression->dimension() == dimension::none;
    diagnostics_.error(
        text.mark, what + " needs " + with_article(dimension) + ", this is " + with_article(expression->dimension()),
        no_unit ? "add a unit: " + units_of(dimension) : "");
    return std::nullopt;
  }
  return expression->evaluate(signals_).value;
}

Duration ProgramCompiler::time(const TimeText& text, const ParameterMap& parameters) {
  const auto seconds = constant(text.text, parameters, dimension::time, "this time");
  if (!seconds) {
    return {};
  }
  constexpr double longest = 9e9;
  if (*seconds < 0 || *seconds >= longest) {
    diagnostics_.error(text.text.mark,
                       "the time " + format_quantity(*seconds, dimension::time) + " is impossible here");
    return {};
  }
  return from_seconds(*seconds);
}

// Kept values first, in the order of the steps: the other expressions may use them, and each other's those before.
void ProgramCompiler::compile_keeps() {
  for (const Leaf& leaf : leaves_) {
    compile_returns(leaf);
    auto& codes = keeps_.emplace_back();
    for (const auto& keep : leaf.step->keep) {
      const std::string signal = "keep." + keep.name.text;
      const KeepText text = split_keep(keep.value);
      auto value = Expression::compile(text.value, scope(leaf.parameters), diagnostics_);
      std::optional<Expression> event;
      if (text.event) {
        event = truth(*text.event, leaf.parameters, "at");
      }
      const auto id = signals_.find(signal);
      if (!value || (text.event && !event) || !id) {
        reported_.insert(keep.name.text);
        continue;
      }
      if (!(signals_.spec(*id).dimension == value->dimension())) {
        diagnostics_.error(keep.name.mark, "'" + keep.name.text + "' was kept as " +
                                               with_article(signals_.spec(*id).dimension) + " before, this is " +
                                               with_article(value->dimension()));
      }
      aliases_[keep.name.text] = signal;
      const SignalId uncertainty = signals_.find(signal + ".u").value_or(SignalId{});
      codes.push_back({keep.name.text, std::move(*value), std::move(event), *id, uncertainty});
    }
  }
}

void ProgramCompiler::compile_step(const Leaf& leaf, bool in_finally) {
  StepCode code;
  code.name = leaf.name;
  code.mark = leaf.step->mark;
  if (in_finally) {
    code.name = final_leaves_.size() == 1 && leaf.step->name.empty() ? "finally" : "finally: " + leaf.name;
  }
  const auto index = static_cast<std::uint32_t>(program_.steps.size());
  compile_settings(leaf, code);
  compile_ramps(leaf, code);
  compile_waits(leaf, code);
  if (!in_finally) {
    compile_expectations(leaf, code);
    compile_outside(leaf, index, code);
    code.keeps = std::move(keeps_[index]);
    for (const MeasureClause& measure : leaf.step->measure) {
      compile_measure(measure, leaf.parameters, leaf.suffix, index);
    }
  }
  add_longest(code);
  for (const std::uint32_t i : code.expectations) {
    program_.expectations[i].step = index;
  }
  for (std::uint32_t i = 0; i < program_.measures.size(); ++i) {
    if (program_.measures[i].step == index && !in_finally) {
      code.measures.push_back(i);
    }
  }
  program_.steps.push_back(std::move(code));
}

AddedStep ProgramCompiler::compile_added(const Step& step, std::span<const double> commanded) {
  std::ranges::copy(commanded, commanded_.begin());
  const Leaf leaf{&step, step.name, {}, {}};
  AddedStep added;
  added.code.name = step.name;
  added.code.mark = step.mark;
  compile_settings(leaf, added.code);
  compile_ramps(leaf, added.code);
  compile_waits(leaf, added.code);
  compile_expectations(leaf, added.code);
  add_longest(added.code);
  added.expectations = std::move(program_.expectations);
  return added;
}

void ProgramCompiler::compile_measure(const MeasureClause& clause, const ParameterMap& parameters,
                                      const std::string& suffix, std::optional<std::uint32_t> step) {
  auto value = Expression::compile(clause.value, scope(parameters), diagnostics_);
  if (!value) {
    return;
  }
  CompiledMeasure measure;
  measure.id = clause.id.text + suffix;
  measure.decision = clause.decision;
  measure.step = step;
  const Dimension dimension = value->dimension();
  if (clause.limits) {
    if (dimension.boolean) {
      diagnostics_.error(clause.limits->mark, "a truth value has no limits", "write an 'expect'");
    }
    Interval limits;
    if (clause.limits->lo) {
      limits.lo = constant(*clause.limits->lo, parameters, dimension, "this limit").value_or(limits.lo);
    }
    if (clause.limits->hi) {
      limits.hi = constant(*clause.limits->hi, parameters, dimension, "this limit").value_or(limits.hi);
    }
    if (limits.empty()) {
      diagnostics_.error(clause.limits->mark, "the lower limit is above the upper one", "limits are [lowest, highest]");
    }
    measure.limits = limits;
  }
  const std::string signal = "measure." + measure.id;
  measure.signal = signals_.find(signal).value_or(SignalId{});
  measure.uncertainty = signals_.find(signal + ".u").value_or(SignalId{});
  measure.value = std::move(*value);
  program_.measures.push_back(std::move(measure));
}

}  // namespace rig
