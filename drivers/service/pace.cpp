#include "drivers/service/codec.hpp"

// PACE V2.5: BMS boards of that maker and of many who sell them. Values from its RS232 protocol text.
namespace rig::service {
namespace {

constexpr int zero_celsius = 2730;    // 0.1 K
constexpr double charge_unit = 36.0;  // A*s: 10 mAh

void analog(const Info& info, Reading& reading) {
  InfoCursor in(info);
  in.skip(2, "flag and number of the pack");
  read_cells(in, reading);
  read_temperatures(in, zero_celsius, reading.switch_temperature, reading.ambient_temperature, reading);
  reading.current = in.signed_word("current") / 100.0;
  reading.voltage = in.word("voltage") / 1000.0;
  reading.remaining = in.word("remaining capacity") * charge_unit;
  in.skip(1, "number of items");
  reading.full = in.word("full capacity") * charge_unit;
  reading.cycles = in.word("cycles");
}

struct Bit {
  unsigned place;
  PackState state;
};
void note_bits(std::uint8_t byte, std::initializer_list<Bit> bits, PackStates& states) {
  for (const Bit& bit : bits) {
    states.set(bit.state, (byte >> bit.place & 1U) != 0);
  }
}

void states(const Info& info, Reading& reading) {
  using enum PackState;
  InfoCursor in(info);
  in.skip(2, "flag and number of the pack");
  in.skip(in.byte("number of cells"), "states of the cells");
  in.skip(in.byte("number of temperatures"), "states of the temperatures");
  in.skip(3, "states of currents and voltage");
  PackStates& protection = reading.protection;
  note_bits(
      in.byte("protection 1"),
      {{6, short_circuit}, {5, discharge_oc}, {4, charge_oc}, {3, pack_uv}, {2, pack_ov}, {1, cell_uv}, {0, cell_ov}},
      protection);
  note_bits(in.byte("protection 2"),
            {{6, ambient_ut},
             {5, ambient_ot},
             {4, switch_ot},
             {3, discharge_ut},
             {2, charge_ut},
             {1, discharge_ot},
             {0, charge_ot}},
            protection);
  const std::uint8_t indication = in.byte("indication");
  reading.discharge_switch = (indication >> 2 & 1U) != 0;
  reading.charge_switch = (indication >> 1 & 1U) != 0;
  in.skip(2, "control and faults");
  const unsigned first = in.byte("balancing 1"), second = in.byte("balancing 2");
  reading.balancing = first | second << 8;
  note_bits(in.byte("warning 1"),
            {{5, discharge_oc}, {4, charge_oc}, {3, pack_uv}, {2, pack_ov}, {1, cell_uv}, {0, cell_ov}}, reading.alarm);
  note_bits(in.byte("warning 2"),
            {{6, switch_ot},
             {5, ambient_ut},
             {4, ambient_ot},
             {3, discharge_ut},
             {2, charge_ut},
             {1, discharge_ot},
             {0, charge_ot}},
            reading.alarm);
}

}  // namespace

const Codec& pace() {
  static constexpr Codec codec{"pace", 0x25, 0, &ask_by_number, &analog, &states, 0xC1, 0xC2};
  return codec;
}

}  // namespace rig::service
