#pragma once
#include <set>
#include <string>
#include <vector>

#include "reports/svg_plot.hpp"
#include "rig/record/run_info.hpp"

namespace rig {

// What stands in every plot of a run: findings and trips as marks, the case's steps as shades.

// Marks in order of time. A trip's value is named in plots of its own signal; where a matter began is marked when it
// lies visibly before the finding.
std::vector<Plot::Mark> marks_of(const RunInfo& info, const std::set<std::string>& signals, Window window);
std::vector<Plot::Shade> shades_of(const RunInfo& info);
// The steps of a window as a list with their times.
std::string steps_html(const RunInfo& info, Window window);

}  // namespace rig
