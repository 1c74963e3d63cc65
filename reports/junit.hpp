#pragma once
#include <string>
#include <vector>

#include "reports/left_out.hpp"
#include "rig/record/run_info.hpp"

namespace rig {

// JUnit XML of one or many runs: a test suite per theme (RunInfo::suite), a test case per run or row. A `fail` is a
// failure; `invalid`, `error` and `aborted` are errors; what was left out is skipped. Keeps to what both usual schemas
// allow (Jenkins' junit-10.xsd and the one of Apache Ant).
std::string junit_xml(const std::vector<RunInfo>& runs, const std::vector<LeftOut>& left_out = {});
void write_junit(const std::vector<RunInfo>& runs, const std::string& path, const std::vector<LeftOut>& left_out = {});

}  // namespace rig
