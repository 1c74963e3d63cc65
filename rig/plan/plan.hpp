#pragma once
#include "rig/bench/bench.hpp"
#include "rig/plan/forecast.hpp"

namespace rig {

// Everything that is needed to look at a case before power. The bench is sealed; nothing on it is switched on.
struct PlanInput {
  const Case& test;
  const Program& program;
  Bench& bench;
  const Requirements& requirements;
  Duration tick;
};

// What the case will do, and what is wrong with that: a commanded point outside what bench or pack stands, a step that
// can never end, a timeout that physics does not keep. Mistakes and warnings go to `diagnostics`, each at its place.
Forecast plan_case(const PlanInput& input, Diagnostics& diagnostics);

}  // namespace rig
