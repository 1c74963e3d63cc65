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
  if (test_.pcs == PcsWord::obedient) {
    compile_pcs();
  }
  if (test_.timeout) {
    program_.timeout = time(*test_.timeout, parameters_);
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
    diagnostics_.error(text.mark, "'" + std::string(what) + "' needs a truth value, this is " +
                                      with_article(expression->dimension()),
                       "compare it with something");
    return std::nullopt;
  }
  if (expression->is_constant()) {
    diagnostics_.error(text.mark, "there is no signal in this: it is the same at every tick", "nothing would be checked");
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
    diagnostics_.error(text.mark, what + " needs " + with_article(dimension) + ", this is " + with_article(expression->dimension()),
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
    diagnostics_.error(text.text.mark, "the time " + format_quantity(*seconds, dimension::time) + " is impossible here");
    return {};
  }
  return from_seconds(*seconds);
}

// Kept values first, in the order of the steps: the other expressions may use them, and each other's those before.
void ProgramCompiler::compile_keeps() {
  for (const Leaf& leaf : leaves_) {
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
  const auto index = static_cast<std::uint32_t>(program_.steps.size());
  compile_settings(leaf, code);
  compile_ramps(leaf, code);
  compile_waits(leaf, code);
  if (!in_finally) {
    compile_expectations(leaf, code);
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

void ProgramCompiler::compile_always() {
  for (const AlwaysClause& clause : test_.always) {
    if (clause.reference) {
      if (program_.reference) {
        diagnostics_.error(clause.mark, "there are two 'reference' items", "one list names all outputs");
      }
      program_.reference = CompiledReference{clause.reference->all, {}, clause.resync};
      for (const MarkedText& output : clause.reference->outputs) {
        if (!signals_.find(output.text)) {
          diagnostics_.error(output.mark, "the bench has no signal '" + output.text + "'",
                             suggestion(output.text, signals_.names()));
        }
        program_.reference->outputs.push_back(output.text);
      }
      continue;
    }
    CompiledWatch watch;
    const MarkedText& text = clause.never ? *clause.never : clause.always ? *clause.always : *clause.whenever;
    watch.kind = clause.never ? WatchKind::never : clause.always ? WatchKind::always : WatchKind::whenever;
    auto condition = truth(text, parameters_, clause.never ? "never" : clause.always ? "always" : "whenever");
    if (clause.then) {
      watch.then = truth(*clause.then, parameters_, "then");
    }
    if (clause.within) {
      watch.within = time(*clause.within, parameters_);
    }
    if (condition) {
      watch.condition = std::move(*condition);
      program_.watches.push_back(std::move(watch));
    }
  }
}

void ProgramCompiler::compile_limits() {
  for (const auto& limit : test_.limits) {
    const auto id = signals_.find(limit.name.text);
    if (!id) {
      diagnostics_.error(limit.name.mark, "the bench has no signal '" + limit.name.text + "'",
                         suggestion(limit.name.text, signals_.names()));
      continue;
    }
    const Dimension dimension = signals_.spec(*id).dimension;
    CompiledLimit compiled{*id, {}, limit.value.mark};
    if (limit.value.lo) {
      compiled.range.lo = constant(*limit.value.lo, parameters_, dimension, "this limit").value_or(compiled.range.lo);
    }
    if (limit.value.hi) {
      compiled.range.hi = constant(*limit.value.hi, parameters_, dimension, "this limit").value_or(compiled.range.hi);
    }
    if (compiled.range.empty()) {
      diagnostics_.error(limit.value.mark, "the lower limit is above the upper one", "limits are [lowest, highest]");
    }
    program_.limits.push_back(std::move(compiled));
  }
}

void ProgramCompiler::compile_pcs() {
  const auto command = [&](const char* name) { return commands_.find(name).value_or(CommandId{}); };
  const auto need = [&](const char* name) {
    const auto id = signals_.find(name);
    if (!id) {
      diagnostics_.error(test_.mark, std::string("'pcs: obedient' needs the signal ") + name,
                         "the bench does not have it: write 'pcs: defiant'");
    }
    return id.value_or(SignalId{});
  };
  PcsCode pcs;
  pcs.supply_voltage = command("supply.voltage_set");
  pcs.supply_current = command("supply.current_set");
  pcs.supply_output = command("supply.output");
  pcs.load_current = command("load.current_set");
  pcs.load_power = command("load.power_set");
  pcs.load_input = command("load.input");
  if (pcs.supply_voltage.valid() || pcs.supply_current.valid() || pcs.supply_output.valid()) {
    pcs.charge_voltage_limit = need("dut.charge_voltage_limit");
    pcs.charge_current_limit = need("dut.charge_current_limit");
    pcs.charge_allowed = need("dut.charge_allowed");
  }
  if (pcs.load_current.valid() || pcs.load_power.valid() || pcs.load_input.valid()) {
    pcs.discharge_current_limit = need("dut.discharge_current_limit");
    pcs.discharge_allowed = need("dut.discharge_allowed");
    pcs.voltage = need("pack.voltage");
  }
  program_.pcs = pcs;
}

void ProgramCompiler::check_needs() {
  std::set<std::string> instances;
  for (const SignalSpec& spec : signals_.specs()) {
    instances.insert(spec.name.substr(0, spec.name.find('.')));
  }
  for (const CommandSpec& spec : commands_.specs()) {
    instances.insert(spec.name.substr(0, spec.name.find('.')));
  }
  const std::vector<std::string> known(instances.begin(), instances.end());
  for (const MarkedText& need : test_.needs) {
    if (!instances.contains(need.text)) {
      diagnostics_.error(need.mark, "the bench has no '" + need.text + "'", suggestion(need.text, known));
    }
  }
}

void ProgramCompiler::check_parameters() {
  for (const auto& parameter : test_.parameters) {
    if (!used_.contains(parameter.name.text)) {
      diagnostics_.warning(parameter.name.mark, "the parameter '" + parameter.name.text + "' is not used");
    }
  }
}

}  // namespace rig
