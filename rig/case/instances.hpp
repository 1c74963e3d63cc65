#pragma once
#include <string>
#include <vector>

#include "rig/signal/command_row.hpp"
#include "rig/signal/signal_table.hpp"

namespace rig {

// What a case can need: the first parts of all names of signals and set-points, sorted ("supply" of supply.voltage).
std::vector<std::string> instances(const SignalTable& signals, const CommandTable& commands);

}  // namespace rig
