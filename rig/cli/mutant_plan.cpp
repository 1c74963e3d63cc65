#include "rig/cli/mutant_plan.hpp"

#include <algorithm>

#include "rig/cli/firmware_values.hpp"
#include "rig/core/files.hpp"

namespace rig::cli {

const MutantSize* MutantPlan::size_of(const std::string& parameter) const {
  const auto found = std::find_if(sizes.begin(), sizes.end(),
                                  [&](const MutantSize& size) { return matches(size.parameter.text, parameter); });
  return found == sizes.end() ? nullptr : &*found;
}

const ExplainedSurvivor* MutantPlan::explanation_of(const std::string& mutant) const {
  const auto found = std::find_if(explained.begin(), explained.end(),
                                  [&](const ExplainedSurvivor& one) { return matches(one.mutant.text, mutant); });
  return found == explained.end() ? nullptr : &*found;
}

void MutantPlan::check_used(const std::vector<std::string>& parameters, const std::vector<std::string>& mutants,
                            const Requirements& requirements, Diagnostics& diagnostics) const {
  const auto fits = [](const MarkedText& pattern, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& one) { return matches(pattern.text, one); });
  };
  for (const MutantSize& size : sizes) {
    if (!fits(size.parameter, parameters)) {
      diagnostics.error(size.parameter.mark, "the firmware has no value '" + size.parameter.text + "'",
                        "`gtxrig list firmware` has them all");
    }
    for (const std::string& row : size.rows) {
      if (requirements.find(row) == nullptr) {
        diagnostics.error(size.parameter.mark, "there is no requirement '" + row + "'", "`gtxrig list requirements`");
      }
    }
  }
  for (const ExplainedSurvivor& one : explained) {
    if (!fits(one.mutant, mutants)) {
      diagnostics.error(one.mutant.mark, "there is no mutant '" + one.mutant.text + "'",
                        "`gtxrig mutants --list` has them all");
    }
  }
}

MutantPlan read_mutant_plan(const std::string& path, Diagnostics& diagnostics) {
  MutantPlan plan;
  const auto source = read_text(path);
  plan.text = source->text;
  const std::size_t errors_before = diagnostics.error_count();
  const Node root = parse_yaml(source, diagnostics);
  if (diagnostics.error_count() == errors_before) {
    read(root, plan, diagnostics);
  }
  return plan;
}

}  // namespace rig::cli
