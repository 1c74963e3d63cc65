#pragma once
#include <optional>

#include "rig/case/case.hpp"

namespace rig {

// A parameter's value: a quantity, or on/off as a truth value. Mistakes go to `diagnostics`.
std::optional<QuantityValue> read_value(const MarkedText& text, Diagnostics& diagnostics);

// False, with a message at `value`, when it is no value or of another dimension than `original`.
bool check_same_kind(const MarkedText& original, const MarkedText& value, Diagnostics& diagnostics);

}  // namespace rig
