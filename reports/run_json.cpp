#include "reports/run_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/output_file.hpp"
#include "rig/core/error.hpp"
#include "rig/core/files.hpp"
#include "rig/record/run_info_fields.hpp"

namespace rig {
namespace {
using Json = nlohmann::ordered_json;
constexpr int run_json_format = 1;

// Moments are written in seconds, and their keys say so.
template <class T>
constexpr bool is_time = std::same_as<T, TimePoint> || std::same_as<T, Duration>;
template <class T>
constexpr bool is_time<std::optional<T>> = is_time<T>;

template <class T>
std::string key_of(const char* name) {
  return is_time<T> ? std::string(name) + "_s" : std::string(name);
}

Json value_of(const std::string& v) { return v; }
Json value_of(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }
Json value_of(bool v) { return v; }
Json value_of(std::int64_t v) { return v; }
Json value_of(std::uint64_t v) { return v; }
Json value_of(TimePoint v) { return to_seconds(v); }
Json value_of(Duration v) { return to_seconds(v); }
Json value_of(RecordLevel v) { return record_level_name(v); }
template <class T>
Json value_of(const std::optional<T>& v) {
  return v ? value_of(*v) : Json(nullptr);
}

void take(const Json& j, std::string& v) { v = j.get<std::string>(); }
void take(const Json& j, double& v) { v = j.is_null() ? std::nan("") : j.get<double>(); }
void take(const Json& j, bool& v) { v = j.get<bool>(); }
void take(const Json& j, std::int64_t& v) { v = j.get<std::int64_t>(); }
void take(const Json& j, std::uint64_t& v) { v = j.get<std::uint64_t>(); }
void take(const Json& j, Duration& v) { v = from_seconds(j.get<double>()); }
void take(const Json& j, TimePoint& v) { v = TimePoint{from_seconds(j.get<double>())}; }
void take(const Json& j, RecordLevel& v) { v = record_level_from(j.get<std::string>()).value_or(RecordLevel::none); }
template <class T>
void take(const Json& j, std::optional<T>& v) {
  v.reset();
  if (!j.is_null()) {
    take(j, v.emplace());
  }
}

template <class Row>
Json object_of(const Row& row) {
  Json object = Json::object();
  for_each_field(row, [&]<class T>(const char* name, const T& value) { object[key_of<T>(name)] = value_of(value); });
  return object;
}

template <class Row>
void fill(const Json& object, Row& row) {
  for_each_field(row, [&]<class T>(const char* name, T& value) {
    if (const auto it = object.find(key_of<T>(name)); it != object.end()) {
      take(*it, value);
    }
  });
}
}  // namespace

nlohmann::ordered_json run_json(const RunInfo& info) {
  Json json;
  json["format"] = run_json_format;
  json.update(object_of(info));
  for_each_wall_field(info, [&](const char* name, const auto& value) { json[name] = value_of(value); });
  for_each_table(info, [&](const char* name, const auto& rows) {
    Json list = Json::array();
    for (const auto& row : rows) {
      list.push_back(object_of(row));
    }
    json[name] = std::move(list);
  });
  return json;
}

RunInfo run_from_json(const nlohmann::ordered_json& json, const std::string& where) {
  if (!json.is_object() || json.value("format", 0) != run_json_format) {
    throw RigError("this is no run.json of format " + std::to_string(run_json_format), where);
  }
  try {
    RunInfo info;
    fill(json, info);
    for_each_wall_field(info, [&](const char* name, auto& value) { take(json.at(name), value); });
    for_each_table(info, [&](const char* name, auto& rows) {
      for (const auto& object : json.at(name)) {
        fill(object, rows.emplace_back());
      }
    });
    return info;
  } catch (const nlohmann::json::exception& error) {
    throw RigError(std::string("this is no whole run.json: ") + error.what(), where);
  }
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void write_run_json(const RunInfo& info, const std::string& path) { write_output(path, json_text(run_json(info))); }

RunInfo read_run_json(const std::string& path) {
  const auto source = read_text(path, 64u << 20);
  const auto json = Json::parse(source->text, nullptr, false);
  if (json.is_discarded()) {
    throw RigError("this is no JSON", path);
  }
  return run_from_json(json, path);
}

}  // namespace rig
