#include "rig/instrument/registry.hpp"

namespace rig {

DriverRegistry& DriverRegistry::instance() {
  static DriverRegistry registry;
  return registry;
}

void DriverRegistry::add(DriverEntry entry) {
  const std::string name = entry.name;
  if (!entries_.try_emplace(name, std::move(entry)).second) {
    problems_.push_back("two drivers are named '" + name + "'");
  }
}

const DriverEntry* DriverRegistry::find(const std::string& name) const {
  const auto it = entries_.find(name);
  return it == entries_.end() ? nullptr : &it->second;
}

std::vector<std::string> DriverRegistry::names() const {
  std::vector<std::string> result;
  for (const auto& [name, entry] : entries_) {
    result.push_back(name);
  }
  return result;
}

}  // namespace rig
