#include "rig/plan/envelope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "rig/core/quantity.hpp"
#include "rig/plan/cell_curve.hpp"
#include "rig/signal/expression_bounds.hpp"

namespace rig {
namespace {

std::string text_of(double value, Dimension dimension) { return format_rounded(value, dimension); }

class Envelope {
 public:
  Envelope(const EnvelopeInput& input, Diagnostics& diagnostics)
      : in_(input), commands_(input.commands), diagnostics_(diagnostics) {}

  void check() {
    check_case_limits();
    for (std::size_t s = 0; s < in_.program.finally_begin; ++s) {
      step_ = &in_.program.steps[s];
      const PowerPoints points(commands_, in_.points[s].during);
      supply(points);
      load(points);
      chamber(points);
    }
  }

 private:
  using Values = std::vector<std::pair<const char*, double>>;

  // What a limit says when these signals stand at these values and all others anywhere.
  [[nodiscard]] bool trips(const Expression& never, const Values& values) const {
    return surely_true(expression_bounds(never, [&](SignalId id) {
      for (const auto& [name, value] : values) {
        if (in_.signals.spec(id).name == name) {
          return Interval::point(value);
        }
      }
      return Interval{};
    }));
  }

  // A limit of a case that lets more through than the bench's acts after the bench has tripped, or never.
  void check_case_limits() {
    for (const CompiledLimit& limit : in_.program.limits) {
      const SignalSpec& spec = in_.signals.spec(limit.signal);
      for (const double end : {limit.range.lo, limit.range.hi}) {
        for (const BenchLimit& bench : in_.limits) {
          if (std::isfinite(end) && bench.stays == Duration::zero() && trips(bench.never, {{spec.name.c_str(), end}})) {
            diagnostics_.error(limit.mark,
                               "the case's limit " + text_of(end, spec.dimension) + " of " + spec.name +
                                   " is wider than the bench's: '" + bench.name + "' trips at " + bench.never.text(),
                               "a case can narrow the bench's limits, never widen them");
          }
        }
      }
    }
  }

  // `certain`: the point is reached unless something else ends the step.
  void against_limits(const SetPoint& point, const char* name, double value, Dimension dimension, const Values& values,
                      bool certain, const std::string& unless) {
    for (const BenchLimit& limit : in_.limits) {
      if (!trips(limit.never, values)) {
        continue;
      }
      const bool long_enough = step_->longest >= limit.stays;
      const std::string what = std::string(name) + " " + text_of(value, dimension) + " would trip the bench's limit '" +
                               limit.name + "': never " + limit.never.text();
      if (certain && long_enough) {
        diagnostics_.error(point.mark, what, "no case can widen a limit of the bench; stay inside it");
      } else {
        diagnostics_.warning(point.mark, certain ? what : fmt::format("{}, {}", what, unless),
                             "stay inside the limit to be safe");
      }
    }
    for (const CompiledLimit& limit : in_.program.limits) {
      const std::string& signal = in_.signals.spec(limit.signal).name;
      const auto at = std::find_if(values.begin(), values.end(), [&](const auto& v) { return signal == v.first; });
      if (at != values.end() && !limit.range.contains(at->second)) {
        diagnostics_.warning(
            point.mark,
            std::string(name) + " " + text_of(value, dimension) + " is beyond the case's own limit of " + signal,
            "the run is aborted when it gets there");
      }
    }
  }

  void supply(const PowerPoints& points) {
    const SetPoint current = points.supply_current();
    if (!points.supply_output().maybe_on() || !(current.value.hi > 0)) {
      return;
    }
    const bool on = points.supply_output().surely_on();
    const SetPoint voltage = points.supply_voltage();
    const double volts = voltage.value.hi;
    against_limits(
        voltage, "supply.voltage_set", volts, dimension::voltage,
        {{"pack.voltage", volts}, {"meter.voltage", volts}, {"supply.voltage", volts}, {"load.voltage", volts}},
        on && voltage.value.lo == volts, "if the case sets it so");
    beyond_the_pack(voltage, volts);
    if (points.load_input().maybe_on()) {
      return;  // what the load takes does not go through the pack
    }
    // The current is reached when the voltage is far enough above the fullest pack.
    const double amps = current.value.hi;
    const double resistance = in_.requirements.cells * 1.2e-3 + in_.requirements.path_resistance.interval().hi;
    const double full = in_.requirements.ratings.highest_voltage.value();
    const bool reached = on && current.value.lo == amps && voltage.value.lo > full + amps * resistance;
    against_limits(current, "supply.current_set", amps, dimension::current,
                   {{"pack.current", amps}, {"supply.current", amps}}, reached,
                   "if the pack takes that much at " + text_of(volts, dimension::voltage));
    rating(current, "supply.current_set", amps, in_.requirements.ratings.charge_current.value(), Direction::charge);
  }

  void load(const PowerPoints& points) {
    const SetPoint current = points.load_current();
    if (!points.load_input().maybe_on() || !points.load_is_constant_current() || !(current.value.hi > 0)) {
      return;
    }
    const bool certain = points.load_input().surely_on() && current.value.lo == current.value.hi;
    const double amps = current.value.hi;
    load_power(current, amps, certain);
    if (points.supply_output().maybe_on()) {
      return;
    }
    against_limits(current, "load.current_set", amps, dimension::current,
                   {{"pack.current", -amps}, {"load.current", amps}}, certain, "if the case sets it so");
    rating(current, "load.current_set", amps, in_.requirements.ratings.discharge_current.value(), Direction::discharge);
  }

  // The load's current at the pack's voltage against what load and fixture stand.
  void load_power(const SetPoint& current, double amps, bool certain) {
    if (!commands_.load_power.valid()) {
      return;
    }
    const double most = std::min(in_.commands.spec(commands_.load_power).range.hi, in_.fixture.maximum_power.value());
    const double least_power = amps * in_.requirements.ratings.lowest_voltage.value();
    const double highest_power = amps * in_.requirements.ratings.highest_voltage.value();
    const std::string what = "load.current_set " + text_of(amps, dimension::current) + " at " +
                             text_of(in_.requirements.ratings.lowest_voltage.value(), dimension::voltage) + " to " +
                             text_of(in_.requirements.ratings.highest_voltage.value(), dimension::voltage) + " is " +
                             text_of(least_power, dimension::power) + " to " +
                             text_of(highest_power, dimension::power) + ", load and fixture stand " +
                             text_of(most, dimension::power);
    const std::string hint =
        "at most " + text_of(std::floor(most / in_.requirements.ratings.highest_voltage.value()), dimension::current) +
        " fits at any charge";
    if (certain && least_power > most) {
      diagnostics_.error(current.mark, what, hint);
    } else if (highest_power > most) {
      diagnostics_.warning(current.mark, what, hint);
    }
  }

  void chamber(const PowerPoints& points) {
    const SetPoint set = points.chamber_temperature();
    if (!points.chamber_run().maybe_on()) {
      return;
    }
    const bool soaked = to_seconds(step_->longest) > 3 * planned_tau;
    for (const double degrees : std::set<double>{set.value.lo, set.value.hi}) {
      against_limits(set, "chamber.temperature_set", degrees, dimension::temperature,
                     {{"chamber.temperature", degrees}, {"ambient.temperature", degrees}},
                     points.chamber_run().surely_on() && set.value.lo == set.value.hi, "if the case sets it so");
      against_limits(set, "chamber.temperature_set", degrees, dimension::temperature,
                     {{"pack.skin_temperature", degrees}}, soaked && points.chamber_run().surely_on(),
                     "once the pack has taken it on");
    }
  }

  // Beyond every voltage that a row looks at no protection is left that could act.
  void beyond_the_pack(const SetPoint& voltage, double volts) {
    double highest = in_.requirements.ratings.highest_voltage.value();
    for (const RequirementRow& row : in_.requirements.rows) {
      if (row.kind != RowKind::protection || row.side != Side::above || row.latched) {
        continue;
      }
      for (const auto& range : {row.characterise, row.reachable}) {
        const bool of_pack = range && range->ends.size() == 2 && range->ends[1].dimension == dimension::voltage &&
                             range->interval().lo > 10.0;  // V: of the pack, not of a cell
        highest = of_pack ? std::max(highest, range->interval().hi) : highest;
      }
    }
    const bool told = std::any_of(in_.limits.begin(), in_.limits.end(), [&](const BenchLimit& limit) {
      return trips(limit.never, {{"pack.voltage", volts}});
    });
    if (volts > highest && !told) {
      diagnostics_.warning(voltage.mark,
                           "supply.voltage_set " + text_of(volts, dimension::voltage) + " is beyond " +
                               text_of(highest, dimension::voltage) +
                               ", the highest voltage at which a requirement expects a protection",
                           "a pack whose protection fails would be driven there");
    }
  }

  // Beyond the ratings a protection has to be meant: the case should verify one.
  void rating(const SetPoint& point, const char* name, double amps, double most, Direction direction) {
    if (amps > most && step_->longest > std::chrono::minutes(5)) {
      diagnostics_.warning(
          point.mark,
          std::string(name) + " " + text_of(amps, dimension::current) + " is above the pack's rating of " +
              text_of(most, dimension::current) + " for up to " + text_of(to_seconds(step_->longest), dimension::time),
          direction == Direction::charge ? "a pack may refuse to charge" : "a pack may refuse to discharge");
    }
  }

  const EnvelopeInput& in_;
  PowerCommands commands_;
  Diagnostics& diagnostics_;
  const StepCode* step_ = nullptr;
};

}  // namespace

void check_envelope(const EnvelopeInput& input, Diagnostics& diagnostics) { Envelope(input, diagnostics).check(); }

}  // namespace rig
