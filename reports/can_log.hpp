#pragma once
#include <span>
#include <string>

#include "rig/record/reader.hpp"

namespace rig {

// The frames as `candump -l` writes them, one a line: "(0000000012.345678) can0 351#3002F401EE020000". Seconds are rig
// time since the run began; bus n is can<n>; 29-bit ids have eight digits. can-utils, python-can and others read it.
std::string can_log(std::span<const RecordedFrame> frames);
// All frames of a record, block by block: a month on a bus of some frames a second is a gigabyte of text.
void write_can_log(RunReader& reader, const std::string& path);

}  // namespace rig
