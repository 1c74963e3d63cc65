#include <fmt/format.h>

#include "drivers/service/codec.hpp"
#include "rig/core/error.hpp"

// Pylontech, RS485 protocol V3.3. The pack's address is its place in the chain, 2 is the master.
namespace rig::service {
namespace {

constexpr int zero_celsius = 2731;        // 0.1 K
constexpr double milliampere_hour = 3.6;  // A*s

Info ask(std::uint8_t pack) { return {pack}; }

// The board first, then the groups of cells.
void read_temperatures(InfoCursor& in, Reading& reading) {
  const std::size_t count = in.byte("number of temperatures");
  if (count > ServicePort::most_sensors + 1) {
    throw RigError(
        fmt::format("number of temperatures: expected at most {}, found {}", ServicePort::most_sensors + 1, count));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double value = celsius(in.word("temperature"), zero_celsius);
    if (i == 0) {
      reading.switch_temperature = value;
    } else {
      reading.temperatures[i - 1] = value;
      reading.sensor_count = i;
    }
  }
}

void analog(const Info& info, Reading& reading) {
  InfoCursor in(info);
  in.skip(2, "flag and number of the pack");
  read_cells(in, reading);
  read_temperatures(in, reading);
  reading.current = in.signed_word("current") / 10.0;
  reading.voltage = in.word("voltage") / 1000.0;
  const std::uint16_t remaining = in.word("remaining capacity");
  const unsigned items = in.byte("number of items");
  const std::uint16_t total = in.word("total capacity");
  reading.cycles = in.word("cycles");
  reading.remaining = remaining * milliampere_hour;
  reading.full = total * milliampere_hour;
  if (items == 4) {  // packs above 65 Ah: two bytes are not enough
    reading.remaining = in.triple("remaining capacity, three bytes") * milliampere_hour;
    reading.full = in.triple("total capacity, three bytes") * milliampere_hour;
  }
}

void states(const Info& info, Reading& reading) {
  using enum PackState;
  InfoCursor in(info);
  in.skip(2, "flag and number of the pack");
  const unsigned cells = in.byte("number of cells");
  for (unsigned i = 0; i < cells; ++i) {
    note_state(in.byte("state of a cell"), cell_uv, cell_ov, reading.alarm);
  }
  in.skip(in.byte("number of temperatures"), "states of the temperatures");
  const std::uint8_t charge = in.byte("state of the charge current");
  const std::uint8_t voltage = in.byte("state of the voltage");
  const std::uint8_t discharge = in.byte("state of the discharge current");
  reading.alarm.set(charge_oc, charge == 2);
  note_state(voltage, pack_uv, pack_ov, reading.alarm);
  reading.alarm.set(discharge_oc, discharge == 2);
  const std::uint8_t status = in.byte("status 1");
  const auto on = [&](unsigned place) { return (status >> place & 1U) != 0; };
  reading.protection.set(pack_uv, on(7));
  reading.protection.set(charge_ot, on(6));
  reading.protection.set(discharge_ot, on(5));
  reading.protection.set(discharge_oc, on(4));
  reading.protection.set(charge_oc, on(2));
  reading.protection.set(cell_uv, on(1));
  reading.protection.set(pack_ov, on(0));
  const std::uint8_t switches = in.byte("status 2");
  reading.discharge_switch = (switches >> 2 & 1U) != 0;
  reading.charge_switch = (switches >> 1 & 1U) != 0;
}

}  // namespace

const Codec& pylontech() {
  static constexpr Codec codec{"pylontech", 0x20, 2, &ask, &analog, &states, 0x96, 0x93};
  return codec;
}

}  // namespace rig::service
