#include "rig/plan/reach.hpp"

#include <cmath>

#include "rig/core/quantity.hpp"
#include "rig/signal/expression_bounds.hpp"

namespace rig {
namespace {

// "pack.voltage at most 56.3 V, pack.charge_refused no".
std::string seen_at_most(const Expression& condition, const SignalTable& signals,
                         const std::function<Interval(SignalId)>& bounds) {
  std::string text;
  for (const SignalId id : condition.inputs()) {
    const Interval range = bounds(id);
    const SignalSpec& spec = signals.spec(id);
    const auto value = [&](double x) { return format_rounded(x, spec.dimension, 4); };
    std::string part = spec.name;
    if (spec.dimension.boolean) {
      part += range.hi < 0.5 ? " stays off" : range.lo > 0.5 ? " stays on" : " open";
    } else if (std::isfinite(range.lo) && std::isfinite(range.hi)) {
      part += " from " + value(range.lo) + " to " + value(range.hi);
    } else if (std::isfinite(range.hi)) {
      part += " at most " + value(range.hi);
    } else {
      continue;
    }
    text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

class Reach {
 public:
  Reach(const Program& program, const SignalTable& signals, const Forecast& forecast, Diagnostics& diagnostics)
      : program_(program), signals_(signals), forecast_(forecast), diagnostics_(diagnostics) {}

  // True when the case surely ends here.
  bool look(std::size_t index, const SignalBounds& bounds) {
    const StepCode& step = program_.steps[index];
    bool dead = false;
    if (step.until) {
      dead = judge(*step.until, step.until_mark, "this 'until' can never come true", index, bounds);
    }
    for (const std::uint32_t i : step.expectations) {
      const CompiledExpectation& expectation = program_.expectations[i];
      dead = judge(expectation.that, expectation.mark, "this expectation can never be met", index, bounds) || dead;
    }
    return dead;
  }

 private:
  bool judge(const Expression& condition, const SourceMark& mark, const std::string& what, std::size_t index,
             const SignalBounds& bounds) {
    const auto now = [&](SignalId id) { return bounds.now(id); };
    const auto carried = [&](SignalId id) { return bounds.carried(id); };
    if (!surely_false(expression_bounds(condition, now))) {
      return false;
    }
    const bool proven = surely_false(expression_bounds(condition, carried));
    const std::string why = what + ": while the step runs " + seen_at_most(condition, signals_, now);
    if (!proven) {
      diagnostics_.warning(mark, why, "it could only be what the step before left behind");
      return false;
    }
    diagnostics_.error(mark, why, hint(condition, index));
    return true;
  }

  [[nodiscard]] std::string hint(const Expression& condition, std::size_t index) const {
    std::string text = "switch on what drives it, or move the set-point";
    if (const auto needed = forecast_.steps[index].needed) {
      text = "a healthy pack needs about " + format_rounded(to_seconds(*needed), dimension::time, 2) +
             ": raise the timeout or the current";
    }
    for (const SignalId id : condition.inputs()) {
      const std::string& name = signals_.spec(id).name;
      if (name == "pack.charge_refused") {
        text = "refusal needs demand: switch supply.output on";
      } else if (name == "pack.discharge_refused") {
        text = "refusal needs demand: switch load.input on";
      }
    }
    const std::size_t behind = program_.finally_begin - index - 1;
    if (behind > 0) {
      text += "; the " + std::string(behind == 1 ? "step" : std::to_string(behind) + " steps") +
              " behind it would never be reached";
    }
    return text;
  }

  const Program& program_;
  const SignalTable& signals_;
  const Forecast& forecast_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_reach(const Program& program, const std::vector<StepPoints>& points, const StartClause& start,
                 const SignalTable& signals, const CommandTable& commands, const Requirements& requirements,
                 const ChamberRates& chamber, const Forecast& forecast, Diagnostics& diagnostics) {
  SignalBounds bounds(program, start, signals, commands, requirements, chamber);
  Reach reach(program, signals, forecast, diagnostics);
  for (std::size_t s = 0; s < program.finally_begin; ++s) {
    bounds.enter(program.steps[s], points[s]);
    if (reach.look(s, bounds)) {
      return;  // what lies behind is dead: one word about it is enough
    }
  }
}

}  // namespace rig
