#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "rig/core/fields.hpp"
#include "rig/core/math.hpp"

namespace rig {

// Where a number comes from. Only manual, derived and measured numbers can fail a pack; an engineering default
// characterises: what is found is reported and nothing fails.
enum class NumberOrigin { manual, derived, engineering_default, measured };
std::string_view number_origin_name(NumberOrigin origin);

enum class RowKind {
  protection,  // beyond a threshold for a delay the pack blocks a direction, and releases it later
  permission,  // while one direction is blocked the other stays allowed
  contact,     // a dry contact follows the prohibition of a direction
  zero_limit,  // the current limit of a blocked direction is zero
  sent_range,  // a limit on CAN stays inside a range
  sent_power,  // the discharge current limit stays below a power
  period,      // frames come in time
  sensing,     // what the pack reports agrees with what the rig measures
  plant,       // the terminal voltage is one that healthy cells can have
  chatter,     // a protection does not toggle
  informative  // stands in the file for traceability, judged elsewhere
};
enum class Direction { charge, discharge };
enum class Side { above, below };
enum class RuleInput { battery_voltage, highest_cell, lowest_cell };
enum class ReleasePolicy { voltage, current, soc };

// A number with its origin, in base units of its dimension.
struct OriginNumber {
  QuantityValue quantity;
  NumberOrigin origin = NumberOrigin::engineering_default;
  std::string source;  // "9.1-2d", "SEP", ...
  SourceMark mark{};
  [[nodiscard]] double value() const noexcept { return quantity.value; }
  [[nodiscard]] bool can_fail() const noexcept { return origin != NumberOrigin::engineering_default; }
};
struct OriginInterval {
  std::vector<QuantityValue> ends;  // two of them, in order
  NumberOrigin origin = NumberOrigin::engineering_default;
  std::string source;
  SourceMark mark{};
  [[nodiscard]] Interval interval() const noexcept {
    return ends.size() == 2 ? Interval{ends[0].value, ends[1].value} : Interval{};
  }
  [[nodiscard]] bool can_fail() const noexcept { return origin != NumberOrigin::engineering_default; }
};

// One way in which a pack may let go of a protection; a given pack has exactly one.
struct ReleaseWay {
  ReleasePolicy policy = ReleasePolicy::voltage;
  OriginNumber value;                     // V on the release side of the threshold, A of reversed current, or SOC
  std::optional<OriginNumber> tolerance;  // same dimension
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
  std::string flag;                             // signal that must follow: "dut.protection.over_voltage"
  std::string signal;                           // the signal that is judged, for the kinds that judge one
  std::optional<OriginInterval> range;          // sent_range, period, sensing (half width in .hi), plant
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

// A protection whose threshold and tolerance can fail a pack.
bool threshold_is_known(const RequirementRow& row);
// Where the threshold of a conforming pack may lie: value +- tolerance when it is known, else the range to
// characterise.
Interval allowed_threshold(const RequirementRow& row);

// Time from the pack's decision until an output shows it, in seconds.
struct Latencies {
  OriginInterval path, flag, limit, contact, permission;
};

// Inside these the pack must not act (manual 3).
struct Ratings {
  Volts lowest_voltage, highest_voltage;
  Amps charge_current, discharge_current;
  Watts discharge_power;
};

// The requirements of one product as data.
struct Requirements {
  std::string product;
  std::string title;
  int cells = 16;
  Ratings ratings;
  OriginInterval path_resistance;  // from B+/B- to P+/P-
  Latencies latency;
  std::vector<RequirementRow> rows;
  std::string text;  // the file as read, for the record
  std::string path;
  [[nodiscard]] const RequirementRow* find(std::string_view id) const;
};

// What is known of one pack type with one firmware: turns engineering defaults into measured values. Keyed by the
// pack's firmware version; its fingerprint goes into the record.
struct ProfileRow {
  std::string row;  // requirement id
  std::optional<OriginNumber> threshold;
  std::optional<OriginNumber> tolerance;
  std::optional<OriginInterval> delay;
  std::vector<ReleaseWay> release;
  std::optional<OriginInterval> release_delay;
  std::optional<OriginInterval> range;
  SourceMark mark;
};
struct PackProfile {
  std::string pack;
  std::string title;
  std::string firmware;
  std::string dialect;
  std::string over_voltage_policy;  // "manual_literal" or "full_first"
  std::optional<OriginInterval> path_resistance;
  std::optional<OriginInterval> latency_path, latency_flag, latency_limit, latency_contact, latency_permission;
  std::vector<ProfileRow> rows;
  std::string text;
  std::string path;
};

// Read a file (or "builtin:..."); mistakes go to diagnostics.
Requirements read_requirements(const std::string& path, Diagnostics& diagnostics);
PackProfile read_profile(const std::string& path, Diagnostics& diagnostics);
// The same from a text that a record holds.
Requirements parse_requirements(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics);
PackProfile parse_profile(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics);
nlohmann::json requirements_schema();
nlohmann::json profile_schema();

// The requirements with the profile's measured values in place of defaults. Mistakes (a profile row that names no
// requirement) go to diagnostics at the profile's place.
Requirements apply_profile(Requirements requirements, const PackProfile& profile, Diagnostics& diagnostics);

}  // namespace rig
