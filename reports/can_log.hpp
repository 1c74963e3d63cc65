#pragma once
#include <span>
#include <string>

#include "rig/record/run_info.hpp"

namespace rig {

// The frames as `candump -l` writes them, one a line: "(0000000012.345678) can0 351#3002F401EE020000". Seconds are rig
// time since the run began; bus n is can<n>; 29-bit ids have eight digits. can-utils, python-can and others read it.
std::string can_log(std::span<const RecordedFrame> frames);
void write_can_log(std::span<const RecordedFrame> frames, const std::string& path);

}  // namespace rig
