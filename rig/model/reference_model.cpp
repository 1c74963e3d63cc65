#include "rig/model/reference_model.hpp"

#include <algorithm>

namespace rig {
namespace {

// A path is refused when the terminals stand this far beyond B, V, and hardly any current flows, A, for this long, s
// (so that a voltage and a current sampled one after the other are not taken for it).
constexpr double refused_voltage = 0.1;
constexpr double refused_current = 0.5;
constexpr double refused_for = 0.1;
// The pack's reports show a moment that lies up to this long before they arrive (scan, task, bus), s.
constexpr double report_age = 0.7;
// The discharge current limit is computed from a voltage up to this old, s.
constexpr double limit_age = 2.5;
// Comparisons of the reported voltage that have to agree before it counts as cross-checked.
constexpr int cross_checks = 3;
constexpr double reported_max_age = 2.5;
// Samples of the current that differ by more are a step, A.
constexpr double current_step_size = 1.0;

std::vector<ThresholdRule> rules_of(const Requirements& requirements, Direction direction) {
  std::vector<ThresholdRule> rules;
  for (const auto& row : requirements.rows) {
    if (row.kind == RowKind::protection && row.direction == direction) {
      rules.emplace_back(row, requirements.cells);
    }
  }
  return rules;
}

// The range of the row that judges `signal`; everything when there is none or when it is only a default.
Interval range_of(const Requirements& requirements, RowKind kind, const std::string& signal) {
  for (const auto& row : requirements.rows) {
    if (row.kind == kind && row.signal == signal && row.range && row.range->can_fail()) {
      return row.range->interval();
    }
  }
  return {};
}

Interval path_resistance_of(const Requirements& requirements) { return requirements.path_resistance.interval(); }

void write_changed(SignalTable& table, SignalId id, double value, TimePoint time,
                   Quality quality = Quality::good) noexcept {
  const Sample& sample = table[id];
  if (sample.value != value || sample.quality != quality) {
    table.write(id, value, time, quality);
  }
}

}  // namespace

ReferenceModel::ReferenceModel(const Requirements& requirements)
    : requirements_(requirements),
      battery_(path_resistance_of(requirements)),
      charge_(rules_of(requirements, Direction::charge), requirements.latency),
      discharge_(rules_of(requirements, Direction::discharge), requirements.latency),
      cells_(requirements.cells) {
  voltage_tolerance_ = range_of(requirements, RowKind::sensing, "dut.voltage").hi;
  current_tolerance_ = range_of(requirements, RowKind::sensing, "dut.current").hi;
  soc_tolerance_ = range_of(requirements, RowKind::sensing, "dut.soc").hi;
  cell_resistance_ = range_of(requirements, RowKind::plant, "pack.voltage");
  charge_voltage_range_ = range_of(requirements, RowKind::sent_range, "dut.charge_voltage_limit");
  charge_limit_range_ = range_of(requirements, RowKind::sent_range, "dut.charge_current_limit");
  discharge_limit_range_ = range_of(requirements, RowKind::sent_range, "dut.discharge_current_limit");
  discharge_voltage_range_ = range_of(requirements, RowKind::sent_range, "dut.discharge_voltage_limit");
}

ReferenceModel::Numeric ReferenceModel::declare_numeric(SignalTable& table, const std::string& signal,
                                                        Dimension dimension) {
  const auto end = [&](const char* name) {
    return table.declare({.name = "model." + signal + "." + name,
                          .dimension = dimension,
                          .origin = Origin::model,
                          .source = "reference",
                          .help = std::string(name) + " end of what a conforming pack may show as " + signal});
  };
  Numeric numeric;
  numeric.lo = end("lo");
  numeric.hi = end("hi");
  return numeric;
}

void ReferenceModel::declare_direction(SignalTable& table, const DirectionModel& model, DirectionSignals& ids,
                                       bool charge) {
  const std::string name = charge ? "charge" : "discharge";
  const auto declare = [&](std::string signal, Dimension dimension, std::string help,
                           std::vector<std::string> labels = {}) {
    return table.declare({.name = std::move(signal),
                          .dimension = dimension,
                          .origin = Origin::model,
                          .source = "reference",
                          .help = std::move(help),
                          .labels = std::move(labels)});
  };
  ids.refused = declare("pack." + name + "_refused", dimension::boolean, "there is demand and no current flows");
  ids.blocked = declare("pack." + name + "_blocked", dimension::boolean,
                        "the path refuses current (true) or carries it (false); never when there is no demand");
  ids.state = declare("model." + name + ".state", dimension::none, "the event that the reference has adopted",
                      {"unknown", "open", "blocked"});
  ids.causes = declare("model." + name + ".causes", dimension::none,
                       "remaining causes of the block, one bit for each protection row of the direction");
  const std::array<std::string, first_flag> fixed{"pack." + name + "_blocked", "dut." + name + "_allowed",
                                                  "dut." + name + "_current_limit", "io." + name + "_prohibited"};
  for (std::size_t o = 0; o < model.outputs(); ++o) {
    if (o == out_limit) {
      continue;  // a number: its envelope is .lo and .hi
    }
    const std::string output = o < first_flag ? fixed[o] : model.flags()[o - first_flag];
    ids.may[o] = declare("model." + output + ".may", dimension::boolean, "a conforming pack may show " + output);
    ids.must[o] = declare("model." + output + ".must", dimension::boolean, "a conforming pack must show " + output);
  }
}

void ReferenceModel::declare(SignalTable& table) {
  const auto voltage = [&](const char* name, const char* help) {
    return table.declare(
        {.name = name, .dimension = dimension::voltage, .origin = Origin::model, .source = "reference", .help = help});
  };
  battery_id_ = voltage("pack.battery_voltage", "estimate of B+/B-: middle of its interval");
  battery_lo_id_ = voltage("pack.battery_voltage.lo", "lowest B that the measurements allow");
  battery_hi_id_ = voltage("pack.battery_voltage.hi", "highest B that the measurements allow");
  declare_direction(table, charge_, charge_ids_, true);
  declare_direction(table, discharge_, discharge_ids_, false);
  reported_voltage_ = declare_numeric(table, "dut.voltage", dimension::voltage);
  reported_current_ = declare_numeric(table, "dut.current", dimension::current);
  reported_soc_ = declare_numeric(table, "dut.soc", dimension::none);
  charge_voltage_limit_ = declare_numeric(table, "dut.charge_voltage_limit", dimension::voltage);
  charge_limit_ = declare_numeric(table, "dut.charge_current_limit", dimension::current);
  discharge_limit_ = declare_numeric(table, "dut.discharge_current_limit", dimension::current);
  discharge_voltage_limit_ = declare_numeric(table, "dut.discharge_voltage_limit", dimension::voltage);
  plant_ = declare_numeric(table, "pack.voltage", dimension::voltage);
  const auto rules = [&](const DirectionModel& model, std::vector<RuleIds>& ids) {
    for (const auto& rule : model.rules()) {
      const auto numeric = declare_numeric(table, "rule." + rule.name(), dimension::voltage);
      ids.push_back({numeric.lo, numeric.hi});
    }
  };
  rules(charge_, charge_rule_ids_);
  rules(discharge_, discharge_rule_ids_);
}

void ReferenceModel::bind(const SignalTable& table) { reader_.bind(table, charge_.flags(), discharge_.flags()); }

void ReferenceModel::restart(const ReferenceStart& start) noexcept {
  const CellKnowledge knowledge{start.cells_equalised};
  reader_.restart();
  battery_.restart();
  battery_history_.restart();
  current_history_.restart();
  soc_.restart();
  charge_.restart(knowledge);
  discharge_.restart(knowledge);
  charge_path_ = {};
  discharge_path_ = {};
  voltage_compared_ = 0;
  voltage_agrees_ = true;
  current_step_ = -infinity;
  for (Numeric* numeric : {&reported_voltage_, &reported_current_, &reported_soc_, &plant_, &discharge_limit_}) {
    numeric->value = {};
  }
}

// The pack's own reading of B, once it has agreed with the rig's in this run.
Interval ReferenceModel::reported_battery(double now) const noexcept {
  const MeasuredValue& reported = reader_.measured().reported_voltage;
  const bool checked = voltage_agrees_ && voltage_compared_ >= cross_checks && voltage_tolerance_ < infinity;
  // A reading from before the last step of the current is about another voltage.
  const bool settled = reported.time > current_step_ + report_age;
  if (!checked || !settled || !reported.good || now - reported.time > reported_max_age) {
    return {};
  }
  return widened(reported.latest, voltage_tolerance_);
}

void ReferenceModel::watch_path(Path& path, bool charge, double now) const noexcept {
  const Measured& m = reader_.measured();
  const Interval current = charge ? m.current.value : Interval{-m.current.value.hi, -m.current.value.lo};
  const Truth demand = charge ? m.charge_demand.value : m.discharge_demand.value;
  // Through the body diode of a blocked twin, current begins to flow only beyond its drop.
  const bool twin_open = charge ? discharge_.surely_open() : charge_.surely_open();
  const double margin = refused_voltage + battery_.drop_uncertainty() + (twin_open ? 0.0 : BatteryVoltage::diode);
  const bool beyond = charge ? m.voltage.latest.lo > battery_.highest_at_rest() + margin
                             : m.voltage.latest.hi < battery_.lowest_at_rest() - margin;
  const bool none = current.hi < refused_current;
  if (m.voltage.good && m.current.good && demand == Truth::yes && none && beyond) {
    path.refused_since = std::min(path.refused_since, now);
  } else {
    path.refused_since = infinity;
  }
  const bool was_refused = path.refused;
  path.refused = now - path.refused_since >= refused_for;
  if (path.refused) {
    if (!was_refused) {
      path.time = path.refused_since;
    }
    path.blocked = Truth::yes;
  } else if (m.current.good && current.lo > refused_current) {
    path.time = path.blocked == Truth::no ? path.time : now;
    path.blocked = Truth::no;
  } else {
    path.blocked = Truth::unknown;
  }
}

void ReferenceModel::check_reports(double now) noexcept {
  const Measured& m = reader_.measured();
  if (m.reported_voltage.fresh) {
    reported_voltage_.value = {};
    if (battery_.independent()) {
      reported_voltage_.value = widened(battery_history_.between(now - report_age, now), voltage_tolerance_);
      ++voltage_compared_;
      voltage_agrees_ = voltage_agrees_ && !intersect(reported_voltage_.value, m.reported_voltage.latest).empty();
    }
  }
  if (m.reported_current.fresh) {
    reported_current_.value = widened(current_history_.between(now - report_age, now), current_tolerance_);
  }
  if (m.reported_soc.fresh) {
    soc_.anchor(m.reported_soc.latest);
    reported_soc_.value = soc_tolerance_ < infinity ? widened(soc_.value(), soc_tolerance_) : Interval{};
  }
  if (m.voltage.fresh) {
    plant_.value = {};
    const bool same_moment = m.current.time >= m.voltage.time;
    if (same_moment && battery_.independent() && soc_.anchored() && cell_resistance_.hi < infinity) {
      const Interval current = current_history_.between(now - report_age, now);
      const double most = std::max(std::abs(current.lo), std::abs(current.hi)) *
                          (cell_resistance_.hi + path_resistance_of(requirements_).hi / cells_);
      const Interval cell = widened(healthy_ocv(widened(soc_.value(), soc_tolerance_)), most);
      plant_.value = {cell.lo * cells_ - BatteryVoltage::diode, cell.hi * cells_ + BatteryVoltage::diode};
    }
  }
}

void ReferenceModel::update_limits(double now) noexcept {
  const Measured& m = reader_.measured();
  const auto current_limit = [](const Envelope& blocked, Interval range) {
    Interval value = intersect(range, {0.0, infinity});
    if (blocked.must) {
      value.hi = 0.0;
    }
    if (!blocked.may) {
      value.lo = 0.1;  // a direction that nothing blocks has a limit above zero
    }
    return value;
  };
  charge_limit_.value = current_limit(charge_.envelope(out_limit), charge_limit_range_);
  if (m.charge.limit.fresh || m.discharge.limit.fresh) {
    Interval range = discharge_limit_range_;
    const Interval b = battery_history_.between(now - limit_age, now);
    if (b.lo > 1.0 && b.lo < infinity) {
      range.hi = std::min(range.hi, requirements_.ratings.discharge_power.value() / b.lo);
    }
    discharge_limit_.value = current_limit(discharge_.envelope(out_limit), range);
    // A request below the charge voltage belongs to derating: allowed, and recorded.
    const bool derated = !m.charge.limit.good || m.charge.limit.latest.hi < charge_limit_range_.hi;
    charge_voltage_limit_.value = {derated ? 0.0 : charge_voltage_range_.lo, charge_voltage_range_.hi};
    discharge_voltage_limit_.value = discharge_voltage_range_;
  }
}

void ReferenceModel::step(const Tick& tick, const SignalTable& table) noexcept {
  reader_.read(table);
  const Measured& m = reader_.measured();
  const double now = to_seconds(tick.start);
  const double step = to_seconds(tick.step);

  if (m.current.fresh && m.current.value.width() > current_step_size) {
    current_step_ = now;
  }
  battery_.update(m, {charge_.surely_open(), discharge_.surely_open()}, reported_battery(now));
  battery_history_.add(now, battery_.value());
  current_history_.add(now, m.current.good ? m.current.value : Interval{});
  soc_.update(step, m.current.good ? m.current.value : Interval{0.0, 0.0}, battery_.value(), cells_);

  const RuleInputs inputs{now, step, battery_.value(), m.current.value, m.reported_soc.value};
  charge_.watch(inputs);
  discharge_.watch(inputs);
  watch_path(charge_path_, true, now);
  watch_path(discharge_path_, false, now);
  check_reports(now);
  update_limits(now);
}

void ReferenceModel::publish_direction(const Tick& tick, SignalTable& table, const DirectionModel& model,
                                       const DirectionSignals& ids, const Path& path) noexcept {
  write_changed(table, ids.refused, path.refused ? 1.0 : 0.0, tick.start);
  write_changed(table, ids.blocked, path.blocked == Truth::yes ? 1.0 : 0.0, tick.start,
                path.blocked == Truth::unknown ? Quality::never : Quality::good);
  write_changed(table, ids.state, static_cast<double>(model.state()), tick.start);
  write_changed(table, ids.causes, static_cast<double>(model.causes()), tick.start);
  for (std::size_t o = 0; o < model.outputs(); ++o) {
    if (o == out_limit) {
      continue;
    }
    const Envelope e = model.envelope(o);
    // An enable bit is true when its direction is not blocked.
    const bool inverted = o == out_permission;
    write_changed(table, ids.may[o], (inverted ? !e.must : e.may) ? 1.0 : 0.0, tick.start);
    write_changed(table, ids.must[o], (inverted ? !e.may : e.must) ? 1.0 : 0.0, tick.start);
  }
}

void ReferenceModel::publish(const Tick& tick, SignalTable& table) noexcept {
  const Interval b = battery_.value();
  const bool known = b.lo > -infinity && b.hi < infinity;
  const Quality quality = known ? Quality::good : Quality::never;
  write_changed(table, battery_id_, known ? b.middle() : 0.0, tick.start, quality);
  write_changed(table, battery_lo_id_, b.lo, tick.start);
  write_changed(table, battery_hi_id_, b.hi, tick.start);
  publish_direction(tick, table, charge_, charge_ids_, charge_path_);
  publish_direction(tick, table, discharge_, discharge_ids_, discharge_path_);
  for (const Numeric* numeric : {&reported_voltage_, &reported_current_, &reported_soc_, &charge_voltage_limit_,
                                 &charge_limit_, &discharge_limit_, &discharge_voltage_limit_, &plant_}) {
    write_changed(table, numeric->lo, numeric->value.lo, tick.start);
    write_changed(table, numeric->hi, numeric->value.hi, tick.start);
  }
  const auto rules = [&](const DirectionModel& model, const std::vector<RuleIds>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const Interval parameter = intersect(model.rules()[i].threshold(), model.rules()[i].found());
      write_changed(table, ids[i].lo, parameter.lo, tick.start);
      write_changed(table, ids[i].hi, parameter.hi, tick.start);
    }
  };
  rules(charge_, charge_rule_ids_);
  rules(discharge_, discharge_rule_ids_);
  // What was seen becomes history only after what it is compared with has been published.
  const Measured& m = reader_.measured();
  charge_.adopt(m.charge, charge_path_.blocked, charge_path_.time, battery_history_);
  discharge_.adopt(m.discharge, discharge_path_.blocked, discharge_path_.time, battery_history_);
}

}  // namespace rig
