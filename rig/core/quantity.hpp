#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rig/core/time.hpp"
#include "rig/core/units.hpp"

namespace rig {

// A value in base units with its dimension, as read from text.
struct QuantityValue {
  double value = 0.0;
  Dimension dimension{};
};

struct UnitValue {
  double factor = 1.0;  // base units per unit
  Dimension dimension{};
};

// Why a text is no quantity; `offset` counts bytes from its begin.
struct QuantityError {
  std::string message;
  std::size_t offset = 0;
};

// The only parser of "12.5 V", "97 %", "25 degC", "10 mV/s", "-3 A", "1.5 h". A finite decimal number, blanks, a unit
// expression of atoms joined with '*' and '/'. A bare number is a ratio (dimension none).
std::variant<QuantityValue, QuantityError> parse_quantity(std::string_view text);

// "V", "mV/s", "%", "Ah" ...; nothing when unknown.
std::optional<UnitValue> parse_unit(std::string_view text);

// The only printer: shortest decimal that reads back to the same double in `unit` (default: the base unit),
// "12.5 V". A ratio prints as "0.97" unless unit is "%".
std::string format_quantity(double value, Dimension dimension, std::string_view unit = {});
// For people: as above with at most `digits` significant digits; times as "1.5 h", "250 ms", charge in Ah, energy in
// Wh.
std::string format_rounded(double value, Dimension dimension, int digits = 5, std::string_view unit = {});

// A value with its expanded uncertainty: two significant digits of U and the value to the same place,
// "56.230 V +-0.012 V". In base units, charge in Ah and energy in Wh; a temperature's U is in K. Without an uncertainty
// as format_rounded().
std::string format_measured(double value, double uncertainty, Dimension dimension);
// Decimal places with which two significant digits of `uncertainty` are shown, 0 to 9.
int places_of(double uncertainty);

// Names of the units of one dimension, for messages: "V, mV, kV".
std::string units_of(Dimension dimension);

}  // namespace rig
