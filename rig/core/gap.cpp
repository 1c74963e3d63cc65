#include "rig/core/gap.hpp"

#include <fmt/format.h>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {

std::string moment_text(TimePoint time) {
  constexpr int digits = 9;
  return format_rounded(to_seconds(time), dimension::time, digits, "s");
}

}  // namespace

std::string gap_text(const Gap& gap) {
  return fmt::format("{} missed: nothing was seen between {} and {}",
                     gap.missed == 1 ? std::string("1 tick was") : fmt::format("{} ticks were", gap.missed),
                     moment_text(gap.from), moment_text(gap.to));
}

}  // namespace rig
