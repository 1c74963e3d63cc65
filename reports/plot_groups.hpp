#pragma once
#include <string>
#include <vector>

#include "rig/record/reader.hpp"

namespace rig {

// The signals that share one plot.
struct PlotGroup {
  std::string title;
  std::vector<std::string> signals;
  std::string unit;       // as shown
  double factor = 1;      // from the base unit to the one shown
  double least_span = 0;  // of the value axis; 0: the axis holds the whole envelope, which is the point of the picture
  int height = 0;         // px; 0: as tall as the view's plots are
  bool only_when_moving = false;  // steady values are told in a sentence instead
};

// Voltage and current as everybody expects them, then each value with an envelope of its own, cells and temperature
// last: one plot for each, since envelopes on top of each other cannot be read. The first two stand above the truth
// values.
std::vector<PlotGroup> plot_groups(const RunReader& reader);

}  // namespace rig
