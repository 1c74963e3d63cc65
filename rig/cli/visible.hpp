#pragma once
#include <string>
#include <string_view>

namespace rig::cli {

// A text of somebody else, such as a box's name, as a terminal may get it: what would move the cursor, colour the line
// or hide something is written as \xHH, and so is what is no UTF-8.
std::string visible(std::string_view text);

}  // namespace rig::cli
