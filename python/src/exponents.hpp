#pragma once
#include <tuple>

#include "rig/core/units.hpp"

namespace rig::python {

// A dimension as the package writes it: volt, ampere, second, kelvin, whether it is a point on a temperature scale, and
// whether it is a truth value.
using Exponents = std::tuple<int, int, int, int, bool, bool>;

inline Exponents exponents(Dimension d) { return {d.volt, d.ampere, d.second, d.kelvin, d.point, d.boolean}; }

inline Dimension dimension_of(const Exponents& exponents) {
  const auto [volt, ampere, second, kelvin, point, boolean] = exponents;
  const auto exponent = [](int n) { return static_cast<std::int8_t>(n); };
  return {exponent(volt), exponent(ampere), exponent(second), exponent(kelvin), point, boolean};
}

}  // namespace rig::python
