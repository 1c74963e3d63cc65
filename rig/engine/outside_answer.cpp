#include "rig/engine/outside_answer.hpp"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/core/quantity.hpp"
#include "rig/engine/check_name.hpp"

namespace rig {
namespace {
using Json = nlohmann::ordered_json;

Finding failure_of(const OutsideCode& code, TimePoint time, FindingKind kind, Verdict verdict,
                   const std::string& seen) {
  Finding finding;
  finding.kind = kind;
  finding.verdict = verdict;
  finding.time = finding.since = time;
  finding.rule = code.call;
  finding.step = code.step;
  finding.expected = "an answer of " + code.call + " within " + format_rounded(to_seconds(code.limit), dimension::time);
  finding.seen = seen;
  finding.sentence = "in step '" + code.step + "' " + code.call + " " + seen;
  return finding;
}

double number(const Json& json, const char* key) {
  const double value = json.at(key).get<double>();
  if (!std::isfinite(value)) {
    throw RigError(std::string("the ") + key + " is no finite number");
  }
  return value;
}

double uncertainty_from(const Json& json) {
  const double value = number(json, "uncertainty");
  if (value < 0) {
    throw RigError("an uncertainty is not negative");
  }
  return value;
}

TimePoint time_from(const Json& json) {
  const double seconds = number(json, "time");
  if (std::abs(seconds) > 9e8) {
    throw RigError("no run has such a time");
  }
  return TimePoint{from_seconds(seconds)};
}

Dimension dimension_from(const Json& json) {
  std::array<int, 4> exponents{};
  for (std::size_t i = 0; i < exponents.size(); ++i) {
    exponents[i] = json.at(i).get<int>();
    if (std::abs(exponents[i]) > 100) {
      throw RigError("no dimension has such an exponent");
    }
  }
  const auto exponent = [&](std::size_t i) { return static_cast<std::int8_t>(exponents[i]); };
  return {exponent(0), exponent(1), exponent(2), exponent(3), json.at(4).get<bool>(), json.at(5).get<bool>()};
}

std::optional<Interval> limits_from(const Json& json) {
  if (json.at("lower").is_null() && json.at("upper").is_null()) {
    return std::nullopt;
  }
  Interval limits;
  limits.lo = json.at("lower").is_null() ? limits.lo : json.at("lower").get<double>();
  limits.hi = json.at("upper").is_null() ? limits.hi : json.at("upper").get<double>();
  return limits;
}

DecisionRule rule_from(const std::string& name) {
  for (const DecisionRule rule : {DecisionRule::simple, DecisionRule::guard_band, DecisionRule::non_binary}) {
    if (decision_rule_name(rule) == name) {
      return rule;
    }
  }
  throw RigError("there is no decision rule '" + name + "'");
}

MeasureResult check_from(const OutsideCode& code, const Json& json, TimePoint now, std::set<std::string>& taken) {
  const auto name = json.at("name").get<std::string>();
  const std::string id = name + code.suffix;
  require_check_name(name);
  if (!taken.insert(id).second) {
    throw RigError("there is a check or measure '" + id + "' already");
  }
  const auto limits = limits_from(json);
  if (limits && limits->empty()) {
    throw RigError("check '" + id + "': the lower limit is above the upper one");
  }
  const TimePoint time = json.at("time").is_null() ? now : time_from(json);
  return decide_measure(id, dimension_from(json.at("dimension")), {number(json, "value"), time, Quality::good},
                        uncertainty_from(json), limits, rule_from(json.at("rule").get<std::string>()));
}

void read_answer(const OutsideCode& code, const Json& answer, TimePoint time, std::set<std::string>& taken,
                 OutsideOutcome& outcome) {
  for (const Json& check : answer.at("checks")) {
    outcome.checks.push_back(check_from(code, check, time, taken));
  }
  if (!answer.at("failure").is_null()) {
    const Json& failure = answer.at("failure");
    const bool judged = failure.at("judged").get<bool>();
    outcome.failure = failure_of(code, time, judged ? FindingKind::expectation : FindingKind::instrument,
                                 judged ? Verdict::fail : Verdict::error, failure.at("text").get<std::string>());
    return;
  }
  const Json& values = answer.at("returns");
  if (values.size() != code.returns.size()) {
    throw RigError("gave back " + std::to_string(values.size()) + " values instead of " +
                   std::to_string(code.returns.size()));
  }
  for (const Json& value : values) {
    outcome.given.push_back({number(value, "value"), uncertainty_from(value)});
  }
}

}  // namespace

std::vector<Finding> OutsideOutcome::findings() const {
  std::vector<Finding> list;
  for (const MeasureResult& check : checks) {
    if (check.finding) {
      list.push_back(*check.finding);
    }
  }
  if (failure) {
    list.push_back(*failure);
  }
  return list;
}

std::string answered_text(std::uint32_t job, TimePoint time, const Json& answer) {
  return Json{{"job", job}, {"time_ns", time.time_since_epoch().count()}, {"answer", answer}}.dump();
}

std::string unanswered_text(std::uint32_t job, TimePoint time, OutsideTrouble trouble, const std::string& what) {
  return Json{{"job", job},
              {"time_ns", time.time_since_epoch().count()},
              {"late", trouble == OutsideTrouble::late},
              {"trouble", what}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

OutsideOutcome outcome_of(const Program& program, const std::string& line, std::set<std::string>& taken) {
  try {
    const Json json = Json::parse(line);
    const auto job = json.at("job").get<std::uint32_t>();
    const OutsideCode& code = program.outside.at(job);
    const TimePoint time{Duration{json.at("time_ns").get<std::int64_t>()}};
    OutsideOutcome outcome;
    outcome.job = job;
    if (json.contains("trouble")) {
      const FindingKind kind = json.at("late").get<bool>() ? FindingKind::timeout : FindingKind::instrument;
      outcome.failure = failure_of(code, time, kind, Verdict::error, json.at("trouble").get<std::string>());
      return outcome;
    }
    try {
      read_answer(code, json.at("answer"), time, taken, outcome);
    } catch (const std::exception& error) {
      outcome.failure = failure_of(code, time, FindingKind::instrument, Verdict::error,
                                   std::string("answered what cannot be taken: ") + error.what());
    }
    return outcome;
  } catch (const std::exception& error) {
    throw RigError(std::string("what came from outside of the loop cannot be read: ") + error.what());
  }
}

std::set<std::string> taken_ids(const Program& program) {
  std::set<std::string> ids;
  for (const CompiledMeasure& measure : program.measures) {
    ids.insert(measure.id);
  }
  return ids;
}

DocumentRow answer_row(const Program& program, std::uint32_t job, const std::string& line) {
  return {answer_document, program.outside[job].step + ": " + program.outside[job].call, fingerprint(line), line};
}

std::vector<OutsideOutcome> recorded_outcomes(const Program& program, const RunInfo& info) {
  std::vector<OutsideOutcome> list;
  std::set<std::string> taken = taken_ids(program);
  for (const DocumentRow& document : info.documents) {
    if (document.kind == answer_document) {
      list.push_back(outcome_of(program, document.text, taken));
    }
  }
  return list;
}

Json dimension_json(Dimension d) { return Json::array({d.volt, d.ampere, d.second, d.kelvin, d.point, d.boolean}); }

}  // namespace rig
