#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/requirement/row.hpp"
#include "rig/requirement/thermal.hpp"

namespace rig {

// Time from the pack's decision until an output shows it, in seconds.
struct Latencies {
  OriginInterval path, flag, limit, contact, permission;
};

// Inside these the pack must not act (manual 3).
struct Ratings {
  Volts lowest_voltage, highest_voltage;
  Amps charge_current, discharge_current;
  Watts discharge_power;
  Celsius lowest_charge_temperature, highest_charge_temperature;
  Celsius lowest_discharge_temperature, highest_discharge_temperature;
};

// What a pack of some age still has of what it had when new. Shares, 1 = new.
struct Age {
  MarkedText name;            // "label_500"
  std::int64_t cycles = 0;    // that it has lived
  OriginInterval capacity;    // share of the capacity, 0..1
  OriginInterval resistance;  // factor on the resistance, 1 or more
};

// The requirements of one product as data.
struct Requirements {
  std::string product;
  std::string title;
  int cells = 16;
  Ratings ratings;
  OriginInterval path_resistance;  // from B+/B- to P+/P-
  Latencies latency;
  std::optional<Thermal> thermal;
  std::optional<OriginInterval> capacity;  // that the pack counts its charge with, A*s
  std::vector<Age> ageing;
  std::vector<RequirementRow> rows;
  std::string text;  // the file as read, for the record
  std::string path;
  int packs = 1;                             // in parallel, of which these are the requirements as one
  std::shared_ptr<const Requirements> each;  // of packs in parallel: what each of them has to keep; else none
  // An age by its name, or "2000 cycles" somewhere between the named ones: monotone, no more. None for what is neither,
  // and for more cycles than the oldest has.
  [[nodiscard]] std::optional<Age> age_of(std::string_view text) const;
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
  std::optional<LockRule> lock;
  std::optional<OriginTable> table;
  std::optional<OriginNumber> slope;
  std::optional<OriginInterval> range;
  std::optional<OriginNumber> jitter, gaps;
  std::optional<OriginNumber> on, off;
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
  std::optional<Thermal> thermal;
  std::optional<OriginInterval> capacity;
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

// What they say of several packs in parallel of which only the first one speaks: ratings and currents are those of all,
// a current that one of them may trip at lies between its own and that of all, and what only a single pack has
// (derating by its cells, plant, SOC) characterises. The thresholds of voltage and temperature stay: every pack has
// them.
Requirements of_packs(Requirements requirements, int packs);

// What they say of a pack of this age: capacity and heat are those of the age, and the rows of kind `plant`, whose
// numbers are those of new cells, only characterise.
Requirements at_age(Requirements requirements, const Age& age);

}  // namespace rig
