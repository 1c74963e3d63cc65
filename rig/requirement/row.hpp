#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/requirement/origin.hpp"
#include "rig/signal/light_words.hpp"

namespace rig {

enum class RowKind {
  protection,  // beyond a threshold for a delay the pack blocks a direction, and releases it later
  alarm,       // beyond a threshold for a delay the pack shows a flag and keeps working
  request,     // the same, and what the pack shows is a wish: to be charged, to be filled
  permission,  // while one direction is blocked the other stays allowed
  contact,     // a dry contact follows the prohibition of a direction
  zero_limit,  // the current limit of a blocked direction is zero
  sent_range,  // a limit on CAN stays inside a range
  sent_power,  // the discharge current limit stays below a power
  derating,    // a limit on CAN follows a table over an input
  period,      // frames come in time
  sensing,     // what the pack reports agrees with what the rig measures
  plant,       // the terminal voltage is one that healthy cells can have
  chatter,     // a flag or a direction does not toggle
  order,       // one signal shows before another
  lights,      // the front panel shows a pattern, or the level
  silence,     // inside the ratings the pack does not act
  informative  // stands in the file for traceability, judged elsewhere
};
std::string_view row_kind_name(RowKind kind);

enum class Direction { charge, discharge };
enum class Side { above, below };
enum class RuleInput {
  battery_voltage,
  highest_cell,
  lowest_cell,
  charge_current,       // A, positive while charging
  discharge_current,    // A, positive while discharging
  highest_temperature,  // of the cells, degC
  lowest_temperature,
  cell_temperature,  // derating: of any cell; the one that permits least counts
  reported_soc,      // 0..1, by the pack
  time_since_full    // s since the reported SOC was last at the row's `full`
};
std::string_view rule_input_name(RuleInput input);  // "battery voltage", "hottest cell", ...
Dimension dimension_of(RuleInput input);
bool is_cell_input(RuleInput input);
bool is_current_input(RuleInput input);
bool is_temperature_input(RuleInput input);

enum class ReleasePolicy { voltage, current, soc, time, temperature };
Dimension dimension_of(ReleasePolicy policy);

// One way in which a pack may let go of a protection; a given pack has exactly one.
struct ReleaseWay {
  ReleasePolicy policy = ReleasePolicy::voltage;
  // voltage, temperature: of the rule's own input, on the release side of the threshold. current: of a current rule its
  // own input (-1 A of charge current is a discharge of 1 A), of all others the current against the blocked direction.
  // time: since the trip, after which the pack tries again.
  OriginNumber value;
  std::optional<OriginNumber> tolerance;  // same dimension; of a temperature in K
};

// After so many trips within a time the pack does not try again by itself.
struct LockRule {
  int after = 5;
  OriginNumber within;
  SourceMark mark;
};

struct RequirementRow {
  std::string id;    // "GTX-OV-01"
  std::string rule;  // "pack_ov"; the name that firmware, flags and reports share
  std::string statement;
  std::string manual;  // section, "9.1-2d"
  RowKind kind = RowKind::informative;
  Direction direction = Direction::charge;
  Side side = Side::above;
  RuleInput input = RuleInput::battery_voltage;
  std::optional<OriginNumber> threshold;
  std::optional<OriginNumber> tolerance;
  std::optional<OriginInterval> delay;         // s
  std::optional<OriginInterval> characterise;  // where the threshold of an unknown pack may lie
  std::optional<OriginInterval> reachable;     // cell rules: battery voltages at which a single cell can be beyond it
  std::vector<ReleaseWay> release;
  std::optional<OriginInterval> release_delay;  // s
  std::optional<LockRule> lock;
  bool any_pack = false;                // each of several packs has its own threshold; set by of_packs()
  bool latched = false;                 // protection: a fault; it blocks both directions and only service lets go
  std::optional<OriginNumber> full;     // input time_since_full: the SOC that counts as full
  std::optional<OriginTable> table;     // derating
  std::optional<OriginNumber> slope;    // derating: how fast the limit may change, A/s
  std::string flag;                     // signal that must follow: "dut.protection.over_voltage"
  std::string shared_flag;              // signal that a dialect ORs over both directions
  std::string signal;                   // the signal that is judged, for the kinds that judge one
  std::string first, then;              // order: the signal that has to show first, and the one after it
  std::optional<OriginNumber> jitter;   // period: the longest of the last periods less the shortest, at most
  std::optional<OriginNumber> gaps;     // period: so many frames may be left out
  MarkedText dialect;                   // period: only packs that speak it send the frame; empty: all do
  std::string outside;                  // informative: why no rig can check it; it needs no case then
  std::string policy;                   // informative: the manual contradicts itself, and this is what is taken
  std::optional<PanelPattern> panel;    // lights: the pattern; without it the row is about the level
  std::optional<OriginNumber> on, off;  // lights: the times of its flash, s
  // sent_range, period, sensing (half width in .hi), plant, chatter, order (lead), lights (current that is neither
  // surely rest nor surely charging or discharging)
  std::optional<OriginInterval> range;
  SourceMark mark;
};

// A field that the row's kind needs. The reader has checked that it is there; a row made otherwise is refused here.
template <class T>
const T& present(const std::optional<T>& field, const RequirementRow& row) {
  if (!field.has_value()) {
    throw RigError("requirement " + row.id + " lacks a field that its kind needs");
  }
  return *field;
}

// A threshold and tolerance that can fail a pack.
bool threshold_is_known(const RequirementRow& row);
// Where the threshold of a conforming pack may lie: value +- tolerance when it is known, else the range to
// characterise, else anywhere.
Interval allowed_threshold(const RequirementRow& row);

}  // namespace rig
