#include "rig/model/reference_model.hpp"

#include <cmath>
#include <utility>

namespace rig {
namespace {

std::vector<ThresholdRule> rules_of(const Requirements& requirements, Direction direction) {
  std::vector<ThresholdRule> rules;
  for (const auto& row : requirements.rows) {
    if (row.kind == RowKind::protection && (row.direction == direction || row.latched)) {
      rules.emplace_back(row, requirements.cells);
    }
  }
  return rules;
}

// The SOC that counts as full for the request of a full charge; 97 % (5.3.3-3) where no row says so.
double full_soc_of(const Requirements& requirements) {
  for (const auto& row : requirements.rows) {
    if (row.full) {
      return row.full->value();
    }
  }
  return 0.97;
}

// Cells of one lot that were equal differ in capacity by a per cent or two: after a tenth of it has flowed in one
// direction they stand some tens of millivolts apart where the curve is steep, A s.
constexpr double equal_for = 0.1 * 100 * 3600;

std::int64_t tenth_of(double seconds) noexcept { return static_cast<std::int64_t>(seconds * 10.0); }

// Without numbers in the requirements the widest that the class has.
ThermalBounds thermal_of(const Requirements& requirements) {
  ThermalBounds bounds;
  if (requirements.thermal) {
    const Thermal& t = *requirements.thermal;
    bounds.heat_capacity = t.heat_capacity.interval();
    bounds.conductance = t.conductance.interval();
    bounds.resistance = t.resistance.interval();
    bounds.cold_resistance = t.cold_resistance.value();
    bounds.hysteresis = t.hysteresis.value();
    bounds.entropy = t.entropy.interval();
    bounds.sensor_lag = t.sensor_lag.interval().hi;
    bounds.spread = t.spread.value();
  }
  return bounds;
}

// SOC that storage may have taken past the shunt: twice what the storage table of 7.2.1 leaves room for, twice as much
// for each 10 K above 25 degC, and what the electronics of a pack that was on take.
double uncounted(const ReferenceStart& start) noexcept {
  constexpr double month = 30 * 86400.0;
  constexpr double leak = 0.045, electronics = 0.06 * month / (100 * 3600.0);  // a month
  const double warmth = std::max(0.0, start.temperature.value_or(25.0) - 25.0) / 10.0;
  const double rate = leak * exact_exp(0.6931 * warmth) + (start.off ? 0.0 : electronics);
  return std::min(1.0, rate * start.stored / month);
}

}  // namespace

ReferenceModel::ReferenceModel(const Requirements& requirements)
    : packs_(requirements.packs),
      battery_(requirements.path_resistance.interval()),
      temperature_(thermal_of(requirements)),
      full_age_(full_soc_of(requirements)),
      power_(requirements),
      charge_(rules_of(requirements, Direction::charge), requirements.latency),
      discharge_(rules_of(requirements, Direction::discharge), requirements.latency),
      flags_(requirements),
      reports_(requirements),
      limits_(requirements),
      plant_(requirements),
      lights_(requirements, charge_.flags(), discharge_.flags()) {}

void ReferenceModel::declare(SignalTable& table) {
  const auto voltage = [&](const char* name, const char* help) {
    return table.declare(
        {.name = name, .dimension = dimension::voltage, .origin = Origin::model, .source = "reference", .help = help});
  };
  battery_id_ = voltage("pack.battery_voltage", "estimate of B+/B-: middle of its interval");
  battery_lo_id_ = voltage("pack.battery_voltage.lo", "lowest B that the measurements allow");
  battery_hi_id_ = voltage("pack.battery_voltage.hi", "highest B that the measurements allow");
  hottest_.declare(table, "hottest_cell", dimension::temperature);
  coldest_.declare(table, "coldest_cell", dimension::temperature);
  temperature_checked_ = table.declare({.name = "model.temperature.cross_checked",
                                        .dimension = dimension::boolean,
                                        .origin = Origin::model,
                                        .source = "reference",
                                        .help = "the pack's temperature has agreed with the rig's own in this run"});
  if (packs_ == 1 && table.find("dut.cells.highest")) {
    CellSignals& cells = cell_signals_.emplace();
    cells.highest.declare(table, "highest_cell", dimension::voltage);
    cells.lowest.declare(table, "lowest_cell", dimension::voltage);
    cells.cross_checked = table.declare({.name = "model.cells.cross_checked",
                                         .dimension = dimension::boolean,
                                         .origin = Origin::model,
                                         .source = "reference",
                                         .help = "the pack's cells add up to its battery voltage in this run"});
  }
  charge_signals_.declare(table, charge_, true);
  discharge_signals_.declare(table, discharge_, false);
  flags_.declare(table, charge_, discharge_);
  reports_.declare(table);
  limits_.declare(table);
  plant_.declare(table);
  lights_.declare(table);
  power_.declare(table);
}

void ReferenceModel::bind(const SignalTable& table) {
  reader_.bind(table, charge_.flags(), discharge_.flags(), flags_.names());
}

void ReferenceModel::restart(const ReferenceStart& start) noexcept {
  const CellKnowledge knowledge{start.cells_equalised};
  reader_.restart();
  battery_.restart();
  cell_reports_.restart();
  temperature_.restart(start.temperature);
  histories_.restart();
  full_age_.restart(start.since_full);
  power_.restart(start.off);
  charge_.restart(knowledge);
  discharge_.restart(knowledge);
  flags_.restart(knowledge);
  charge_path_.restart();
  discharge_path_.restart();
  reports_.restart();
  limits_.restart(start.cells_equalised);
  plant_.restart(uncounted(start));
  lights_.restart();
  charge_signals_.restart();
  discharge_signals_.restart();
  hottest_.restart();
  coldest_.restart();
  if (cell_signals_) {
    cell_signals_->highest.restart();
    cell_signals_->lowest.restart();
  }
  inputs_ = {};
  first_ = true;
  looked_ = 0.0;
  reported_battery_ = {};
  bucket_ = -1;
  battery_time_ = 0.0;
  moved_charge_ = 0.0;
}

ReferenceView ReferenceModel::view(const Tick& tick) const noexcept {
  const double now = to_seconds(tick.start);
  const double step = to_seconds(tick.step);
  return {now,
          step,
          first_ ? step : now - looked_,
          reader_.measured(),
          battery_,
          temperature_,
          histories_,
          {charge_.surely_open(), discharge_.surely_open()},
          inputs_.apart,
          inputs_.drop};
}

// No signal that counts was written, no rule's moment has come, and what is looked at in the course of time had its
// look in this tenth of a second (decision 0012).
bool ReferenceModel::nothing_to_do(const Tick& tick) const noexcept {
  const double now = to_seconds(tick.start);
  return reader_.quiet() && !first_ && tick.missed == 0 && tenth_of(now) == tenth_of(looked_) && now < charge_.next() &&
         now < discharge_.next() && now < flags_.next() && !charge_.waits() && !discharge_.waits();
}

// Where the inputs have been. Once a bucket of time is enough for what stands still.
void ReferenceModel::note_histories(const ReferenceView& v, bool moved) noexcept {
  const std::int64_t bucket = tenth_of(v.now);
  if (!moved && bucket == bucket_) {
    return;
  }
  bucket_ = bucket;
  const MeasuredValue& current = v.measured.current;
  const bool paired = std::exchange(battery_time_, battery_.time()) != battery_.time();
  histories_.battery.add(paired ? battery_.since() : v.now, v.now, battery_.value());
  histories_.current.add(current.fresh ? current.since : v.now, v.now, current.good ? current.value : Interval{});
  histories_.hottest.add(v.now, inputs_.hottest);
  histories_.coldest.add(v.now, inputs_.coldest);
  if (cell_signals_) {
    histories_.highest_cell.add(v.now, inputs_.highest_cell);
    histories_.lowest_cell.add(v.now, inputs_.lowest_cell);
  }
}

// A pack that was off begins anew, with nothing but its faults.
void ReferenceModel::follow_power(const ReferenceView& v) noexcept {
  power_.update(v.now, v.measured);
  if (power_.changed()) {
    charge_.lose_power(v.now);
    discharge_.lose_power(v.now);
    flags_.lose_power(v.now);
  }
}

// What the rules look at, and which of it is new.
void ReferenceModel::estimate(const ReferenceView& v) noexcept {
  const Measured& m = v.measured;
  RuleInputs& in = inputs_;  // in place: copying what was just written piece by piece stalls the loads
  in.now = v.now;
  in.step = v.step;
  in.fresh = 0;
  const BatteryVoltage::Paths paths = v.paths;
  const Interval reported = reports_.battery(v.now, m);
  const bool moved = m.electrical_read || reported != reported_battery_ || paths.charge_surely_open != charge_open_ ||
                     paths.discharge_surely_open != discharge_open_;
  if (moved) {
    reported_battery_ = reported;
    charge_open_ = paths.charge_surely_open;
    discharge_open_ = paths.discharge_surely_open;
    battery_.update(m, paths, reported);
  }
  temperature_.update(v.now, v.step, m.skin_temperature, m.reported_temperature, m.current.value,
                      reports_.temperature_tolerance());
  const auto take = [&](Interval& into, Interval value, std::uint8_t bit) {
    if (value != into) {
      into = value;
      in.fresh |= bit;
    }
  };
  in.battery_since = battery_.since();
  in.current_since = m.current.since;
  take(in.battery, battery_.value(), fresh::battery);
  take(in.current, m.current_now(), fresh::current);
  moved_charge_ += m.current.good ? m.current.latest.middle() * v.elapsed / packs_ : 0.0;
  if (!in.apart && std::abs(moved_charge_) > equal_for) {
    in.apart = true;
    in.fresh |= fresh::cells;  // the same battery voltage says less of them now
  }
  if (cell_signals_) {
    cell_reports_.update(v.now, m, histories_.current);
    const bool believed = reports_.cells_agree();
    take(in.highest_cell, believed ? cell_reports_.highest() : Interval{}, fresh::cells);
    take(in.lowest_cell, believed ? cell_reports_.lowest() : Interval{}, fresh::cells);
  }
  if (m.reports_read || first_) {
    sensed_ = temperature_.sensed(m.reported_temperature, reports_.temperature_tolerance());
    take(in.hottest, sensed_.hottest, fresh::temperature);
    take(in.coldest, sensed_.coldest, fresh::temperature);
    if ((in.fresh & fresh::temperature) != 0) {
      battery_.set_coldest(in.coldest.lo);
      in.drop = battery_.most_drop() / packs_;
    }
  }
  if (m.reported_soc.fresh) {
    in.soc = m.reported_soc.value;
    full_age_.update(v.now, m.reported_soc.latest);
    in.since_full = full_age_.value(v.now);
    in.fresh |= fresh::soc;
  }
  const bool button = m.button.value == Truth::yes;
  in.fresh |= button != in.button ? fresh::button : 0;
  in.button = button;
  if (first_) {
    first_ = false;
    in.fresh = fresh::all;
  }
  note_histories(v, moved || (in.fresh & fresh::cells) != 0);
}

void ReferenceModel::watch(const ReferenceView& v) noexcept {
  charge_.watch(inputs_);
  discharge_.watch(inputs_);
  flags_.watch(inputs_);
  const bool moved = v.measured.electrical_read || charge_.changed() || discharge_.changed();
  const auto watch_path = [&](PathWatch& path, const DirectionModel& twin) {
    if (moved) {
      path.update(v.now, v.measured, battery_, twin.surely_open());
    } else {
      path.rest();
    }
  };
  watch_path(charge_path_, discharge_);
  watch_path(discharge_path_, charge_);
}

void ReferenceModel::step(const Tick& tick, const SignalTable& table) noexcept {
  reader_.read(table);
  passed_over_ = nothing_to_do(tick);
  if (passed_over_) {
    return;
  }
  const ReferenceView v = view(tick);
  looked_ = v.now;
  follow_power(v);
  estimate(v);
  watch(v);
  reports_.update(v);
  plant_.update(v, reports_);
  lights_.update(v.now, v.measured, power_.may_sleep());
  const auto blocked = [](const DirectionModel& model) {
    const Envelope e = model.envelope(out_limit);
    return ReferenceLimits::Blocked{e.may, e.must};
  };
  limits_.update(v, sensed_, blocked(charge_), blocked(discharge_));
}

void ReferenceModel::publish_battery(const Tick& tick, SignalTable& table) noexcept {
  const Interval b = battery_.value();
  const bool known = b.lo > -infinity && b.hi < infinity;
  const Quality quality = known ? Quality::good : Quality::never;
  write_changed(table, battery_id_, known ? b.middle() : 0.0, tick.start, quality);
  write_changed(table, battery_lo_id_, b.lo, tick.start);
  write_changed(table, battery_hi_id_, b.hi, tick.start);
}

// What was seen becomes history only after what it is compared with has been published.
void ReferenceModel::adopt() noexcept {
  if (power_.off()) {
    return;
  }
  const Measured& m = reader_.measured();
  const auto adopt_direction = [&](DirectionModel& model, const Measured::Outputs& outputs, const PathWatch& path,
                                   Direction direction) {
    if (m.outputs_read || path.changed() || model.changed() || model.waits()) {
      model.adopt(outputs, path.blocked(), path.time(), limits_.derating(direction).lo > 0.0, histories_);
    }
  };
  adopt_direction(charge_, m.charge, charge_path_, Direction::charge);
  adopt_direction(discharge_, m.discharge, discharge_path_, Direction::discharge);
  if (m.flags_read) {
    flags_.adopt(m.flags, histories_);
  }
}

void ReferenceModel::publish_temperature(const Tick& tick, SignalTable& table) noexcept {
  hottest_.set(inputs_.hottest);
  coldest_.set(inputs_.coldest);
  hottest_.publish(tick, table);
  coldest_.publish(tick, table);
  write_changed(table, temperature_checked_, temperature_.cross_checked() ? 1.0 : 0.0, tick.start);
}

void ReferenceModel::publish_cells(const Tick& tick, SignalTable& table) noexcept {
  CellSignals& cells = *cell_signals_;
  cells.highest.set(inputs_.highest_cell);
  cells.lowest.set(inputs_.lowest_cell);
  cells.highest.publish(tick, table);
  cells.lowest.publish(tick, table);
  write_changed(table, cells.cross_checked, reports_.cells_cross_checked() ? 1.0 : 0.0, tick.start);
}

void ReferenceModel::publish(const Tick& tick, SignalTable& table) noexcept {
  if (passed_over_) {
    return;
  }
  if ((inputs_.fresh & fresh::battery) != 0) {
    publish_battery(tick, table);
  }
  if ((inputs_.fresh & fresh::temperature) != 0) {
    publish_temperature(tick, table);
  }
  if (cell_signals_ && (inputs_.fresh & fresh::cells) != 0) {
    publish_cells(tick, table);
  }
  charge_signals_.publish(tick, table, charge_, charge_path_);
  discharge_signals_.publish(tick, table, discharge_, discharge_path_);
  flags_.publish(tick, table, charge_, discharge_);
  reports_.publish(tick, table);
  limits_.publish(tick, table);
  plant_.publish(tick, table);
  lights_.publish(tick, table);
  power_.publish(tick, table);
  adopt();
}

}  // namespace rig
