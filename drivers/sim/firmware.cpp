#include "drivers/sim/firmware.hpp"

#include <algorithm>

namespace rig::sim {

void Firmware::configure(const FirmwareParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  afe_.configure(parameters.afe, seed);
  protections_.configure(parameters, seed);
  alarms_.configure(parameters, parameters.debounce);
  faults_.configure(parameters);
  derating_.configure(parameters.derating, parameters.limits);
  soc_.configure(parameters.soc, parameters.force_charge, parameters.full_charge);
  balancer_.configure(parameters.balancing);
  switches_.configure(parameters.fet, parameters.contacts);
  power_.configure(parameters.start);
  panel_.configure(parameters.lights);
  link_.configure(parameters.link);
  can_.configure(parameters.can, seed);
}

void Firmware::restart(const FirmwareStart& start) noexcept {
  clock_ = 0;
  counted_ = 0;
  runs_ = 0;
  soc_.restart(start.soc, start.capacity, start.since_full);
  power_.restart(0, start.on);
  faults_.restart();
  switches_.restart(start.on);
  panel_.restart(0);
  link_.restart(0, start.id, start.packs);
  wake(0);
  can_.restart(0);
}

// What a processor does that has just got its supply. SOC, the month and faults live in memory that keeps.
void Firmware::wake(double now) noexcept {
  afe_.restart();
  protections_.restart();
  alarms_.restart();
  faults_.wake();
  derating_.restart();
  balancer_.restart();
  panel_.wake();
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
  if (can_.due(now) && power_.awake() && link_.speaks_on_can()) {
    can_.send(now, telegram());
  }
}

double Firmware::idle_until(double now, const PackSight& sight) const noexcept {
  const bool linked = !sight.link.alone() || link_.id() > 0;
  if (parameters_.task.every > 1 || linked || switches_.moving()) {
    return now;
  }
  const double patience = to_seconds(parameters_.can.pcs_timeout);
  const double left = patience > 0 && sight.since_pcs <= patience ? patience - sight.since_pcs : never_due;
  const double counted = std::min({power_.due(clock_, power_sight(sight)), due_, panel_.due()});
  return std::min({now + (counted - clock_), now + left, afe_.next(), can_.next()});
}

PowerSight Firmware::power_sight(const PackSight& sight) const noexcept {
  return {.button = sight.button,
          .terminal_voltage = sight.terminal_voltage,
          .battery_voltage = afe_.scan().pack_voltage,
          .current = afe_.scan().current,
          .since_pcs = sight.since_pcs};
}

// Not a sum of many steps: runs that are counted together come to the same moment as one by one.
void Firmware::count(std::int64_t runs, double dt) noexcept {
  counted_ += runs;
  clock_ = static_cast<double>(counted_) * dt;
}

void Firmware::decide(double now, double dt, bool fresh, const PackSight& sight) noexcept {
  count(1, dt);
  const PowerState before = power_.state();
  if (!sight.link.alone() || link_.id() > 0) {
    link_.run(clock_, sight.link,
              {.off = before == PowerState::off || before == PowerState::asleep,
               .coding = before == PowerState::coding,
               .wants_stop = power_.wants_stop(),
               .report = own_report(sight.link)});
  }
  power_.run(clock_, power_sight(sight), link_.orders());
  if (power_.pressed()) {
    protections_.unlock(clock_);
  }
  if (supplied() && (fresh || clock_ >= due_)) {
    protections_.update(clock_, afe_.scan(), soc_.soc());
    alarms_.update(clock_, afe_.scan(), soc_.soc(), protections_.tripped());
    faults_.update(clock_, afe_.scan());
    due_ = std::min({protections_.due(), alarms_.due(), faults_.due()});
  }
  if (fresh) {
    follow_scan(now - last_scan_);
    last_scan_ = now;
  }
  const double patience = to_seconds(parameters_.can.pcs_timeout);
  const bool on = power_.ready() && (patience <= 0 || sight.since_pcs <= patience);
  const bool alarmed = parameters_.alarms_block && alarms_.flags().any();
  switches_.run(
      dt, {.charge_fet = on && protections_.charge_fet_demand() && faults_.charge_fet_demand() && !alarmed,
           .discharge_fet = on && protections_.discharge_fet_demand() && faults_.discharge_fet_demand() && !alarmed,
           .charge_contact = charge_blocked() || link_.charge_prohibited(),
           .discharge_contact = discharge_blocked() || power_.failed() || link_.discharge_prohibited()});
  if (fresh || before != power_.state() || clock_ >= panel_.due()) {
    panel_.run(clock_, light_sight());
  }
}

void Firmware::follow_scan(double dt) noexcept {
  const Scan& scan = afe_.scan();
  soc_.update(clock_, dt, scan, {protections_.over_voltage_tripped(), protections_.under_voltage_tripped()});
  soc_.ask(clock_, dt, scan.current,
           link_.leads() && link_.packs() > 1 ? link_.system(own_report({})).soc : soc_.soc());
  derating_.update(dt, scan, charge_blocked() || protections_.charge_complete(),
                   discharge_blocked() || !power_.ready());
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
  sight.protection = t.over_voltage || t.charge_oc || t.discharge_oc || t.charge_ot || t.charge_ut || t.discharge_ot ||
                     t.discharge_ut || faults_.charge_blocked();
  return sight;
}

Flags Firmware::told_protections() const noexcept {
  Flags flags = protections_.flags();
  flags.system_error = faults_.told();
  return flags;
}

BoardReport Firmware::board() const noexcept {
  BoardReport report;
  report.scan = afe_.scan();
  if (parameters_.afe.cells_told_high) {
    for (double& cell : report.scan.cell) {
      cell += 0.02;
    }
  }
  report.sensors = afe_.sensors();
  report.remaining = soc_.remaining();
  report.full = soc_.capacity();
  report.cycles = parameters_.soc.cycles;
  report.bleeding = bleeding();
  report.charge_fet = charge_fet();
  report.discharge_fet = discharge_fet();
  report.voltage = protections_.voltage_trips();
  report.protection = told_protections();
  report.alarm = alarms_.flags();
  report.awake = supplied() && afe_.has_scanned();  // nothing is told before it is known
  return report;
}

PackReport Firmware::own_report(const LinkPorts& ports) const noexcept {
  const Scan& scan = afe_.scan();
  const bool zero = parameters_.limits.zero_when_blocked;
  PackReport report;
  report.voltage = scan.pack_voltage;
  report.current = scan.current;
  report.soc = soc_.shown();
  report.capacity = soc_.capacity();
  report.remaining = soc_.remaining();
  report.temperature = scan.mean_temperature;
  report.soh = parameters_.soc.soh.value();
  report.charge_limit = zero && charge_blocked() ? 0.0 : derating_.charge();
  report.discharge_limit = zero && discharge_blocked() ? 0.0 : derating_.discharge();
  report.charge_allowed = !charge_blocked();
  report.discharge_allowed = !discharge_blocked() && !power_.failed();
  report.closed = power_.state() == PowerState::on;
  report.out_connected = ports.out_connected;
  report.protection = told_protections();
  report.alarm = alarms_.flags();
  return report;
}

Telegram Firmware::telegram() const noexcept {
  const FirmwareParameters& p = parameters_;
  const Scan& scan = afe_.scan();
  Telegram t;
  t.voltage = scan.pack_voltage;
  t.cycles = p.soc.cycles;
  t.charge_voltage = p.limits.charge_voltage.value();
  t.discharge_voltage = p.limits.discharge_voltage.value();
  const PackReport own = own_report({});
  const PackReport all = link_.leads() ? link_.system(own) : own;
  t.current = all.current;
  t.temperature = all.temperature;
  t.soc = all.soc;
  t.soh = all.soh;
  t.remaining = all.remaining;
  t.charge_current = all.charge_limit;
  t.discharge_current = all.discharge_limit;
  t.charge_allowed = all.charge_allowed;
  t.discharge_allowed = all.discharge_allowed;
  t.protection = all.protection;
  t.protection.system_error = t.protection.system_error || power_.failed();
  t.alarm = all.alarm;
  t.force_charge = soc_.force_charge();
  t.full_charge = soc_.full_charge_request();
  return t;
}

}  // namespace rig::sim
