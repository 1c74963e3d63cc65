#pragma once
#include <string>

#include "rig/bench/bench.hpp"

// A bench of which only the CAN adapter is used.
namespace rig::cli {

// Takes every other box out of the file; what belongs to the virtual world stays.
void keep_only_can(BenchConfig& bench);

// Opens the adapter `can`. Throws RigError when it is not there.
void connect_can(Bench& bench, const std::string& can);

}  // namespace rig::cli
