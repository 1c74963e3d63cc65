#pragma once
#include <string>
#include <string_view>

// Days of the calendar, as people write them into files: "2027-03-31". Their texts sort as the days do.
namespace rig {

// Is it a day that there is, with four, two and two digits?
bool is_date(std::string_view text);
// The day it is now, UTC.
std::string today();

}  // namespace rig
