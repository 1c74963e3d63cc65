#include <algorithm>

#include "rig/requirement/requirement.hpp"

namespace rig {
namespace {

// What one pack may take of the current of all: its share when they share equally, and everything when it stands apart.
void widen_to_any_share(RequirementRow& row, double packs) {
  if (!row.threshold || !row.tolerance) {
    return;
  }
  const double least = row.threshold->value() - row.tolerance->value();
  const double most = packs * (row.threshold->value() + row.tolerance->value());
  row.threshold->quantity.value = (least + most) / 2;
  row.tolerance->quantity.value = (most - least) / 2;
  if (row.characterise) {
    row.characterise->ends.back().value *= packs;
  }
  for (ReleaseWay& way : row.release) {
    if (way.policy == ReleasePolicy::current) {
      way.value.origin = NumberOrigin::engineering_default;
    }
  }
}

bool is_current(RuleInput input) { return input == RuleInput::charge_current || input == RuleInput::discharge_current; }

void scale(std::optional<OriginInterval>& range, double packs) {
  if (range) {
    for (QuantityValue& end : range->ends) {
      end.value *= packs;
    }
  }
}

void only_characterise(RequirementRow& row) {
  if (row.range) {
    row.range->origin = NumberOrigin::engineering_default;
  }
  if (row.table) {
    row.table->origin = NumberOrigin::engineering_default;
  }
}

void to_aggregate(RequirementRow& row, double packs) {
  row.any_pack = packs > 1;
  switch (row.kind) {
    case RowKind::protection:
    case RowKind::alarm:
    case RowKind::request:
      if (is_current(row.input)) {
        widen_to_any_share(row, packs);
      }
      break;
    case RowKind::sent_range:
      if (row.range && !row.range->ends.empty() && row.range->ends.front().dimension == dimension::current) {
        scale(row.range, packs);
      }
      break;
    case RowKind::sensing:
      // Of a mean, or of a sum in which a pack is missing that is about to be found lost, the rig has nothing to
      // compare with; all packs have the same voltage.
      if (row.signal != "dut.voltage") {
        only_characterise(row);
      }
      break;
    case RowKind::lights:
      // A pack shows its own current and charge, and CAN tells those of all.
      row.kind = RowKind::informative;
      break;
    case RowKind::derating:
    case RowKind::plant:
      only_characterise(row);
      break;
    default:
      break;
  }
}

}  // namespace

Requirements of_packs(Requirements requirements, int packs) {
  requirements.each = std::make_shared<const Requirements>(requirements);
  requirements.packs = std::max(packs, 1);
  const double n = requirements.packs;
  Ratings& ratings = requirements.ratings;
  ratings.charge_current = Amps{n * ratings.charge_current.value()};
  ratings.discharge_current = Amps{n * ratings.discharge_current.value()};
  ratings.discharge_power = Watts{n * ratings.discharge_power.value()};
  if (!requirements.path_resistance.ends.empty()) {
    requirements.path_resistance.ends.front().value /= n;
  }
  scale(requirements.capacity, n);
  for (RequirementRow& row : requirements.rows) {
    to_aggregate(row, n);
  }
  return requirements;
}

}  // namespace rig
