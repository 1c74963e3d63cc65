// Frames and payloads of service ports against published ones: examples of the makers' texts and answers of real packs.
#include <gmock/gmock.h>

#include "drivers/service/codec.hpp"
#include "rig/core/error.hpp"

namespace rig::service {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// PACE RS232 V2.5.
constexpr const char* pace_analog =
    "~25004600F07A0001100D420D140D130D130D130D130D130D130D110D120D130D110D110D120D100D13060BB70BB70BB80BB60BB30BBD0000"
    "D155128E03138800001388E3AC\r";
constexpr const char* pace_states =
    "~25014600004C000110000000000000000000000000000000000600000000000000000000000E000000000000EF3A\r";
// Answers of a real Pylontech pack: 42 of 15 cells, 92.
constexpr const char* pylontech_analog =
    "~20024600F07A00020F0D170D140D150D150D180D170D140D150D150D180D170D140D150D150D18050C0B0BEF0BF00BED0C0B00C9C447FFFF0"
    "4"
    "FFFF00120172B90186A0E2D1\r";
constexpr const char* pylontech_management = "~20024600B01402D002AFC800C8FE0CC0F915\r";

TEST(ServiceFrame, published_frames_are_read_and_written_again_bit_for_bit) {
  for (const char* text : {"~25004642E00201FD31\r", "~25004642E002FFFD06\r", "~25004644E00201FD2F\r",
                           "~25014642E00201FD30\r", pace_analog, pace_states, pylontech_analog, pylontech_management}) {
    EXPECT_EQ(encode(decode(text)), text);
  }
  EXPECT_EQ(decode("~25014642E00201FD30\r"), (Frame{0x25, 0x01, 0x46, 0x42, {0x01}}));
}

TEST(ServiceFrame, the_checksum_of_the_length_has_four_bits) {
  // 0 + 4 + 12 is 16: the sum is 0, not 16.
  const Frame frame{0x25, 0, 0x46, 0, Info(0x4C / 2)};
  EXPECT_EQ(encode(frame).substr(9, 4), "004C");
  EXPECT_EQ(encode({0x25, 0, 0x46, 0, {}}).substr(9, 4), "0000");
}

TEST(ServiceFrame, each_mistake_is_named) {
  const auto says = [](const std::string& text, const char* what) {
    EXPECT_THAT([&] { (void)decode(text); }, ThrowsMessage<RigError>(HasSubstr(what))) << text;
  };
  says("~25004642\r", "at least 16 digits");
  says("~25004642D00201FD31\r", "expected checksum E of 002, found D");
  says("~25004642E0020101FD31\r", "expected 2 digits of INFO, found 4");
  says("~25004642E00201FD32\r", "CHKSUM: expected FD31, found FD32");
  says("~2500464ZE00201FD31\r", "CHKSUM");
  says("~25004642E00201FDX1\r", "hexadecimal");
  EXPECT_THROW((void)encode({0x25, 0, 0x46, 0, Info(most_info + 1)}), RigError);
}

TEST(ServiceCodec, a_pace_pack_is_understood) {
  Reading r;
  pace().analog(decode(pace_analog).info, r);
  EXPECT_EQ(r.cell_count, 16U);
  EXPECT_DOUBLE_EQ(r.cells[0], 3.394);
  EXPECT_DOUBLE_EQ(r.cells[15], 3.347);
  EXPECT_EQ(r.sensor_count, 4U);
  EXPECT_NEAR(r.temperatures[0], 26.9, 1e-9);
  EXPECT_NEAR(r.switch_temperature.value(), 26.5, 1e-9);
  EXPECT_NEAR(r.ambient_temperature.value(), 27.5, 1e-9);
  EXPECT_DOUBLE_EQ(r.current, 0.0);
  EXPECT_DOUBLE_EQ(r.voltage, 53.589);
  EXPECT_DOUBLE_EQ(r.remaining, 47.50 * 3600);
  EXPECT_DOUBLE_EQ(r.full, 50.0 * 3600);
  EXPECT_FALSE(r.soc.has_value()) << "PACE tells none: it is remaining by full";
}

TEST(ServiceCodec, pace_states_are_understood_and_zero_means_that_all_is_well) {
  Reading r;
  pace().states(decode(pace_states).info, r);
  EXPECT_EQ(r.protection.bits, 0U);
  EXPECT_EQ(r.alarm.bits, 0U);
  EXPECT_EQ(r.balancing, 0U);
  EXPECT_TRUE(r.charge_switch.value());
  EXPECT_TRUE(r.discharge_switch.value());
}

// The nine bytes behind 16 cells, 6 temperatures and three states.
Info pace_states_of(std::initializer_list<std::uint8_t> nine) {
  Info info{0, 1, 16};
  info.resize(info.size() + 16);
  info.push_back(6);
  info.resize(info.size() + 6 + 3);
  info.insert(info.end(), nine);
  return info;
}

TEST(ServiceCodec, each_bit_of_pace_is_the_state_that_its_text_says) {
  using enum PackState;
  const auto protection = [](std::uint8_t first, std::uint8_t second) {
    Reading r;
    pace().states(pace_states_of({first, second, 0, 0, 0, 0, 0, 0, 0}), r);
    return r.protection.bits;
  };
  const auto bit = [](PackState state) {
    PackStates states;
    states.set(state);
    return states.bits;
  };
  const PackState first[] = {cell_ov, cell_uv, pack_ov, pack_uv, charge_oc, discharge_oc, short_circuit};
  const PackState second[] = {charge_ot, discharge_ot, charge_ut, discharge_ut, switch_ot, ambient_ot, ambient_ut};
  for (unsigned i = 0; i < 7; ++i) {
    EXPECT_EQ(protection(static_cast<std::uint8_t>(1U << i), 0), bit(first[i])) << i;
    EXPECT_EQ(protection(0, static_cast<std::uint8_t>(1U << i)), bit(second[i])) << i;
  }
  EXPECT_EQ(protection(0x80, 0x80), 0U) << "the one is spare, the other says that the pack is full";
  Reading r;
  pace().states(pace_states_of({0, 0, 0x04, 0, 0, 0x01, 0x80, 0x02, 0x40}), r);
  EXPECT_FALSE(r.charge_switch.value());
  EXPECT_TRUE(r.discharge_switch.value());
  EXPECT_EQ(r.balancing, 0x8001U);
  EXPECT_EQ(r.alarm.bits, bit(cell_uv) | bit(switch_ot));
}

TEST(ServiceCodec, a_real_pylontech_pack_is_understood) {
  Reading r;
  pylontech().analog(decode(pylontech_analog).info, r);
  EXPECT_EQ(r.cell_count, 15U);
  EXPECT_DOUBLE_EQ(r.cells[0], 3.351);
  EXPECT_NEAR(r.switch_temperature.value(), 35.2, 1e-9);
  EXPECT_EQ(r.sensor_count, 4U);
  EXPECT_DOUBLE_EQ(r.current, 20.1);
  EXPECT_DOUBLE_EQ(r.voltage, 50.247);
  EXPECT_DOUBLE_EQ(r.remaining, 94.905 * 3600) << "of the three bytes: two say FFFF";
  EXPECT_DOUBLE_EQ(r.full, 100.0 * 3600);
  EXPECT_DOUBLE_EQ(r.cycles, 18.0);
}

TEST(ServiceCodec, pylontech_states_are_understood) {
  using enum PackState;
  Info info{0, 2, 3, 0, 2, 1, 2, 0, 0, 2, 1, 0, 0x90, 0x06, 0, 0, 0};
  Reading r;
  pylontech().states(info, r);
  EXPECT_TRUE(r.alarm.has(cell_ov) && r.alarm.has(cell_uv) && r.alarm.has(charge_oc) && r.alarm.has(pack_uv));
  EXPECT_FALSE(r.alarm.has(discharge_oc) || r.alarm.has(pack_ov));
  EXPECT_TRUE(r.protection.has(pack_uv) && r.protection.has(discharge_oc));
  EXPECT_TRUE(r.charge_switch.value() && r.discharge_switch.value());
}

TEST(ServiceCodec, seplos_is_understood_with_its_own_state_of_charge) {
  using enum PackState;
  Info info{0, 1, 2, 0x0C, 0xE4, 0x0C, 0xE5, 6};
  for (int i = 0; i < 6; ++i) {
    info.insert(info.end(), {0x0B, static_cast<std::uint8_t>(0xA5 + i)});  // 25.0 degC and 0.1 K more each
  }
  // -10.00 A, 52.80 V, 80 Ah, 10 items: 100 Ah, 81.5 %, 100 Ah, 12 cycles ...
  info.insert(info.end(), {0xFC, 0x18, 0x14, 0xA0, 0x1F, 0x40, 10, 0x27, 0x10, 0x03, 0x2F, 0x27, 0x10, 0x00, 0x0C});
  info.resize(info.size() + 12);
  Reading r;
  seplos().analog(info, r);
  EXPECT_DOUBLE_EQ(r.cells[1], 3.301);
  EXPECT_NEAR(r.temperatures[0], 25.0, 1e-9);
  EXPECT_NEAR(r.ambient_temperature.value(), 25.4, 1e-9);
  EXPECT_NEAR(r.switch_temperature.value(), 25.5, 1e-9);
  EXPECT_DOUBLE_EQ(r.current, -10.0);
  EXPECT_DOUBLE_EQ(r.voltage, 52.8);
  EXPECT_DOUBLE_EQ(r.remaining, 80.0 * 3600);
  EXPECT_DOUBLE_EQ(r.full, 100.0 * 3600);
  EXPECT_DOUBLE_EQ(r.soc.value(), 0.815);
  EXPECT_DOUBLE_EQ(r.cycles, 12.0);

  Info states{0, 1, 1, 0, 1, 0, 0, 0, 20, 0, 0x02, 0x40, 0, 0x04, 0, 0x01, 0x01, 0x80};
  Reading s;
  seplos().states(states, s);
  EXPECT_TRUE(s.protection.has(cell_ov) && !s.alarm.has(cell_ov));
  EXPECT_TRUE(s.alarm.has(discharge_ut) && !s.protection.has(discharge_ut));
  EXPECT_TRUE(s.alarm.has(discharge_oc));
  EXPECT_TRUE(s.discharge_switch.value() && !s.charge_switch.value());
  EXPECT_EQ(s.balancing, 0x8001U);
}

TEST(ServiceCodec, an_answer_that_ends_too_early_says_what_is_missing) {
  const Info whole = decode(pace_analog).info;
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    Reading r;
    const Info part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    if (length < whole.size() - 2) {
      EXPECT_THROW(pace().analog(part, r), RigError) << length;
    }
    Reading p;
    EXPECT_ANY_THROW(pylontech().analog(part, p)) << length;
  }
  Reading r;
  EXPECT_THAT([&] { pace().analog({0, 1, 200}, r); }, ThrowsMessage<RigError>(HasSubstr("1 to 16, found 200")));
  EXPECT_THAT([&] { pace().analog({0, 1, 1, 13}, r); }, ThrowsMessage<RigError>(HasSubstr("`cell voltage`")));
}

TEST(ServiceCodec, text_has_no_padding) {
  EXPECT_EQ(text_of({' ', 'P', '1', '6', 0, 0xFF, ' '}), "P16");
  EXPECT_EQ(text_of({0, 0}), "");
}

}  // namespace
}  // namespace rig::service
