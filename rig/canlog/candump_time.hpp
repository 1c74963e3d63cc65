#pragma once
#include "rig/canlog/line_cursor.hpp"
#include "rig/canlog/logged_frame.hpp"

namespace rig {

// The time in brackets that a line of candump may begin with, in seconds or as a date, and the blanks behind it. Throws
// LineFault.
void take_candump_time(LineCursor& cursor, LoggedFrame& frame);

}  // namespace rig
