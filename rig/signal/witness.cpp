#include "rig/signal/witness.hpp"

#include <algorithm>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

std::string value_text(double value, Dimension dimension, const std::vector<std::string>& labels) {
  if (value >= 0 && value < static_cast<double>(labels.size())) {
    return labels[static_cast<std::size_t>(value)];
  }
  constexpr int digits = 6;
  return format_rounded(value, dimension, digits);
}

}  // namespace

Witness::Witness(const Expression& expression, const SignalTable& signals) {
  for (const SignalId id : expression.inputs()) {
    if (inputs_.size() == most) {
      break;
    }
    const SignalSpec& spec = signals.spec(id);
    inputs_.push_back({id, spec.name, spec.dimension, spec.labels});
  }
}

void Witness::take(const SignalTable& signals) noexcept {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    samples_[i] = signals[inputs_[i].id];
  }
  taken_ = true;
}

std::string Witness::text() const {
  std::string result;
  for (std::size_t i = 0; taken_ && i < inputs_.size(); ++i) {
    const Input& input = inputs_[i];
    const Sample& sample = samples_[i];
    result += (result.empty() ? "" : ", ") + input.name + " ";
    switch (sample.quality) {
      case Quality::never:
        result += "never seen";
        continue;
      case Quality::good:
        result += value_text(sample.value, input.dimension, input.labels);
        continue;
      case Quality::stale:
        result += value_text(sample.value, input.dimension, input.labels) + " (stale)";
        continue;
      case Quality::invalid:
        result += "invalid";
        continue;
    }
  }
  return result;
}

}  // namespace rig
