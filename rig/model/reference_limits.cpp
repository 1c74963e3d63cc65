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
    : power_(requirements.ratings.discharge_power.value()),
      voltage_error_(0.0),
      charge_voltage_range_(judged_range(requirements, RowKind::sent_range, "dut.charge_voltage_limit")),
      discharge_voltage_range_(judged_range(requirements, RowKind::sent_range, "dut.discharge_voltage_limit")),
      charge_{.range = judged_range(requirements, RowKind::sent_range, "dut.charge_current_limit"),
              .derating = DeratingBounds(requirements, Direction::charge)},
      discharge_{.range = judged_range(requirements, RowKind::sent_range, "dut.discharge_current_limit"),
                 .derating = DeratingBounds(requirements, Direction::discharge)} {
  const double tolerance = judged_range(requirements, RowKind::sensing, "dut.voltage").hi;
  voltage_error_ = tolerance < infinity ? tolerance : 0.0;
  restart(false);
}

void ReferenceLimits::declare(SignalTable& table) {
  charge_voltage_.declare(table, "dut.charge_voltage_limit", dimension::voltage);
  discharge_voltage_.declare(table, "dut.discharge_voltage_limit", dimension::voltage);
  const auto declare_current = [&](CurrentLimit& limit, const std::string& signal) {
    limit.bounds.declare(table, signal, dimension::current);
    limit.row.declare(table, signal);
  };
  declare_current(charge_, "dut.charge_current_limit");
  declare_current(discharge_, "dut.discharge_current_limit");
}

void ReferenceLimits::restart(bool cells_equalised) noexcept {
  charge_voltage_.restart();
  discharge_voltage_.restart();
  for (CurrentLimit* limit : {&charge_, &discharge_}) {
    limit->derating.restart(cells_equalised);
    limit->bounds.restart();
    limit->row.restart();
    limit->told = infinity;
    limit->told_time = 0.0;
  }
}

void ReferenceLimits::compare(const ReferenceView& view, CurrentLimit& limit, double power) const noexcept {
  const Interval b = view.histories.battery.between(limit.opened - limit_age, view.now);
  const Interval current = view.histories.current.between(limit.opened - limit_age, view.now);
  limit.derating.update({.now = limit.opened,
                         .battery = b,
                         .unloaded = unloaded(b, current, view.drop),
                         .hottest = limit.temperature.hottest,
                         .coldest = limit.temperature.coldest,
                         .mean = limit.temperature.mean,
                         .may_block = limit.blocked.may,
                         .voltage_error = voltage_error_,
                         .before = limit.told,
                         .elapsed = limit.bounds.came() - limit.told_time + told_jitter,
                         .highest_cell = view.histories.highest_cell.between(limit.opened - limit_age, view.now),
                         .lowest_cell = view.histories.lowest_cell.between(limit.opened - limit_age, view.now),
                         .apart = view.cells_apart});
  limit.row.set(limit.derating.row_lo(), limit.derating.row_hi());
  limit.told = limit.bounds.said().hi;
  limit.told_time = limit.bounds.came();
  Interval range = limit.range;
  if (b.lo > 1.0 && b.lo < infinity) {
    range.hi = std::min(range.hi, power / (b.lo - voltage_error_));
  }
  limit.bounds.settle(current_limit(limit.blocked, range, limit.derating.limit()));
}

void ReferenceLimits::update(const ReferenceView& view, const CellTemperature::Sensed& t, Blocked charge,
                             Blocked discharge) noexcept {
  const Measured& m = view.measured;
  if (m.charge.limit.fresh || m.discharge.limit.fresh) {
    // A request below the charge voltage belongs to derating: allowed, and recorded.
    const bool derated = !m.charge.limit.good || m.charge.limit.latest.hi < charge_.range.hi;
    charge_voltage_.set({derated ? 0.0 : charge_voltage_range_.lo, charge_voltage_range_.hi});
    discharge_voltage_.set(discharge_voltage_range_);
  }
  // Without a measurement there is nothing to wait for: what does not follow from the voltage is compared all the same.
  const double measured = m.voltage.good && m.current.good ? view.battery.time() : infinity;
  const auto follow = [&](CurrentLimit& limit, const MeasuredValue& sent, Blocked blocked, double power) {
    if (limit.bounds.open(sent)) {
      limit.opened = view.now;
      limit.blocked = blocked;
      limit.temperature = t;
    }
    if (limit.bounds.awaited() && measured >= limit.bounds.came()) {
      compare(view, limit, power);
    }
  };
  follow(charge_, m.charge.limit, charge, infinity);
  follow(discharge_, m.discharge.limit, discharge, power_);
}

void ReferenceLimits::publish(const Tick& tick, SignalTable& table) noexcept {
  charge_voltage_.publish(tick, table);
  discharge_voltage_.publish(tick, table);
  for (CurrentLimit* limit : {&charge_, &discharge_}) {
    limit->bounds.publish(tick, table);
    limit->row.publish(tick, table);
  }
}

}  // namespace rig
