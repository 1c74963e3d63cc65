#include "rig/judge/rule_table.hpp"

#include <algorithm>
#include <cmath>

namespace rig {

RuleTable::RuleTable(const Requirements& requirements) : requirements_(requirements) {
  for (std::size_t r = 0; r < requirements_.rows.size(); ++r) {
    const RequirementRow& row = requirements_.rows[r];
    Rows& rows = directions_[static_cast<std::size_t>(row.direction)];
    if (row.kind == RowKind::protection) {
      for (std::size_t d = 0; d < 2; ++d) {
        if (row.latched || d == static_cast<std::size_t>(row.direction)) {
          directions_[d].protections.push_back(r);
        }
      }
    } else if (row.kind == RowKind::permission) {
      rows.permission = r;
    } else if (row.kind == RowKind::silence) {
      silence_ = r;
    }
  }
  for (std::size_t d = 0; d < 2; ++d) {
    if (directions_[d].permission == no_row) {
      continue;
    }
    // A permission names the rule that blocks the other direction; what shows the same flag is the same event.
    const std::string& named = requirements_.rows[directions_[d].permission].rule;
    std::string flag;
    for (const std::size_t r : directions_[1 - d].protections) {
      const RequirementRow& row = requirements_.rows[r];
      flag = row.rule == named ? row.flag : flag;
    }
    directions_[d].permission_causes = mask(1 - d, [&](const RequirementRow& row) { return row.flag == flag; });
  }
}

std::size_t RuleTable::protection(std::size_t direction, std::uint32_t mask, std::uint32_t preferred,
                                  std::uint32_t causes) const noexcept {
  const auto& rows = directions_[direction].protections;
  for (const std::uint32_t choice : {preferred & mask, causes & mask, mask}) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if ((choice & (1u << i)) != 0) {
        return rows[i];
      }
    }
  }
  return rows.empty() ? 0 : rows.front();
}

std::size_t RuleTable::nearest(std::size_t direction, std::uint32_t mask, const Circumstances& at) const noexcept {
  const auto& rows = directions_[direction].protections;
  std::size_t best = no_row;
  double least = infinity;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RequirementRow& row = requirements_.rows[rows[i]];
    if ((mask & (1u << i)) == 0 || !row.threshold || !row.tolerance || !(row.tolerance->value() > 0.0)) {
      continue;
    }
    const Interval input = at.input(row.input, requirements_.cells);
    const double threshold = row.threshold->value();
    const double likely = input.width() < infinity ? input.middle() : infinity;
    const double short_of = row.side == Side::above ? threshold - likely : likely - threshold;
    // Of an unknown input nothing can be said.
    const double distance = std::isfinite(short_of) ? std::max(0.0, short_of) / row.tolerance->value() : infinity;
    if (distance < least) {
      best = rows[i];
      least = distance;
    }
  }
  return best;
}

std::string RuleTable::names(std::size_t direction, std::uint32_t causes) const {
  std::string text;
  const auto& rows = directions_[direction].protections;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if ((causes & (1u << i)) != 0) {
      text += (text.empty() ? "" : " or ") + requirements_.rows[rows[i]].rule;
    }
  }
  return text;
}

}  // namespace rig
