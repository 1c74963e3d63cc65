#pragma once
#include <cstdint>
#include <string>

#include "rig/core/time.hpp"

namespace rig {

// Text for XML and HTML: & < > " and ' escaped; characters that XML 1.0 cannot hold, and bytes that are no UTF-8,
// become U+FFFD.
std::string escaped(const std::string& text);

// The same for sentences: "+-0.2 V" is shown as "±0.2 V".
std::string readable(const std::string& text);

// A value and its expanded uncertainty with two digits of it: "56.024 V ±0.010 V".
std::string measured_text(double value, double uncertainty, const std::string& unit);
// An interval, rounded outwards to a hundredth of its width: "55.978 V to 56.014 V".
std::string interval_text(double lower, double upper, const std::string& unit);

// "2026-11-24T10:16:28", UTC.
std::string utc_text(std::int64_t unix_ns);

// For people: "850 ms", "12.35 s", "29 min 40.3 s", "2 h 05 min".
std::string span_text(Duration duration);
inline std::string span_text(TimePoint time) { return span_text(time.time_since_epoch()); }

// A moment: seconds as on the axes, and for later ones in words too: "1782.9 s (29 min 42.9 s)".
std::string moment_text(TimePoint time);

// What people speak of instead of base units: C becomes Ah, J becomes Wh; all others stay.
struct EverydayUnit {
  double scale = 1;  // everyday value = scale * value
  std::string unit;
};
EverydayUnit everyday(const std::string& base_unit);

// A number with at most `digits` significant digits, without a row of zeros.
std::string number_text(double value, int digits = 5);

}  // namespace rig
