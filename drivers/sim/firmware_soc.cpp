#include "drivers/sim/firmware_soc.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/sim/firmware_options.hpp"

namespace rig::sim {
namespace {

// The firmware's own idea of a rested LFP cell, only its steep ends: V and SOC (class relatives; mean of both
// branches).
struct Rested {
  double volts, soc;
};
constexpr std::array<Rested, 7> rested = {
    {{2.29, 0.0}, {2.78, 0.01}, {2.895, 0.02}, {3.065, 0.05}, {3.197, 0.10}, {3.22, 0.15}, {3.235, 0.20}}};
constexpr std::array<Rested, 3> rested_full = {{{3.362, 0.99}, {3.396, 0.995}, {3.53, 1.0}}};

template <std::size_t n>
double at(const std::array<Rested, n>& table, double volts) noexcept {
  for (std::size_t i = 1; i < n; ++i) {
    if (volts < table[i].volts) {
      const double part = (volts - table[i - 1].volts) / (table[i].volts - table[i - 1].volts);
      return std::max(table.front().soc, table[i - 1].soc + part * (table[i].soc - table[i - 1].soc));
    }
  }
  return table.back().soc;
}

// On the plateau a voltage says nothing: between the two tables there is no answer (below 0).
double soc_of_rested_cell(double volts) noexcept {
  if (volts < rested.back().volts) {
    return at(rested, volts);
  }
  return volts > rested_full.front().volts ? at(rested_full, volts) : -1.0;
}

// Since when has it stood? Below 0: it does not.
bool stood(double& since, bool stands, double now, double needed) noexcept {
  if (!stands) {
    since = -1;
    return false;
  }
  since = since < 0 ? now : since;
  return now - since >= needed - 1e-9;
}

}  // namespace

void SocCounter::configure(const SocParameters& soc, const ForceChargeParameters& force,
                           const FullChargeParameters& full) {
  soc_parameters_ = soc;
  force_ = force;
  full_ = full;
}

void SocCounter::restart(double soc, double capacity, double since_full) noexcept {
  soc_ = soc;
  capacity_ = capacity;
  target_ = full_since_ = rest_since_ = low_since_ = -1;
  current_before_ = 0;
  rested_ = false;
  before_ = {};
  since_full_ = soc >= full_.soc.value() ? 0.0 : since_full;
  forced_ = requested_ = false;
}

double SocCounter::shown() const noexcept {
  if (soc_parameters_.wraps) {
    return soc_ - std::floor(soc_);  // a counter of whole turns: 100 % is 0 again
  }
  return soc_;
}

void SocCounter::correct(double now, const Scan& scan, Events events) noexcept {
  const SocParameters& p = soc_parameters_;
  const double current = scan.current;
  const double rest = p.rest_current.value();
  // Zero current is zero within what the shunt can tell.
  const bool tapering =
      scan.pack_voltage >= p.full_voltage.value() && current >= -rest && current <= p.full_current.value();
  const bool full = stood(full_since_, tapering, now, to_seconds(p.full_delay));
  if (p.full_correction && (full || (events.over_voltage && !before_.over_voltage))) {
    target_ = 1.0;
  }
  // The trip comes between two scans, and opens the FET: the current that it stopped may be that of the scan before.
  const double drawn = -std::min(current, current_before_);
  current_before_ = current;
  if (p.empty_correction && events.under_voltage && !before_.under_voltage && drawn >= p.empty_current.value() &&
      scan.coldest >= p.empty_temperature.value()) {
    target_ = 0.0;
  }
  before_ = events;
  if (!stood(rest_since_, std::abs(current) < rest, now, to_seconds(p.rest_delay))) {
    rested_ = false;
  } else if (!rested_ && p.rest_correction) {
    rested_ = true;  // once a rest
    const double told = soc_of_rested_cell(scan.pack_voltage / static_cast<double>(cell_count));
    if (told >= 0 && (told < p.plateau_low.value() || told > p.plateau_high.value())) {
      target_ = told;
    }
  }
}

void SocCounter::ask(double now, double dt, double current, double told) noexcept {
  if (stood(low_since_, told < force_.set.value(), now, to_seconds(force_.delay)) && force_.enabled) {
    forced_ = true;
  } else if (told >= force_.clear.value() && !force_.stuck) {
    forced_ = false;
  }
  const bool starts_anew = told >= full_.soc.value() || (full_.timer_resets && current > 1.0);
  since_full_ = starts_anew ? 0.0 : since_full_ + dt;
  if (full_.enabled && since_full_ >= to_seconds(full_.after)) {
    requested_ = true;
  }
  if (told >= full_.clear.value() - 1e-9) {
    requested_ = false;
  }
}

void SocCounter::update(double now, double dt, const Scan& scan, Events events) noexcept {
  const SocParameters& p = soc_parameters_;
  double current = scan.current + p.current_offset.value();
  current = current > 0 ? current * p.efficiency.value() : (p.one_way ? 0.0 : current);
  soc_ += current * dt / (capacity_ * p.capacity_scale.value());
  correct(now, scan, events);
  if (target_ >= 0) {
    const double most = p.slew.value() * dt;
    soc_ += std::clamp(target_ - soc_, -most, most);
    if (std::abs(target_ - soc_) < 1e-9) {
      target_ = -1;
    }
  }
  soc_ = std::clamp(soc_, 0.0, 1.0);
}

}  // namespace rig::sim

namespace rig {
using sim::by_default, sim::option;

void Fields<sim::SocParameters>::declare(Mapping<sim::SocParameters>& m) {
  using S = sim::SocParameters;
  m.optional("current_offset", &S::current_offset,
             option("added to the current that is counted", by_default, -100.0, 100.0));
  m.optional("capacity_scale", &S::capacity_scale,
             option("factor on the capacity that is counted with", by_default, 0.1, 10.0));
  m.optional("efficiency", &S::efficiency, option("share of the charge that counts", "class relatives", 0.5, 1.0));
  m.optional("soh", &S::soh, option("state of health as sent", by_default, 0.0, 1.0));
  m.optional("cycles", &S::cycles, option("cycle count as sent", by_default, 0.0, 65535.0));
  m.optional("full_voltage", &S::full_voltage, option("full from here on", "manual 3", 0.0, 100.0));
  m.optional("full_current", &S::full_current, option("with at most this current", by_default, 0.0, 200.0));
  m.optional("full_delay", &S::full_delay, option("which stood for so long", by_default, 0.0, 36000.0));
  m.optional("empty_current", &S::empty_current,
             option("empty at an under-voltage trip with so much current", by_default, 0.0, 200.0));
  m.optional("empty_temperature", &S::empty_temperature, option("and not colder than this", by_default, -60.0, 100.0));
  m.optional("rest_current", &S::rest_current, option("less is rest", "class relatives (FOX)", 0.0, 10.0));
  m.optional("rest_delay", &S::rest_delay,
             option("a rested voltage tells SOC after so long", "class relatives (LIBRE)", 0.0, 864000.0));
  m.optional("plateau_low", &S::plateau_low, option("it tells nothing from here", by_default, 0.0, 1.0));
  m.optional("plateau_high", &S::plateau_high, option("up to here", by_default, 0.0, 1.0));
  m.optional("slew", &S::slew, option("a correction moves SOC by at most so much per second", by_default, 1e-6, 1.0));
  m.optional("full_correction", &S::full_correction, option("a full charge puts SOC to 100 %", "manual 5.3.3-3"));
  m.optional("empty_correction", &S::empty_correction, option("an under-voltage trip puts SOC to 0 %"));
  m.optional("rest_correction", &S::rest_correction, option("a long rest puts SOC right"));
}

void Fields<sim::ForceChargeParameters>::declare(Mapping<sim::ForceChargeParameters>& m) {
  using P = sim::ForceChargeParameters;
  m.optional("set", &P::set, option("asked for below", "manual 5.3.3-2", 0.0, 1.0));
  m.optional("clear", &P::clear, option("until", by_default, 0.0, 1.0));
  m.optional("delay", &P::delay, option("SOC stood below for so long", by_default, 0.0, 3600.0));
  m.optional("enabled", &P::enabled, option("asks at all"));
}

void Fields<sim::FullChargeParameters>::declare(Mapping<sim::FullChargeParameters>& m) {
  using P = sim::FullChargeParameters;
  m.optional("soc", &P::soc, option("the month begins anew from here on", "manual 5.3.3-3", 0.0, 1.0));
  m.optional("after", &P::after, option("one month", "manual 5.3.3-3, 30 days by class relatives", 0.0, 1e8));
  m.optional("clear", &P::clear, option("asked for until", by_default, 0.0, 1.0));
  m.optional("enabled", &P::enabled, option("asks at all"));
}

}  // namespace rig
