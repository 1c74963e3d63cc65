// Requirements of a product as they are judged: gtxrig.load_requirements().
#include "rig/requirement/requirement.hpp"

#include <pybind11/stl.h>

#include <string>

#include "python/src/bindings.hpp"
#include "rig/core/units.hpp"

namespace rig::python {
namespace {

AnyDict with_origin(NumberOrigin origin, const std::string& source) {
  AnyDict dict;
  dict["origin"] = std::string(number_origin_name(origin));
  dict["source"] = source;
  return dict;
}

py::typing::Optional<AnyDict> as_object(const std::optional<OriginNumber>& number) {
  if (!number) {
    return py::none();
  }
  AnyDict dict = with_origin(number->origin, number->source);
  dict["value"] = number->value();
  dict["unit"] = std::string(base_unit(number->quantity.dimension));
  return dict;
}

py::typing::Optional<AnyDict> as_object(const std::optional<OriginInterval>& interval) {
  if (!interval || interval->ends.size() != 2) {
    return py::none();
  }
  AnyDict dict = with_origin(interval->origin, interval->source);
  dict["lower"] = interval->ends[0].value;
  dict["upper"] = interval->ends[1].value;
  dict["unit"] = std::string(base_unit(interval->ends[0].dimension));
  return dict;
}

Requirements load(const PathArgument& path, const std::optional<PathArgument>& profile) {
  Diagnostics diagnostics;
  Requirements requirements = read_requirements(path.text, diagnostics);
  if (profile && !diagnostics.has_errors()) {
    requirements = apply_profile(std::move(requirements), read_profile(profile->text, diagnostics), diagnostics);
  }
  diagnostics.throw_if_errors();
  return requirements;
}

}  // namespace

void bind_requirements(py::module_& module) {
  py::class_<RequirementRow>(module, "RequirementRow",
                             "One row. Numbers are dicts with value (or lower and upper), unit, origin (manual,\n"
                             "derived, default, measured) and source; None where the row has none.")
      .def("__repr__",
           [](const RequirementRow& row) { return shown("<RequirementRow " + row.id + ": " + row.statement + ">"); })
      .def_readonly("id", &RequirementRow::id)
      .def_readonly("rule", &RequirementRow::rule)
      .def_readonly("statement", &RequirementRow::statement)
      .def_readonly("manual", &RequirementRow::manual)
      .def_readonly("flag", &RequirementRow::flag)
      .def_readonly("signal", &RequirementRow::signal)
      .def_property_readonly("kind", [](const RequirementRow& row) { return std::string(row_kind_name(row.kind)); })
      .def_property_readonly("threshold", [](const RequirementRow& row) { return as_object(row.threshold); })
      .def_property_readonly("tolerance", [](const RequirementRow& row) { return as_object(row.tolerance); })
      .def_property_readonly("delay", [](const RequirementRow& row) { return as_object(row.delay); })
      .def_property_readonly("release_delay", [](const RequirementRow& row) { return as_object(row.release_delay); })
      .def_property_readonly("range", [](const RequirementRow& row) { return as_object(row.range); })
      .def_property_readonly(
          "allowed_threshold",
          [](const RequirementRow& row) {
            const Interval interval = allowed_threshold(row);
            return std::pair(interval.lo, interval.hi);
          },
          "Where the threshold of a conforming pack may lie: (lowest, highest), in the base unit.");
  py::class_<Requirements>(module, "Requirements", "The requirements of one product as data.")
      .def("__repr__",
           [](const Requirements& all) {
             return shown("<Requirements of " + all.product + ", " + std::to_string(all.rows.size()) + " rows>");
           })
      .def_readonly("product", &Requirements::product)
      .def_readonly("title", &Requirements::title)
      .def_readonly("cells", &Requirements::cells)
      .def_readonly("rows", &Requirements::rows)
      .def(
          "find",
          [](const py::object& self, const std::string& id) -> py::typing::Optional<RequirementRow> {
            const RequirementRow* row = self.cast<const Requirements&>().find(id);
            return row == nullptr ? py::object(py::none())
                                  : py::cast(row, py::return_value_policy::reference_internal, self);
          },
          py::arg("id"), "The row with this id, or None.");
  module.def("load_requirements", &load, py::arg("path") = py::str("builtin:cases/gtx5000.yaml"),
             py::arg("profile") = py::none(),
             "Reads requirements, and with a profile puts its measured values in place of defaults. Raises InputError\n"
             "with every mistake and its place.");
}

}  // namespace rig::python
