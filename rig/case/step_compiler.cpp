#include <algorithm>
#include <cmath>

#include "rig/case/program_compiler.hpp"
#include "rig/signal/expression_compiler.hpp"

namespace rig {
namespace {

std::string range_text(const CommandSpec& spec) {
  return format_rounded(spec.range.lo, spec.dimension) + " to " + format_rounded(spec.range.hi, spec.dimension);
}

}  // namespace

std::optional<CommandId> ProgramCompiler::find_command(const MarkedText& name) {
  if (const auto id = commands_.find(name.text)) {
    return id;
  }
  const auto known = commands_.names();
  const bool measured = signals_.find(name.text).has_value();
  diagnostics_.error(
      name.mark,
      measured ? "'" + name.text + "' is measured, it cannot be set" : "the bench has no set-point '" + name.text + "'",
      suggestion(name.text, known));
  return std::nullopt;
}

// A value of an enumeration by its name; the names stand at the signal that reads the set-point back.
std::optional<double> ProgramCompiler::command_word(const MarkedText& text, const CommandSpec& spec) {
  const auto signal = signals_.find(spec.name);
  if (!signal || signals_.spec(*signal).labels.empty()) {
    return std::nullopt;
  }
  const auto& labels = signals_.spec(*signal).labels;
  const auto found = std::ranges::find(labels, text.text);
  if (found == labels.end()) {
    diagnostics_.error(text.mark, "'" + spec.name + "' cannot be '" + text.text + "'", suggestion(text.text, labels));
    return spec.safe;
  }
  return static_cast<double>(found - labels.begin());
}

bool ProgramCompiler::fits_command(const MarkedText& text, const Expression& value, const CommandSpec& spec) {
  if (!(value.dimension() == spec.dimension)) {
    const bool no_unit = value.dimension() == dimension::none && !spec.dimension.boolean;
    std::string hint;
    if (no_unit) {
      hint = "add a unit: " + units_of(spec.dimension);
    } else if (spec.dimension.boolean) {
      hint = "write on or off";
    }
    diagnostics_.error(
        text.mark,
        "'" + spec.name + "' is " + with_article(spec.dimension) + ", this is " + with_article(value.dimension()),
        hint);
    return false;
  }
  if (value.is_constant()) {
    const double number = value.evaluate(signals_).value;
    if (!spec.range.contains(number) && !spec.dimension.boolean) {
      diagnostics_.error(text.mark, spec.name + " " + format_rounded(number, spec.dimension) +
                                        " is outside the instrument's " + range_text(spec));
      return false;
    }
  }
  return true;
}

void ProgramCompiler::compile_settings(const Leaf& leaf, StepCode& code) {
  for (const auto& setting : leaf.step->set) {
    const auto id = find_command(setting.name);
    if (!id) {
      continue;
    }
    const CommandSpec& spec = commands_.spec(*id);
    SettingCode compiled{*id, {}, command_word(setting.value, spec), setting.value.mark};
    if (!compiled.constant) {
      auto value = Expression::compile(setting.value, scope(leaf.parameters), diagnostics_);
      if (!value || !fits_command(setting.value, *value, spec)) {
        continue;
      }
      if (value->is_constant()) {
        compiled.constant = value->evaluate(signals_).value;
      }
      compiled.value = std::move(*value);
    }
    commanded_[id->index] = compiled.constant;
    code.settings.push_back(std::move(compiled));
  }
}

void ProgramCompiler::compile_ramps(const Leaf& leaf, StepCode& code) {
  for (const auto& ramp : leaf.step->ramp) {
    const auto id = find_command(ramp.name);
    if (!id) {
      continue;
    }
    const CommandSpec& spec = commands_.spec(*id);
    if (spec.dimension.boolean || command_word(ramp.value.to, spec)) {
      diagnostics_.error(ramp.name.mark, "'" + spec.name + "' has no values in between to ramp through", "use 'set'");
      continue;
    }
    auto to = Expression::compile(ramp.value.to, scope(leaf.parameters), diagnostics_);
    Dimension per_second = spec.dimension / dimension::time;
    const auto rate = constant(ramp.value.rate, leaf.parameters, per_second, "this rate");
    if (!to || !rate || !fits_command(ramp.value.to, *to, spec)) {
      continue;
    }
    if (!(*rate > 0)) {
      diagnostics_.error(ramp.value.rate.mark, "a rate is positive", "the ramp finds its direction by itself");
      continue;
    }
    RampCode compiled{*id, {}, std::nullopt, *rate, ramp.value.to.mark};
    if (to->is_constant()) {
      compiled.constant = to->evaluate(signals_).value;
    }
    compiled.to = std::move(*to);
    if (!leaf.step->until) {
      note_ramp_time(compiled, code, ramp.name.mark);
    }
    commanded_[id->index] = leaf.step->until ? std::nullopt : compiled.constant;
    code.ramps.push_back(std::move(compiled));
  }
}

// How long the ramp takes, or at most takes when its ends are only known during the run.
void ProgramCompiler::note_ramp_time(const RampCode& ramp, StepCode& code, const SourceMark& mark) {
  const auto from = commanded_[ramp.command.index];
  const double way =
      from && ramp.constant ? std::abs(*ramp.constant - *from) : commands_.spec(ramp.command).range.width();
  const double seconds = way / ramp.rate;
  constexpr double longest = 9e8;
  if (!(seconds < longest)) {
    diagnostics_.error(mark, "nobody can say how long this ramp takes", "give the step an 'until' with a timeout");
    return;
  }
  code.longest = std::max(code.longest, from_seconds(seconds));
}

void ProgramCompiler::compile_waits(const Leaf& leaf, StepCode& code) {
  const Step& step = *leaf.step;
  if (step.hold) {
    code.hold = time(*step.hold, leaf.parameters);
  }
  if (step.until) {
    code.until = truth(*step.until, leaf.parameters, "until");
    code.until_mark = step.until->mark;
  }
  if (step.timeout) {
    code.timeout = time(*step.timeout, leaf.parameters);
    code.timeout_mark = step.timeout->text.mark;
    if (code.timeout == Duration::zero()) {
      diagnostics_.error(step.timeout->text.mark, "a timeout of 0 s is over before the first look");
    }
  }
  if (step.every) {
    code.every = time(*step.every, leaf.parameters);
  }
}

void ProgramCompiler::compile_expectations(const Leaf& leaf, StepCode& code) {
  for (const ExpectClause& clause : leaf.step->expect) {
    CompiledExpectation compiled;
    compiled.step_name = code.name;
    auto that = truth(clause.that, leaf.parameters, "that");
    if (clause.within) {
      compiled.within = time(*clause.within, leaf.parameters);
    }
    if (clause.stays) {
      compiled.stays = time(*clause.stays, leaf.parameters);
    }
    if (clause.after) {
      compiled.after = time(*clause.after, leaf.parameters);
    }
    if (that) {
      compiled.mark = clause.that.mark;
      compiled.that = std::move(*that);
      code.expectations.push_back(static_cast<std::uint32_t>(program_.expectations.size()));
      program_.expectations.push_back(std::move(compiled));
    }
  }
}

void ProgramCompiler::add_longest(StepCode& code) {
  Duration longest = std::max({code.longest, code.hold.value_or(Duration::zero()), code.timeout});
  if (code.outside) {
    longest = std::max(longest, program_.outside[*code.outside].limit);
  }
  for (const std::uint32_t i : code.expectations) {
    const CompiledExpectation& e = program_.expectations[i];
    longest = std::max(longest, e.after + e.within.value_or(Duration::zero()) + e.stays.value_or(Duration::zero()));
  }
  code.longest = longest;
}

}  // namespace rig
