#include "drivers/sim/firmware.hpp"

#include <algorithm>
#include <cmath>

#include "rig/core/random.hpp"

namespace rig::sim {
namespace {
double quantised(double value, double step) noexcept { return std::floor(value / step + 0.5) * step; }
}  // namespace

void Firmware::configure(const FirmwareParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  Random random(seed, "firmware");
  // The pack's clock and the rig's were never started together.
  phase_ = random.uniform() * to_seconds(parameters_.can.period);
  since_scan_ = random.uniform() * to_seconds(parameters_.afe.scan_period);
}

void Firmware::restart(double soc, double capacity) noexcept {
  pack_ov_ = {};
  pack_uv_ = {.above = false};
  cell_ov_ = {};
  cell_uv_ = {.above = false};
  charge_ = {};
  discharge_ = {};
  charge_contact_ = {};
  discharge_contact_ = {};
  soc_ = soc;
  capacity_ = capacity;
  pack_voltage_ = 0;
  next_set_ = phase_;
  next_slot_ = 0;
  sent_.clear();
}

void Firmware::scan(const PackCells& cells, double current) noexcept {
  const AfeParameters& afe = parameters_.afe;
  const double resolution = afe.cell_resolution.value();
  double sum = 0;
  highest_cell_ = -1e9;
  lowest_cell_ = 1e9;
  for (std::size_t i = 0; i < cell_count; ++i) {
    const double reading =
        quantised(cells.cell_voltage(i, current) * afe.voltage_gain.value() + afe.cell_offset.value(), resolution);
    sum += reading;
    highest_cell_ = std::max(highest_cell_, reading);
    lowest_cell_ = std::min(lowest_cell_, reading);
  }
  pack_voltage_ = sum;
  current_ = quantised(current * afe.current_gain.value(), afe.current_resolution.value());
  temperature_ = cells.temperature();
}

void Firmware::judge(Rule& rule, const VoltageRule& p, double value, double dt) noexcept {
  if (!p.enabled) {
    rule.tripped = false;
    return;
  }
  if (!rule.tripped) {
    const bool beyond = rule.above ? value > p.threshold.value() : value < p.threshold.value();
    rule.beyond_for = beyond ? rule.beyond_for + dt : 0.0;
    if (beyond && rule.beyond_for >= to_seconds(p.delay)) {
      rule.tripped = true;
      rule.release_for = 0;
    }
    return;
  }
  const bool by_voltage = rule.above ? value <= p.release.value() : value >= p.release.value();
  const double reversed = rule.above ? -current_ : current_;
  const bool by_current = reversed > p.release_current.value();
  const bool by_soc = rule.above ? soc_ < p.release_soc.value() : soc_ > p.release_soc.value();
  bool back = false;
  switch (p.release_policy) {
    case ReleaseWord::voltage:
      back = by_voltage;
      break;
    case ReleaseWord::current:
      back = by_current;
      break;
    case ReleaseWord::soc:
      back = by_soc;
      break;
    case ReleaseWord::any:
      back = by_voltage || by_current || by_soc;
      break;
  }
  rule.release_for = back ? rule.release_for + dt : 0.0;
  if (back && rule.release_for >= to_seconds(p.release_delay)) {
    rule.tripped = false;
    rule.beyond_for = 0;
  }
}

void Firmware::drive(Switch& fet, bool demanded, double dt) const noexcept {
  if (fet.closed == demanded) {
    fet.pending = 0;
    return;
  }
  fet.pending += dt;
  if (fet.pending >= to_seconds(demanded ? parameters_.fet.close_delay : parameters_.fet.open_delay)) {
    fet.closed = demanded;
    fet.pending = 0;
  }
}

void Firmware::drive(Contact& contact, bool demanded, double dt) const noexcept {
  if (contact.closed == demanded) {
    contact.pending = 0;
    return;
  }
  contact.pending += dt;
  if (contact.pending >= to_seconds(parameters_.contacts.delay)) {
    contact.closed = demanded;
    contact.pending = 0;
  }
}

bool Firmware::charge_contact() const noexcept {
  return (charge_contact_.closed && parameters_.contacts.charge_works) != parameters_.contacts.charge_inverted;
}
bool Firmware::discharge_contact() const noexcept {
  return (discharge_contact_.closed && parameters_.contacts.discharge_works) != parameters_.contacts.discharge_inverted;
}

void Firmware::task(double now, double dt, const PackCells& cells, const PackSight& sight) noexcept {
  since_scan_ += dt;
  if (since_scan_ >= to_seconds(parameters_.afe.scan_period) - 1e-9 || pack_voltage_ == 0) {
    since_scan_ = 0;
    scan(cells, sight.current);
  }
  soc_ = std::clamp(soc_ + (current_ + parameters_.soc.current_offset.value()) * dt /
                               (capacity_ * parameters_.soc.capacity_scale.value()),
                    0.0, 1.0);
  const FirmwareParameters& p = parameters_;
  judge(pack_ov_, p.pack_ov, pack_voltage_, dt);
  judge(cell_ov_, p.cell_ov, highest_cell_, dt);
  judge(pack_uv_, p.pack_uv, pack_voltage_, dt);
  judge(cell_uv_, p.cell_uv, lowest_cell_, dt);
  const bool no_charge = (pack_ov_.tripped && p.pack_ov.fet) || (cell_ov_.tripped && p.cell_ov.fet);
  const bool no_discharge = (pack_uv_.tripped && p.pack_uv.fet) || (cell_uv_.tripped && p.cell_uv.fet);
  drive(charge_, !no_charge, dt);
  drive(discharge_, !no_discharge, dt);
  drive(charge_contact_, pack_ov_.tripped || cell_ov_.tripped, dt);
  drive(discharge_contact_, pack_uv_.tripped || cell_uv_.tripped, dt);
  if (now >= next_set_ && p.can.enabled) {
    talk(now);
  }
}

Telegram Firmware::telegram() const noexcept {
  const FirmwareParameters& p = parameters_;
  const bool no_charge = pack_ov_.tripped || cell_ov_.tripped;
  const bool no_discharge = pack_uv_.tripped || cell_uv_.tripped;
  Telegram t;
  t.voltage = pack_voltage_ * p.can.voltage_scale.value();
  t.current = current_ * p.can.current_scale.value();
  t.temperature = temperature_;
  t.soc = soc_;
  t.soh = p.soc.soh.value();
  t.cycles = p.soc.cycles;
  t.remaining = soc_ * capacity_;
  t.charge_voltage = p.limits.charge_voltage.value();
  t.discharge_voltage = p.limits.discharge_voltage.value();
  t.charge_current = no_charge && p.limits.zero_when_blocked ? 0.0 : p.limits.charge_current.value();
  t.discharge_current = no_discharge && p.limits.zero_when_blocked
                            ? 0.0
                            : std::min(p.limits.discharge_current.value(),
                                       p.limits.discharge_power.value() / std::max(pack_voltage_, 1.0));
  t.charge_allowed = !(no_charge && p.can.permissions_follow);
  t.discharge_allowed = !(no_discharge && p.can.permissions_follow);
  t.over_voltage = (pack_ov_.tripped && p.pack_ov.flag) || (cell_ov_.tripped && p.cell_ov.flag);
  t.under_voltage = (pack_uv_.tripped && p.pack_uv.flag) || (cell_uv_.tripped && p.cell_uv.flag);
  return t;
}

// The frames of a set follow each other at a fixed spacing; the next set begins one period after this one began.
void Firmware::talk(double now) noexcept {
  const CanParameters& can = parameters_.can;
  const double spacing = to_seconds(can.spacing);
  const Telegram t = telegram();
  while (now >= next_set_ + spacing * static_cast<double>(next_slot_)) {
    CanFrame frame = pack_frame(can.dialect, next_slot_, t);
    frame.time = TimePoint{from_seconds(next_set_ + spacing * static_cast<double>(next_slot_))};
    sent_.push(frame);
    if (++next_slot_ == frame_count(can.dialect)) {
      next_slot_ = 0;
      // A period that is too short for the set: the frames queue up, none overtakes another.
      next_set_ += std::max(to_seconds(can.period), spacing * static_cast<double>(frame_count(can.dialect)));
    }
  }
}

}  // namespace rig::sim
