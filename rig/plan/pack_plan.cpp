#include "rig/plan/pack_plan.hpp"

#include <algorithm>
#include <cmath>

#include "rig/plan/cell_curve.hpp"

namespace rig {
namespace {

constexpr double highest_cell_voltage = 10.0;  // V: what is above is a voltage of the pack
constexpr double wakes_at = 51.0;              // V at the terminals turn a pack on (manual 4)

double middle_of(const std::optional<OriginInterval>& range) { return range ? range->interval().middle() : 0.0; }

}  // namespace

PackPlan::PackPlan(const StartClause& start, const Requirements& requirements)
    : ratings_(requirements.ratings),
      cells_(requirements.cells),
      path_(requirements.path_resistance.interval().middle()),
      awake_(start.state == StartWord::standby) {
  soc = reported_soc = start.soc ? start.soc->value() : 0.5;
  temperature = air = start.temperature ? start.temperature->value() : 25.0;
  double spread = start.cells == CellsWord::equalised ? 0.0 : planned_spread;
  spread = start.cell_spread ? planned_spread * start.cell_spread->value() : spread;
  lead_ = spread;
  lag_ = -spread;
  if (start.leading_cell) {
    const double by = start.leading_cell->by.value();
    lead_ = std::max(lead_, by);
    lag_ = std::min(lag_, by);
  }
  for (const RequirementRow& row : requirements.rows) {
    const bool acts = row.kind == RowKind::protection || row.kind == RowKind::alarm || row.kind == RowKind::request;
    if (acts && row.threshold && !row.release.empty() && input_of(row)) {
      Rule rule;
      rule.row = &row;
      rule.threshold = row.threshold->value();
      rule.delay = middle_of(row.delay);
      rule.release = row.release.front().value.value();
      rule.release_delay = middle_of(row.release_delay);
      rules_.push_back(rule);
    }
  }
  charge_blocked = discharge_blocked = !awake_;
  solve({});
}

double PackPlan::cell(double soc_offset) const {
  return planned_ocv(soc + soc_offset) + polarisation_ + current * planned_resistance(temperature).prompt;
}

// Sixteen cells, of which one may stand out.
double PackPlan::source() const {
  const double mean = planned_ocv(soc);
  const double outermost = planned_ocv(soc + lead_) + planned_ocv(soc + lag_) - 2 * mean;
  return cells_ * (mean + polarisation_) + outermost;
}

double PackPlan::resistance() const { return cells_ * planned_resistance(temperature).prompt + path_; }

double PackPlan::discharge_limit() const {
  const double by_power = voltage > 1 ? ratings_.discharge_power.value() / voltage : infinity;
  return discharge_blocked ? 0.0 : std::min(ratings_.discharge_current.value(), by_power);
}

double PackPlan::wanted_by_load(const PlanDemand& demand, double open) const {
  switch (demand.load ? demand.load_mode : -1) {
    case 0:
      return demand.load_current;
    case 1:
      return demand.load_power / std::max(open, 10.0);
    case 2:
      return std::clamp((open - demand.load_voltage) / resistance(), 0.0, demand.load_rating);
    default:
      return 0.0;
  }
}

void PackPlan::charge_from(const PlanDemand& demand, double amps, double open) {
  const double most = (demand.supply_voltage - open) / resistance();
  current = charge_blocked ? 0.0 : std::clamp(std::min(amps, most), 0.0, std::max(amps, 0.0));
  voltage =
      charge_blocked ? std::max(demand.supply_voltage, discharge_blocked ? 0.0 : open) : open + current * resistance();
}

void PackPlan::discharge_by(double amps, double open) {
  current = discharge_blocked ? 0.0 : -amps;
  voltage = discharge_blocked && amps > 0 ? 0.0 : std::max(0.0, open + current * resistance());
}

void PackPlan::solve(const PlanDemand& demand) {
  const double open = source();
  const double into_load = wanted_by_load(demand, open);
  double from_supply = demand.supply ? demand.supply_current : 0.0;
  if (demand.supply && demand.supply_voltage > 1) {
    from_supply = std::min(from_supply, demand.supply_power / demand.supply_voltage);
  }
  if (demand.supply && from_supply >= into_load) {
    charge_from(demand, from_supply - into_load, open);
  } else {
    discharge_by(into_load - from_supply, open);
    if (!awake_) {
      voltage = 0.0;
    }
  }
  battery_voltage = voltage - current * path_;
  if (charge_blocked || discharge_blocked) {
    battery_voltage = current == 0.0 ? open : battery_voltage;
  }
}

std::optional<double> PackPlan::input_of(const RequirementRow& row) const {
  const Dimension kind = row.threshold->quantity.dimension;
  const bool of_pack = row.threshold->value() > highest_cell_voltage;
  if (kind == dimension::voltage) {
    return of_pack ? battery_voltage : cell(row.side == Side::above ? lead_ : lag_);
  }
  if (kind == dimension::current) {
    return row.direction == Direction::charge ? current : -current;
  }
  if (kind == dimension::temperature) {
    return temperature;
  }
  if (kind == dimension::none) {
    return reported_soc;
  }
  return std::nullopt;
}

bool PackPlan::released(const Rule& rule, double input) const {
  const ReleaseWay& way = rule.row->release.front();
  const Dimension own = rule.row->threshold->quantity.dimension;
  const Dimension kind = way.value.quantity.dimension;
  const bool above = rule.row->side == Side::above;
  if (kind == dimension::time) {
    return rule.tripped_for >= rule.release;
  }
  if (kind == dimension::none) {
    return above ? reported_soc < rule.release : reported_soc > rule.release;
  }
  if (kind == dimension::current && own != dimension::current) {
    return rule.row->direction == Direction::charge ? current < -rule.release : current > rule.release;
  }
  return above ? input < rule.release : input > rule.release;
}

void PackPlan::judge(Rule& rule, double dt) {
  const double input = input_of(*rule.row).value_or(0.0);
  const bool beyond = rule.row->side == Side::above ? input > rule.threshold : input < rule.threshold;
  const bool toward = rule.tripped ? released(rule, input) : beyond;
  rule.tripped_for += dt;
  rule.since = toward ? rule.since + dt : 0.0;
  if (!toward || rule.since < (rule.tripped ? rule.release_delay : rule.delay)) {
    return;
  }
  rule.tripped = !rule.tripped;
  rule.since = rule.tripped_for = 0.0;
  // At the end of a charge or a discharge the pack sets its count right.
  const bool of_charge = rule.row->threshold->quantity.dimension == dimension::voltage;
  if (rule.tripped && of_charge && rule.row->kind == RowKind::protection) {
    reported_soc = rule.row->direction == Direction::charge ? 1.0 : 0.0;
  }
}

void PackPlan::protect(double dt) {
  charge_blocked = discharge_blocked = !awake_;
  for (Rule& rule : rules_) {
    judge(rule, dt);
    if (rule.tripped && rule.row->kind == RowKind::protection) {
      (rule.row->direction == Direction::charge ? charge_blocked : discharge_blocked) = true;
    }
  }
}

bool PackPlan::knows(const std::string& name) const {
  return !name.empty() && std::any_of(rules_.begin(), rules_.end(),
                                      [&](const Rule& r) { return r.row->flag == name || r.row->shared_flag == name; });
}

bool PackPlan::flag(const std::string& name) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const Rule& r) { return r.tripped && (r.row->flag == name || r.row->shared_flag == name); });
}

void PackPlan::step(double dt, const PlanDemand& demand) {
  awake_ = awake_ || demand.button || (demand.supply && demand.supply_voltage >= wakes_at);
  protect(dt);
  solve(demand);
  (current > 0 ? charge_in : charge_out) += std::abs(current) * dt;
  (current > 0 ? energy_in : energy_out) += std::abs(current * voltage) * dt;
  const double moved = current * dt / planned_capacity;
  soc += moved;
  reported_soc = std::clamp(reported_soc + moved, 0.0, 1.0);
  const PlannedResistance r = planned_resistance(temperature);
  const double keeps = exact_exp(-dt / planned_polarisation);
  polarisation_ = keeps * polarisation_ + (1 - keeps) * current * r.slow;
  const double lost = current * current * cells_ * (r.prompt + r.slow);
  temperature += (lost - planned_conductance * (temperature - air)) * dt / planned_heat_capacity;
  if (demand.chamber) {
    const double way = demand.chamber_temperature - air;
    const double most = demand.rates.towards(way) * dt;
    air += std::clamp(way, -most, most);
  }
}

}  // namespace rig
