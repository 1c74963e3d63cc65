#pragma once
#include <optional>
#include <string>

#include "python/src/exponents.hpp"
#include "python/src/results.hpp"
#include "rig/judge/decision.hpp"

// Checks of values against limits, as the package writes them.
namespace rig::python {

// Nothing when both sides are open.
std::optional<Interval> limits_of(std::optional<double> lower, std::optional<double> upper);
DecisionRule rule_of(const std::string& name);
// decision, verdict, conformance, sentence
ResultDict check_dict(const MeasureResult& result);

}  // namespace rig::python
