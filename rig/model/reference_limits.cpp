#include "rig/model/reference_limits.hpp"

namespace rig {
namespace {

// The discharge current limit is computed from a voltage up to this old, s.
constexpr double limit_age = 2.5;
// The task that computes a limit and the frame that tells it have periods of their own: s.
constexpr double told_jitter = 0.3;

Interval current_limit(ReferenceLimits::Blocked blocked, Interval range, Interval derating) noexcept {
  Interval value = intersect(range, {0.0, infinity});
  value.hi = std::min(value.hi, derating.hi);
  if (blocked.must) {
    value.hi = 0.0;
  } else if (!blocked.may) {
    value.lo = std::max(value.lo, std::min(derating.lo, value.hi));
  }
  return value;
}

}  // namespace

ReferenceLimits::ReferenceLimits(const Requirements& requirements)
    : ratings_(requirements.ratings),
      voltage_error_(0.0),
      charge_voltage_range_(judged_range(requirements, RowKind::sent_range, "dut.charge_voltage_limit")),
      charge_range_(judged_range(requirements, RowKind::sent_range, "dut.charge_current_limit")),
      discharge_range_(judged_range(requirements, RowKind::sent_range, "dut.discharge_current_limit")),
      discharge_voltage_range_(judged_range(requirements, RowKind::sent_range, "dut.discharge_voltage_limit")),
      charge_derating_(requirements, Direction::charge),
      discharge_derating_(requirements, Direction::discharge) {
  const double tolerance = judged_range(requirements, RowKind::sensing, "dut.voltage").hi;
  voltage_error_ = tolerance < infinity ? tolerance : 0.0;
  restart(false);
}

void ReferenceLimits::declare(SignalTable& table) {
  charge_voltage_.declare(table, "dut.charge_voltage_limit", dimension::voltage);
  charge_.declare(table, "dut.charge_current_limit", dimension::current);
  discharge_.declare(table, "dut.discharge_current_limit", dimension::current);
  discharge_voltage_.declare(table, "dut.discharge_voltage_limit", dimension::voltage);
  charge_row_.declare(table, "dut.charge_current_limit");
  discharge_row_.declare(table, "dut.discharge_current_limit");
}

void ReferenceLimits::restart(bool cells_equalised) noexcept {
  charge_derating_.restart(cells_equalised);
  discharge_derating_.restart(cells_equalised);
  charge_row_.restart();
  discharge_row_.restart();
  charge_voltage_.restart();
  charge_.restart();
  discharge_.restart();
  discharge_voltage_.restart();
  charge_told_ = discharge_told_ = {};
}

void ReferenceLimits::update(const ReferenceView& view, const CellTemperature::Sensed& t, Blocked charge,
                             Blocked discharge) noexcept {
  const Measured& m = view.measured;
  if (!m.charge.limit.fresh && !m.discharge.limit.fresh) {
    return;  // nobody compares between two frames
  }
  const Interval b = view.battery_history.between(view.now - limit_age, view.now);
  const DeratingBounds::Inputs inputs{view.now, b, t.hottest, t.coldest, t.mean, false, voltage_error_};
  const auto derate = [&](DeratingBounds& derating, Blocked blocked, RowHint& row, Told& told,
                          const MeasuredValue& limit) {
    DeratingBounds::Inputs in = inputs;
    in.may_block = blocked.may;
    in.before = told.limit;
    in.elapsed = limit.time - told.time + told_jitter;
    derating.update(in);
    row.set(derating.row_lo(), derating.row_hi());
    told = limit.good ? Told{limit.latest.hi, limit.time} : Told{};
  };
  derate(charge_derating_, charge, charge_row_, charge_told_, m.charge.limit);
  derate(discharge_derating_, discharge, discharge_row_, discharge_told_, m.discharge.limit);
  charge_.set(current_limit(charge, charge_range_, charge_derating_.limit()));
  Interval range = discharge_range_;
  if (b.lo > 1.0 && b.lo < infinity) {
    range.hi = std::min(range.hi, ratings_.discharge_power.value() / (b.lo - voltage_error_));
  }
  discharge_.set(current_limit(discharge, range, discharge_derating_.limit()));
  // A request below the charge voltage belongs to derating: allowed, and recorded.
  const bool derated = !m.charge.limit.good || m.charge.limit.latest.hi < charge_range_.hi;
  charge_voltage_.set({derated ? 0.0 : charge_voltage_range_.lo, charge_voltage_range_.hi});
  discharge_voltage_.set(discharge_voltage_range_);
}

void ReferenceLimits::publish(const Tick& tick, SignalTable& table) noexcept {
  charge_voltage_.publish(tick, table);
  charge_.publish(tick, table);
  discharge_.publish(tick, table);
  discharge_voltage_.publish(tick, table);
  charge_row_.publish(tick, table);
  discharge_row_.publish(tick, table);
}

}  // namespace rig
