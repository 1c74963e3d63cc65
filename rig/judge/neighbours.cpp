#include "rig/judge/neighbours.hpp"

#include <algorithm>

#include "rig/core/gap.hpp"
#include "rig/signal/expression_bounds.hpp"

namespace rig {

Neighbours::Neighbours(std::initializer_list<const Expression*> expressions, const SignalTable& signals) {
  for (const Expression* expression : expressions) {
    for (const SignalId id : expression->inputs()) {
      if (std::ranges::none_of(before_, [&](const Reading& reading) { return reading.id == id; })) {
        before_.push_back({id});
      }
    }
  }
  note(signals);
}

void Neighbours::note(const SignalTable& signals) noexcept {
  for (Reading& reading : before_) {
    const Sample& sample = signals[reading.id];
    reading.value = sample.value;
    reading.good = sample.good();
  }
}

Interval Neighbours::bounds(SignalId id, const SignalTable& signals) const noexcept {
  const auto before = std::ranges::find_if(before_, [&](const Reading& reading) { return reading.id == id; });
  const Sample& now = signals[id];
  if (before == before_.end() || !before->good || !now.good()) {
    return {};
  }
  const double u = signals.spec(id).uncertainty.at(now.value);
  return across(Interval::around(before->value, u), Interval::around(now.value, u));
}

Interval Neighbours::between(const Expression& expression, const SignalTable& signals) const noexcept {
  return expression_bounds(expression, [this, &signals](SignalId id) { return bounds(id, signals); });
}

}  // namespace rig
