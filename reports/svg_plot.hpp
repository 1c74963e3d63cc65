#pragma once
#include <string>
#include <vector>

#include "reports/trace.hpp"
#include "reports/truth_lanes.hpp"

namespace rig {

// What one plot shows; svg() draws it. Colours and dashes come from the page's style sheet through classes: c0 ... c5
// for traces, so that the same signal looks the same in all plots of a case.
struct Plot {
  struct Line {
    std::string name;
    int colour = 0;
    Trace trace;
  };
  struct Band {  // what a conforming pack may show
    std::string name;
    int colour = 0;
    Trace lower, upper;       // infinite values reach the edge of the plot
    bool edges_only = false;  // far wider than what was seen: does not stretch the value axis, and is not filled
  };
  struct Level {  // a limit
    std::string label;
    std::string kind;  // "requirement", "bench", "case"
    double value = 0;
    bool is_upper = true;  // what lies beyond is forbidden
  };
  struct Mark {  // a moment
    double t = 0;
    std::string label;
    bool is_failure = false;
  };
  struct Shade {  // a step of the case
    Window window;
    std::string name;
    std::size_t number = 0;
  };
  std::string title;        // for screen readers
  std::string description;  // the same in words
  std::string unit;
  Window window;
  int height = 220;
  double least_span = 0;     // of the value axis, so that noise is not blown up to the full height
  bool whole_bands = false;  // the value axis holds all of the bands, however far they reach
  std::vector<Line> lines;
  std::vector<Band> bands;
  std::vector<Level> levels;
  std::vector<Mark> marks;
  std::vector<Shade> shades;
};

// Whether a band is so much wider than what a plot shows that it says nothing there. Call it when all lines are in.
bool far_wider(const Plot& plot, const Plot::Band& band);

// The plot as an inline <svg>. `id` is unique on the page. Levels far from all values are left out and returned in
// `left_out` as text.
std::string svg(const Plot& plot, const std::string& id, std::vector<std::string>& left_out);

// Truth values of the pack below what the reference allows: one lane pair per name.
struct StripPlot {
  std::string title;
  Window window;
  std::vector<Strip> strips;
  std::vector<Plot::Mark> marks;
  std::vector<Plot::Shade> shades;
};
std::string svg(const StripPlot& plot, const std::string& id);

// A measure as a bar: its limits, its value and its uncertainty. Limits may be missing (NaN).
std::string measure_bar(double value, double uncertainty, double lower, double upper, bool passed,
                        const std::string& description);

}  // namespace rig
