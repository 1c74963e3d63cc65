#pragma once
#include "rig/requirement/requirement.hpp"

namespace rig {

// What a row's kind needs and what its numbers may be. Mistakes go to diagnostics at the row's place.
void check_row(const RequirementRow& row, const Ratings& ratings, Diagnostics& diagnostics);
// What belongs to no row: ratings, path resistance, latencies.
void check_common(const Requirements& requirements, Diagnostics& diagnostics);

}  // namespace rig
