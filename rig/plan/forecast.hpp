#pragma once
#include <memory>

#include "rig/plan/cell_curve.hpp"
#include "rig/plan/set_points.hpp"
#include "rig/requirement/requirement.hpp"

namespace rig {

struct StepForecast {
  std::string name;
  Duration expected{};  // up to this when not `known`
  Duration longest{};
  bool known = true;               // false: nothing says when its `until` comes true
  bool comes = true;               // false: with a healthy pack its `until` does not come true in time
  std::optional<Duration> needed;  // of those: after this it would, when it ever does
  std::string seen;                // and where its signals then stand
};

// What a case takes, moves and heats, with a healthy pack of this product as a planner thinks of it.
struct Forecast {
  Duration expected{}, longest{};
  bool known = true;                                 // else `expected` is "up to"
  double energy_in = 0, energy_out = 0;              // J at the terminals
  double charge_in = 0, charge_out = 0;              // A*s
  double highest_voltage = 0;                        // V
  double highest_charge = 0, highest_discharge = 0;  // A
  double highest_power = 0;                          // W, of either direction
  int chamber_moves = 0;
  Duration chamber_time{};  // ramps, and soaking until the pack is within 2 K
  Duration supply_on{}, load_on{};
  std::vector<StepForecast> steps;  // those of `finally` are left out
};

struct ForecastInput {
  const Program& program;
  const StartClause& start;
  const SignalTable& signals;  // sealed
  const CommandTable& commands;
  const Requirements& requirements;
  Duration tick;
  ChamberRates chamber;
};

// Plays the steps on the planning model. Deterministic, without noise and without a bench.
Forecast forecast(const ForecastInput& input);

// What a healthy pack does not do in time is most likely a slip of the case; never more than a warning.
void warn_of_timeouts(const Program& program, const Forecast& forecast, Diagnostics& diagnostics);

}  // namespace rig
