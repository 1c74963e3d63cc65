#include "drivers/sim/firmware_derating.hpp"

#include <algorithm>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {
namespace {

template <class Q>
double between(const LimitPoint<Q>& a, const LimitPoint<Q>& b, double x) noexcept {
  const double part = (x - a.at.value()) / (b.at.value() - a.at.value());
  return a.limit.value() + part * (b.limit.value() - a.limit.value());
}

double read(const FourPoints<Volts>& t, double volts) noexcept {
  if (volts <= t.p1.at.value()) {
    return t.p1.limit.value();
  }
  if (volts < t.p2.at.value()) {
    return between(t.p1, t.p2, volts);
  }
  if (volts < t.p3.at.value()) {
    return between(t.p2, t.p3, volts);
  }
  return volts < t.p4.at.value() ? between(t.p3, t.p4, volts) : t.p4.limit.value();
}
double highest(const FourPoints<Volts>& t) noexcept {
  return std::max({t.p1.limit, t.p2.limit, t.p3.limit, t.p4.limit}).value();
}

// Nothing at all below the first point: there the limit jumps.
double read(const SixPoints<Celsius>& t, double celsius) noexcept {
  if (celsius <= t.p1.at.value()) {
    return 0;
  }
  const std::array<const LimitPoint<Celsius>*, 6> points = {&t.p1, &t.p2, &t.p3, &t.p4, &t.p5, &t.p6};
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (celsius < points[i]->at.value()) {
      return between(*points[i - 1], *points[i], celsius);
    }
  }
  return t.p6.limit.value();
}
double highest(const SixPoints<Celsius>& t) noexcept {
  return std::max({t.p1.limit, t.p2.limit, t.p3.limit, t.p4.limit, t.p5.limit, t.p6.limit}).value();
}

// A table takes something away only where it falls below its highest point: the rating itself is not its affair.
template <class Table>
double derated(double limit, const Table& table, double value) noexcept {
  const double here = read(table, value);
  return here < highest(table) ? std::min(limit, here) : limit;
}

}  // namespace

void Derating::configure(const DeratingParameters& derating, const LimitParameters& limits) {
  derating_ = derating;
  limits_ = limits;
  first_ = true;
}

void Derating::update(double dt, const Scan& scan, bool charge_blocked, bool discharge_blocked) noexcept {
  const DeratingParameters& d = derating_;
  double charge = limits_.charge_current.value();
  double discharge = limits_.discharge_current.value();
  if (d.by_cell_enabled) {
    charge = derated(charge, d.charge_by_cell, scan.highest_cell);
    discharge = derated(discharge, d.discharge_by_cell, scan.lowest_cell);
  }
  if (d.by_temperature_enabled) {
    for (const double celsius : {scan.coldest, scan.hottest}) {
      charge = derated(charge, d.charge_by_temperature, celsius);
      discharge = derated(discharge, d.discharge_by_temperature, celsius);
    }
  }
  const bool zero = limits_.zero_when_blocked;
  charge = zero && charge_blocked ? 0.0 : charge;
  discharge = zero && discharge_blocked ? 0.0 : discharge;
  const double most = first_ ? 1e9 : d.slope.value() * dt;
  first_ = false;
  // A blocked direction is zero at once; everything else moves at the slope.
  charge_ = zero && charge_blocked ? 0.0 : charge_ + std::clamp(charge - charge_, -most, most);
  followed_ = zero && discharge_blocked ? 0.0 : followed_ + std::clamp(discharge - followed_, -most, most);
  discharge_ = std::min(followed_, limits_.discharge_power.value() / std::max(scan.pack_voltage, 1.0));
}

}  // namespace rig::sim

namespace rig {
using sim::by_default, sim::option;

void Fields<sim::LimitParameters>::declare(Mapping<sim::LimitParameters>& m) {
  using L = sim::LimitParameters;
  m.optional("charge_voltage", &L::charge_voltage, option("charge voltage as sent (CVL)", "manual 3", 0.0, 100.0));
  m.optional("charge_current", &L::charge_current,
             option("highest charge current limit (CCL)", "manual 3", 0.0, 1000.0));
  m.optional("discharge_current", &L::discharge_current,
             option("highest discharge current limit (DCL)", "manual 3", 0.0, 1000.0));
  m.optional("discharge_power", &L::discharge_power,
             option("discharge power that DCL keeps", "manual 3", 0.0, 50000.0));
  m.optional("discharge_voltage", &L::discharge_voltage,
             option("discharge cut-off voltage as sent", "manual 3", 0.0, 100.0));
  m.optional("zero_when_blocked", &L::zero_when_blocked, option("the limit of a blocked direction is zero"));
}

void Fields<sim::DeratingParameters>::declare(Mapping<sim::DeratingParameters>& m) {
  using D = sim::DeratingParameters;
  m.optional("charge_by_cell", &D::charge_by_cell, option("CCL by the highest cell"));
  m.optional("charge_by_temperature", &D::charge_by_temperature, option("CCL by hottest and coldest NTC"));
  m.optional("discharge_by_cell", &D::discharge_by_cell, option("DCL by the lowest cell"));
  m.optional("discharge_by_temperature", &D::discharge_by_temperature, option("DCL by hottest and coldest NTC"));
  m.optional("slope", &D::slope, option("limits change at most so fast", by_default, 0.01, 1e6));
  m.optional("by_cell_enabled", &D::by_cell_enabled, option("the tables by cell voltage are used"));
  m.optional("by_temperature_enabled", &D::by_temperature_enabled, option("the tables by temperature are used"));
}

}  // namespace rig
