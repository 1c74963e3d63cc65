#include "drivers/sim/firmware.hpp"

#include <algorithm>

namespace rig::sim {

void Firmware::configure(const FirmwareParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  afe_.configure(parameters.afe, seed);
  protections_.configure(parameters, seed);
  alarms_.configure(parameters, parameters.debounce);
  derating_.configure(parameters.derating, parameters.limits);
  soc_.configure(parameters.soc, parameters.force_charge, parameters.full_charge);
  balancer_.configure(parameters.balancing);
  switches_.configure(parameters.fet, parameters.contacts);
  power_.configure(parameters.start);
  panel_.configure(parameters.lights);
  can_.configure(parameters.can, seed);
}

void Firmware::restart(const FirmwareStart& start) noexcept {
  clock_ = 0;
  runs_ = 0;
  soc_.restart(start.soc, start.capacity, start.since_full);
  power_.restart(0, start.on);
  switches_.restart(start.on);
  panel_.restart(0);
  wake(0);
  can_.restart(0);
}

// What a processor does that has just got its supply. SOC and the month live in memory that keeps.
void Firmware::wake(double now) noexcept {
  afe_.restart();
  protections_.restart();
  alarms_.restart();
  derating_.restart();
  balancer_.restart();
  due_ = clock_;
  last_scan_ = now;
  fresh_ = false;
}

void Firmware::task(double now, double dt, const PackCells& cells, const PackSight& sight) noexcept {
  if (supplied()) {
    fresh_ = afe_.run(now, cells, sight.current) || fresh_;
  }
  if (++runs_ >= parameters_.task.every) {
    runs_ = 0;
    const bool slept = !power_.awake();
    decide(now, dt, fresh_, sight);
    fresh_ = false;
    if (slept && power_.awake()) {
      wake(now);
      can_.restart(now);
      afe_.run(now, cells, sight.current);
      fresh_ = true;
    }
  }
  if (can_.due(now) && power_.awake()) {
    can_.send(now, telegram());
  }
}

void Firmware::decide(double now, double dt, bool fresh, const PackSight& sight) noexcept {
  clock_ += dt;
  const PowerState before = power_.state();
  power_.run(clock_, sight.button, sight.terminal_voltage, afe_.scan().pack_voltage);
  if (power_.pressed()) {
    protections_.unlock(clock_);
  }
  if (fresh || clock_ >= due_) {
    protections_.update(clock_, afe_.scan(), soc_.soc());
    alarms_.update(clock_, afe_.scan(), soc_.soc(), protections_.tripped());
    due_ = std::min(protections_.due(), alarms_.due());
  }
  if (fresh) {
    follow_scan(now - last_scan_);
    last_scan_ = now;
  }
  const double patience = to_seconds(parameters_.can.pcs_timeout);
  const bool on = power_.ready() && (patience <= 0 || sight.since_pcs <= patience);
  const bool alarmed = parameters_.alarms_block && alarms_.flags().any();
  switches_.run(dt, {.charge_fet = on && protections_.charge_fet_demand() && !alarmed,
                     .discharge_fet = on && protections_.discharge_fet_demand() && !alarmed,
                     .charge_contact = protections_.charge_blocked(),
                     .discharge_contact = protections_.discharge_blocked() || power_.failed()});
  if (fresh || before != power_.state() || clock_ >= panel_.due()) {
    panel_.run(clock_, light_sight());
  }
}

void Firmware::follow_scan(double dt) noexcept {
  const Scan& scan = afe_.scan();
  soc_.update(clock_, dt, scan, {protections_.over_voltage_tripped(), protections_.under_voltage_tripped()});
  derating_.update(dt, scan, protections_.charge_blocked() || protections_.charge_complete(),
                   protections_.discharge_blocked() || !power_.ready());
  balancer_.update(clock_, scan);
}

LightSight Firmware::light_sight() const noexcept {
  const Flags& t = protections_.tripped();
  LightSight sight;
  sight.power = power_.state();
  sight.since = power_.since();
  sight.sweep_step = to_seconds(parameters_.start.sweep_step);
  sight.soc = soc_.shown();
  sight.current = afe_.scan().current;
  sight.under_voltage = t.under_voltage;
  sight.protection =
      t.over_voltage || t.charge_oc || t.discharge_oc || t.charge_ot || t.charge_ut || t.discharge_ot || t.discharge_ut;
  return sight;
}

BoardReport Firmware::board() const noexcept {
  BoardReport report;
  report.scan = afe_.scan();
  report.sensors = afe_.sensors();
  report.remaining = soc_.remaining();
  report.full = soc_.capacity();
  report.cycles = parameters_.soc.cycles;
  report.bleeding = bleeding();
  report.charge_fet = charge_fet();
  report.discharge_fet = discharge_fet();
  report.voltage = protections_.voltage_trips();
  report.protection = protections_.flags();
  report.alarm = alarms_.flags();
  report.awake = supplied();
  return report;
}

Telegram Firmware::telegram() const noexcept {
  const FirmwareParameters& p = parameters_;
  const Scan& scan = afe_.scan();
  Telegram t;
  t.voltage = scan.pack_voltage;
  t.current = scan.current;
  t.temperature = scan.mean_temperature;
  t.soc = soc_.shown();
  t.soh = p.soc.soh.value();
  t.cycles = p.soc.cycles;
  t.remaining = soc_.remaining();
  t.charge_voltage = p.limits.charge_voltage.value();
  t.discharge_voltage = p.limits.discharge_voltage.value();
  const bool zero = p.limits.zero_when_blocked;
  t.charge_current = zero && protections_.charge_blocked() ? 0.0 : derating_.charge();
  t.discharge_current = zero && protections_.discharge_blocked() ? 0.0 : derating_.discharge();
  t.charge_allowed = !protections_.charge_blocked();
  t.discharge_allowed = !protections_.discharge_blocked() && !power_.failed();
  t.protection = protections_.flags();
  t.protection.system_error = power_.failed();
  t.alarm = alarms_.flags();
  t.force_charge = soc_.force_charge();
  t.full_charge = soc_.full_charge_request();
  return t;
}

}  // namespace rig::sim
