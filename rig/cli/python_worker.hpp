#pragma once
#include <vector>

#include "rig/core/diagnostic.hpp"
#include "rig/engine/outside_worker.hpp"

namespace rig::cli {

// A process of Python (drivers/python/interpreter.hpp) for the functions of one program. Throws RigError when one of
// them cannot be called.
std::unique_ptr<OutsideWorker> start_python(const Program& program);

// Finds what is wrong with the functions of these programs without calling any: no Python, no such file, module or
// function, parameters that it does not take.
void check_functions(const std::vector<const Program*>& programs, Diagnostics& diagnostics);

}  // namespace rig::cli
