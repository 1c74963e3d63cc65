#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace rig
