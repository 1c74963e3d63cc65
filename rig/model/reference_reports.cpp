#include "rig/model/reference_reports.hpp"

namespace rig {
namespace {

constexpr double reported_max_age = 2.5;  // s
// Samples of the current that differ by more are a step, A.
constexpr double current_step_size = 1.0;
// While nobody knows the current it may be any that a bench of this size can make, A.
constexpr double unknown_current = 240.0;

SocCounting counting_of(const Requirements& requirements) {
  SocCounting counting;
  counting.cells = requirements.cells;
  if (requirements.capacity && requirements.capacity->can_fail()) {
    counting.capacity = requirements.capacity->interval();
  }
  return counting;
}

std::array<std::size_t, 4> soc_rows_of(const Requirements& requirements) {
  const std::array<const char*, 4> rules{"", "soc_full", "soc_empty", "soc_rested"};
  std::array<std::size_t, 4> rows{};
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rows[i] = RowHint::none;
    for (std::size_t r = 0; r < requirements.rows.size(); ++r) {
      rows[i] = requirements.rows[r].rule == rules[i] ? r : rows[i];
    }
  }
  return rows;
}

std::array<double, 4> soc_tolerances_of(const Requirements& requirements, const std::array<std::size_t, 4>& rows) {
  std::array<double, 4> tolerances{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    tolerances[i] = infinity;
    if (rows[i] != RowHint::none) {
      const auto& range = requirements.rows[rows[i]].range;
      tolerances[i] = range && range->can_fail() ? range->interval().hi : infinity;
    }
  }
  return tolerances;
}

bool steps(const MeasuredValue& current) noexcept { return current.fresh && current.value.width() > current_step_size; }

// A report shows the moment at which it came, or one before it. It is compared once the rig has measured at that moment
// or later: until then nobody knows what was there, and a current that is being set may be anywhere.
bool covered(ReportBounds& report, double measured, double now) noexcept {
  if (report.awaited() && now - report.came() > reported_max_age) {
    report.drop();
  }
  return report.awaited() && measured >= report.came();
}

}  // namespace

Interval judged_range(const Requirements& requirements, RowKind kind, const std::string& signal) {
  for (const auto& row : requirements.rows) {
    if (row.kind == kind && row.signal == signal && row.range && row.range->can_fail()) {
      return row.range->interval();
    }
  }
  return {};
}

ReferenceReports::ReferenceReports(const Requirements& requirements)
    : soc_(counting_of(requirements)),
      soc_logic_(counting_of(requirements).capacity),
      soc_rows_(soc_rows_of(requirements)),
      soc_tolerances_(soc_tolerances_of(requirements, soc_rows_)),
      packs_(requirements.packs),
      voltage_tolerance_(judged_range(requirements, RowKind::sensing, "dut.voltage").hi),
      cells_tolerance_(judged_range(requirements, RowKind::sensing, "dut.cells.sum").hi),
      current_tolerance_(judged_range(requirements, RowKind::sensing, "dut.current").hi),
      soc_tolerance_(judged_range(requirements, RowKind::sensing, "dut.soc").hi),
      temperature_tolerance_(judged_range(requirements, RowKind::sensing, "dut.temperature").hi),
      thermal_known_(requirements.thermal && requirements.thermal->can_fail()),
      soh_range_(judged_range(requirements, RowKind::sent_range, "dut.soh")),
      step_range_(judged_range(requirements, RowKind::sensing, "pack.soc_step")),
      remaining_tolerance_(judged_range(requirements, RowKind::sensing, "dut.remaining_capacity").hi) {}

void ReferenceReports::declare(SignalTable& table) {
  voltage_.declare(table, "dut.voltage", dimension::voltage);
  current_.declare(table, "dut.current", dimension::current);
  if (packs_ == 1 && table.find("dut.cells.sum")) {
    cells_.emplace().declare(table, "dut.cells.sum", dimension::voltage);
  }
  soc_signal_.declare(table, "dut.soc", dimension::none);
  soc_row_.declare(table, "dut.soc");
  temperature_.declare(table, "dut.temperature", dimension::temperature);
  remaining_.declare(table, "dut.remaining_capacity", dimension::charge);
  soh_.declare(table, "dut.soh", dimension::none);
  step_signal_.declare(table, "pack.soc_step", dimension::none);
  step_id_ = table.declare({.name = "pack.soc_step",
                            .dimension = dimension::none,
                            .origin = Origin::model,
                            .source = "reference",
                            .help = "how far the reported SOC has gone since the report before"});
}

void ReferenceReports::restart() noexcept {
  soc_.restart();
  soc_logic_.restart();
  voltage_check_ = cells_check_ = {};
  current_step_ = no_charge_ = no_discharge_ = -infinity;
  voltage_.restart();
  if (cells_) {
    cells_->restart();
  }
  current_.restart();
  soc_signal_.restart();
  soc_row_.restart();
  temperature_.restart();
  remaining_.restart();
  soh_.restart();
  soh_.set(soh_range_);
  step_signal_.restart();
  last_soc_ = 0.0;
  step_fresh_ = false;
}

Interval ReferenceReports::battery(double now, const Measured& measured) const noexcept {
  const MeasuredValue& reported = measured.reported_voltage;
  // A reading from before the last step of the current, and be it this moment's, is about another voltage.
  const bool settled = !steps(measured.current) && reported.time > current_step_ + report_age;
  if (!voltage_cross_checked() || !settled || !reported.good || now - reported.time > reported_max_age) {
    return {};
  }
  Interval told = widened(reported.latest, voltage_tolerance_);
  // The pack that tells is not the only one: another may stand behind a body diode.
  if (packs_ > 1 && no_charge_ >= reported.time - report_age) {
    told.hi += BatteryVoltage::diode;
  }
  if (packs_ > 1 && no_discharge_ >= reported.time - report_age) {
    told.lo -= BatteryVoltage::diode;
  }
  return told;
}

// What other packs keep at the terminals says little of one that has left them: the one that tells may have recovered
// above what still discharges, or fallen below what still charges.
Interval ReferenceReports::beside_the_bus(Interval expected, double since) const noexcept {
  if (packs_ > 1 && no_discharge_ >= since) {
    expected.hi = infinity;
  }
  if (packs_ > 1 && no_charge_ >= since) {
    expected.lo = -infinity;
  }
  return expected;
}

// A report of B: its own, or all cells together.
void ReferenceReports::check_battery(const ReferenceView& view, ReportBounds& report, double tolerance,
                                     CrossCheck& check) noexcept {
  Interval expected;
  if (view.battery.independent()) {
    expected = widened(view.histories.battery.between(report.came() - report_age, view.now), tolerance);
    const Interval told = beside_the_bus(expected, report.came() - report_age);
    if (told == expected) {
      check.note(!intersect(expected, report.said()).empty());
    }
    expected = told;
  }
  report.settle(expected);
}

void ReferenceReports::check_current(const ReferenceView& view) noexcept {
  const Interval measured = view.histories.current.between(current_.came() - report_age, view.now);
  // Between two readings a step may have gone beyond both of its ends: one box is off before the other has moved.
  const double beyond = measured.width() > current_step_size ? 0.5 * measured.width() : 0.0;
  current_.settle(widened(measured, current_tolerance_ + beyond));
}

void ReferenceReports::check_soc(const ReferenceView& view) noexcept {
  const MeasuredValue& reported = view.measured.reported_soc;
  soc_.anchor(reported.latest);
  // A count may have drifted; right after a correction it has not.
  const auto tolerance = [&](SocBounds::Because because) {
    const std::size_t row = soc_rows_[static_cast<std::size_t>(because)];
    return row == RowHint::none ? soc_tolerance_
                                : std::min(soc_tolerance_, soc_tolerances_[static_cast<std::size_t>(because)]);
  };
  const Interval soc = soc_.value();
  soc_signal_.set({soc.lo - tolerance(soc_.because_lo()), soc.hi + tolerance(soc_.because_hi())});
  soc_row_.set(soc_rows_[static_cast<std::size_t>(soc_.because_lo())],
               soc_rows_[static_cast<std::size_t>(soc_.because_hi())]);
  soc_logic_.update(reported, view.histories.current.between(last_soc_ - report_age, view.now));
  last_soc_ = view.now;
  step_fresh_ = soc_logic_.has_step();
  if (step_range_.hi < infinity) {
    step_signal_.set(widened(soc_logic_.allowed_step(), step_range_.hi));
  }
  if (remaining_tolerance_ < infinity) {
    const double share = remaining_tolerance_ / soc_logic_.capacity().hi;
    remaining_.set(soc_logic_.remaining(share));
  }
}

void ReferenceReports::check_temperature(const ReferenceView& view) noexcept {
  const bool judged = thermal_known_ && temperature_tolerance_ < infinity;
  temperature_.set(judged ? widened(view.temperature.report(), temperature_tolerance_) : Interval{});
}

void ReferenceReports::count(const ReferenceView& view) noexcept {
  const Measured& m = view.measured;
  soc_.update({.now = view.now,
               .step = view.elapsed,
               .current = m.current.good ? m.current.value : Interval{-unknown_current, unknown_current},
               .battery = view.battery.value(),
               .no_flow = m.charge_demand.value == Truth::no && m.discharge_demand.value == Truth::no,
               .over_voltage = m.over_voltage.value == Truth::yes,
               .under_voltage = m.under_voltage.value == Truth::yes,
               .load_on = m.discharge_demand.value == Truth::yes,
               .coldest = view.temperature.coldest()});
}

void ReferenceReports::update(const ReferenceView& view) noexcept {
  const Measured& m = view.measured;
  if (steps(m.current)) {
    current_step_ = view.now;
  }
  no_charge_ = view.paths.charge_surely_open ? no_charge_ : view.now;
  no_discharge_ = view.paths.discharge_surely_open ? no_discharge_ : view.now;
  count(view);
  voltage_.open(m.reported_voltage);
  current_.open(m.reported_current);
  if (covered(voltage_, view.battery.time(), view.now)) {
    check_battery(view, voltage_, voltage_tolerance_, voltage_check_);
  }
  if (cells_) {
    cells_->open(m.cell_sum);
    if (covered(*cells_, view.battery.time(), view.now)) {
      check_battery(view, *cells_, cells_tolerance_, cells_check_);
    }
  }
  if (covered(current_, m.current.time, view.now)) {
    check_current(view);
  }
  if (m.reported_soc.fresh) {
    check_soc(view);
  }
  if (m.reported_temperature.fresh) {
    check_temperature(view);
  }
}

void ReferenceReports::publish(const Tick& tick, SignalTable& table) noexcept {
  voltage_.publish(tick, table);
  if (cells_) {
    cells_->publish(tick, table);
  }
  current_.publish(tick, table);
  soc_signal_.publish(tick, table);
  soc_row_.publish(tick, table);
  temperature_.publish(tick, table);
  remaining_.publish(tick, table);
  soh_.publish(tick, table);
  step_signal_.publish(tick, table);
  if (step_fresh_) {
    table.write(step_id_, soc_logic_.step(), tick.start, Quality::good);
    step_fresh_ = false;
  }
}

}  // namespace rig
