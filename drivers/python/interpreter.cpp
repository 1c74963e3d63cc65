#include "drivers/python/interpreter.hpp"

#include <cstdlib>

namespace rig {

PythonChoice& python_choice() {
  static PythonChoice choice = [] {
    const char* named = std::getenv("GTXRIG_PYTHON");
    return PythonChoice{named == nullptr || *named == '\0' ? "python3" : named, {}};
  }();
  return choice;
}

std::vector<std::string> python_command(const std::string& module) {
  return {python_choice().interpreter, "-m", "gtxrig." + module};
}

std::vector<std::pair<std::string, std::string>> python_environment() {
  const std::string& search = python_choice().search;
  if (search.empty()) {
    return {};
  }
  const char* before = std::getenv("PYTHONPATH");
  return {{"PYTHONPATH", search + (before == nullptr || *before == '\0' ? "" : std::string(":") + before)}};
}

}  // namespace rig
