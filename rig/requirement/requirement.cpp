#include "rig/requirement/requirement.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "rig/core/files.hpp"
#include "rig/requirement/checks.hpp"
#include "rig/requirement/keys.hpp"

namespace rig {

void Fields<Ratings>::declare(Mapping<Ratings>& m) {
  m.required("lowest_voltage", &Ratings::lowest_voltage, "discharge ends here");
  m.required("highest_voltage", &Ratings::highest_voltage, "charge ends here");
  m.required("charge_current", &Ratings::charge_current, "maximum charge current");
  m.required("discharge_current", &Ratings::discharge_current, "maximum discharge current");
  m.required("discharge_power", &Ratings::discharge_power, "maximum output power");
  m.required("lowest_charge_temperature", &Ratings::lowest_charge_temperature, "of the cells");
  m.required("highest_charge_temperature", &Ratings::highest_charge_temperature, "of the cells");
  m.required("lowest_discharge_temperature", &Ratings::lowest_discharge_temperature, "of the cells");
  m.required("highest_discharge_temperature", &Ratings::highest_discharge_temperature, "of the cells");
}

void Fields<Latencies>::declare(Mapping<Latencies>& m) {
  m.required("path", &Latencies::path, "until the current stops or may flow");
  m.required("flag", &Latencies::flag, "until the flag is seen on CAN");
  m.required("limit", &Latencies::limit, "until the current limit on CAN is zero");
  m.required("contact", &Latencies::contact, "until the dry contact follows");
  m.required("permission", &Latencies::permission, "until the enable bit follows");
}

void Fields<Age>::declare(Mapping<Age>& m) {
  m.required("age", &Age::name, "its name, for `start: age` of a case");
  m.required("cycles", &Age::cycles, FieldOptions{.help = "that the pack has lived", .minimum = 0, .maximum = 1e6});
  m.required("capacity", &Age::capacity, "share of the capacity that is left");
  m.required("resistance", &Age::resistance, "factor on the resistance");
}

void Fields<Requirements>::declare(Mapping<Requirements>& m) {
  m.title("Requirements of a product");
  m.required("requirements", &Requirements::product, "product name");
  m.optional("title", &Requirements::title, "for reports");
  m.optional("cells", &Requirements::cells, FieldOptions{.help = "cells in series", .minimum = 1, .maximum = 64});
  m.required("ratings", &Requirements::ratings, "inside them the pack must not act");
  m.required("path_resistance", &Requirements::path_resistance, "from B+/B- to P+/P-");
  m.required("latency", &Requirements::latency, "from decision to each output");
  m.optional("thermal", &Requirements::thermal, "from the skin to the cells");
  m.optional("capacity", &Requirements::capacity, "that the pack counts its charge with");
  m.optional("ageing", &Requirements::ageing, "what a pack of some age still has");
  m.required("rows", &Requirements::rows, "the requirement rows");
}

const RequirementRow* Requirements::find(std::string_view id) const {
  const auto it = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return it == rows.end() ? nullptr : &*it;
}

Requirements parse_requirements(std::shared_ptr<const SourceText> source, Diagnostics& diagnostics) {
  Requirements result;
  const std::size_t before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() != before || !read(root, result, diagnostics)) {
    return result;
  }
  std::set<std::string> seen;
  for (const auto& row : result.rows) {
    if (!seen.insert(row.id).second) {
      diagnostics.error(row.mark, "requirement " + row.id + " stands twice");
    }
    check_row(row, result.ratings, diagnostics);
  }
  check_common(result, diagnostics);
  result.text = source->text;
  result.path = source->name;
  return result;
}

Requirements read_requirements(const std::string& path, Diagnostics& diagnostics) {
  return parse_requirements(read_text(path), diagnostics);
}

nlohmann::json requirements_schema() {
  nlohmann::json schema = schema_of<Requirements>().json();
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  return schema;
}

}  // namespace rig
