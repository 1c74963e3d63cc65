#pragma once
#include <string>
#include <vector>

#include "rig/dut/dialect_signs.hpp"

namespace rig {

// Why a log is taken for a dialect, or for none, in sentences.
struct DialectEvidence {
  Dialect dialect = Dialect::unknown;
  int sofar_amass = 0;  // points
  int pylon_v12 = 0;
  std::string resembles;             // what else it looks like, may be empty
  std::vector<std::string> reasons;  // the signs, each with its points
  std::vector<std::string> notes;    // what is odd, and why the dialect is unknown when it is
};
DialectEvidence dialect_evidence(const DialectSigns& signs);

}  // namespace rig
