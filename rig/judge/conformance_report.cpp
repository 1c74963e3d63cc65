// What a run says about each row of the requirements.
#include <algorithm>

#include "rig/judge/conformance.hpp"

namespace rig {
namespace {

std::string unit_of_width(const RequirementRow& row) {
  const Dimension d = dimension_of(row.input);
  return std::string(base_unit(d == dimension::temperature ? dimension::temperature_difference : d));
}

}  // namespace

// On what a verdict of this row rests. `at`: when it diverged; without it, what the run has established.
std::string Conformance::evidence_of(const RequirementRow& row, const Circumstances* at) const {
  const bool is_rule = row.kind == RowKind::protection || row.kind == RowKind::alarm || row.kind == RowKind::request;
  if (!is_rule) {
    return row.kind == RowKind::sent_power || row.kind == RowKind::plant || row.kind == RowKind::derating
               ? "cross-checked"
               : "independent";
  }
  if (is_current_input(row.input)) {
    return "independent";
  }
  if (is_temperature_input(row.input)) {
    const bool checked = at != nullptr ? at->temperature_checked : temperature_was_checked_;
    return checked ? "cross-checked" : "self-reported";
  }
  if (row.input == RuleInput::reported_soc || row.input == RuleInput::time_since_full) {
    return "self-reported";
  }
  if (at != nullptr && (at->battery.lo <= -infinity || at->battery.hi >= infinity)) {
    return "unobservable now";
  }
  if (row.input == RuleInput::battery_voltage) {
    return "independent";
  }
  const bool told = at != nullptr ? at->told_cell(row.input).width() < infinity : cells_were_told_;
  const bool checked = at != nullptr ? at->cells_checked : cells_were_checked_;
  return !told ? "bounded by the battery voltage" : checked ? "cross-checked" : "self-reported";
}

// A rule is tested when a conforming pack had no choice at least once.
void Conformance::vacuity_of_rule(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = rules_.row(r);
  const DirectionWatch& watch = directions_[static_cast<std::size_t>(row.direction)];
  const bool known = present(row.delay, row).can_fail() && threshold_is_known(row);
  bool reached = false;
  if (row.kind == RowKind::protection) {
    const std::uint32_t bit =
        rules_.mask(static_cast<std::size_t>(row.direction), [&](const RequirementRow& x) { return x.id == row.id; });
    reached = ((watch.adopted_causes() | watch.must_reached()) & bit) != 0;
  } else {
    for (const auto& check : truths_) {
      reached = reached || (check.spec().row == r && check.judged() && check.was_due());
    }
  }
  result.tested = known && reached;
  result.vacuity = result.tested ? ""
                   : known       ? "the pack was never brought beyond the threshold"
                                 : "threshold or delay is only an engineering default: characterised";
}

void Conformance::vacuity_of_number(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = rules_.row(r);
  for (const auto& check : numbers_) {
    if (check.concerns(r)) {
      result.tested = check.judged();
      result.margin = check.margin();
      result.margin_unit = std::string(base_unit(check.signal() == "pack.voltage" ? dimension::voltage
                                                 : row.kind == RowKind::derating  ? dimension::current
                                                 : row.range                      ? row.range->ends.front().dimension
                                                                                  : dimension::current));
    }
  }
  result.vacuity = result.tested ? "" : "the signal was never seen when it could be compared";
  const bool named = std::any_of(numbers_.begin(), numbers_.end(), [&](const auto& check) { return check.named(r); });
  if (result.tested && row.kind == RowKind::derating && !named) {
    result.tested = false;
    result.vacuity = "the table never limited for sure below the rating";
  }
}

// Rows that need an event of a protection.
void Conformance::vacuity_of_event(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = rules_.row(r);
  const std::size_t d = static_cast<std::size_t>(row.direction);
  const bool acted = directions_[d].adopted_causes() != 0;
  const bool twin_acted = directions_[1 - d].adopted_causes() != 0;
  switch (row.kind) {
    case RowKind::permission:
      result.tested = twin_acted;
      result.vacuity = result.tested ? "" : "the other direction was never blocked";
      return;
    case RowKind::chatter:
      result.tested = acted || twin_acted;
      result.vacuity = result.tested ? "" : "no protection acted";
      return;
    case RowKind::contact:
      for (const auto& check : truths_) {
        result.tested = result.tested || (check.spec().row == r && acted && check.forced());
      }
      break;
    default:
      result.tested = acted;
      break;
  }
  result.vacuity = result.tested ? "" : "the direction was never blocked";
}

// Rows about when something shows.
void Conformance::vacuity_of_timing(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = rules_.row(r);
  if (row.kind == RowKind::period) {
    for (const auto& check : periods_) {
      if (check.row() == r) {
        result.tested = check.judged();
        result.margin = check.margin();
        result.margin_unit = "s";
      }
    }
    result.vacuity = result.tested ? ""
                     : row.dialect.text.empty()
                         ? "the period is only an engineering default, or no frame came"
                         : "the period is only an engineering default, or the pack speaks no " + row.dialect.text;
    return;
  }
  bool undecidable = false;
  for (const auto& check : orders_) {
    if (check.row() == r) {
      result.tested = check.judged();
      undecidable = check.undecidable();
    }
  }
  if (!result.tested) {
    result.vacuity = undecidable ? "undecidable: the outputs' latencies are longer than the lead"
                     : row.range && !row.range->can_fail() ? "the order is only an engineering default: not judged"
                                                           : "the second of the two signals never came";
  }
}

void Conformance::vacuity_of_lights(std::size_t r, RuleResult& result) const {
  result.tested = lights_.judged(r);
  result.vacuity = result.tested ? ""
                   : !lights_.bound()
                       ? "the bench has no light sensors, or when a pattern has to show is only an engineering default"
                   : rules_.row(r).panel ? "the pack was never where it has to show this"
                                         : "no level was seen that could be compared";
  result.margin = lights_.margin(r);
  result.margin_unit = "s";
}

void Conformance::vacuity_of(std::size_t r, RuleResult& result) const {
  switch (rules_.row(r).kind) {
    case RowKind::protection:
    case RowKind::alarm:
    case RowKind::request:
      vacuity_of_rule(r, result);
      break;
    case RowKind::permission:
    case RowKind::contact:
    case RowKind::zero_limit:
    case RowKind::chatter:
      vacuity_of_event(r, result);
      break;
    case RowKind::sent_range:
    case RowKind::sent_power:
    case RowKind::derating:
    case RowKind::sensing:
    case RowKind::plant:
      vacuity_of_number(r, result);
      break;
    case RowKind::period:
    case RowKind::order:
      vacuity_of_timing(r, result);
      break;
    case RowKind::lights:
      vacuity_of_lights(r, result);
      break;
    case RowKind::silence:
      for (const auto& check : truths_) {
        result.tested = result.tested || (check.spec().output == Output::permission && check.forced());
      }
      result.vacuity = result.tested ? "" : "the pack was never surely inside its ratings";
      break;
    case RowKind::informative:
      result.vacuity = "informative";
      break;
  }
}

void Conformance::add_parameter(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = rules_.row(r);
  const DirectionWatch& watch = directions_[static_cast<std::size_t>(row.direction)];
  result.unit = std::string(base_unit(dimension_of(row.input)));
  if (row.kind == RowKind::protection) {
    result.may_share = watch.may_share();
    result.parameter = watch.parameter(r);
  } else {
    for (std::size_t i = 0; i < flag_parameters_.size(); ++i) {
      result.parameter = flag_parameters_[i].row == r ? flag_values_[i] : result.parameter;
    }
  }
  const Interval demanded = allowed_threshold(row);
  result.allowed = demanded;
  if (result.parameter.width() < demanded.width()) {
    result.found = result.parameter;
    result.margin = std::min(result.parameter.lo - demanded.lo, demanded.hi - result.parameter.hi);
    result.margin_unit = unit_of_width(row);
  }
}

std::vector<RuleResult> Conformance::results() const {
  std::vector<RuleResult> list;
  for (std::size_t r = 0; r < rules_.requirements().rows.size(); ++r) {
    const RequirementRow& row = rules_.row(r);
    RuleResult result;
    result.row = row.id;
    result.rule = row.rule;
    result.statement = row.statement;
    result.manual = row.manual;
    result.evidence = evidence_of(row, nullptr);
    vacuity_of(r, result);
    if (row.kind == RowKind::protection || row.kind == RowKind::alarm || row.kind == RowKind::request) {
      add_parameter(r, result);
    }
    for (std::size_t i = 0; i < log_.all().size(); ++i) {
      if (!log_.all()[i].excused && culprit(i) == r && result.first_divergence.empty()) {
        result.verdict = Verdict::fail;
        result.tested = true;
        result.vacuity.clear();
        result.first_divergence = describe(i).sentence;
      }
    }
    list.push_back(std::move(result));
  }
  return list;
}

}  // namespace rig
