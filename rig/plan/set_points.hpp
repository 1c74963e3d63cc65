#pragma once
#include <functional>
#include <vector>

#include "rig/case/program.hpp"
#include "rig/core/diagnostic.hpp"

namespace rig {

// Where one set-point stands, as far as it is known before the run, and which word of the case put it there.
struct SetPoint {
  Interval value{0, 0};
  SourceMark mark{};  // no source: as the instrument was left when nobody had set it
  [[nodiscard]] bool surely_on() const noexcept { return value.lo > 0; }
  [[nodiscard]] bool maybe_on() const noexcept { return value.hi > 0; }
};

// The set-points of one step. `during` holds everything that is commanded while it runs, a ramp with all its way.
struct StepPoints {
  std::vector<SetPoint> during;
  std::vector<SetPoint> end;
};

// Walks the steps and says for each what is commanded. Before `finally` the bench has been made safe, so the outputs
// are off there. An expression over signals is held inside what the instrument takes: outside it is refused.
std::vector<StepPoints> walk_set_points(const Program& program, const StartClause& start, const CommandTable& commands,
                                        const std::function<Interval(SignalId)>& bounds);
// All set-points before the first step: safe, and the chamber at the start's temperature.
CommandRow set_points_at_start(const StartClause& start, const CommandTable& commands);

// The set-points of the roles that the plan understands; an id is not valid where the bench has no such set-point.
struct PowerCommands {
  explicit PowerCommands(const CommandTable& commands);
  CommandId supply_voltage, supply_current, supply_power, supply_output;
  CommandId load_mode, load_current, load_power, load_voltage, load_input;
  CommandId chamber_temperature, chamber_run, button;
};

// What the supply and the load of one step may do; without the instrument nothing.
class PowerPoints {
 public:
  PowerPoints(const PowerCommands& commands, const std::vector<SetPoint>& points)
      : commands_(commands), points_(points) {}
  [[nodiscard]] SetPoint at(CommandId id) const { return id.valid() ? points_[id.index] : SetPoint{}; }
  [[nodiscard]] SetPoint supply_output() const { return at(commands_.supply_output); }
  [[nodiscard]] SetPoint supply_voltage() const { return at(commands_.supply_voltage); }
  [[nodiscard]] SetPoint supply_current() const { return at(commands_.supply_current); }
  [[nodiscard]] SetPoint load_input() const { return at(commands_.load_input); }
  [[nodiscard]] SetPoint load_current() const { return at(commands_.load_current); }
  [[nodiscard]] SetPoint chamber_temperature() const { return at(commands_.chamber_temperature); }
  [[nodiscard]] SetPoint chamber_run() const { return at(commands_.chamber_run); }
  [[nodiscard]] bool load_is_constant_current() const { return at(commands_.load_mode).value == Interval{0, 0}; }

 private:
  const PowerCommands& commands_;
  const std::vector<SetPoint>& points_;
};

}  // namespace rig
