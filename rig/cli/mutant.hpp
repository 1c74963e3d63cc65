#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/cli/defect_sizes.hpp"
#include "rig/cli/firmware_values.hpp"
#include "rig/cli/mutant_plan.hpp"

namespace rig::cli {

// A pack with one mistake in its firmware.
struct Mutant {
  std::string name;                    // "pack_ov.threshold high", "defect frozen_limits"
  std::string group;                   // "pack_ov", "can", "defect"
  std::string parameter;               // "pack_ov.threshold"; empty: a named defect
  std::string change;                  // "high", "low", "false", "leaky"
  std::string value;                   // "56.28 V"
  std::string what;                    // what is wrong with it, for people
  std::vector<std::string> rows;       // requirements that it violates, as far as known
  std::vector<std::string> overrides;  // of the bench
  double size = 0.0;                   // in units of tolerance + uncertainty; 0: it has no size
  // A mutant with a size can be made smaller and larger: value = nominal + factor * step.
  struct Scale {
    double nominal = 0.0, step = 0.0;
    Dimension dimension{};
    DefectSize basis;
  };
  std::optional<Scale> scale;
};

// How far beyond tolerance + uncertainty a mutant with a size lies.
inline constexpr double mutant_factor = 1.25;

// The same mutant with another size; nothing when its value cannot go so far (a delay below zero).
std::optional<Mutant> resized(const Mutant& mutant, double factor);

// All mutants of a firmware: each number too low and too high, each switch the other way, each word another one, and
// each defect by name. A new value of the firmware is mutated without a word here.
std::vector<Mutant> make_mutants(const std::vector<FirmwareValue>& values, const MutantPlan& plan,
                                 const DefectSizes& sizes);

}  // namespace rig::cli
