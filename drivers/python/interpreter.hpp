#pragma once
#include <string>
#include <utility>
#include <vector>

namespace rig {

// Which Python runs what people write for the rig: functions of cases, own instruments. The environment's
// GTXRIG_PYTHON, else `python3`; it needs the package gtxrig. The package itself names its own interpreter, and by
// `search` itself.
struct PythonChoice {
  std::string interpreter;
  std::string search;  // put before PYTHONPATH; empty: nothing
};
PythonChoice& python_choice();

// The command line of a module of the package, and what its environment gets besides ours.
std::vector<std::string> python_command(const std::string& module);
std::vector<std::pair<std::string, std::string>> python_environment();

}  // namespace rig
