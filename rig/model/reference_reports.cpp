#include "rig/model/reference_reports.hpp"

namespace rig {
namespace {

constexpr double reported_max_age = 2.5;  // s
// Samples of the current that differ by more are a step, A.
constexpr double current_step_size = 1.0;

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
    : cells_(requirements.cells),
      voltage_tolerance_(judged_range(requirements, RowKind::sensing, "dut.voltage").hi),
      current_tolerance_(judged_range(requirements, RowKind::sensing, "dut.current").hi),
      soc_tolerance_(judged_range(requirements, RowKind::sensing, "dut.soc").hi),
      temperature_tolerance_(judged_range(requirements, RowKind::sensing, "dut.temperature").hi) {}

void ReferenceReports::declare(SignalTable& table) {
  voltage_.declare(table, "dut.voltage", dimension::voltage);
  current_.declare(table, "dut.current", dimension::current);
  soc_signal_.declare(table, "dut.soc", dimension::none);
}

void ReferenceReports::restart() noexcept {
  soc_.restart();
  voltage_compared_ = 0;
  voltage_agrees_ = true;
  current_step_ = -infinity;
  voltage_.restart();
  current_.restart();
  soc_signal_.restart();
}

Interval ReferenceReports::battery(double now, const Measured& measured) const noexcept {
  const MeasuredValue& reported = measured.reported_voltage;
  // A reading from before the last step of the current is about another voltage.
  const bool settled = reported.time > current_step_ + report_age;
  if (!voltage_cross_checked() || !settled || !reported.good || now - reported.time > reported_max_age) {
    return {};
  }
  return widened(reported.latest, voltage_tolerance_);
}

void ReferenceReports::check_voltage(const ReferenceView& view) noexcept {
  Interval expected;
  if (view.battery.independent()) {
    expected = widened(view.battery_history.between(view.now - report_age, view.now), voltage_tolerance_);
    ++voltage_compared_;
    voltage_agrees_ = voltage_agrees_ && !intersect(expected, view.measured.reported_voltage.latest).empty();
  }
  voltage_.set(expected);
}

void ReferenceReports::check_current(const ReferenceView& view) noexcept {
  current_.set(widened(view.current_history.between(view.now - report_age, view.now), current_tolerance_));
}

void ReferenceReports::check_soc(const ReferenceView& view) noexcept {
  soc_.anchor(view.measured.reported_soc.latest);
  soc_signal_.set(soc_tolerance_ < infinity ? widened(soc_.value(), soc_tolerance_) : Interval{});
}

void ReferenceReports::update(const ReferenceView& view) noexcept {
  const Measured& m = view.measured;
  if (m.current.fresh && m.current.value.width() > current_step_size) {
    current_step_ = view.now;
  }
  soc_.update(view.step, m.current.good ? m.current.value : Interval{0.0, 0.0}, view.battery.value(), cells_);
  if (m.reported_voltage.fresh) {
    check_voltage(view);
  }
  if (m.reported_current.fresh) {
    check_current(view);
  }
  if (m.reported_soc.fresh) {
    check_soc(view);
  }
}

void ReferenceReports::publish(const Tick& tick, SignalTable& table) noexcept {
  voltage_.publish(tick, table);
  current_.publish(tick, table);
  soc_signal_.publish(tick, table);
}

}  // namespace rig
