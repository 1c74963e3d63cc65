#include "rig/case/instances.hpp"

#include <set>

namespace rig {

std::vector<std::string> instances(const SignalTable& signals, const CommandTable& commands) {
  std::set<std::string> found;
  for (const SignalSpec& spec : signals.specs()) {
    found.insert(spec.name.substr(0, spec.name.find('.')));
  }
  for (const CommandSpec& spec : commands.specs()) {
    found.insert(spec.name.substr(0, spec.name.find('.')));
  }
  return {found.begin(), found.end()};
}

}  // namespace rig
