#pragma once
#include <string>
#include <vector>

#include "rig/judge/divergence.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

// The rows of the requirements as the judge looks them up: which protections block a direction, in the order of the
// bits of model.<direction>.causes, and to which row a divergence belongs.
class RuleTable {
 public:
  explicit RuleTable(const Requirements& requirements);
  [[nodiscard]] const std::vector<std::size_t>& protections(std::size_t direction) const {
    return directions_[direction].protections;
  }
  [[nodiscard]] std::size_t permission(std::size_t direction) const noexcept {
    return directions_[direction].permission;
  }
  // The permission of the direction speaks of a block of the other one by these of its protections.
  [[nodiscard]] std::uint32_t permission_causes(std::size_t direction) const noexcept {
    return directions_[direction].permission_causes;
  }
  [[nodiscard]] std::size_t silence() const noexcept { return silence_; }
  // The first protection of the direction among `preferred`, else among `causes`, else in `mask`.
  [[nodiscard]] std::size_t protection(std::size_t direction, std::uint32_t mask, std::uint32_t preferred,
                                       std::uint32_t causes) const noexcept;
  // The protection of the direction in `mask` whose input was nearest to its threshold, counted in tolerances; no_row
  // when of none the input was known.
  [[nodiscard]] std::size_t nearest(std::size_t direction, std::uint32_t mask, const Circumstances& at) const noexcept;
  // The bits of the protections for which `wanted` holds.
  template <class Wanted>
  [[nodiscard]] std::uint32_t mask(std::size_t direction, Wanted&& wanted) const {
    std::uint32_t bits = 0;
    const auto& rows = directions_[direction].protections;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      bits |= wanted(requirements_.rows[rows[i]]) ? 1u << i : 0u;
    }
    return bits;
  }
  // "pack_ov or cell_ov"
  [[nodiscard]] std::string names(std::size_t direction, std::uint32_t causes) const;
  [[nodiscard]] const RequirementRow& row(std::size_t index) const { return requirements_.rows[index]; }
  [[nodiscard]] const Requirements& requirements() const noexcept { return requirements_; }

 private:
  struct Rows {
    std::vector<std::size_t> protections;
    std::size_t permission = no_row;
    std::uint32_t permission_causes = 0;
  };
  Requirements requirements_;
  std::array<Rows, 2> directions_;
  std::size_t silence_ = no_row;
};

}  // namespace rig
