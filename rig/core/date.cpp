#include "rig/core/date.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace rig {

bool is_date(std::string_view text) {
  if (text.size() != 10) {
    return false;
  }
  int parts[3] = {};
  for (std::size_t i = 0, part = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
      if (text[i] != '-') {
        return false;
      }
    } else if (text[i] < '0' || text[i] > '9') {
      return false;
    } else {
      parts[part] = 10 * parts[part] + (text[i] - '0');
    }
  }
  return std::chrono::year_month_day{std::chrono::year{parts[0]}, std::chrono::month{static_cast<unsigned>(parts[1])},
                                     std::chrono::day{static_cast<unsigned>(parts[2])}}
      .ok();
}

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

}  // namespace rig
