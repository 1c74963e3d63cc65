// The virtual pack's own packing of its frames, byte by byte: it shares nothing with the decoder that reads them.
#include "drivers/sim/can_frames.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace rig::sim {
namespace {

// Rounds to the nearest step and keeps the field's range.
std::int32_t steps(double value, double step, std::int32_t lowest, std::int32_t highest) noexcept {
  const double scaled = value / step;
  const double rounded = scaled < 0 ? scaled - 0.5 : scaled + 0.5;
  return rounded <= lowest ? lowest : rounded >= highest ? highest : static_cast<std::int32_t>(rounded);
}

void put(CanFrame& frame, std::size_t byte, std::int32_t value) noexcept {
  frame.data[byte] = static_cast<std::uint8_t>(value & 0xFF);
  frame.data[byte + 1] = static_cast<std::uint8_t>((value >> 8) & 0xFF);
}
void put_unsigned(CanFrame& frame, std::size_t byte, double value, double step) noexcept {
  put(frame, byte, steps(value, step, 0, 65535));
}
void put_signed(CanFrame& frame, std::size_t byte, double value, double step) noexcept {
  put(frame, byte, steps(value, step, -32768, 32767));
}

CanFrame empty(std::uint32_t id, std::uint8_t length) noexcept {
  CanFrame frame;
  frame.id = id;
  frame.length = length;
  return frame;
}

// A limit is rounded down: rounding up would order more than the pack permits.
double rounded_down(double amps, double step) noexcept { return std::floor(amps / step + 1e-6) * step; }
std::int32_t tenths(double amps) noexcept {
  return static_cast<std::int32_t>(std::clamp(amps * 10.0 + 0.5, 0.0, 32767.0));
}

CanFrame limits(const Telegram& t) noexcept {
  CanFrame frame = empty(0x351, 8);
  put_unsigned(frame, 0, t.charge_voltage, 0.1);
  put(frame, 2, tenths(rounded_down(t.charge_current, 0.1)));
  const double step = t.discharge_limit_step;
  put(frame, 4, tenths(rounded_down(t.discharge_current, step) + (t.discharge_limit_up ? step : 0.0)));
  put_unsigned(frame, 6, t.discharge_voltage, 0.1);
  return frame;
}

CanFrame charge_state(DialectWord dialect, const Telegram& t) noexcept {
  const bool sofar = dialect == DialectWord::sofar_amass;
  CanFrame frame = empty(0x355, sofar ? 8 : 4);
  put_unsigned(frame, 0, t.soc * 100.0, 1.0);
  put_unsigned(frame, 2, t.soh * 100.0, 1.0);
  if (sofar) {
    put_unsigned(frame, 4, t.soc * 100.0, 0.01);
    put_unsigned(frame, 6, t.remaining / 3600.0, 0.1);
  }
  return frame;
}

CanFrame measurements(DialectWord dialect, const Telegram& t) noexcept {
  const bool sofar = dialect == DialectWord::sofar_amass;
  CanFrame frame = empty(0x356, sofar ? 8 : 6);
  put_signed(frame, 0, t.voltage, 0.01);
  put_signed(frame, 2, t.current, 0.1);
  put_signed(frame, 4, t.temperature, 0.1);
  if (sofar) {
    put(frame, 6, static_cast<std::int32_t>(std::clamp<std::int64_t>(t.cycles, 0, 65535)));
  }
  return frame;
}

std::uint8_t first_bits(const Flags& f) noexcept {
  return static_cast<std::uint8_t>((f.over_voltage ? 0x02 : 0) | (f.under_voltage ? 0x04 : 0) |
                                   (f.charge_ot || f.discharge_ot ? 0x08 : 0) |
                                   (f.charge_ut || f.discharge_ut ? 0x10 : 0) | (f.discharge_oc ? 0x80 : 0));
}
std::uint8_t second_bits(const Flags& f) noexcept {
  return static_cast<std::uint8_t>((f.charge_oc ? 0x01 : 0) | (f.system_error ? 0x08 : 0));
}

CanFrame counts_or_bits(DialectWord dialect, const Telegram& t) noexcept {
  if (dialect == DialectWord::sofar_amass) {
    CanFrame frame = empty(0x359, 8);
    frame.data = {0, 0, 0, 0, 1, 16, 0x27, 0x10};  // one module of 16 cells
    return frame;
  }
  CanFrame frame = empty(0x359, 7);
  frame.data[0] = first_bits(t.protection);
  frame.data[1] = second_bits(t.protection);
  frame.data[2] = first_bits(t.alarm);
  frame.data[3] = second_bits(t.alarm);
  frame.data[4] = 1;
  frame.data[5] = 'P';
  frame.data[6] = 'N';
  return frame;
}

// Pairs of bits: raised is 01, cleared is 10. Four bytes of protections, four of alarms in the same order.
void put_pairs(CanFrame& frame, std::size_t first_byte, const Flags& f) noexcept {
  const std::array<bool, 16> items = {f.any(),           f.over_voltage, f.under_voltage, f.discharge_ot,
                                      f.discharge_ut,    f.charge_ot,    f.charge_ut,     f.discharge_oc,
                                      f.charge_oc,       false,          false,           f.system_error,
                                      f.cell_difference, false,          false,           false};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto pair = static_cast<unsigned>(items[i] ? 1 : 2) << (2 * (i % 4));
    auto& byte = frame.data[first_byte + i / 4];
    byte = static_cast<std::uint8_t>(byte | pair);
  }
}

CanFrame pairs(const Telegram& t) noexcept {
  CanFrame frame = empty(0x35A, 8);
  put_pairs(frame, 0, t.protection);
  put_pairs(frame, 4, t.alarm);
  return frame;
}

CanFrame requests(const Telegram& t) noexcept {
  CanFrame frame = empty(0x35C, 2);
  // Of the two forced charges the one for inverters that must not let the pack shut down.
  frame.data[0] = static_cast<std::uint8_t>((t.charge_allowed ? 0x80 : 0) | (t.discharge_allowed ? 0x40 : 0) |
                                            (t.force_charge ? 0x10 : 0) | (t.full_charge ? 0x08 : 0));
  return frame;
}

CanFrame name(DialectWord dialect) noexcept {
  CanFrame frame = empty(0x35E, 8);
  const std::string_view text = dialect == DialectWord::sofar_amass ? std::string_view("AMASS\0\0\0", 8) : "PYLON   ";
  std::copy(text.begin(), text.end(), frame.data.begin());
  return frame;
}

CanFrame information() noexcept {
  CanFrame frame = empty(0x35F, 8);
  put(frame, 2, 0x0100);  // firmware 1.0
  put(frame, 4, 100);     // Ah
  return frame;
}

CanFrame command(const Telegram& t) noexcept {
  CanFrame frame = empty(0x30F, 8);
  frame.data[0] = t.force_charge ? std::uint8_t{1} : (t.full_charge ? t.full_charge_command : std::uint8_t{0});
  frame.data[1] = static_cast<std::uint8_t>((t.discharge_allowed ? 1 : 0) | (t.charge_allowed ? 2 : 0));
  return frame;
}

}  // namespace

std::size_t frame_count(DialectWord dialect) noexcept { return dialect == DialectWord::sofar_amass ? 8 : 6; }

CanFrame pack_frame(DialectWord dialect, std::size_t index, const Telegram& t) noexcept {
  switch (index) {
    case 0:
      return limits(t);
    case 1:
      return charge_state(dialect, t);
    case 2:
      return measurements(dialect, t);
    case 3:
      return counts_or_bits(dialect, t);
    case 4:
      return name(dialect);
    case 5:
      return dialect == DialectWord::sofar_amass ? pairs(t) : requests(t);
    case 6:
      return information();
    default:
      return command(t);
  }
}

}  // namespace rig::sim
