#pragma once
#include <map>
#include <string>
#include <vector>

#include "rig/case/case.hpp"
#include "rig/engine/setup.hpp"

namespace rig::cli {

// Which cases a bench can run at all: few labs have a chamber, and the rest of a folder is worth its time without one.
class CaseNeeds {
 public:
  // What the bench lacks of the case's `needs`, in a sentence; empty when it lacks nothing. A need that looks like a
  // slip of a name is no lack: the case's own check tells it as the mistake that it is.
  std::string lack(const Case& test, const Setup& setup);

 private:
  const std::vector<std::string>& instances_of(const Setup& setup);
  std::map<const Setup*, std::vector<std::string>> instances_;
};

}  // namespace rig::cli
