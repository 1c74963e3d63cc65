#include "reports/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "rig/core/quantity.hpp"

namespace rig {
namespace {
// Bytes of the UTF-8 character at `at`, 0 when there is none.
std::size_t utf8_length(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  const bool overlong = (lead == 0xE0 && byte(at + 1) < 0xA0) || (lead == 0xF0 && byte(at + 1) < 0x90);
  const bool surrogate = lead == 0xED && byte(at + 1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(at + 1) >= 0x90;
  const bool noncharacter = lead == 0xEF && byte(at + 1) == 0xBF && byte(at + 2) >= 0xBE;
  return overlong || surrogate || beyond || noncharacter ? 0 : length;
}
}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const char c = text[i];
    if (length == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
      out += "\xEF\xBF\xBD";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out.append(text, i, length);
    }
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::string readable(const std::string& text) {
  std::string out = escaped(text);
  for (std::size_t at = out.find("+-"); at != std::string::npos; at = out.find("+-", at + 1)) {
    if (at + 2 < out.size() && out[at + 2] >= '0' && out[at + 2] <= '9') {
      out.replace(at, 2, "\u00b1");
    }
  }
  return out;
}

EverydayUnit everyday(const std::string& base_unit) {
  constexpr double seconds_of_hour = 3600;
  if (base_unit == "C" || base_unit == "J") {
    return {1 / seconds_of_hour, base_unit == "C" ? "Ah" : "Wh"};
  }
  return {1, base_unit};
}

std::string measured_text(double value, double uncertainty, const std::string& unit) {
  if (!std::isfinite(value)) {
    return "not known";
  }
  if (!(uncertainty > 0) || !std::isfinite(uncertainty)) {
    return number_text(value, 6) + " " + unit;
  }
  const int places = places_of(uncertainty);
  return fmt::format("{:.{}f} {} \u00b1{:.{}f} {}", value, places, unit, uncertainty, places, unit);
}

std::string interval_text(double lower, double upper, const std::string& unit) {
  const int places = places_of(upper - lower);
  const double scale = std::pow(10.0, places);
  constexpr double slack = 1e-6;  // of the last place: 55.98 is not to become 55.97
  return fmt::format("{:.{}f} {} to {:.{}f} {}", std::floor(lower * scale + slack) / scale, places, unit,
                     std::ceil(upper * scale - slack) / scale, places, unit);
}

std::string utc_text(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_seconds time{seconds{unix_ns / 1'000'000'000}};
  const sys_days day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string span_text(Duration duration) {
  const double seconds = to_seconds(duration);
  if (duration == Duration::zero()) {
    return "0 s";
  }
  if (std::abs(seconds) < 1) {
    return number_text(seconds * 1000, 3) + " ms";
  }
  if (std::abs(seconds) < 100) {
    return number_text(seconds, 4) + " s";
  }
  if (std::abs(seconds) < 3600) {
    const auto minutes = static_cast<std::int64_t>(seconds / 60);
    return fmt::format("{} min {:.1f} s", minutes, seconds - static_cast<double>(minutes) * 60);
  }
  const auto minutes = std::llround(seconds / 60);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string moment_text(TimePoint time) {
  const std::string seconds = number_text(to_seconds(time), 8) + " s";
  return to_seconds(time) < 100 ? seconds : seconds + " (" + span_text(time) + ")";
}

std::string number_text(double value, int digits) {
  std::string text = fmt::format("{:.{}g}", value, digits);
  return text == "-0" ? "0" : text;
}

}  // namespace rig
