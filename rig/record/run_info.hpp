#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/core/time.hpp"

namespace rig {

// What is written of a run, from the least to the whole. A gap in a level is a promise: nothing of it is in the file.
//   none     no run.sqlite at all; only run.json
//   events   findings, measures, rules, events and CAN frames; no columns
//   changes  columns too, decimated: a sample is kept when its quality changed, when its value moved by more than a
//            quarter of the signal's declared uncertainty (by anything, when it declares none), or 1 s after the last
//            kept one. Its own moment is kept exactly. Cannot be replayed.
//   full     every sample of every column, bit for bit. Replay needs this.
enum class RecordLevel : std::uint8_t { none, events, changes, full };
std::string_view record_level_name(RecordLevel level);
std::optional<RecordLevel> record_level_from(std::string_view name);

// The plain rows below mirror what judges, model and engine report, as texts and numbers: the record knows neither.
// Values are in the base unit of `unit`'s dimension, as everywhere. run_info_fields.hpp lists their fields once for
// tables, run.json and the digest.

struct FindingRow {
  std::string kind;      // finding_kind_name(): "expectation", "divergence" ...
  std::string verdict;   // verdict_name()
  TimePoint time{};      // when it was established
  TimePoint since{};     // when the matter began
  std::string rule;      // requirement id, text of the expectation, name of the limit
  std::string signal;    // the signal concerned
  std::string expected;  // "charging stopped within 2.9 s above 56.2 V"
  std::string seen;      // "charging went on at 57.0 V, 5.00 A"
  std::string manual;    // "9.1-2d"
  std::string causes;    // remaining causes
  std::string evidence;  // independent, cross-checked, self-reported
  std::string step;      // name of the case's step
  std::string sentence;  // the whole in one sentence
  bool consequential = false;
};

struct MeasureRow {
  std::string id;
  std::string title;
  double value = 0;
  double uncertainty = 0;  // expanded, k = 2
  std::string unit;
  std::optional<double> lower;
  std::optional<double> upper;
  std::string decision;  // "guard_band", "shared_risk"
  std::string verdict;
  std::string manual;
};

struct RuleRow {
  std::string requirement;  // "GTX-OV-01"
  std::string rule;         // "pack_ov"
  std::string title;
  std::string manual;     // "9.1-2d"
  std::string verdict;    // verdict_name(), "not tested" or "characterised"
  std::string evidence;   // evidence class
  std::string parameter;  // what the interval below is of: "threshold"
  std::string unit;
  std::optional<double> found_lower;  // interval in which the pack's own parameter lies
  std::optional<double> found_upper;
  std::optional<double> allowed_lower;  // interval in which it may lie
  std::optional<double> allowed_upper;
  std::optional<double> margin;       // distance to the nearer edge of what is allowed
  double may_share = 0;               // share of time in which acting and not acting were both right, 0..1
  bool must_reached = false;          // false: the rule was not tested
  std::string vacuity;                // "not tested: must never reached"
  std::string divergence;             // first divergence as a sentence, empty when there was none
  std::optional<TimePoint> diverged;  // its moment
  std::string causes;                 // remaining causes of the event
};

struct EventRow {
  TimePoint time{};
  std::string kind;  // "step", "trip", "adopt", "refused", "safe" ...
  std::string text;
};

struct StepRow {
  std::string name;
  TimePoint begin{};
  TimePoint end{};
};

// A moment worth a mark in the plots: the pack tripped, the supervisor tripped.
struct TripRow {
  TimePoint time{};
  std::string signal;      // "pack.voltage"
  std::string label;       // "charging refused"
  double value = 0;        // before the current collapsed; NaN: not known
  double uncertainty = 0;  // expanded, k = 2
  std::string unit;
};

// A horizontal line in the plots.
struct LimitRow {
  std::string signal;
  std::string kind;   // "requirement", "bench", "case"
  std::string label;  // "GTX-OV-01 threshold"
  std::optional<double> lower;
  std::optional<double> upper;
  std::string unit;
};

struct KeptRow {
  std::string name;
  double value = 0;
  std::string unit;
  TimePoint time{};
};

struct DocumentRow {
  std::string kind;  // "case", "bench", "requirements", "profile"
  std::string name;  // as the user named it
  std::string fingerprint;
  std::string text;
};

struct KeyValueRow {
  std::string key;
  std::string value;
};

// Everything of a run but its columns and frames. Filled at the start as far as known, completed after the loop.
struct RunInfo {
  std::string case_name;
  std::string suite;  // the folder (theme) of the case: the test suite in JUnit
  std::string title;
  std::string why;
  std::string row;       // which row of parameters or variants, empty when the case has one
  std::string verifies;  // requirement ids, separated by ", "
  std::string verdict;   // verdict_name(); empty while running
  std::string sentence;  // the cause in one sentence, or what was shown
  std::uint64_t seed = 0;
  Duration tick{};       // base step
  TimePoint end{};       // rig time at the last tick
  std::string software;  // version of gtxrig
  RecordLevel level = RecordLevel::full;
  // The only wall-clock fields, ns since 1970 UTC: record_digest() leaves them out.
  std::int64_t started_unix_ns = 0;
  std::int64_t stopped_unix_ns = 0;

  std::vector<StepRow> steps;
  std::vector<FindingRow> findings;  // in order of time
  std::vector<MeasureRow> measures;
  std::vector<RuleRow> rules;
  std::vector<EventRow> events;
  std::vector<TripRow> trips;
  std::vector<LimitRow> limits;
  std::vector<KeptRow> kept;
  std::vector<DocumentRow> documents;
  std::vector<KeyValueRow> identification;  // serial number, firmware of pack and instruments
  std::vector<KeyValueRow> environment;     // nothing that changes from one run to the next (see record_digest())
};

// One CAN frame as the record keeps it.
struct RecordedFrame {
  TimePoint time{};
  std::uint32_t id = 0;
  std::uint8_t bus = 0;
  bool extended = false;
  bool sent = false;        // false: received
  std::uint8_t length = 0;  // 0..8
  std::uint8_t data[8] = {};
  friend bool operator==(const RecordedFrame&, const RecordedFrame&) = default;
};

// What the clock reported: ticks that began late or were missed.
struct ClockEvent {
  std::int64_t tick = 0;
  std::int64_t missed = 0;  // whole base steps; 0 = late only
};

}  // namespace rig
