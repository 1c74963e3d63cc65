// What a value against its limits comes to, without a run; see gtxrig/check.py and gtxrig/step.py.
#include "python/src/checks.hpp"

#include <pybind11/stl.h>

#include "rig/core/error.hpp"
#include "rig/engine/check_name.hpp"

namespace rig::python {
namespace {

ResultDict decide_check(const std::string& id, double value, double uncertainty, const Exponents& dimension,
                        double time, std::optional<double> lower, std::optional<double> upper,
                        const std::string& rule) {
  require_check_name(id);
  const auto limits = limits_of(lower, upper);
  if (limits && limits->empty()) {
    throw RigError("check '" + id + "': the lower limit is above the upper one", "", "limits are (lowest, highest)");
  }
  const Sample sample{value, TimePoint{from_seconds(time)}, Quality::good};
  return check_dict(decide_measure(id, dimension_of(dimension), sample, uncertainty, limits, rule_of(rule)));
}

}  // namespace

std::optional<Interval> limits_of(std::optional<double> lower, std::optional<double> upper) {
  if (!lower && !upper) {
    return std::nullopt;
  }
  Interval limits;
  limits.lo = lower.value_or(limits.lo);
  limits.hi = upper.value_or(limits.hi);
  return limits;
}

DecisionRule rule_of(const std::string& name) {
  for (const DecisionRule rule : {DecisionRule::simple, DecisionRule::guard_band, DecisionRule::non_binary}) {
    if (decision_rule_name(rule) == name) {
      return rule;
    }
  }
  throw RigError("there is no decision rule '" + name + "'", "", "simple, guard_band or non_binary");
}

ResultDict check_dict(const MeasureResult& result) {
  ResultDict dict;
  dict["decision"] = std::string(decision_name(result.decided.decision));
  dict["verdict"] = std::string(verdict_name(result.decided.verdict));
  dict["conformance"] = result.decided.conformance;
  dict["sentence"] = result.finding ? result.finding->sentence : std::string();
  return dict;
}

void bind_checks(py::module_& module) {
  module.def("decide", &decide_check, py::arg("name"), py::arg("value"), py::arg("uncertainty"), py::arg("dimension"),
             py::arg("time"), py::arg("lower"), py::arg("upper"), py::arg("rule"),
             "Decides a value against limits in base units, as a case's measure is decided.");
}

}  // namespace rig::python
