#pragma once
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "rig/cli/mutant_hunt.hpp"

namespace rig::cli {

// What a campaign of mutants came to.
struct MutantReport {
  std::vector<MutantResult> results;   // in the order of the mutants
  std::vector<DetectionCurve> curves;  // the same
  std::size_t asked = 0;               // mutants of the campaign; results may be fewer when the user stopped it
  double seconds = 0.0;

  [[nodiscard]] std::size_t count(MutantOutcome outcome) const;
  // Mutants that were tried: found, survivors and explained ones. One that cannot be built is none.
  [[nodiscard]] std::size_t total() const { return results.size() - count(MutantOutcome::impossible); }
};

void print_mutants(const MutantReport& report, std::ostream& out);
nlohmann::ordered_json mutants_json(const MutantReport& report);
// mutants.json, mutants.csv and curves.csv. Throws RigError.
void write_mutants(const MutantReport& report, const std::string& folder);

}  // namespace rig::cli
