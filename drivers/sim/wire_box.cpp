#include "drivers/sim/wire_box.hpp"

#include "rig/core/fields.hpp"

namespace rig::sim {

std::string WireBoxConfig::text(const char* key, const std::string& otherwise) const {
  const Node* node = parameters.find(key);
  return node != nullptr && node->is_scalar() && !node->scalar.empty() ? node->scalar : otherwise;
}

double WireBoxConfig::quantity(const char* key, Dimension dimension, double otherwise) const {
  const Node* node = parameters.find(key);
  if (node == nullptr) {
    return otherwise;
  }
  double value = otherwise;
  Diagnostics diagnostics;
  detail::read_quantity(*node, dimension, value, diagnostics);
  diagnostics.throw_if_errors();
  return value;
}

std::map<std::string, WireSimEntry>& wire_sims() {
  static std::map<std::string, WireSimEntry> entries;
  return entries;
}

}  // namespace rig::sim
