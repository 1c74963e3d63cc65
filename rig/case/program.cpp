#include "rig/case/program.hpp"

#include <algorithm>
#include <set>

#include "rig/case/program_compiler.hpp"
#include "rig/case/signal_use.hpp"
#include "rig/case/values.hpp"

namespace rig {
namespace {

// Adds what is new: a step inside a loop is compiled once per turn and would be wrong each time.
void merge(const Diagnostics& found, Diagnostics& out) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Diagnostic& diagnostic : found.all()) {
    if (!seen.emplace(diagnostic.mark.where(), diagnostic.message).second) {
      continue;
    }
    if (diagnostic.severity == Severity::error) {
      out.error(diagnostic.mark, diagnostic.message, diagnostic.hint);
    } else {
      out.warning(diagnostic.mark, diagnostic.message, diagnostic.hint);
    }
  }
}

class ScriptSignals {
 public:
  ScriptSignals(const Case& test, const Row* row, SignalTable& signals)
      : test_(test), signals_(signals), parameters_(parameters_of(test, row)) {}

  void declare() {
    add("script.step", dimension::none, "index of the step that runs; the number of steps when all are done");
    add("script.time", dimension::time, "time since this step began");
    const std::vector<Leaf> leaves = flatten(test_.steps, parameters_, unreported_);
    for (const Leaf& leaf : leaves) {
      if (leaf.step->python) {
        declare_returns(*leaf.step->python);
      }
      for (const auto& keep : leaf.step->keep) {
        value("keep." + keep.name.text, split_keep(keep.value).value, leaf.parameters, "kept value");
        if (signals_.find("keep." + keep.name.text)) {
          aliases_[keep.name.text] = "keep." + keep.name.text;
        }
      }
    }
    for (const Leaf& leaf : leaves) {
      for (const MeasureClause& measure : leaf.step->measure) {
        value("measure." + measure.id.text + leaf.suffix, measure.value, leaf.parameters, "measured value");
      }
    }
    for (const MeasureClause& measure : test_.measure) {
      value("measure." + measure.id.text, measure.value, parameters_, "measured value");
    }
  }

 private:
  void add(const std::string& name, Dimension dimension, const std::string& help) {
    SignalSpec spec;
    spec.name = name;
    spec.dimension = dimension;
    spec.origin = Origin::script;
    spec.source = "script";
    spec.help = help;
    signals_.declare(std::move(spec));
  }

  void declare_returns(const PythonClause& clause) {
    for (const auto& given : clause.returns) {
      const std::string name = "keep." + given.name.text;
      const auto dimension = dimension_of_return(given.value, unreported_);
      if (dimension && !signals_.find(name)) {
        declare_value(name, *dimension, "given back by " + clause.call.text);
        aliases_[given.name.text] = name;
      }
    }
  }

  void value(const std::string& name, const MarkedText& text, const ParameterMap& parameters, const std::string& help) {
    ExpressionScope scope;
    scope.signals = &signals_;
    scope.parameters = parameters;
    scope.aliases = aliases_;
    const auto expression = Expression::compile(text, scope, unreported_);
    if (!expression || signals_.find(name)) {
      return;
    }
    declare_value(name, expression->dimension(), help);
  }

  void declare_value(const std::string& name, Dimension dimension, const std::string& help) {
    add(name, dimension, help);
    if (!dimension.boolean) {
      dimension.point = false;  // an uncertainty of a temperature is a difference
      add(name + ".u", dimension, "its expanded uncertainty (k = 2)");
    }
  }

  const Case& test_;
  SignalTable& signals_;
  ParameterMap parameters_;
  std::map<std::string, std::string> aliases_;
  Diagnostics unreported_;
};

}  // namespace

void declare_script_signals(const Case& test, const Row* row, SignalTable& signals) {
  ScriptSignals(test, row, signals).declare();
}

Program compile(const Case& test, const Row* row, const SignalTable& signals, const CommandTable& commands,
                Diagnostics& diagnostics) {
  Diagnostics found;
  Program program = ProgramCompiler(test, row, signals, commands, found).compile();
  merge(found, diagnostics);
  return program;
}

AddedStep compile_step(const Step& step, std::span<const double> commanded, const SignalTable& signals,
                       const CommandTable& commands, Diagnostics& diagnostics) {
  const Case no_case;
  AddedStep added = ProgramCompiler(no_case, nullptr, signals, commands, diagnostics).compile_added(step, commanded);
  added.code.uses_time = uses(added, signals.require("script.time"));
  return added;
}

Duration estimate(const Program& program) {
  Duration steps{};
  Duration finally{};
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    (i < program.finally_begin ? steps : finally) += program.steps[i].longest;
  }
  return (program.timeout ? std::min(steps, *program.timeout) : steps) + finally;
}

}  // namespace rig
