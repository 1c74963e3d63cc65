#include "rig/model/rule_inputs.hpp"

#include <algorithm>

namespace rig {
namespace {

// How far one cell may stand from the mean on the plateau, where a release is looked for, V.
constexpr double plateau_spread = 0.05;
// The same at the foot of the curve, where a cell that lags by 4 % of SOC is further behind than on the plateau.
constexpr double foot = 3.25, foot_spread = 0.12;
// The same of full cells under a load and of empty ones under a charge.
constexpr double loaded_spread = 0.2;
// What a pack tells of a cell may be off by so much and the pack be sound (its sensors, GTX-SEN-05 over the cells), V.
constexpr double told_error = 0.01;

std::uint8_t bits_of(RuleInput input) {
  if (is_current_input(input)) {
    return fresh::current;
  }
  if (is_cell_input(input)) {
    return fresh::battery | fresh::current | fresh::cells;
  }
  if (is_temperature_input(input)) {
    return fresh::temperature;
  }
  return dimension_of(input) == dimension::voltage ? fresh::battery : fresh::soc;
}

}  // namespace

RuleInputBounds::RuleInputBounds(const RequirementRow& row, int cells)
    : input_(row.input),
      cell_(row.input, cells, row.reachable ? row.reachable->interval() : Interval{}),
      looks_at_(bits_of(row.input)) {}

Interval CellBounds::value(Interval battery, Interval unloaded, Interval told, bool apart) const noexcept {
  const Interval mean{battery.lo / cells_, battery.hi / cells_};
  if (told.width() < infinity) {
    // No cell is the highest that lies below the mean. How far from it one may stand is no question any more. The pack
    // decides by its own numbers, so the mean bounds them no nearer than its sensors are.
    const Interval side =
        highest_ ? Interval{mean.lo - told_error, infinity} : Interval{-infinity, mean.hi + told_error};
    const Interval both = intersect(told, side);
    if (!both.empty()) {
      return both;
    }
  }
  const auto reaches = [this](Interval b) { return b.hi >= reachable_.lo && b.lo <= reachable_.hi; };
  const double flat = !highest_ && mean.lo < foot ? foot_spread : plateau_spread;
  const double spread = equalised_ && !apart ? CellKnowledge::equal_spread
                        : reaches(battery)   ? infinity
                        : reaches(unloaded)  ? loaded_spread
                                             : flat;
  return highest_ ? Interval{mean.lo, mean.hi + spread} : Interval{mean.lo - spread, mean.hi};
}

Interval RuleInputBounds::value(const RuleInputs& in) const noexcept {
  switch (input_) {
    case RuleInput::highest_cell:
      return cell_.value(in.battery, unloaded(in.battery, in.current, in.drop), in.highest_cell, in.apart);
    case RuleInput::lowest_cell:
      return cell_.value(in.battery, unloaded(in.battery, in.current, in.drop), in.lowest_cell, in.apart);
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

Interval RuleInputs::since(std::uint8_t inputs) const noexcept {
  const double latest = now - step;
  double earliest = latest;
  if ((inputs & fresh::battery) != 0) {
    earliest = std::min(earliest, battery_since);
  }
  if ((inputs & fresh::current) != 0) {
    earliest = std::min(earliest, current_since);
  }
  return {earliest, latest};
}

}  // namespace rig
