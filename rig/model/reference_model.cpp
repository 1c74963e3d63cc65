#include "rig/model/reference_model.hpp"

namespace rig {
namespace {

std::vector<ThresholdRule> rules_of(const Requirements& requirements, Direction direction) {
  std::vector<ThresholdRule> rules;
  for (const auto& row : requirements.rows) {
    // Rules over current and temperature are read, and not yet followed.
    if (row.kind == RowKind::protection && row.direction == direction &&
        dimension_of(row.input) == dimension::voltage) {
      rules.emplace_back(row, requirements.cells);
    }
  }
  return rules;
}

}  // namespace

ReferenceModel::ReferenceModel(const Requirements& requirements)
    : battery_(requirements.path_resistance.interval()),
      charge_(rules_of(requirements, Direction::charge), requirements.latency),
      discharge_(rules_of(requirements, Direction::discharge), requirements.latency),
      reports_(requirements),
      limits_(requirements),
      plant_(requirements) {}

void ReferenceModel::declare(SignalTable& table) {
  const auto voltage = [&](const char* name, const char* help) {
    return table.declare(
        {.name = name, .dimension = dimension::voltage, .origin = Origin::model, .source = "reference", .help = help});
  };
  battery_id_ = voltage("pack.battery_voltage", "estimate of B+/B-: middle of its interval");
  battery_lo_id_ = voltage("pack.battery_voltage.lo", "lowest B that the measurements allow");
  battery_hi_id_ = voltage("pack.battery_voltage.hi", "highest B that the measurements allow");
  charge_signals_.declare(table, charge_, true);
  discharge_signals_.declare(table, discharge_, false);
  reports_.declare(table);
  limits_.declare(table);
  plant_.declare(table);
}

void ReferenceModel::bind(const SignalTable& table) { reader_.bind(table, charge_.flags(), discharge_.flags()); }

void ReferenceModel::restart(const ReferenceStart& start) noexcept {
  const CellKnowledge knowledge{start.cells_equalised};
  reader_.restart();
  battery_.restart();
  temperature_.restart();
  battery_history_.restart();
  current_history_.restart();
  charge_.restart(knowledge);
  discharge_.restart(knowledge);
  charge_path_.restart();
  discharge_path_.restart();
  reports_.restart();
  limits_.restart();
  plant_.restart();
  charge_signals_.restart();
  discharge_signals_.restart();
}

ReferenceView ReferenceModel::view(const Tick& tick) const noexcept {
  return {to_seconds(tick.start), to_seconds(tick.step), reader_.measured(), battery_,
          temperature_,           battery_history_,      current_history_};
}

// What the rules look at: battery voltage, temperature, and where both have been.
void ReferenceModel::estimate(const ReferenceView& v) noexcept {
  const Measured& m = v.measured;
  battery_.update(m, {charge_.surely_open(), discharge_.surely_open()}, reports_.battery(v.now, m));
  temperature_.update(v.now, v.step, m.skin_temperature, m.reported_temperature, m.current.value,
                      reports_.temperature_tolerance());
  battery_history_.add(v.now, battery_.value());
  current_history_.add(v.now, m.current.good ? m.current.value : Interval{});
}

void ReferenceModel::watch(const ReferenceView& v) noexcept {
  const RuleInputs inputs{v.now, v.step, battery_.value(), v.measured.current.value, v.measured.reported_soc.value};
  charge_.watch(inputs);
  discharge_.watch(inputs);
  charge_path_.update(v.now, v.measured, battery_, discharge_.surely_open());
  discharge_path_.update(v.now, v.measured, battery_, charge_.surely_open());
}

void ReferenceModel::step(const Tick& tick, const SignalTable& table) noexcept {
  reader_.read(table);
  const ReferenceView v = view(tick);
  estimate(v);
  watch(v);
  reports_.update(v);
  plant_.update(v, reports_);
  const auto blocked = [](const DirectionModel& model) {
    const Envelope e = model.envelope(out_limit);
    return ReferenceLimits::Blocked{e.may, e.must};
  };
  limits_.update(v, blocked(charge_), blocked(discharge_));
}

void ReferenceModel::publish_battery(const Tick& tick, SignalTable& table) noexcept {
  const Interval b = battery_.value();
  const bool known = b.lo > -infinity && b.hi < infinity;
  const Quality quality = known ? Quality::good : Quality::never;
  write_changed(table, battery_id_, known ? b.middle() : 0.0, tick.start, quality);
  write_changed(table, battery_lo_id_, b.lo, tick.start);
  write_changed(table, battery_hi_id_, b.hi, tick.start);
}

void ReferenceModel::publish(const Tick& tick, SignalTable& table) noexcept {
  publish_battery(tick, table);
  charge_signals_.publish(tick, table, charge_, charge_path_);
  discharge_signals_.publish(tick, table, discharge_, discharge_path_);
  reports_.publish(tick, table);
  limits_.publish(tick, table);
  plant_.publish(tick, table);
  // What was seen becomes history only after what it is compared with has been published.
  const Measured& m = reader_.measured();
  charge_.adopt(m.charge, charge_path_.blocked(), charge_path_.time(), battery_history_);
  discharge_.adopt(m.discharge, discharge_path_.blocked(), discharge_path_.time(), battery_history_);
}

}  // namespace rig
