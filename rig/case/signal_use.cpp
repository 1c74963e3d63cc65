#include "rig/case/signal_use.hpp"

#include <algorithm>

namespace rig {
namespace {

bool uses(const StepCode& step, SignalId signal) {
  const auto in = [&](const Expression& e) { return rig::uses(e, signal); };
  return std::ranges::any_of(step.settings, [&](const auto& s) { return in(s.value); }) ||
         std::ranges::any_of(step.ramps, [&](const auto& r) { return in(r.to); }) || (step.until && in(*step.until)) ||
         std::ranges::any_of(step.keeps, [&](const auto& k) { return in(k.value) || (k.event && in(*k.event)); });
}

}  // namespace

bool uses(const Expression& expression, SignalId signal) {
  return std::ranges::find(expression.inputs(), signal) != expression.inputs().end();
}

bool uses(const Program& program, SignalId signal) {
  const auto in = [&](const Expression& e) { return uses(e, signal); };
  return std::ranges::any_of(program.steps, [&](const auto& s) { return uses(s, signal); }) ||
         std::ranges::any_of(program.expectations, [&](const auto& e) { return in(e.that); }) ||
         std::ranges::any_of(program.measures, [&](const auto& m) { return in(m.value); }) ||
         std::ranges::any_of(program.watches,
                             [&](const auto& w) { return in(w.condition) || (w.then && in(*w.then)); });
}

bool uses(const AddedStep& step, SignalId signal) {
  return uses(step.code, signal) ||
         std::ranges::any_of(step.expectations, [&](const auto& e) { return uses(e.that, signal); });
}

}  // namespace rig
