#include "rig/requirement/row.hpp"

#include <array>

#include "rig/requirement/keys.hpp"

namespace rig {
namespace {

// What a rule looks at: its key in the file, how a report calls it, and the dimension of its threshold.
struct InputName {
  RuleInput input;
  const char* key;
  const char* words;
  Dimension dimension;
};
constexpr std::array<InputName, 10> input_names{
    {{RuleInput::battery_voltage, "battery_voltage", "battery voltage", dimension::voltage},
     {RuleInput::highest_cell, "highest_cell", "highest cell", dimension::voltage},
     {RuleInput::lowest_cell, "lowest_cell", "lowest cell", dimension::voltage},
     {RuleInput::charge_current, "charge_current", "charge current", dimension::current},
     {RuleInput::discharge_current, "discharge_current", "discharge current", dimension::current},
     {RuleInput::highest_temperature, "highest_temperature", "hottest cell", dimension::temperature},
     {RuleInput::lowest_temperature, "lowest_temperature", "coldest cell", dimension::temperature},
     {RuleInput::cell_temperature, "cell_temperature", "cell temperature", dimension::temperature},
     {RuleInput::reported_soc, "reported_soc", "reported SOC", dimension::none},
     {RuleInput::time_since_full, "time_since_full", "time since the last full charge", dimension::time}}};

struct KindName {
  RowKind kind;
  const char* key;
};
constexpr std::array<KindName, 17> kind_names{{{RowKind::protection, "protection"},
                                               {RowKind::alarm, "alarm"},
                                               {RowKind::request, "request"},
                                               {RowKind::permission, "permission"},
                                               {RowKind::contact, "contact"},
                                               {RowKind::zero_limit, "zero_limit"},
                                               {RowKind::sent_range, "sent_range"},
                                               {RowKind::sent_power, "sent_power"},
                                               {RowKind::derating, "derating"},
                                               {RowKind::period, "period"},
                                               {RowKind::sensing, "sensing"},
                                               {RowKind::plant, "plant"},
                                               {RowKind::chatter, "chatter"},
                                               {RowKind::order, "order"},
                                               {RowKind::lights, "lights"},
                                               {RowKind::silence, "silence"},
                                               {RowKind::informative, "informative"}}};

const InputName& name_of(RuleInput input) { return input_names[static_cast<std::size_t>(input)]; }

}  // namespace

std::string_view row_kind_name(RowKind kind) { return kind_names[static_cast<std::size_t>(kind)].key; }
std::string_view rule_input_name(RuleInput input) { return name_of(input).words; }
Dimension dimension_of(RuleInput input) { return name_of(input).dimension; }
bool is_cell_input(RuleInput input) { return input == RuleInput::highest_cell || input == RuleInput::lowest_cell; }
bool is_current_input(RuleInput input) { return dimension_of(input) == dimension::current; }
bool is_temperature_input(RuleInput input) { return dimension_of(input) == dimension::temperature; }

Dimension dimension_of(ReleasePolicy policy) {
  switch (policy) {
    case ReleasePolicy::voltage:
      return dimension::voltage;
    case ReleasePolicy::current:
      return dimension::current;
    case ReleasePolicy::time:
      return dimension::time;
    case ReleasePolicy::temperature:
      return dimension::temperature;
    case ReleasePolicy::soc:
      break;
  }
  return dimension::none;
}

bool threshold_is_known(const RequirementRow& row) {
  return present(row.threshold, row).can_fail() && present(row.tolerance, row).can_fail();
}

Interval allowed_threshold(const RequirementRow& row) {
  if (threshold_is_known(row)) {
    return Interval::around(present(row.threshold, row).value(), present(row.tolerance, row).value());
  }
  return row.characterise ? row.characterise->interval() : Interval{};
}

std::vector<std::pair<std::string, RowKind>> Choices<RowKind>::names() {
  std::vector<std::pair<std::string, RowKind>> names;
  for (const auto& name : kind_names) {
    names.emplace_back(name.key, name.kind);
  }
  return names;
}
std::vector<std::pair<std::string, Direction>> Choices<Direction>::names() {
  return {{"charge", Direction::charge}, {"discharge", Direction::discharge}};
}
std::vector<std::pair<std::string, Side>> Choices<Side>::names() {
  return {{"above", Side::above}, {"below", Side::below}};
}
std::vector<std::pair<std::string, PanelPattern>> Choices<PanelPattern>::names() {
  std::vector<std::pair<std::string, PanelPattern>> names;
  const auto labels = panel_pattern_labels();
  for (std::size_t i = 1; i + 1 < labels.size(); ++i) {  // neither unknown nor other can be demanded
    names.emplace_back(labels[i], static_cast<PanelPattern>(i));
  }
  return names;
}
std::vector<std::pair<std::string, RuleInput>> Choices<RuleInput>::names() {
  std::vector<std::pair<std::string, RuleInput>> names;
  for (const auto& name : input_names) {
    names.emplace_back(name.key, name.input);
  }
  return names;
}
std::vector<std::pair<std::string, ReleasePolicy>> Choices<ReleasePolicy>::names() {
  return {{"voltage", ReleasePolicy::voltage},
          {"current", ReleasePolicy::current},
          {"soc", ReleasePolicy::soc},
          {"time", ReleasePolicy::time},
          {"temperature", ReleasePolicy::temperature}};
}

void Fields<ReleaseWay>::declare(Mapping<ReleaseWay>& m) {
  m.required("policy", &ReleaseWay::policy,
             "voltage, temperature, current (of a current rule its own, else reversed), soc or time");
  m.required("value", &ReleaseWay::value, "where it lets go");
  m.optional("tolerance", &ReleaseWay::tolerance, "how far the pack may be off");
}

void Fields<LockRule>::declare(Mapping<LockRule>& m) {
  m.mark(&LockRule::mark);
  m.required("after", &LockRule::after,
             FieldOptions{.help = "trips after which the pack tries no more", .minimum = 1, .maximum = 100});
  m.required("within", &LockRule::within, "time within which these trips came");
}

void Fields<RequirementRow>::declare(Mapping<RequirementRow>& m) {
  m.mark(&RequirementRow::mark);
  m.required("id", &RequirementRow::id, "requirement id, GTX-OV-01");
  m.required("rule", &RequirementRow::rule, "rule name that firmware, flags and reports share, pack_ov");
  m.required("statement", &RequirementRow::statement, "one sentence");
  m.required("manual", &RequirementRow::manual, "section of the manual, 9.1-2d; '-' when there is none");
  m.required("kind", &RequirementRow::kind, "how the row is judged");
  m.optional("direction", &RequirementRow::direction, "the direction that is blocked or concerned");
  m.optional("side", &RequirementRow::side, "acts above or below the threshold");
  m.optional("input", &RequirementRow::input, "what the threshold is compared with, or what a table is over");
  m.optional("threshold", &RequirementRow::threshold, "nominal threshold");
  m.optional("tolerance", &RequirementRow::tolerance, "how far the pack's threshold (derating: its limit) may be off");
  m.optional("delay", &RequirementRow::delay, "from crossing to decision; lights: from a current to its pattern");
  m.optional("characterise", &RequirementRow::characterise, "where an unknown pack's threshold may lie");
  m.optional("reachable", &RequirementRow::reachable, "battery voltages at which one cell can be beyond the threshold");
  m.optional("release", &RequirementRow::release, "alternatives, of which a pack has one");
  m.optional("release_delay", &RequirementRow::release_delay, "from the release condition to the release");
  m.optional("lock", &RequirementRow::lock, "after so many trips within a time there is no retry");
  m.optional("latched", &RequirementRow::latched,
             "protection: a fault, which blocks both directions until the pack is serviced; without release");
  m.optional("full", &RequirementRow::full, "input time_since_full: the reported SOC that counts as full");
  m.optional("table", &RequirementRow::table,
             "derating: the limit over the input; lights: how many show up to which SOC");
  m.optional("slope", &RequirementRow::slope, "derating: how fast the limit may change");
  m.optional("flag", &RequirementRow::flag, "flag signal that must follow");
  m.optional("shared_flag", &RequirementRow::shared_flag, "flag signal that stands for this rule and for others");
  m.optional("signal", &RequirementRow::signal, "the signal that this row judges");
  m.optional("first", &RequirementRow::first, "order: the signal that has to show first");
  m.optional("then", &RequirementRow::then, "order: the signal that may show only after it");
  m.optional("jitter", &RequirementRow::jitter, "period: the longest of the last periods less the shortest, at most");
  m.optional("gaps", &RequirementRow::gaps, "period: so many frames may be left out");
  m.optional("outside", &RequirementRow::outside, "informative: why no rig can check it; then it needs no case");
  m.optional("policy", &RequirementRow::policy,
             "informative: the manual contradicts itself or leaves it open, and this is what is taken");
  m.optional("dialect", &RequirementRow::dialect, "period: only packs that speak this CAN dialect send the frame");
  m.optional("panel", &RequirementRow::panel, "lights: the pattern that the row is about; without it the level");
  m.optional("on", &RequirementRow::on, "lights: so long its flash is lit; tolerance is a share of it");
  m.optional("off", &RequirementRow::off, "lights: so long its flash is dark");
  m.optional(
      "range", &RequirementRow::range,
      "what the signal may be; for sensing the allowed difference, for order the lead, for lights the current that is "
      "neither surely rest nor surely more");
}

}  // namespace rig
