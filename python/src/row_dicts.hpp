#pragma once
#include <cmath>
#include <optional>
#include <string>

#include "python/src/bindings.hpp"
#include "rig/record/run_info_fields.hpp"

namespace rig::python {

// The rows of RunInfo as dicts with the keys and values of run.json: moments in seconds under NAME_s, None for what is
// not there.
inline py::object as_object(const std::string& v) { return shown(v); }
inline py::object as_object(double v) { return std::isfinite(v) ? py::object(py::float_(v)) : py::object(py::none()); }
inline py::object as_object(bool v) { return py::bool_(v); }
inline py::object as_object(std::int64_t v) { return py::int_(v); }
inline py::object as_object(std::uint64_t v) { return py::int_(v); }
inline py::object as_object(TimePoint v) { return py::float_(to_seconds(v)); }
inline py::object as_object(Duration v) { return py::float_(to_seconds(v)); }
inline py::object as_object(RecordLevel v) { return py::str(std::string(record_level_name(v))); }
template <class T>
py::object as_object(const std::optional<T>& v) {
  return v ? as_object(*v) : py::object(py::none());
}

template <class T>
constexpr bool is_moment = std::same_as<T, TimePoint> || std::same_as<T, Duration>;
template <class T>
constexpr bool is_moment<std::optional<T>> = is_moment<T>;

template <class Row>
AnyDict row_dict(const Row& row) {
  AnyDict dict;
  for_each_field(row, [&]<class T>(const char* name, const T& value) {
    dict[py::str(is_moment<T> ? std::string(name) + "_s" : std::string(name))] = as_object(value);
  });
  return dict;
}

// Everything that run.json holds but its format number: scalars, then a list of dicts for each table.
inline AnyDict info_dict(const RunInfo& info) {
  AnyDict dict = row_dict(info);
  for_each_wall_field(info, [&](const char* name, const auto& value) { dict[name] = as_object(value); });
  for_each_table(info, [&](const char* name, const auto& rows) {
    py::list list;
    for (const auto& row : rows) {
      list.append(row_dict(row));
    }
    dict[name] = std::move(list);
  });
  return dict;
}

}  // namespace rig::python
