#pragma once
#include <string>

namespace rig {

// A case of a searched folder that did not run, and why: the bench lacks what it needs. Not a verdict, and never a
// pass.
struct LeftOut {
  std::string suite;
  std::string case_name;
  std::string reason;  // "the bench has no 'chamber'"
};

}  // namespace rig
