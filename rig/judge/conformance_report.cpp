// The texts of the conformance judge: made after the loop from codes and values.
#include <fmt/format.h>

#include <algorithm>

#include "rig/core/quantity.hpp"
#include "rig/judge/conformance.hpp"
#include "rig/judge/plant_text.hpp"

namespace rig {
namespace {

constexpr std::array<const char*, 2> direction_names{"charge", "discharge"};

std::string volts(double value) { return format_rounded(value, dimension::voltage, 5); }
std::string amps(double value) { return format_rounded(value, dimension::current, 4); }
std::string seconds(double value) { return format_rounded(value, dimension::time, 3); }

std::string battery_text(double lo, double hi) {
  if (lo <= -infinity || hi >= infinity) {
    return "the battery voltage not known";
  }
  return "the battery at " + format_measured(lo + (hi - lo) / 2, (hi - lo) / 2, dimension::voltage);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string threshold_text(const RequirementRow& row) {
  if (!row.threshold) {
    return {};
  }
  return fmt::format("{} {} +-{}", row.side == Side::above ? "above" : "below", volts(row.threshold->value()),
                     row.tolerance ? volts(row.tolerance->value()) : std::string("0 V"));
}

std::string evidence_of(const RequirementRow& row) {
  switch (row.kind) {
    case RowKind::protection:
      return row.input == RuleInput::battery_voltage ? "independent" : "bounded by the battery voltage";
    case RowKind::sent_power:
    case RowKind::plant:
      return "cross-checked";
    default:
      return "independent";
  }
}

Dimension dimension_of(const RequirementRow& row) {
  return row.range && !row.range->ends.empty() ? row.range->ends.front().dimension : dimension::none;
}

}  // namespace

std::string Conformance::causes_text(std::size_t direction, std::uint32_t causes) const {
  std::string text;
  const auto& protections = directions_[direction].protections;
  for (std::size_t i = 0; i < protections.size(); ++i) {
    if ((causes & (1u << i)) != 0) {
      text += (text.empty() ? "" : " or ") + requirements_.rows[protections[i]].rule;
    }
  }
  return text;
}

// Whether the divergent output claimed that its direction is blocked.
bool Conformance::says_blocked(const Divergence& d) const {
  return d.fault == Fault::out_of_range ? d.seen < d.lo : (d.seen != 0.0) != truths_[d.check].inverted;
}

// The row that a divergence belongs to. A contact or a zero limit is often only the first to show what the whole pack
// did: when another output says the same within the outputs' latencies, the protection is wrong and not the contact.
std::size_t Conformance::culprit(std::size_t index) const {
  constexpr Duration together = std::chrono::milliseconds(3500);
  const Divergence& d = divergences_[index];
  const RowKind kind = requirements_.rows[d.row].kind;
  if (kind != RowKind::contact && kind != RowKind::zero_limit) {
    return d.row;
  }
  for (const auto& other : divergences_) {
    const RowKind other_kind = requirements_.rows[other.row].kind;
    const bool output = other.fault <= Fault::not_released || other_kind == RowKind::zero_limit;
    if (output && other.row != d.row && other.direction == d.direction && other.time - d.time < together &&
        d.time - other.time < together && says_blocked(other) == says_blocked(d)) {
      return other_kind == RowKind::contact || other_kind == RowKind::zero_limit ? protection_row(d) : other.row;
    }
  }
  return d.row;
}

// The protection, or the permission, that an output of this direction speaks for.
std::size_t Conformance::protection_row(const Divergence& d) const {
  const TruthCheck any{.direction = d.direction, .row = no_row, .mask = ~0u};
  const bool without_cause = d.causes == 0 && says_blocked(d);
  return truth_row(any, without_cause ? Fault::no_cause : Fault::not_blocked, d.causes);
}

Finding Conformance::describe(std::size_t index) const {
  const Divergence& d = divergences_[index];
  const RequirementRow& row = requirements_.rows[culprit(index)];
  const std::string verb = d.direction == 0 ? "charging" : "discharging";
  Finding f;
  f.kind = FindingKind::divergence;
  f.verdict = Verdict::fail;
  f.time = d.time;
  f.since = d.time;
  f.rule = row.id;
  f.manual = row.manual;
  f.causes = causes_text(d.direction, d.causes);
  f.evidence = evidence_of(row);
  const std::string battery = battery_text(d.battery_lo, d.battery_hi);
  const bool truth = d.fault == Fault::not_blocked || d.fault == Fault::no_cause || d.fault == Fault::not_followed ||
                     d.fault == Fault::released_early || d.fault == Fault::not_released;
  if (truth) {
    const TruthCheck& check = truths_[d.check];
    f.signal = check.signal;
    const bool sees_blocked = (d.seen != 0.0) != check.inverted;
    const std::string shown =
        check.output == Output::path
            ? (sees_blocked ? fmt::format("{} was refused ({} at {})", verb, amps(d.current), volts(d.voltage))
                            : fmt::format("{} went on with {} at {}", verb, amps(d.current), volts(d.voltage)))
            : fmt::format("{} said {} is {}", f.signal, verb, sees_blocked ? "prohibited" : "allowed");
    f.seen = shown + ", " + battery;
    const RequirementRow* rule = &row;
    if (row.kind != RowKind::protection && !directions_[d.direction].protections.empty()) {
      rule = &requirements_.rows[directions_[d.direction].protections.front()];
    }
    const std::string delay =
        rule->delay && rule->delay->can_fail() ? fmt::format(" within {}", seconds(rule->delay->interval().hi)) : "";
    switch (d.fault) {
      case Fault::not_blocked:
        f.expected = fmt::format("{} prohibited {}{}", verb, threshold_text(*rule), delay);
        break;
      case Fault::no_cause: {
        const bool beyond = rule->threshold && rule->delay &&
                            (rule->side == Side::above ? d.battery_hi > rule->threshold->value()
                                                       : d.battery_lo < rule->threshold->value());
        f.expected = beyond ? fmt::format("{} allowed until it has stood {} for {}", verb, threshold_text(*rule),
                                          seconds(rule->delay->interval().lo))
                            : fmt::format("{} allowed, since a protection acts only {}", verb, threshold_text(*rule));
        break;
      }
      case Fault::not_followed:
        f.expected = fmt::format("{} prohibited, as the pack's other outputs showed", verb);
        break;
      case Fault::released_early:
        f.expected = fmt::format("{} stays prohibited until the release condition holds", verb);
        break;
      case Fault::not_released:
        f.expected = fmt::format("{} allowed again, since the release condition has held long enough", verb);
        break;
      default:
        break;
    }
  } else if (d.fault == Fault::out_of_range && row.kind == RowKind::plant) {
    const PlantText text = plant_text(row.signal, d.seen, d.lo, d.hi, d.voltage, d.current);
    f.signal = row.signal;
    f.expected = text.expected;
    f.seen = text.seen;
  } else if (d.fault == Fault::out_of_range) {
    const NumberCheck& check = numbers_[d.check];
    const Dimension dim = dimension_of(row);
    const Dimension shown = check.signal == "pack.voltage"                                       ? dimension::voltage
                            : row.kind == RowKind::sent_power || row.kind == RowKind::zero_limit ? dimension::current
                                                                                                 : dim;
    f.signal = check.signal;
    f.expected = fmt::format("{} between {} and {}", check.signal, format_rounded(d.lo, shown, 5),
                             format_rounded(d.hi, shown, 5));
    f.seen = fmt::format("{} was {}, {}", check.signal, format_rounded(d.seen, shown, 5), battery);
  } else if (d.fault == Fault::period) {
    f.signal = row.signal;
    f.expected = fmt::format("a frame every {} to {}", seconds(d.lo), seconds(d.hi));
    f.seen = fmt::format("no frame for {}", seconds(d.seen));
  } else if (d.fault == Fault::parameter) {
    f.signal = "model.rule." + row.rule;
    f.expected = fmt::format("one threshold for all trips, {}", threshold_text(row));
    f.seen =
        fmt::format("this trip lies outside what requirement, profile and earlier trips leave: above {} and below {}",
                    volts(d.lo), volts(d.hi));
  } else {
    f.signal = fmt::format("model.{}.state", direction_names[d.direction]);
    f.expected = fmt::format("at most {:.2f} changes a second", d.hi);
    f.seen = fmt::format("{:.2f} changes a second", d.seen);
  }
  f.step = d.step >= 0 ? fmt::format("{:.0f}", d.step) : "";
  const std::string begin = f.seen.starts_with(verb) ? capitalised(f.seen) : f.seen;  // never a signal's name
  f.sentence = fmt::format("{}; expected: {} ({}{})", begin, f.expected, row.id,
                           row.manual == "-" ? "" : ", manual " + row.manual);
  return f;
}

std::vector<Finding> Conformance::findings() const {
  std::vector<Finding> result;
  for (std::size_t i = 0; i < divergences_.size(); ++i) {
    result.push_back(describe(i));
    result.back().consequential = result.size() > 1;
  }
  return result;
}

Interval Conformance::parameter_of(std::size_t row) const {
  for (const auto& ids : directions_) {
    for (std::size_t i = 0; i < ids.protections.size(); ++i) {
      if (ids.protections[i] == row) {
        return ids.parameters[i];
      }
    }
  }
  return {};
}

// A row is tested when a conforming pack had no choice at least once.
void Conformance::vacuity_of(std::size_t r, RuleResult& result) const {
  const RequirementRow& row = requirements_.rows[r];
  const DirectionIds& ids = directions_[static_cast<std::size_t>(row.direction)];
  switch (row.kind) {
    case RowKind::protection: {
      result.vacuity = "not judged";
      for (std::size_t i = 0; i < ids.protections.size(); ++i) {
        if (ids.protections[i] == r) {
          const bool adopted = (ids.adopted_causes & (1u << i)) != 0;
          const bool known = present(row.delay, row).can_fail() && threshold_is_known(row);
          result.tested = known && (adopted || (ids.must_reached > 0 && row.input == RuleInput::battery_voltage));
          result.vacuity = result.tested ? ""
                           : known       ? "the pack was never brought beyond the threshold"
                                         : "threshold or delay is only an engineering default: characterised";
        }
      }
      break;
    }
    case RowKind::permission: {
      const DirectionIds& other = directions_[1 - static_cast<std::size_t>(row.direction)];
      result.tested = other.adopted_causes != 0;
      result.vacuity = result.tested ? "" : "the other direction was never blocked";
      break;
    }
    case RowKind::contact:
      for (const auto& check : truths_) {
        result.tested = result.tested || (check.row == r && ids.adopted_causes != 0 && check.forced > 0);
      }
      result.vacuity = result.tested ? "" : "the direction was never blocked";
      break;
    case RowKind::zero_limit:
      result.tested = ids.adopted_causes != 0;
      result.vacuity = result.tested ? "" : "the direction was never blocked";
      break;
    case RowKind::sent_range:
    case RowKind::sent_power:
    case RowKind::sensing:
    case RowKind::plant:
      for (const auto& check : numbers_) {
        if (std::find(check.rows.begin(), check.rows.end(), r) != check.rows.end()) {
          result.tested = check.judged > 0;
          result.margin = check.margin;
          result.margin_unit = std::string(base_unit(check.signal == "pack.voltage" ? dimension::voltage
                                                     : row.range                    ? row.range->ends.front().dimension
                                                                                    : dimension::current));
        }
      }
      result.vacuity = result.tested ? "" : "the signal was never seen when it could be compared";
      break;
    case RowKind::period:
      for (const auto& check : periods_) {
        if (check.row == r) {
          result.tested = check.judged > 0;
          result.margin = check.margin;
          result.margin_unit = "s";
        }
      }
      result.vacuity = result.tested ? "" : "the period is only an engineering default, or no frame came";
      break;
    case RowKind::chatter:
      result.tested = directions_[0].adopted_causes != 0 || directions_[1].adopted_causes != 0;
      result.vacuity = result.tested ? "" : "no protection acted";
      break;
    case RowKind::informative:
      result.vacuity = "informative";
      break;
    default:
      result.vacuity = "not judged";
      break;
  }
}

std::vector<RuleResult> Conformance::results() const {
  std::vector<RuleResult> list;
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const RequirementRow& row = requirements_.rows[r];
    RuleResult result;
    result.row = row.id;
    result.rule = row.rule;
    result.statement = row.statement;
    result.manual = row.manual;
    result.evidence = evidence_of(row);
    vacuity_of(r, result);
    if (row.kind == RowKind::protection) {
      const DirectionIds& ids = directions_[static_cast<std::size_t>(row.direction)];
      result.unit = "V";
      result.may_share = ids.open_time > 0 ? ids.may_time / ids.open_time : 0.0;
      result.parameter = parameter_of(r);
      const Interval demanded = allowed_threshold(row);
      result.allowed = demanded;
      if (result.parameter.width() < demanded.width()) {
        result.found = result.parameter;
        result.margin = std::min(result.parameter.lo - demanded.lo, demanded.hi - result.parameter.hi);
        result.margin_unit = "V";
      }
    }
    for (std::size_t i = 0; i < divergences_.size(); ++i) {
      if (culprit(i) == r && result.first_divergence.empty()) {
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
