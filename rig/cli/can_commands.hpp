#pragma once
#include "rig/cli/cli.hpp"

namespace rig::cli {

// The commands behind `gtxrig can`, one file each.
int can_decode_command(const Arguments& arguments, Console& console);

}  // namespace rig::cli
