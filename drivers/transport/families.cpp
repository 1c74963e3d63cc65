#include "drivers/transport/families.hpp"

namespace rig {

std::map<std::string, BoxFamily>& box_families() {
  static std::map<std::string, BoxFamily> families;
  return families;
}

}  // namespace rig
