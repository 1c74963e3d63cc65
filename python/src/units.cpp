// Dimensions and units as the engine knows them; gtxrig/units.py makes quantities of them.
#include <pybind11/stl.h>

#include "python/src/bindings.hpp"
#include "python/src/exponents.hpp"
#include "rig/core/error.hpp"
#include "rig/core/quantity.hpp"

namespace rig::python {
namespace {

// (value in base units, exponents) of "12.5 V".
std::pair<double, Exponents> parse(const std::string& text) {
  const auto parsed = parse_quantity(text);
  if (const auto* error = std::get_if<QuantityError>(&parsed)) {
    throw RigError("'" + text + "' is no quantity: " + error->message);
  }
  const auto& quantity = std::get<QuantityValue>(parsed);
  return {quantity.value, exponents(quantity.dimension)};
}

// (base units per unit, exponents) of "mV/s".
std::pair<double, Exponents> unit(const std::string& text) {
  const auto found = parse_unit(text);
  if (!found) {
    throw RigError("there is no unit '" + text + "'", "",
                   "such as V, mV, A, W, degC, K, s, min, h, Ah, Wh, mOhm, Hz, %, V/s");
  }
  return {found->factor, exponents(found->dimension)};
}

}  // namespace

void bind_units(py::module_& module) {
  module.def("parse_quantity", &parse);
  module.def("parse_unit", &unit);
  module.def("base_unit", [](const Exponents& e) { return std::string(base_unit(dimension_of(e))); });
  module.def("describe_dimension", [](const Exponents& e) { return describe(dimension_of(e)); });
  module.def("units_of", [](const Exponents& e) { return units_of(dimension_of(e)); });
  module.def("format_quantity",
             [](double value, const Exponents& e) { return format_quantity(value, dimension_of(e)); });
  module.def("format_rounded", [](double value, const Exponents& e) { return format_rounded(value, dimension_of(e)); });
  module.def("format_measured", [](double value, double uncertainty, const Exponents& e) {
    return format_measured(value, uncertainty, dimension_of(e));
  });
}

}  // namespace rig::python
