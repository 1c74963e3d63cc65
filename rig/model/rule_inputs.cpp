#include "rig/model/rule_inputs.hpp"

namespace rig {
namespace {

// How far one cell may stand from the mean on the plateau, where a release is looked for, V.
constexpr double plateau_spread = 0.05;

std::uint8_t bits_of(RuleInput input) {
  if (is_current_input(input)) {
    return fresh::current;
  }
  if (is_temperature_input(input)) {
    return fresh::temperature;
  }
  return dimension_of(input) == dimension::voltage ? fresh::battery : fresh::soc;
}

}  // namespace

RuleInputBounds::RuleInputBounds(const RequirementRow& row, int cells)
    : input_(row.input),
      cells_(cells),
      reachable_(row.reachable ? row.reachable->interval() : Interval{}),
      looks_at_(bits_of(row.input)) {}

Interval RuleInputBounds::cell(Interval battery) const noexcept {
  const Interval mean{battery.lo / cells_, battery.hi / cells_};
  const bool highest = input_ == RuleInput::highest_cell;
  if (equalised_) {
    return highest ? Interval{mean.lo, mean.hi + CellKnowledge::equal_spread}
                   : Interval{mean.lo - CellKnowledge::equal_spread, mean.hi};
  }
  const bool steep = battery.hi >= reachable_.lo && battery.lo <= reachable_.hi;
  if (highest) {
    return {mean.lo, steep ? infinity : mean.hi + plateau_spread};
  }
  return {steep ? -infinity : mean.lo - plateau_spread, mean.hi};
}

Interval RuleInputBounds::value(const RuleInputs& in) const noexcept {
  switch (input_) {
    case RuleInput::highest_cell:
    case RuleInput::lowest_cell:
      return cell(in.battery);
    case RuleInput::charge_current:
      return in.current;
    case RuleInput::discharge_current:
      return {-in.current.hi, -in.current.lo};
    case RuleInput::highest_temperature:
      return in.hottest;
    case RuleInput::lowest_temperature:
      return in.coldest;
    case RuleInput::cell_temperature:
      return {in.coldest.lo, in.hottest.hi};
    case RuleInput::reported_soc:
      return in.soc;
    case RuleInput::time_since_full:
      return in.since_full;
    case RuleInput::battery_voltage:
      break;
  }
  return in.battery;
}

}  // namespace rig
