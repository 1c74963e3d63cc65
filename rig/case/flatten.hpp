#pragma once
#include <map>
#include <string>
#include <vector>

#include "rig/case/case.hpp"

namespace rig {

using ParameterMap = std::map<std::string, QuantityValue>;

// One step of the flat program: a step of the file in one turn of its loops.
struct Leaf {
  const Step* step = nullptr;
  std::string name;    // "approach", "step 3", "sweep (voltage = 54 V): settle"
  std::string suffix;  // of measures inside loops: ".2" in the second turn
  ParameterMap parameters;
};

// The case's parameters with those of the row in their place. Mistakes were reported by the reader.
ParameterMap parameters_of(const Case& test, const Row* row);

// Unrolls loops and includes; more than 5000 steps are refused.
std::vector<Leaf> flatten(const StepList& list, const ParameterMap& parameters, Diagnostics& diagnostics);

}  // namespace rig
