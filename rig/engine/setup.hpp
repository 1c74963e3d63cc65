#pragma once
#include <memory>
#include <string>
#include <vector>

#include "rig/bench/bench_config.hpp"
#include "rig/record/run_info.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// What all runs of a session share, read once: the bench and what the pack on it is judged by.
struct Setup {
  BenchConfig bench;
  Requirements requirements;           // with the profile applied
  std::vector<DocumentRow> documents;  // bench, requirements, profile and overrides, for the record
};

// Reads bench, requirements and profile. Mistakes of all of them go to `diagnostics`; files that cannot be read at all
// throw RigError. `profile`: this text instead of the file that the bench names, from those who make it.
Setup read_setup(const std::string& bench_path, const std::vector<std::string>& overrides, Diagnostics& diagnostics,
                 const std::shared_ptr<const SourceText>& profile = nullptr);

}  // namespace rig
