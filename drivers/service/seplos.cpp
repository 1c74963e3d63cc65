#include "drivers/service/codec.hpp"

// Seplos V2.0.
namespace rig::service {
namespace {

constexpr int zero_celsius = 2731;    // 0.1 K
constexpr double charge_unit = 36.0;  // A*s: 10 mAh
constexpr std::size_t soc_item = 1;   // of the items behind their number: capacity, SOC, rated, cycles ...
constexpr std::size_t cycles_item = 3;

void analog(const Info& info, Reading& reading) {
  InfoCursor in(info);
  in.skip(2, "flag and number of the group");
  read_cells(in, reading);
  read_temperatures(in, zero_celsius, reading.ambient_temperature, reading.switch_temperature, reading);
  reading.current = in.signed_word("current") / 100.0;
  reading.voltage = in.word("voltage") / 100.0;
  reading.remaining = in.word("residual capacity") * charge_unit;
  const std::size_t items = in.byte("number of items");
  for (std::size_t i = 0; i < items && in.left() >= 2; ++i) {
    const std::uint16_t item = in.word("item");
    if (i == 0) {
      reading.full = item * charge_unit;
    } else if (i == soc_item) {
      reading.soc = item / 1000.0;
    } else if (i == cycles_item) {
      reading.cycles = item;
    }
  }
}

void states(const Info& info, Reading& reading) {
  using enum PackState;
  InfoCursor in(info);
  in.skip(2, "flag and number of the group");
  in.skip(in.byte("number of cells"), "states of the cells");
  in.skip(in.byte("number of temperatures"), "states of the temperatures");
  in.skip(2, "states of current and voltage");
  in.skip(1, "number of items");
  in.skip(1, "event 1");
  const unsigned voltages = in.byte("event 2"), temperatures = in.byte("event 3"), board = in.byte("event 4");
  const unsigned currents = in.byte("event 5");
  in.skip(1, "event 6");
  const unsigned switches = in.byte("switches");
  const unsigned first = in.byte("balancing 1"), second = in.byte("balancing 2");
  // Alarm and protection alternate.
  const auto pair = [&](unsigned byte, unsigned place, PackState state) {
    reading.alarm.set(state, (byte >> place & 1U) != 0);
    reading.protection.set(state, (byte >> (place + 1) & 1U) != 0);
  };
  pair(voltages, 0, cell_ov);
  pair(voltages, 2, cell_uv);
  pair(voltages, 4, pack_ov);
  pair(voltages, 6, pack_uv);
  pair(temperatures, 0, charge_ot);
  pair(temperatures, 2, charge_ut);
  pair(temperatures, 4, discharge_ot);
  pair(temperatures, 6, discharge_ut);
  pair(board, 0, ambient_ot);
  pair(board, 2, ambient_ut);
  reading.protection.set(switch_ot, (board >> 4 & 1U) != 0);
  reading.alarm.set(switch_ot, (board >> 5 & 1U) != 0);
  pair(currents, 0, charge_oc);
  pair(currents, 2, discharge_oc);
  reading.protection.set(short_circuit, (currents >> 5 & 1U) != 0);
  reading.discharge_switch = (switches & 1U) != 0;
  reading.charge_switch = (switches >> 1 & 1U) != 0;
  reading.balancing = first | second << 8;
}

}  // namespace

const Codec& seplos() {
  static constexpr Codec codec{"seplos", 0x20, 0, &ask_by_number, &analog, &states, 0x51, 0};
  return codec;
}

}  // namespace rig::service
