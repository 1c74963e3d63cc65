#pragma once
#include <limits>

namespace rig::sim {

// Each part of the firmware says at which moment time alone moves it: `due()` in seconds that the task has counted,
// `next()` in seconds of the world. Until the earliest of them the firmware is idle (decision 0028).
inline constexpr double never_due = std::numeric_limits<double>::infinity();

}  // namespace rig::sim
