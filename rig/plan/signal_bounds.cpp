#include <algorithm>
#include <cmath>

#include "rig/plan/cell_curve.hpp"
#include "rig/plan/reach.hpp"

namespace rig {
namespace {

constexpr double least_capacity = 90.0 * 3600;  // A*s, what a pack of this class has at least
constexpr double soc_report = 0.05;             // a reported SOC may be off by that much (GTX-SEN-03)
constexpr double measured_volts = 0.3;          // V, meters and supplies together
constexpr double reported_volts = 0.7;          // V, what the pack reports more
constexpr double measured_amps = 0.5;           // A
constexpr double reported_amps = 3.0;           // A
constexpr double measured_kelvin = 3.0;         // K, chamber, sensors and NTCs
constexpr double chamber_margin = 1.5;          // an empty chamber is faster than its rating
constexpr double room_drift = 5.0;              // K, air that nothing holds
constexpr double full_cell = 3.45;              // V, from here on a pack may call itself full
constexpr double empty_cell = 2.95;             // V, and from here on empty
constexpr double ocv_slack = 0.04;              // V per cell: hysteresis, spread, temperature
constexpr double highest_cell = 3.65;           // V, at which no protection leaves a cell in rest
constexpr double highest_resistance = 3e-3;     // Ohm per cell, above 0 degC with all time constants

Interval with(Interval value, double by) { return widened(value, by); }

}  // namespace

SignalBounds::SignalBounds(const Program& program, const StartClause& start, const SignalTable& signals,
                           const CommandTable& commands, const Requirements& requirements, const ChamberRates& chamber)
    : signals_(signals),
      commands_(commands),
      requirements_(requirements),
      power_(commands),
      obedient_(program.pcs.has_value()),
      chamber_(chamber) {
  if (start.soc) {
    const double lead = start.leading_cell ? std::abs(start.leading_cell->by.value()) : 0.02;
    true_soc_ = intersect(Interval::around(start.soc->value(), std::max(0.02, lead)), {0, 1});
  }
  const bool near_full = true_soc_.hi > 0.985;
  highest_source_ = requirements.cells * (near_full ? highest_cell : planned_ocv(true_soc_.hi) + ocv_slack);
  now_.temperature = start.temperature ? Interval::point(start.temperature->value()) : Interval{};
  now_.air = start.temperature ? Interval::around(start.temperature->value(), room_drift) : Interval{};
  now_.soc = intersect(with(true_soc_, soc_report), {0, 1});
  now_.voltage = {0, highest_source_};
  now_.current = {0, 0};
  const CommandRow row = set_points_at_start(start, commands);
  for (const double value : row.values()) {
    now_.commands.push_back(Interval::point(value));
  }
}

void SignalBounds::enter(const StepCode& step, const StepPoints& points) {
  before_ = now_;
  const PowerPoints power(power_, points.during);
  const SetPoint output = power.supply_output();
  const SetPoint input = power.load_input();
  now_.longest = to_seconds(step.longest);
  // An obedient PCS holds back what was asked: anything down to nothing.
  const auto held_back = [&](Interval asked) {
    return obedient_ ? Interval{std::min(asked.lo, 0.0), asked.hi} : asked;
  };
  now_.charge_demand = held_back(output.value);
  now_.discharge_demand = held_back(input.value);
  const double charge = output.maybe_on() ? power.supply_current().value.hi : 0.0;
  double discharge = 0.0;
  if (input.maybe_on()) {
    discharge =
        power.load_is_constant_current() ? power.load_current().value.hi : commands_.spec(power_.load_current).range.hi;
  }
  now_.current = {-discharge, charge};
  if (output.maybe_on() && charge > 0) {
    highest_source_ = std::max(highest_source_, power.supply_voltage().value.hi);
  }
  // Behind an open FET the terminals fall to nothing.
  now_.voltage = {0, std::max(highest_source_, output.maybe_on() ? power.supply_voltage().value.hi : 0.0)};
  now_.commands.clear();
  for (std::size_t i = 0; i < points.during.size(); ++i) {
    const std::string& instrument = commands_.specs()[i].instrument;
    const bool of_pcs = instrument == "supply" || instrument == "load";
    now_.commands.push_back(of_pcs ? held_back(points.during[i].value) : points.during[i].value);
  }
  move_charge(now_);
  move_heat(now_, power);
}

void SignalBounds::move_charge(Frame& frame) {
  const Interval before = true_soc_;
  const Interval flow = widened(frame.current, frame.current == Interval{0, 0} ? 0.0 : measured_amps);
  true_soc_ = intersect({before.lo + std::min(flow.lo, 0.0) * frame.longest / least_capacity,
                         before.hi + std::max(flow.hi, 0.0) * frame.longest / least_capacity},
                        {0, 1});
  frame.soc = with(hull(before, true_soc_), soc_report);
  // A pack that has been full or empty says so at once.
  const double rise = highest_resistance * std::max(flow.hi, 0.0);
  const double fall = highest_resistance * std::max(-flow.lo, 0.0) * 3;  // an empty and cold cell has more
  const bool may_be_full = true_soc_.hi > 0.97 || planned_ocv(true_soc_.hi) + ocv_slack + rise > full_cell;
  const bool may_be_empty = true_soc_.lo < 0.06 || planned_ocv(true_soc_.lo) - ocv_slack - fall < empty_cell;
  frame.soc = hull(frame.soc, before_.soc);
  frame.soc.hi = may_be_full ? 1.0 : frame.soc.hi;
  frame.soc.lo = may_be_empty ? 0.0 : frame.soc.lo;
  frame.soc = intersect(frame.soc, {0, 1});
}

void SignalBounds::move_heat(Frame& frame, const PowerPoints& points) {
  const Interval before = frame.air;
  if (points.chamber_run().maybe_on()) {
    frame.air = hull(frame.air, points.chamber_temperature().value);
  }
  if (chamber_.rated) {
    frame.air.lo = std::max(frame.air.lo, before.lo - chamber_margin * chamber_.cooling * frame.longest);
    frame.air.hi = std::min(frame.air.hi, before.hi + chamber_margin * chamber_.heating * frame.longest);
  }
  // The pack follows its air with 1.9 h, in a storm of air not faster than a quarter of it.
  const double taken = 1 - exact_exp(-4 * frame.longest / planned_tau);
  const Interval cells = frame.temperature;
  frame.temperature.lo += std::min(0.0, frame.air.lo - cells.lo) * taken;
  frame.temperature.hi += std::max(0.0, frame.air.hi - cells.hi) * taken;
  const double amps = std::max(-frame.current.lo, frame.current.hi);
  const double heating = amps * amps * requirements_.cells * highest_resistance / planned_conductance;
  frame.temperature.hi += heating * taken;
}

Interval SignalBounds::of(SignalId id, const Frame& frame) const {
  const std::string& name = signals_.spec(id).name;
  const auto is = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
  };
  if (const auto command = commands_.find(name)) {
    return frame.commands[command->index];
  }
  if (is({"pack.voltage", "meter.voltage", "supply.voltage", "load.voltage"})) {
    return with(frame.voltage, measured_volts);
  }
  if (is({"dut.voltage", "pack.battery_voltage"})) {
    return {-infinity, frame.voltage.hi + reported_volts};
  }
  if (is({"pack.current", "dut.current"})) {
    return with(frame.current, name == "pack.current" ? measured_amps : reported_amps);
  }
  if (is({"supply.current", "load.current"})) {
    const double most = name == "supply.current" ? frame.current.hi : -frame.current.lo;
    return {-measured_amps, most + measured_amps};
  }
  if (is({"pack.charge_demand", "pack.charge_refused"})) {
    return {name == "pack.charge_demand" ? frame.charge_demand.lo : 0.0, frame.charge_demand.hi};
  }
  if (is({"pack.discharge_demand", "pack.discharge_refused"})) {
    return {name == "pack.discharge_demand" ? frame.discharge_demand.lo : 0.0, frame.discharge_demand.hi};
  }
  if (name == "dut.soc") {
    return frame.soc;
  }
  if (name == "chamber.temperature") {
    return with(frame.air, measured_kelvin);
  }
  if (is({"pack.skin_temperature", "dut.temperature", "thermometer.temperature"})) {
    return with(frame.temperature, measured_kelvin);
  }
  if (name == "script.time") {
    return {0, frame.longest + 1};
  }
  return {};
}

}  // namespace rig
