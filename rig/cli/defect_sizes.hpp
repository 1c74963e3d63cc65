#pragma once
#include <optional>
#include <string>
#include <vector>

#include "rig/cli/firmware_values.hpp"
#include "rig/cli/mutant_plan.hpp"
#include "rig/plan/testability.hpp"

namespace rig::cli {

// How far a number of the firmware may lie from its nominal value before a pack violates a requirement and this bench
// can know it: tolerance of the row and uncertainty of the bench.
struct DefectSize {
  double low = 0.0, high = 0.0;   // distances downwards and upwards, base units
  double tolerance = 0.0;         // the row's part of them
  std::vector<std::string> rows;  // that judge it
  std::string field;              // "threshold", "delay", "release"; empty: a number of its own
  std::string basis;              // "tolerance 0.2 V + U 0.024 V"
  std::string unseen;             // why this bench cannot decide the row's field; empty when it can
};

// The sizes of one bench and one set of requirements.
class DefectSizes {
 public:
  DefectSizes(const Requirements& requirements, const BenchSight& sight, const MutantPlan& plan)
      : requirements_(requirements), sight_(sight), rows_(testability_of(requirements, sight)), plan_(plan) {}

  // Nothing when no requirement gives a size.
  [[nodiscard]] std::optional<DefectSize> of(const FirmwareValue& value) const;
  // The rows that a value belongs to, with or without a size.
  [[nodiscard]] std::vector<std::string> rows_of(const FirmwareValue& value) const;

 private:
  [[nodiscard]] const RequirementRow* rule_of(const std::string& name) const;
  [[nodiscard]] std::optional<DefectSize> of_row(const RequirementRow& row, std::string_view field,
                                                 const FirmwareValue& value) const;
  [[nodiscard]] std::optional<DefectSize> of_point(const RequirementRow& row, const FirmwareValue& value) const;
  [[nodiscard]] DefectSize threshold(const RequirementRow& row) const;
  [[nodiscard]] std::optional<DefectSize> delay(const RequirementRow& row, const OriginInterval& allowed,
                                                double nominal) const;
  [[nodiscard]] std::optional<DefectSize> release(const RequirementRow& row, bool by_time) const;
  [[nodiscard]] double uncertainty(const RequirementRow& row) const;
  [[nodiscard]] double sampling() const;
  [[nodiscard]] std::string unseen(const std::string& row, std::string_view field) const;

  const Requirements& requirements_;
  BenchSight sight_;  // its own: the caller's may be a temporary
  std::vector<RowTestability> rows_;
  const MutantPlan& plan_;
};

}  // namespace rig::cli
