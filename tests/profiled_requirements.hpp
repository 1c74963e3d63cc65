#pragma once
#include "rig/requirement/requirement.hpp"
#include "tests/source_dir.hpp"

namespace rig {

// The GTX5000's rows with the numbers of the virtual pack's profile: what its packs are judged by.
inline Requirements profiled_requirements() {
  Diagnostics diagnostics;
  Requirements requirements = read_requirements(source_dir() + "/cases/gtx5000.yaml", diagnostics);
  const PackProfile profile = read_profile(source_dir() + "/cases/packs/virtual_gtx5000.yaml", diagnostics);
  requirements = apply_profile(requirements, profile, diagnostics);
  diagnostics.throw_if_errors();
  return requirements;
}

}  // namespace rig
