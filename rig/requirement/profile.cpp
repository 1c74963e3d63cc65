#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "rig/core/files.hpp"
#include "rig/requirement/checks.hpp"
#include "rig/requirement/keys.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

void Fields<ProfileRow>::declare(Mapping<ProfileRow>& m) {
  m.mark(&ProfileRow::mark);
  m.required("row", &ProfileRow::row, "requirement id");
  m.optional("threshold", &ProfileRow::threshold, "measured threshold");
  m.optional("tolerance", &ProfileRow::tolerance, "how far a pack of this type may be off");
  m.optional("delay", &ProfileRow::delay, "measured delay");
  m.optional("release", &ProfileRow::release, "the one policy that this pack has");
  m.optional("release_delay", &ProfileRow::release_delay, "measured release delay");
  m.optional("lock", &ProfileRow::lock, "measured lock");
  m.optional("table", &ProfileRow::table, "measured derating");
  m.optional("slope", &ProfileRow::slope, "measured slope of the limit");
  m.optional("range", &ProfileRow::range, "measured range");
  m.optional("jitter", &ProfileRow::jitter, "measured jitter of a frame's period");
  m.optional("gaps", &ProfileRow::gaps, "frames that a pack of this type may leave out");
  m.optional("on", &ProfileRow::on, "measured time on of a flash");
  m.optional("off", &ProfileRow::off, "measured time off of a flash");
}

void Fields<PackProfile>::declare(Mapping<PackProfile>& m) {
  m.title("Profile of a pack type with one firmware");
  m.required("pack", &PackProfile::pack, "name of the pack type");
  m.optional("title", &PackProfile::title, "for reports");
  m.required("firmware", &PackProfile::firmware, "firmware version that this profile is about");
  m.optional("dialect", &PackProfile::dialect, "CAN dialect");
  m.optional("over_voltage_policy", &PackProfile::over_voltage_policy, "manual_literal or full_first");
  m.optional("path_resistance", &PackProfile::path_resistance, "measured path resistance");
  m.optional("latency_path", &PackProfile::latency_path, "measured latency of the current path");
  m.optional("latency_flag", &PackProfile::latency_flag, "measured latency of the flags");
  m.optional("latency_limit", &PackProfile::latency_limit, "measured latency of the limits");
  m.optional("latency_contact", &PackProfile::latency_contact, "measured latency of the dry contacts");
  m.optional("latency_permission", &PackProfile::latency_permission, "measured latency of the enable bits");
  m.optional("thermal", &PackProfile::thermal, "measured way from the skin to the cells");
  m.optional("capacity", &PackProfile::capacity, "measured capacity that the pack counts with");
  m.required("rows", &PackProfile::rows, "measured values by requirement");
}

PackProfile parse_profile(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  PackProfile result;
  const std::size_t before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() == before) {
    read(root, result, diagnostics);
  }
  result.text = source->text;
  result.path = source->name;
  return result;
}

PackProfile read_profile(const std::string& path, Diagnostics& diagnostics) {
  return parse_profile(read_text(path), diagnostics);
}

nlohmann::json profile_schema() {
  nlohmann::json schema = schema_of<PackProfile>().json();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

namespace {

template <class Field>
void take(Field& into, const std::optional<Field>& measured) {
  if (measured) {
    into = *measured;
  }
}
template <class Field>
void take(std::optional<Field>& into, const std::optional<Field>& measured) {
  if (measured) {
    into = measured;
  }
}

void take_row(RequirementRow& row, const ProfileRow& measured) {
  take(row.threshold, measured.threshold);
  take(row.tolerance, measured.tolerance);
  take(row.delay, measured.delay);
  take(row.release_delay, measured.release_delay);
  take(row.lock, measured.lock);
  take(row.table, measured.table);
  take(row.slope, measured.slope);
  take(row.range, measured.range);
  take(row.jitter, measured.jitter);
  take(row.gaps, measured.gaps);
  take(row.on, measured.on);
  take(row.off, measured.off);
  if (!measured.release.empty()) {
    row.release = measured.release;
  }
}

}  // namespace

Requirements apply_profile(Requirements requirements, const PackProfile& profile, Diagnostics& diagnostics) {
  take(requirements.path_resistance, profile.path_resistance);
  take(requirements.thermal, profile.thermal);
  take(requirements.capacity, profile.capacity);
  take(requirements.latency.path, profile.latency_path);
  take(requirements.latency.flag, profile.latency_flag);
  take(requirements.latency.limit, profile.latency_limit);
  take(requirements.latency.contact, profile.latency_contact);
  take(requirements.latency.permission, profile.latency_permission);
  std::set<std::string> seen;
  for (const auto& measured : profile.rows) {
    if (!seen.insert(measured.row).second) {
      diagnostics.error(measured.mark, "the row '" + measured.row + "' stands here a second time");
      continue;
    }
    const auto row = std::find_if(requirements.rows.begin(), requirements.rows.end(),
                                  [&](const auto& r) { return r.id == measured.row; });
    if (row == requirements.rows.end()) {
      std::vector<std::string> ids;
      for (const auto& r : requirements.rows) {
        ids.push_back(r.id);
      }
      diagnostics.error(measured.mark, "the requirements have no row '" + measured.row + "'",
                        suggestion(measured.row, ids));
      continue;
    }
    take_row(*row, measured);
    RequirementRow merged = *row;
    merged.mark = measured.mark;  // what is wrong now is wrong in the profile
    check_row(merged, requirements.ratings, diagnostics);
  }
  check_common(requirements, diagnostics);
  return requirements;
}

}  // namespace rig
