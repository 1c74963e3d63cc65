#pragma once
#include <string>
#include <vector>

#include "rig/core/fields.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig::cli {

// What the requirements do not say by themselves about a number of the firmware: which row judges it, and how large a
// change has to be before it is a defect.
struct MutantSize {
  MarkedText parameter;  // with `*`
  std::vector<std::string> rows;
  std::string field;  // threshold, delay or release of the first row: its tolerance is the size
  std::optional<std::string> size, low, high;  // in the parameter's own unit; instead of the row's
  std::string why;
};

// A mutant that no case can find, or need not find, and the reason.
struct ExplainedSurvivor {
  MarkedText mutant;  // its name, with `*`
  std::string reason;
  // A case is missing: it stays a survivor, and only the subsets leave it out until somebody has written the case.
  bool gap = false;
};

// cases/mutants.yaml
struct MutantPlan {
  std::string name;
  std::vector<std::string> base;  // overrides of every mutant and of the pack without a defect
  std::vector<MutantSize> sizes;
  std::vector<ExplainedSurvivor> explained;
  std::string text;  // as read

  [[nodiscard]] const ExplainedSurvivor* explanation_of(const std::string& mutant) const;
  [[nodiscard]] const MutantSize* size_of(const std::string& parameter) const;
  // Every pattern has to fit something: names of parameters or mutants that are gone are mistakes.
  void check_used(const std::vector<std::string>& parameters, const std::vector<std::string>& mutants,
                  const Requirements& requirements, Diagnostics& diagnostics) const;
};

MutantPlan read_mutant_plan(const std::string& path, Diagnostics& diagnostics);

}  // namespace rig::cli

namespace rig {
template <>
struct Fields<cli::MutantSize> {
  static void declare(Mapping<cli::MutantSize>& m) {
    using S = cli::MutantSize;
    m.required("parameter", &S::parameter, "names of the firmware's values, `*` stands for any text");
    m.optional("rows", &S::rows, "requirement rows that judge it");
    m.optional("field", &S::field, "threshold, delay or release of the first of these rows");
    m.optional("size", &S::size, "tolerance and uncertainty in the value's own unit, both ways");
    m.optional("low", &S::low, "the same, downwards");
    m.optional("high", &S::high, "the same, upwards");
    m.optional("why", &S::why, "where the size comes from");
  }
};
template <>
struct Fields<cli::ExplainedSurvivor> {
  static void declare(Mapping<cli::ExplainedSurvivor>& m) {
    m.required("mutant", &cli::ExplainedSurvivor::mutant, "names of mutants, `*` stands for any text");
    m.required("reason", &cli::ExplainedSurvivor::reason, "why no case finds it");
    m.optional("gap", &cli::ExplainedSurvivor::gap, "a case is missing: it stays a survivor");
  }
};
template <>
struct Fields<cli::MutantPlan> {
  static void declare(Mapping<cli::MutantPlan>& m) {
    using P = cli::MutantPlan;
    m.required("mutants", &P::name, "its name");
    m.optional("base", &P::base, "overrides of the bench for every mutant, as after --set");
    m.optional("sizes", &P::sizes, "how large a change of a value is a defect");
    m.optional("explained", &P::explained, "mutants that no case has to find, and why");
  }
};
}  // namespace rig
