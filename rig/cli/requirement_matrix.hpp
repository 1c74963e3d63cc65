#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/cli/selection.hpp"

namespace rig::cli {

// What one run says of one requirement.
struct MatrixCell {
  std::string test;        // "theme/case" or "theme/case[row]"
  bool claims = false;     // the case names the requirement under `verifies`
  bool exercised = false;  // a conforming pack had no choice at least once: the verdict says something
  std::string verdict;     // of the row in this run; of the case where only its own checks decide
  std::string evidence;    // independent, cross-checked, self-reported; "the case's own checks"
  std::optional<double> margin;
  std::string unit;
  std::string vacuity;  // why it was not exercised
};

struct MatrixRow {
  std::string id, rule, statement, manual, kind;
  std::vector<MatrixCell> cells;  // of the cases that claim it or exercised it
  std::string untestable;         // why no case on this bench could fail it; empty when one could
  std::string beyond;             // why no rig can check it, or what is taken where the manual contradicts itself

  [[nodiscard]] bool orphan() const noexcept { return cells.empty() && untestable.empty() && beyond.empty(); }
  // It stands in the file with its reason, and no case is owed.
  [[nodiscard]] bool listed_only() const noexcept { return !beyond.empty() && !exercised(); }
  [[nodiscard]] bool exercised() const noexcept;
  // A pack that does it wrong would pass: why() says why.
  [[nodiscard]] bool vacuous() const noexcept { return !orphan() && !exercised() && !listed_only(); }
  // The worst of those that say something; "not tested" when none does.
  [[nodiscard]] std::string verdict() const;
  [[nodiscard]] std::string why() const;
  // The cell with the smallest margin; else one that says something; else the first. Null when there is none.
  [[nodiscard]] const MatrixCell* leading() const noexcept;
};

struct MatrixCase {
  std::string test;
  std::string verdict;
  std::vector<std::string> claimed, exercised;  // requirements
  // Nothing that it does belongs to a requirement.
  [[nodiscard]] bool orphan() const noexcept { return claimed.empty(); }
};

// Requirement -> case and case -> requirement, after the cases have run.
struct RequirementMatrix {
  std::vector<MatrixRow> rows;
  std::vector<MatrixCase> cases;
  [[nodiscard]] std::size_t orphans() const noexcept;  // rows and cases
  [[nodiscard]] std::size_t vacuous() const noexcept;
  [[nodiscard]] std::size_t listed_only() const noexcept;
};

// `results` in the order of the session.
RequirementMatrix matrix_of(const Session& session, const std::vector<RunResult>& results);

std::string matrix_csv(const RequirementMatrix& matrix);
std::string matrix_html(const RequirementMatrix& matrix, const std::string& product, const std::string& bench);

}  // namespace rig::cli
