#include "rig/engine/check_name.hpp"

#include <algorithm>

#include "rig/core/error.hpp"

namespace rig {
namespace {

constexpr std::size_t longest = 100;  // it becomes the name of a column

bool is_plain(const std::string& name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

void require_check_name(const std::string& name) {
  if (name.size() > longest) {
    throw RigError("the name of a check has " + std::to_string(name.size()) + " characters, it may have " +
                   std::to_string(longest));
  }
  if (!is_plain(name)) {
    throw RigError("'" + name + "' is no name for a check: lower case letters, digits and '_'");
  }
}

}  // namespace rig
