#pragma once
#include <string>

namespace rig {

// Writes a whole file or nothing: the text goes beside the target first and takes its name only when all of it is on
// the disk. A device or a pipe is written to as it is. Throws RigError that names path and reason.
void write_output(const std::string& path, const std::string& text);

}  // namespace rig
