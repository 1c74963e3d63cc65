#pragma once
// What a rule is asked with: a pack at rest, half full, at room temperature.
#include "rig/model/rule_inputs.hpp"

namespace rig {

inline RuleInputs quiet(double now) {
  RuleInputs in;
  in.now = now;
  in.step = 0.01;
  in.battery = Interval::around(52.0, 0.01);
  in.current = Interval::around(0.0, 0.05);
  in.hottest = {25.0, 26.5};
  in.coldest = {23.5, 25.0};
  in.soc = Interval::around(0.5, 0.005);
  in.since_full = {0.0, infinity};
  return in;
}

inline RuleInputs with_current(double now, double amps) {
  RuleInputs in = quiet(now);
  in.current = Interval::around(amps, 0.05);
  return in;
}

}  // namespace rig
