#pragma once
#include <map>
#include <string>
#include <vector>

#include "rig/bench/bench.hpp"
#include "rig/case/case.hpp"
#include "rig/dut/dialect.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// Whether a number of a requirement can be decided on a bench; the worse stands behind the better.
enum class Testability : std::uint8_t {
  testable,
  characterise,  // an engineering default: what is found is reported, nothing fails
  swallowed,     // what the rig and the tolerance leave open is more than 30 % of the range of interest
  unreachable,   // beyond the ratings of supply, load, chamber, fixture or the bench's limits, or masked
  unobservable,  // no signal on this bench or in this dialect
  elsewhere      // informative: only what a case itself expects and measures decides it
};
std::string_view testability_name(Testability state);

struct FieldTestability {
  std::string field;  // threshold, delay, release, signal
  Testability state = Testability::testable;
  std::string why;
  std::string mend;  // instrument or profile number that would mend it
};

struct RowTestability {
  std::string id;
  std::vector<FieldTestability> fields;
  // The worst of its fields, but what only its delay or release cannot do leaves the row testable.
  Testability state = Testability::testable;
  std::string why, mend;
};

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
