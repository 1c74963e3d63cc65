#pragma once
#include "rig/model/history.hpp"
#include "rig/model/rule_inputs.hpp"

namespace rig {

// Where the inputs of the rules have been, so that a trip tells a threshold.
struct InputHistories {
  History battery, current, hottest, coldest;
  History highest_cell, lowest_cell;  // empty where the pack does not tell them
  void restart() noexcept {
    for (History* history : {&battery, &current, &hottest, &coldest, &highest_cell, &lowest_cell}) {
      history->restart();
    }
  }
  // All that they were between two moments (s).
  [[nodiscard]] RuleInputs between(double from, double to) const noexcept {
    RuleInputs then;
    then.battery = battery.between(from, to);
    then.current = current.between(from, to);
    then.hottest = hottest.between(from, to);
    then.coldest = coldest.between(from, to);
    then.highest_cell = highest_cell.between(from, to);
    then.lowest_cell = lowest_cell.between(from, to);
    return then;
  }
};

}  // namespace rig
