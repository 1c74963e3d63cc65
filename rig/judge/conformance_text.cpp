// The texts of the conformance judge: made after the loop from codes and values.
#include <fmt/format.h>

#include "rig/core/quantity.hpp"
#include "rig/judge/conformance.hpp"
#include "rig/judge/plant_text.hpp"

namespace rig {
namespace {

std::string volts(double value) { return format_rounded(value, dimension::voltage, 5); }
std::string amps(double value) { return format_rounded(value, dimension::current, 4); }
std::string seconds(double value) { return format_rounded(value, dimension::time, 3); }
std::string share(double value) { return fmt::format("{:.0f} %", 100.0 * value); }

std::string between(Interval x, Dimension d) {
  if (x.lo <= -infinity && x.hi >= infinity) {
    return "not known";
  }
  if (x.hi >= infinity) {
    return "above " + format_rounded(x.lo, d, 4);
  }
  if (x.lo <= -infinity) {
    return "below " + format_rounded(x.hi, d, 4);
  }
  // A temperature is a point, its uncertainty a difference.
  if (d == dimension::temperature) {
    return fmt::format("{:.1f} degC +-{:.1f} K", x.middle(), x.width() / 2);
  }
  return format_measured(x.middle(), x.width() / 2, d);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string number_text(const RequirementRow& row, double value) {
  return row.input == RuleInput::reported_soc ? share(value) : format_rounded(value, dimension_of(row.input), 5);
}
std::string width_text(const RequirementRow& row, double value) {
  const Dimension d = dimension_of(row.input);
  return row.input == RuleInput::reported_soc
             ? share(value)
             : format_rounded(value, d == dimension::temperature ? dimension::temperature_difference : d, 4);
}

std::string threshold_text(const RequirementRow& row) {
  if (!row.threshold) {
    return {};
  }
  return fmt::format("{} {} +-{}", row.side == Side::above ? "above" : "below",
                     number_text(row, row.threshold->value()),
                     row.tolerance ? width_text(row, row.tolerance->value()) : width_text(row, 0.0));
}

// "the charge current at 104.2 A": the input of the rule, as it was.
std::string input_text(const RequirementRow& row, const Circumstances& at, int cells) {
  const std::string name = std::string("the ") + std::string(rule_input_name(row.input));
  const Interval input = at.input(row.input, cells);
  switch (row.input) {
    case RuleInput::charge_current:
    case RuleInput::discharge_current:
      return name + " at " + amps(input.middle());
    case RuleInput::highest_temperature:
    case RuleInput::lowest_temperature:
    case RuleInput::cell_temperature:
      return name + " at " + between(input, dimension::temperature);
    case RuleInput::reported_soc:
    case RuleInput::time_since_full:
      return "the reported SOC at " + share(at.soc);
    case RuleInput::highest_cell:
    case RuleInput::lowest_cell: {
      const Interval told = at.told_cell(row.input);
      return told.width() < infinity ? name + " at " + between(told, dimension::voltage)
                                     : "the cells at " + between(input, dimension::voltage) + " on average";
    }
    case RuleInput::battery_voltage:
      break;
  }
  const std::string value = between(input, dimension::voltage);
  return value == "not known" ? "the battery voltage not known" : "the battery at " + value;
}

// Where the pack was, when no rule is concerned.
std::string surroundings_text(const Circumstances& at) {
  return fmt::format("the battery at {}, {} flowing, the hottest cell at {}, the coldest at {}",
                     between(at.battery, dimension::voltage), amps(at.current),
                     between(at.hottest, dimension::temperature), between(at.coldest, dimension::temperature));
}

// What the pack did, by the output that showed it.
std::string shown_text(const TruthCheck::Spec& spec, bool shown, const Circumstances& at) {
  const std::string verb = spec.direction == 0 ? "charging" : "discharging";
  switch (spec.output) {
    case Output::path:
      return shown ? fmt::format("{} was refused ({} at {})", verb, amps(at.current), volts(at.voltage))
                   : fmt::format("{} went on with {} at {}", verb, amps(at.current), volts(at.voltage));
    case Output::flag:
    case Output::alarm:
    case Output::shared:
      return fmt::format("{} was {}", spec.signal, shown ? "set" : "not set");
    default:
      return fmt::format("{} said {} is {}", spec.signal, verb, shown ? "prohibited" : "allowed");
  }
}

std::string release_text(const RequirementRow& row) {
  if (row.latched) {
    return "the pack has been serviced";
  }
  if (row.release.size() != 1) {
    return "its release condition holds";
  }
  const ReleaseWay& way = row.release.front();
  const std::string value = way.policy == ReleasePolicy::soc
                                ? share(way.value.value())
                                : format_rounded(way.value.value(), way.value.quantity.dimension, 4);
  switch (way.policy) {
    case ReleasePolicy::time:
      return value + " have passed since the trip" +
             (row.lock ? fmt::format(" (after {} trips: until current flows the other way)", row.lock->after) : "");
    case ReleasePolicy::soc:
      return "the SOC is back at " + value;
    case ReleasePolicy::current:
      return is_current_input(row.input) ? "the current is back below " + value : value + " flow the other way";
    default:
      return fmt::format("the {} is {} {}", rule_input_name(row.input), row.side == Side::above ? "below" : "above",
                         value);
  }
}

}  // namespace

// What was to be expected of a truth, by the rule that is concerned.
void Conformance::describe_truth(const Divergence& d, const RequirementRow& row, Finding& f) const {
  const TruthCheck::Spec& spec = truths_[d.check].spec();
  const bool shown = (d.seen != 0.0) != spec.inverted;
  const std::size_t named = row_of(d);
  const bool is_rule = row.threshold.has_value();
  const RequirementRow& rule =
      is_rule ? row
      : rules_.row(named).threshold
          ? rules_.row(named)
          : rules_.row(rules_.protection(d.direction, ~0u, d.at.due[d.direction], d.at.causes[d.direction]));
  const bool flags_only = spec.output >= Output::flag;
  const std::string verb = d.direction == 0 ? "charging" : "discharging";
  const std::string blocked = flags_only ? spec.signal + " set" : verb + " prohibited";
  const std::string open = flags_only ? spec.signal + " not set" : verb + " allowed";
  const std::string delay =
      rule.delay && rule.delay->can_fail() ? fmt::format(" within {}", seconds(rule.delay->interval().hi)) : "";
  const std::string threshold = threshold_text(rule);
  f.signal = spec.signal;
  const int cells = rules_.requirements().cells;
  f.seen = shown_text(spec, shown, d.at) + ", " + input_text(rule, d.at, cells);
  const FlagLog::Entry* fault = rule.latched && d.fault == Fault::no_cause ? standing_fault(d) : nullptr;
  if (fault != nullptr && fault->since < d.time) {
    f.seen += fmt::format("; {} was set {} before, {}", truths_[fault->check].spec().signal,
                          seconds(to_seconds(d.time - fault->since)), input_text(rule, fault->at, cells));
  }
  if (d.since != TimePoint{} && rule.threshold) {
    f.seen += fmt::format(" and {} {} for {}", rule.side == Side::above ? "above" : "below",
                          number_text(rule, rule.threshold->value()), seconds(to_seconds(d.time - d.since)));
  }
  if (row.kind == RowKind::silence) {
    f.seen = shown_text(spec, shown, d.at) + ", " + surroundings_text(d.at);
    f.expected = fmt::format("{}, since nothing was beyond a threshold", open);
    return;
  }
  switch (d.fault) {
    case Fault::not_blocked:
      f.expected = fmt::format("{} {}{}", blocked, threshold, delay);
      break;
    case Fault::no_cause:
      f.expected =
          d.since != TimePoint{} && rule.delay
              ? fmt::format("{} until it has stood {} for {}", open, threshold, seconds(rule.delay->interval().lo))
              : fmt::format("{}, since {} acts only {}", open, rule.rule, threshold);
      break;
    case Fault::not_followed:
      f.expected = fmt::format("{}, as the pack's other outputs showed", blocked);
      break;
    case Fault::released_early:
      f.expected = fmt::format("{} until {}", blocked, release_text(rule));
      break;
    case Fault::not_released:
      f.expected = fmt::format("{} again, since {}", open, release_text(rule));
      break;
    default:
      break;
  }
}

void Conformance::describe_number(const Divergence& d, const RequirementRow& row, Finding& f) const {
  const NumberCheck& check = numbers_[d.check];
  if (row.kind == RowKind::plant) {
    const PlantText text = plant_text(row.signal, d.seen, d.lo, d.hi, d.at.voltage, d.at.current);
    f.signal = row.signal;
    f.expected = text.expected;
    f.seen = text.seen;
    return;
  }
  Dimension shown = row.range && !row.range->ends.empty() ? row.range->ends.front().dimension : dimension::none;
  if (check.signal().ends_with("current_limit")) {
    shown = dimension::current;
  } else if (shown == dimension::temperature_difference) {
    shown = dimension::temperature;
  }
  f.signal = check.signal();
  f.expected = fmt::format("{} between {} and {}", check.signal(), format_rounded(d.lo, shown, 5),
                           format_rounded(d.hi, shown, 5));
  f.seen = fmt::format("{} was {}, the battery at {}", check.signal(), format_rounded(d.seen, shown, 5),
                       between(d.at.battery, dimension::voltage));
}

void Conformance::describe_other(const Divergence& d, const RequirementRow& row, Finding& f) const {
  switch (d.fault) {
    case Fault::period:
      f.signal = row.signal;
      f.expected = fmt::format("a frame every {} to {}", seconds(d.lo), seconds(d.hi));
      f.seen = d.seen < d.lo ? fmt::format("the next frame came after {}", seconds(d.seen))
                             : fmt::format("no frame for {}", seconds(d.seen));
      break;
    case Fault::jitter:
      f.signal = row.signal;
      f.expected = fmt::format("frames whose periods differ by at most {}", seconds(d.hi));
      f.seen = fmt::format("the last periods differed by {}", seconds(d.seen));
      break;
    case Fault::gaps:
      f.signal = row.signal;
      f.expected = fmt::format("at most {:.0f} frames left out", d.hi);
      f.seen = fmt::format("{:.0f} frames were left out", d.seen);
      break;
    case Fault::lights_pattern:
    case Fault::lights_level:
    case Fault::lights_time:
      describe_lights(d, row, f);
      break;
    case Fault::parameter:
      f.signal = "model.rule." + row.rule;
      f.expected = fmt::format("one threshold for all trips, {}", threshold_text(row));
      f.seen =
          fmt::format("this trip lies outside what requirement, profile and earlier trips leave: above {} and below {}",
                      number_text(row, d.lo), number_text(row, d.hi));
      break;
    case Fault::order:
      f.signal = row.first;
      f.expected = fmt::format("{} before {}", row.first, row.then);
      f.seen = fmt::format("{} came {} behind {}", row.first, seconds(d.seen), row.then);
      break;
    default:
      f.signal = fmt::format("model.{}.state", d.direction == 0 ? "charge" : "discharge");
      f.expected = fmt::format("at most {:.2f} changes a second", d.hi);
      f.seen = fmt::format("{:.2f} changes a second", d.seen);
      break;
  }
}

Finding Conformance::describe(std::size_t index) const {
  const Divergence& d = log_.all()[index];
  const RequirementRow& row = rules_.row(culprit(index));
  Finding f;
  f.kind = FindingKind::divergence;
  f.verdict = Verdict::fail;
  f.time = d.time;
  f.since = d.since != TimePoint{} ? d.since : d.time;
  f.rule = row.id;
  f.manual = row.manual;
  f.causes = rules_.names(d.direction, d.at.causes[d.direction]);
  f.evidence = evidence_of(row, &d.at);
  if (is_of_truth(d.fault)) {
    describe_truth(d, row, f);
  } else if (d.fault == Fault::out_of_range) {
    describe_number(d, row, f);
  } else {
    describe_other(d, row, f);
  }
  f.step = d.at.step >= 0 ? fmt::format("{:.0f}", d.at.step) : "";
  const std::string verb = d.direction == 0 ? "charging" : "discharging";
  const std::string begin = f.seen.starts_with(verb) ? capitalised(f.seen) : f.seen;  // never a signal's name
  const std::string causes = f.causes.empty() ? "" : "; may have been " + f.causes;
  f.sentence = fmt::format("{}; expected: {} ({}{}{})", begin, f.expected, row.id,
                           row.manual == "-" ? "" : ", manual " + row.manual, causes);
  for (std::string* text : {&f.signal, &f.expected, &f.seen, &f.sentence}) {
    *text = options_.names.text(*text);
  }
  if (options_.names.position() > 0) {
    f.sentence = fmt::format("Pack {}: {}", options_.names.position(), f.sentence);
  }
  return f;
}

std::vector<Finding> Conformance::findings() const {
  std::vector<Finding> result;
  std::size_t excused = 0, unheard = 0;
  TimePoint first_unheard{};
  bool other_before = false, lights_before = false;
  for (std::size_t i = 0; i < log_.all().size(); ++i) {
    const Divergence& d = log_.all()[i];
    if (d.excused) {
      ++excused;
      first_unheard = d.unheard && unheard == 0 ? d.time : first_unheard;
      unheard += d.unheard ? 1 : 0;
      continue;
    }
    // Lights only tell: what comes after a wrong one does not follow from it.
    const bool lights = log_.all()[i].fault >= Fault::lights_pattern;
    result.push_back(describe(i));
    result.back().consequential = other_before || (lights && lights_before);
    (lights ? lights_before : other_before) = true;
  }
  for (std::size_t i = 0; i < spoilt_.size(); ++i) {
    result.push_back(describe_gap(i));
  }
  if (const auto since = adapter_.first()) {
    Finding f;
    f.kind = FindingKind::stale;
    f.verdict = Verdict::invalid;
    f.time = f.since = *since;
    f.rule = f.signal = "dut.link";
    f.expected = "the CAN adapter is there while the pack is judged";
    f.seen = fmt::format("no sign of life of it after {}", seconds(to_seconds(*since)));
    f.sentence = fmt::format("The CAN adapter was away: {}; what the pack sent then was not judged{}", f.seen,
                             excused == 0 ? "" : fmt::format(" ({} deviations may be for want of frames)", excused));
    result.push_back(std::move(f));
  } else if (unheard > 0) {
    Finding f;
    f.kind = FindingKind::stale;
    f.verdict = Verdict::invalid;
    f.time = f.since = first_unheard;
    f.rule = f.signal = "dut.link";
    f.expected = "all frames of the pack heard, and in time";
    f.seen = fmt::format("frames that got lost or came late, about {}", seconds(to_seconds(first_unheard)));
    f.sentence = fmt::format(
        "Frames of the pack got lost on their way to the rig, or came late: {} deviations about {} may be for want of "
        "them",
        unheard, seconds(to_seconds(first_unheard)));
    result.push_back(std::move(f));
  }
  return result;
}

}  // namespace rig
