#include "rig/model/soc_bounds.hpp"

#include <array>

namespace rig {
namespace {

struct Point {
  double soc, ocv;
};
constexpr std::array<Point, 21> table{
    {{0.0, 2.286},  {0.01, 2.783}, {0.02, 2.895}, {0.03, 2.967}, {0.05, 3.065}, {0.07, 3.132}, {0.10, 3.197},
     {0.15, 3.212}, {0.20, 3.234}, {0.25, 3.255}, {0.30, 3.270}, {0.40, 3.292}, {0.50, 3.300}, {0.60, 3.304},
     {0.70, 3.311}, {0.75, 3.319}, {0.80, 3.335}, {0.90, 3.343}, {0.98, 3.349}, {0.99, 3.362}, {1.0, 3.531}}};
// Hysteresis (at most 15 mV), spread between cells and temperature (dU/dT over 30 K), V.
constexpr double slack = 0.03;

double interpolate(double soc) noexcept {
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (soc <= table[i].soc) {
      const Point& a = table[i - 1];
      const Point& b = table[i];
      return a.ocv + (b.ocv - a.ocv) * (soc - a.soc) / (b.soc - a.soc);
    }
  }
  return table.back().ocv;
}

// When a conforming pack counts itself full (GTX-SOC-02), as the pack sees it: pack voltage, taper current and time,
// each with what its sensors may be off.
constexpr double full_voltage = 55.68, voltage_error = 0.15;  // V (GTX-SEN-01)
constexpr double taper = 5.0, current_error = 0.6;            // A
constexpr Interval full_for{45.0, 75.0};                      // s, 60 s with 25 %
// Empty at an under-voltage trip under load (GTX-SOC-03).
constexpr double empty_current = 5.0;                                // A
constexpr double empty_temperature = 10.0, temperature_error = 2.0;  // degC, K
// The flag of a trip is seen this long after the pack decided at most, s, and a correction is seen as late.
constexpr double seen_within = 3.0;
// A correction moves by 1 %/s, as exactly as a pack counts time.
constexpr double slowest_correction = 0.0075;  // 1/s
// A long rest (GTX-SOC-04): 30 min with 25 %.
constexpr double rested_for = 22.5 * 60;  // s
constexpr double rest_current = 0.2;      // A
constexpr double told_within = 30.0;      // s, what was counted before a rest has been reported
constexpr double plateau_lo = 0.15, plateau_hi = 0.95;
// Where a pack's own curve may begin to say so, hysteresis included, V a cell.
constexpr double rested_empty = 3.225, rested_full = 3.335;
constexpr double look_period = 10.0;  // s; a rested voltage hardly moves
// The pack's own curve is another one than this, and its cells are read with an error: V.
constexpr double rested_error = 0.01;

}  // namespace

Interval healthy_soc(Interval ocv) noexcept {
  Interval soc{1.0, 0.0};
  for (int i = 0; i <= 100; ++i) {
    const double x = i / 100.0;
    const Interval there = healthy_ocv({x - 0.01, x + 0.01});
    if (!intersect(there, ocv).empty()) {
      soc = hull(soc, {std::max(0.0, x - 0.01), std::min(1.0, x + 0.01)});
    }
  }
  return soc;
}

SocBounds::SocBounds(const SocCounting& counting)
    : counting_(counting), full_(full_for), rest_({rested_for, infinity}) {}

void SocBounds::restart() noexcept {
  bounds_ = {0.0, 1.0};
  anchored_ = false;
  because_lo_ = because_hi_ = Because::counted;
  full_.restart();
  rest_.restart();
  heavy_since_ = infinity;
  heavy_until_ = -infinity;
  was_over_ = was_under_ = true;
  next_look_ = 0.0;
  resting_ = false;
  rest_since_ = infinity;
  full_from_ = empty_from_ = infinity;
}

void SocBounds::count(const Inputs& in) noexcept {
  const Interval known = in.no_flow ? Interval{0.0, 0.0} : in.current;
  const Interval current = widened(known, counting_.offset);
  const Interval& capacity = counting_.capacity;
  const double least = current.lo / (current.lo < 0 ? capacity.lo : capacity.hi);
  const double most = current.hi / (current.hi < 0 ? capacity.hi : capacity.lo);
  bounds_.lo = std::clamp(bounds_.lo + least * in.step, 0.0, 1.0);
  bounds_.hi = std::clamp(bounds_.hi + most * in.step, 0.0, 1.0);
}

void SocBounds::watch_full(const Inputs& in) noexcept {
  // A battery voltage that is not known says nothing about full or empty.
  const bool known = in.battery.lo > -infinity && in.battery.hi < infinity;
  const bool possible = known && in.battery.hi > full_voltage - voltage_error &&
                        in.current.lo < taper + current_error && in.current.hi > -rest_current - current_error;
  const bool certain = known && in.battery.lo > full_voltage + voltage_error && in.current.hi < taper - current_error &&
                       in.current.lo > current_error;
  full_.set(in.now - in.step, possible, certain);
  const bool tripped = in.over_voltage && !was_over_;
  was_over_ = in.over_voltage;
  if (possible && full_.may_since() <= in.now) {
    bounds_.hi = 1.0;
    because_hi_ = Because::full;
  }
  full_.forget(in.now, 0.0);
  if (tripped || full_.must_since() <= in.now) {
    bounds_.hi = 1.0;
    because_hi_ = Because::full;
    full_from_ = std::min(full_from_, in.now + seen_within);
    empty_from_ = infinity;
  }
}

void SocBounds::watch_empty(const Inputs& in) noexcept {
  const double out = -in.current.hi;  // discharging at least
  if (out > empty_current + current_error) {
    heavy_since_ = std::min(heavy_since_, in.now);
    heavy_until_ = in.now;
  } else if (in.now > heavy_until_ + seen_within) {
    heavy_since_ = infinity;
  }
  const bool tripped = in.under_voltage && !was_under_;
  was_under_ = in.under_voltage;
  if (!tripped) {
    return;
  }
  bounds_.lo = 0.0;
  because_lo_ = Because::empty;
  // The pack surely tripped under load: it flowed until shortly ago and the load is still on.
  const bool heavy = in.load_on && heavy_since_ < in.now - 2 * seen_within && heavy_until_ > in.now - seen_within;
  if (heavy && in.coldest.lo > empty_temperature + temperature_error) {
    empty_from_ = in.now + seen_within;
    full_from_ = infinity;
  }
}

void SocBounds::watch_rest(const Inputs& in) noexcept {
  const Interval current = in.no_flow ? Interval{0.0, 0.0} : in.current;
  const bool possible = current.lo < rest_current && current.hi > -rest_current;
  rest_.set(in.now - in.step, possible, false);
  rest_since_ = !possible ? infinity : std::min(rest_since_, in.now);
  resting_ = in.now > rest_since_ + told_within;
  if (!possible || rest_.may_since() > in.now || !(in.battery.width() < infinity)) {
    rest_.forget(in.now, 0.0);
    return;
  }
  if (in.now < next_look_) {
    return;
  }
  next_look_ = in.now + look_period;
  // It is made once a rest; whether now or later, nobody knows, and the cells hardly move.
  const Interval cell{in.battery.lo / counting_.cells - rested_error, in.battery.hi / counting_.cells + rested_error};
  if (cell.hi > rested_full && bounds_.hi < 1.0) {
    bounds_.hi = 1.0;
    because_hi_ = Because::rested;
  }
  if (cell.hi > rested_full && bounds_.lo > plateau_hi) {
    bounds_.lo = plateau_hi;
    because_lo_ = Because::rested;
  }
  const Interval told = cell.lo < rested_empty ? healthy_soc(cell) : Interval{1.0, 0.0};
  if (told.lo < std::min(plateau_lo, bounds_.lo)) {
    bounds_.lo = told.lo;
    because_lo_ = Because::rested;
  }
  if (!told.empty() && bounds_.hi < std::min(told.hi, plateau_lo)) {
    bounds_.hi = std::min(told.hi, plateau_lo);
    because_hi_ = Because::rested;
  }
}

// A correction that surely has begun goes on until it is through, whatever flows meanwhile.
void SocBounds::pursue(double now, double step) noexcept {
  if (now >= full_from_) {
    bounds_.hi = 1.0;
    bounds_.lo = std::min(1.0, bounds_.lo + slowest_correction * step);
    because_lo_ = Because::full;
    full_from_ = bounds_.lo >= 1.0 ? infinity : full_from_;
  }
  if (now >= empty_from_) {
    bounds_.lo = 0.0;
    bounds_.hi = std::max(0.0, bounds_.hi - slowest_correction * step);
    because_hi_ = Because::empty;
    empty_from_ = bounds_.hi <= 0.0 ? infinity : empty_from_;
  }
}

void SocBounds::update(const Inputs& in) noexcept {
  if (!anchored_) {
    return;
  }
  count(in);
  watch_full(in);
  watch_empty(in);
  watch_rest(in);
  pursue(in.now, in.step);
}

Interval healthy_ocv(Interval soc) noexcept {
  // The tails are steeper than any table: beyond them only the cell's absolute window holds.
  const double lo = soc.lo < 0.01 ? 1.5 : interpolate(soc.lo) - slack;
  const double hi = soc.hi > 0.985 ? 4.2 : interpolate(soc.hi) + slack;
  return {lo, hi};
}

}  // namespace rig
