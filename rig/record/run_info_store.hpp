#pragma once
#include "rig/record/run_info.hpp"
#include "rig/record/sqlite.hpp"

namespace rig {

// RunInfo in the tables of run.sqlite. Both throw RigError.
void create_run_info_tables(Database& database);
void save_run_info(Database& database, const RunInfo& info);  // replaces what is there
RunInfo load_run_info(Database& database);

void save_meta(Database& database, const std::string& key, const std::string& value);
std::string load_meta(Database& database, const std::string& key);  // empty when missing

}  // namespace rig
