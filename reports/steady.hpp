#pragma once
#include <limits>
#include <string>

#include "reports/svg_plot.hpp"

namespace rig {

// The lowest and highest value of a trace; `whole` when there is no gap in it. Without any value: low > high.
struct Span {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  bool whole = true;

  explicit Span(const Trace& trace);
  [[nodiscard]] bool steady(double within) const { return low <= high && (low == high || high - low <= within); }
};

// "45.6 V to 48 V", "up to 50 A", "48 V".
std::string range_text(double low, double high, const std::string& unit);

// "dut.soc 98 %, allowed 93 % to 100 %" when neither values nor envelopes move by more than half of `least_span` (1 %
// of an envelope's edge) and nothing lies outside; empty when a plot is needed.
std::string steady_text(const Plot& plot, double least_span);

}  // namespace rig
