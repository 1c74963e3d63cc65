#pragma once
#include <map>
#include <string>
#include <vector>

#include "rig/bench/bench.hpp"
#include "rig/case/case.hpp"
#include "rig/dut/dialect.hpp"
#include "rig/plan/row_testability.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// A bench as a test of a requirement sees it.
struct BenchSight {
  const SignalTable& signals;
  const CommandTable& commands;
  std::span<const BenchLimit> limits;
  Dialect dialect = Dialect::unknown;  // unknown: found out from the frames
  Duration tick{};
  std::map<std::string, double> reading_period{};  // s, by instrument
  bool cells_can_be_set = false;                   // a virtual pack can begin with a leading cell
};
BenchSight sight_of(Bench& bench, Duration tick);

std::vector<RowTestability> testability_of(const Requirements& requirements, const BenchSight& bench);

// A case that claims to verify what this bench cannot test claims too much.
void warn_of_claims(const Case& test, const std::vector<RowTestability>& rows, Diagnostics& diagnostics);

}  // namespace rig
