#include "drivers/sim/firmware_can_port.hpp"

#include <algorithm>

#include "drivers/sim/firmware_options.hpp"
#include "rig/core/random.hpp"

namespace rig::sim {

void CanPort::configure(const CanParameters& parameters, std::uint64_t seed) {
  parameters_ = parameters;
  // The pack's clock and the rig's were never started together.
  phase_ = Random(seed, "firmware").uniform() * to_seconds(parameters_.period);
}

void CanPort::restart(double now) noexcept {
  next_set_ = next_frame_ = now + phase_;
  next_slot_ = 0;
  sets_ = 0;
  over_voltage_seen_ = false;
  held_ = {};
  sent_.clear();
}

void CanPort::spoil(Telegram& t) noexcept {
  const CanParameters& p = parameters_;
  over_voltage_seen_ = over_voltage_seen_ || t.protection.over_voltage;
  if (p.stuck_over_voltage) {
    t.protection.over_voltage = over_voltage_seen_;
  }
  t.alarm.discharge_oc = t.alarm.discharge_oc || p.stuck_discharge_alarm;
  if (p.swapped_temperature_flags) {
    std::swap(t.protection.charge_ot, t.protection.charge_ut);
    std::swap(t.protection.discharge_ot, t.protection.discharge_ut);
  }
  if (p.discharge_limit_in_fives) {
    t.discharge_limit_step = 5.0;
    t.discharge_limit_up = true;
  }
}

CanFrame CanPort::frame(std::size_t slot, const Telegram& telegram) noexcept {
  const CanParameters& p = parameters_;
  CanFrame frame = pack_frame(p.dialect, slot, telegram);
  const bool limits = frame.id == 0x351, soc = frame.id == 0x355, measurements = frame.id == 0x356;
  if ((limits && p.swapped_limits) || (measurements && p.swapped_measurements)) {
    for (std::size_t i = 0; i + 1 < frame.length; i += 2) {
      std::swap(frame.data[i], frame.data[i + 1]);
    }
  }
  if ((limits && p.frozen_limits) || (soc && p.frozen_soc) || (measurements && p.frozen_measurements)) {
    CanFrame& first = first_[slot];
    first = held_[slot] ? first : frame;
    held_[slot] = true;
    frame.data = first.data;
  }
  return frame;
}

void CanPort::send(CanFrame frame) noexcept {
  const CanParameters& p = parameters_;
  if (p.irregular_frame != 0 && frame.id == static_cast<std::uint32_t>(p.irregular_frame)) {
    if (sets_ % p.sent_every != p.sent_every - 1) {
      return;
    }
    if (p.left_out_every != 0 && sets_ % p.left_out_every == p.left_out_every - 1) {
      return;
    }
    frame.time += sets_ % 2 == 0 ? Duration{} : p.late_by;
  }
  sent_.push(frame);
}

void CanPort::send(double now, Telegram telegram) noexcept {
  const CanParameters& p = parameters_;
  const double spacing = to_seconds(p.spacing);
  telegram.voltage *= p.voltage_scale.value();
  telegram.remaining *= p.remaining_scale.value();
  telegram.current *= p.current_scale.value();
  telegram.charge_allowed = telegram.charge_allowed || !p.permissions_follow;
  telegram.discharge_allowed = telegram.discharge_allowed || !p.permissions_follow;
  telegram.full_charge_command = static_cast<std::uint8_t>(p.full_charge_command);
  spoil(telegram);
  while (now >= next_frame_) {
    CanFrame next = frame(next_slot_, telegram);
    next.time = TimePoint{from_seconds(next_frame_)};
    send(next);
    if (++next_slot_ == frame_count(p.dialect)) {
      next_slot_ = 0;
      ++sets_;
      // A period that is too short for the set: the frames queue up, none overtakes another.
      next_set_ += std::max(to_seconds(p.period), spacing * static_cast<double>(frame_count(p.dialect)));
    }
    next_frame_ = next_set_ + spacing * static_cast<double>(next_slot_);
  }
}

}  // namespace rig::sim

namespace rig {
void Fields<sim::CanParameters>::declare(Mapping<sim::CanParameters>& m) {
  using C = sim::CanParameters;
  using sim::by_default, sim::option;
  m.optional("dialect", &C::dialect, option("frame set: sofar_amass or pylon_v12", "public frame sets"));
  m.optional("period", &C::period, option("each frame is sent so often", "public frame sets", 0.01, 3600.0));
  m.optional("spacing", &C::spacing, option("time from one frame of a set to the next", by_default, 0.0003, 1.0));
  m.optional("enabled", &C::enabled, option("sends at all"));
  m.optional("remaining_scale", &C::remaining_scale,
             option("factor on the charge that is left as sent", by_default, 0.0, 100.0));
  m.optional("voltage_scale", &C::voltage_scale, option("factor on the voltage as sent", by_default, 0.0, 100.0));
  m.optional("current_scale", &C::current_scale, option("factor on the current as sent", by_default, -100.0, 100.0));
  m.optional("permissions_follow", &C::permissions_follow, option("the enable bits follow the blocked directions"));
  m.optional("full_charge_command", &C::full_charge_command,
             option("byte 0 of 0x30F when a full charge is asked for", "not public", 0.0, 255.0));
  m.optional("irregular_frame", &C::irregular_frame,
             option("identifier of a frame that comes otherwise than the others; 0: none", by_default, 0.0, 2047.0));
  m.optional("sent_every", &C::sent_every, option("that frame is in each so-maniest set", by_default, 1.0, 100000.0));
  m.optional("left_out_every", &C::left_out_every,
             option("that frame is missing in each so-maniest set; 0: in none", by_default, 0.0, 100000.0));
  m.optional("late_by", &C::late_by, option("that frame comes so much later every other time", by_default, 0.0, 60.0));
  m.optional(
      "pcs_timeout", &C::pcs_timeout,
      option("opens when no keep-alive 0x305 came for so long; zero: never", "the manual asks for none", 0.0, 3600.0));
}
}  // namespace rig
