#pragma once
#include "rig/core/fields.hpp"

// How the firmware's parameters are declared: help, where the number comes from, and what is impossible.
namespace rig::sim {

inline constexpr const char* by_default = "engineering default";
inline constexpr const char* drawn_origin = "class of front ends (SIL16), drawn from the seed";

inline FieldOptions option(const char* help, const char* origin, double minimum, double maximum) {
  return {.help = help, .origin = origin, .minimum = minimum, .maximum = maximum};
}
inline FieldOptions option(const char* help, const char* origin = by_default) {
  return {.help = help, .origin = origin};
}

}  // namespace rig::sim
