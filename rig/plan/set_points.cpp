#include "rig/plan/set_points.hpp"

#include <algorithm>

#include "rig/signal/expression_bounds.hpp"

namespace rig {
namespace {

using Bounds = std::function<Interval(SignalId)>;

Interval held(Interval value, const CommandSpec& spec) {
  const Interval inside = intersect(value, spec.range);
  return inside.empty() ? spec.range : inside;
}

void make_safe(std::vector<SetPoint>& points, const CommandTable& commands) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (commands.specs()[i].energises) {
      points[i] = {};
    }
  }
}

}  // namespace

CommandRow set_points_at_start(const StartClause& start, const CommandTable& commands) {
  CommandRow row(commands);
  const auto set = commands.find("chamber.temperature_set");
  if (set && start.temperature) {
    const Interval range = commands.spec(*set).range;
    row.set(*set, std::clamp(start.temperature->value(), range.lo, range.hi));
  }
  return row;
}

std::vector<StepPoints> walk_set_points(const Program& program, const StartClause& start, const CommandTable& commands,
                                        const Bounds& bounds) {
  std::vector<SetPoint> now;
  const CommandRow before = set_points_at_start(start, commands);
  for (const double value : before.values()) {
    now.push_back({Interval::point(value), {}});
  }
  std::vector<StepPoints> result;
  for (std::size_t s = 0; s < program.steps.size(); ++s) {
    const StepCode& step = program.steps[s];
    if (s == program.finally_begin) {
      make_safe(now, commands);
    }
    for (const SettingCode& setting : step.settings) {
      const Interval value = setting.constant
                                 ? Interval::point(*setting.constant)
                                 : held(expression_bounds(setting.value, bounds), commands.spec(setting.command));
      now[setting.command.index] = {value, setting.mark};
    }
    StepPoints points{now, now};
    for (const RampCode& ramp : step.ramps) {
      const Interval from = now[ramp.command.index].value;
      const Interval to = ramp.constant ? Interval::point(*ramp.constant)
                                        : held(expression_bounds(ramp.to, bounds), commands.spec(ramp.command));
      points.during[ramp.command.index] = {hull(from, to), ramp.mark};
      // Beside an `until` the ramp ends wherever that comes true.
      points.end[ramp.command.index] = {step.until ? hull(from, to) : to, ramp.mark};
    }
    now = points.end;
    result.push_back(std::move(points));
  }
  return result;
}

PowerCommands::PowerCommands(const CommandTable& commands) {
  const auto find = [&](const char* name) { return commands.find(name).value_or(CommandId{}); };
  supply_voltage = find("supply.voltage_set");
  supply_current = find("supply.current_set");
  supply_power = find("supply.power_set");
  supply_output = find("supply.output");
  load_mode = find("load.mode");
  load_current = find("load.current_set");
  load_power = find("load.power_set");
  load_voltage = find("load.voltage_set");
  load_input = find("load.input");
  chamber_temperature = find("chamber.temperature_set");
  chamber_run = find("chamber.run");
  button = find("io.button");
}

}  // namespace rig
