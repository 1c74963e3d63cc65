#pragma once
#include <optional>

#include "rig/case/case.hpp"

namespace rig {

// A parameter's value: a quantity, or on/off as a truth value. Mistakes go to `diagnostics`.
std::optional<QuantityValue> read_value(const MarkedText& text, Diagnostics& diagnostics);

// False, with a message at `value`, when it is no value or of another dimension than `original`.
bool check_same_kind(const MarkedText& original, const MarkedText& value, Diagnostics& diagnostics);

// The kind of a value that a function gives back: a unit such as mOhm, "1" for a plain number, "truth" for on or off.
std::optional<Dimension> dimension_of_return(const MarkedText& unit, Diagnostics& diagnostics);

}  // namespace rig
