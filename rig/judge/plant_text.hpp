#pragma once
#include <string>

namespace rig {

// What a divergence of the plant comparison means, for a person who knows packs and not the observer.
struct PlantText {
  std::string expected, seen;
};
// `signal` is what the row judges; values in base units; V and A at the terminals as they were then.
PlantText plant_text(const std::string& signal, double seen, double lo, double hi, double voltage, double current);

}  // namespace rig
