// Each frame of both dialects, byte by byte, against bytes worked out by hand from the public frame tables.
#include <gmock/gmock.h>

#include "drivers/sim/can_frames.hpp"

namespace rig::sim {
namespace {

using Bytes = std::vector<int>;

Telegram charge_blocked() {
  Telegram t;
  t.voltage = 52.34;
  t.current = -12.3;
  t.temperature = 21.7;
  t.soc = 0.496;
  t.soh = 0.98;
  t.remaining = 51.1 * 3600;
  t.cycles = 300;
  t.charge_voltage = 56.1;
  t.charge_current = 50.0;
  t.discharge_current = 66.87;
  t.discharge_voltage = 45.6;
  t.charge_allowed = false;
  t.protection.over_voltage = true;
  return t;
}

Bytes bytes_of(DialectWord dialect, std::uint32_t id, const Telegram& telegram) {
  for (std::size_t i = 0; i < frame_count(dialect); ++i) {
    const CanFrame frame = pack_frame(dialect, i, telegram);
    EXPECT_FALSE(frame.extended);
    if (frame.id == id) {
      return {frame.data.begin(), frame.data.begin() + frame.length};
    }
  }
  return {};
}

TEST(CanFrames, of_sofar_amass_are_these_bytes) {
  const auto sofar = [](std::uint32_t id) { return bytes_of(DialectWord::sofar_amass, id, charge_blocked()); };
  EXPECT_EQ(frame_count(DialectWord::sofar_amass), 8u);
  EXPECT_EQ(sofar(0x351), (Bytes{0x31, 0x02, 0xF4, 0x01, 0x9C, 0x02, 0xC8, 0x01})) << "66.87 A is rounded down";
  EXPECT_EQ(sofar(0x355), (Bytes{50, 0, 98, 0, 0x60, 0x13, 0xFF, 0x01})) << "fine SOC 49.60 %, 51.1 Ah";
  EXPECT_EQ(sofar(0x356), (Bytes{0x72, 0x14, 0x85, 0xFF, 0xD9, 0x00, 0x2C, 0x01}));
  EXPECT_EQ(sofar(0x359), (Bytes{0, 0, 0, 0, 1, 16, 0x27, 0x10}));
  EXPECT_EQ(sofar(0x35A), (Bytes{0xA5, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA}));
  EXPECT_EQ(sofar(0x35E), (Bytes{'A', 'M', 'A', 'S', 'S', 0, 0, 0}));
  EXPECT_EQ(sofar(0x35F), (Bytes{0, 0, 0x00, 0x01, 100, 0, 0, 0}));
  EXPECT_EQ(sofar(0x30F), (Bytes{0, 0x01, 0, 0, 0, 0, 0, 0})) << "bit 0 discharge, bit 1 charge";
}

TEST(CanFrames, of_pylon_v12_are_these_bytes) {
  const auto pylon = [](std::uint32_t id) { return bytes_of(DialectWord::pylon_v12, id, charge_blocked()); };
  EXPECT_EQ(frame_count(DialectWord::pylon_v12), 6u);
  EXPECT_EQ(pylon(0x351), (Bytes{0x31, 0x02, 0xF4, 0x01, 0x9C, 0x02, 0xC8, 0x01}));
  EXPECT_EQ(pylon(0x355), (Bytes{50, 0, 98, 0}));
  EXPECT_EQ(pylon(0x356), (Bytes{0x72, 0x14, 0x85, 0xFF, 0xD9, 0x00}));
  EXPECT_EQ(pylon(0x359), (Bytes{0x02, 0, 0, 0, 1, 'P', 'N'}));
  EXPECT_EQ(pylon(0x35C), (Bytes{0x40, 0})) << "bit 7 charge, bit 6 discharge";
  EXPECT_EQ(pylon(0x35E), (Bytes{'P', 'Y', 'L', 'O', 'N', ' ', ' ', ' '}));
}

TEST(CanFrames, under_voltage_is_another_item_than_over_voltage) {
  Telegram t = charge_blocked();
  t.protection.over_voltage = false;
  t.protection.under_voltage = true;
  EXPECT_EQ(bytes_of(DialectWord::sofar_amass, 0x35A, t)[0], 0x99);
  EXPECT_EQ(bytes_of(DialectWord::pylon_v12, 0x359, t)[0], 0x04);
}

TEST(CanFrames, a_discharge_limit_on_a_step_is_sent_as_it_is) {
  for (int tenths = 0; tenths <= 1000; ++tenths) {
    Telegram t;
    t.discharge_current = tenths / 10.0;
    const Bytes bytes = bytes_of(DialectWord::sofar_amass, 0x351, t);
    ASSERT_EQ(bytes[4] + 256 * bytes[5], tenths);
  }
}

TEST(CanFrames, numbers_beyond_a_field_stop_at_its_end) {
  Telegram t;
  t.charge_voltage = 1e9;
  t.current = -1e9;
  t.discharge_current = 1e9;
  const Bytes limits = bytes_of(DialectWord::sofar_amass, 0x351, t);
  EXPECT_EQ(limits[0] + 256 * limits[1], 65535);
  EXPECT_EQ(limits[4] + 256 * limits[5], 32767);
  const Bytes measured = bytes_of(DialectWord::sofar_amass, 0x356, t);
  EXPECT_EQ(measured[2] + 256 * measured[3], 0x8000);
}

}  // namespace
}  // namespace rig::sim
