#pragma once
#include <string>

namespace rig {

// The name of a check that comes from outside of a case, by the rule for names in cases. Throws RigError.
void require_check_name(const std::string& name);

}  // namespace rig
