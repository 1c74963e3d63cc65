#pragma once
#include <string>
#include <vector>

#include "reports/svg_plot.hpp"

namespace rig::svg_detail {

inline constexpr double width = 1000;
inline constexpr double left = 58;
inline constexpr double right = 14;

// Seconds to x.
struct TimeScale {
  Window window;
  [[nodiscard]] double x(double t) const noexcept {
    return left + (t - window.from) / window.length() * (width - left - right);
  }
  // Clipped to the plot.
  [[nodiscard]] double clipped(double t) const noexcept;
};

// Round numbers between `from` and `to`, about `count` of them.
std::vector<double> ticks_between(double from, double to, int count);

// Shortest coordinates: one decimal, none where it is zero.
std::string coordinate(double value);

std::string time_axis(const TimeScale& scale, double top, double bottom);
std::string shades(const std::vector<Plot::Shade>& shades, const TimeScale& scale, double top, double bottom);
// Labels stand in rows above the plot, so that marks close together stay readable.
std::string marks(const std::vector<Plot::Mark>& marks, const TimeScale& scale, double top, double bottom);
double room_for_marks(const std::vector<Plot::Mark>& marks, const TimeScale& scale);

}  // namespace rig::svg_detail
