#include "rig/dut/frame_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/dut/pack_on_the_bus.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {
using Bytes = std::vector<std::uint8_t>;
using Values = std::map<std::string, std::optional<double>>;

class Decoder {
 public:
  explicit Decoder(DecodeContext context) : dbc_(test::project_dbc()), decoder_(dbc_, context) {}
  Values operator()(std::uint32_t id, const Bytes& data, bool extended = false) {
    decoder_.decode(id, extended, data, frame);
    Values values;
    for (const DecodedSignal& each : frame.signals) {
      values[each.signal->name] = each.value;
    }
    return values;
  }
  DecodedFrame frame;

 private:
  Dbc dbc_;
  FrameDecoder decoder_;
};

DecodeContext in(Dialect dialect) {
  DecodeContext context;
  context.dialect = dialect;
  return context;
}

TEST(FrameDecoder, leaves_what_a_short_frame_does_not_hold_not_available) {
  Decoder decode(in(Dialect::pylon_v12));
  const Values values = decode(0x356, {0x7A, 0x13, 0xF2, 0xFE});
  EXPECT_EQ(values.at("Voltage"), 49.86);
  EXPECT_EQ(values.at("Current"), -27.0);
  EXPECT_EQ(values.at("Temperature"), std::nullopt);
  EXPECT_TRUE(decode.frame.is_short);
  decode(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01});
  EXPECT_FALSE(decode.frame.is_short) << "Pylontech sends 6 bytes";
  Decoder sofar(in(Dialect::sofar_amass));
  sofar(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01});
  EXPECT_TRUE(sofar.frame.is_short) << "SOFAR sends 8";
  EXPECT_EQ(sofar(0x356, {}).at("Voltage"), std::nullopt);
}

// The padding of a Pylontech frame is no state of charge and no count of cycles.
TEST(FrameDecoder, reads_no_fields_that_the_dialect_does_not_have) {
  Decoder decode(in(Dialect::pylon_v12));
  EXPECT_EQ(decode(0x355, {88, 0, 94, 0, 0, 0, 0, 0}), (Values{{"SOC", 88.0}, {"SOH", 94.0}}));
  EXPECT_EQ(decode(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01, 0, 0}).count("CycleCount"), 0u);
  EXPECT_TRUE(decode(0x35A, Bytes(8, 0x55)).empty());
  EXPECT_FALSE(decode.frame.has_meaning);
  EXPECT_NE(decode.frame.message, nullptr) << "its name is known all the same";
}

TEST(FrameDecoder, takes_0x359_for_counts_or_flags_as_the_dialect_has_it) {
  Decoder sofar(in(Dialect::sofar_amass));
  EXPECT_EQ(sofar(0x359, {0, 0, 0, 0, 4, 16, 0x27, 0x10}), (Values{{"ModuleCount", 4.0}, {"Marker5", 16.0}}));
  Decoder pylon(in(Dialect::pylon_v12));
  const Values flags = pylon(0x359, {0x02, 0x01, 0, 0, 6, 'P', 'N'});
  EXPECT_EQ(flags.at("Prot_OverVoltage"), 1.0);
  EXPECT_EQ(flags.at("Prot_ChargeOverCurrent"), 1.0);
  EXPECT_EQ(flags.at("Prot_UnderVoltage"), 0.0);
  EXPECT_EQ(flags.at("ModuleCount"), 6.0);
  Decoder unknown(in(Dialect::unknown));
  EXPECT_TRUE(unknown(0x359, {0x02, 0x01, 0, 0, 6, 'P', 'N'}).empty()) << "it may be either";
}

TEST(FrameDecoder, takes_the_marks_of_unsupported_fields_for_no_numbers) {
  Decoder sofar(in(Dialect::sofar_amass));
  EXPECT_EQ(sofar(0x355, {49, 0, 100, 0, 0xFF, 0xFF, 0xF6, 0}).at("SOC_HiRes"), std::nullopt);
  EXPECT_EQ(sofar(0x356, {0x88, 0x13, 0xFF, 0xFF, 0x00, 0x80, 0, 0}).at("Temperature"), std::nullopt);
  EXPECT_EQ(sofar(0x356, {0x88, 0x13, 0xFF, 0xFF, 0x00, 0x80, 0, 0}).at("Current"), -0.1);
}

TEST(FrameDecoder, keeps_back_numbers_that_are_in_doubt) {
  DecodeContext context = in(Dialect::unknown);
  context.doubt = DialectDoubt::voltage_scale;
  Decoder scale(context);
  const Values values = scale(0x356, {0xF2, 0x01, 0xF2, 0xFE, 0x6B, 0x01});
  EXPECT_EQ(values.at("Voltage"), std::nullopt);
  EXPECT_EQ(values.at("Temperature"), 36.3);
  context.doubt = DialectDoubt::byte_order;
  Decoder order(context);
  EXPECT_TRUE(order(0x356, {0x13, 0x7A, 0xFE, 0xF2, 0x01, 0x6B}).empty());
  EXPECT_FALSE(order.frame.has_meaning);
}

TEST(FrameDecoder, tells_unknown_frames_and_29_bit_ones_apart) {
  Decoder decode(in(Dialect::sofar_amass));
  decode(0x123, {1, 2});
  EXPECT_EQ(decode.frame.message, nullptr);
  decode(0x356, {1, 2}, true);
  EXPECT_EQ(decode.frame.message, nullptr);
}

TEST(FrameDecoder, calls_implausible_what_cannot_be) {
  DecodeContext context = in(Dialect::pylon_v12);
  context.charge_voltage_limit = 53.2;
  Decoder decode(context);
  const auto implausible = [&](std::uint32_t id, const Bytes& data) {
    decode(id, data);
    return decode.frame.implausible.empty() ? std::string() : decode.frame.implausible.front();
  };
  EXPECT_EQ(implausible(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01}), "");
  EXPECT_EQ(implausible(0x356, {0xF2, 0x01, 0xF2, 0xFE, 0x6B, 0x01}),
            "Voltage is 4.98 V, but 0x351 lets the pack be charged to 53.2 V");
  EXPECT_EQ(implausible(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x10, 0x27}), "Temperature is 1000 degC");
  EXPECT_EQ(implausible(0x355, {101, 0, 94, 0}), "SOC is 101 %: the DBC has 0 to 100");
  EXPECT_EQ(implausible(0x351, {0x14, 0x02, 0xC0, 0xFF, 0xC0, 0x12, 0xC2, 0x01}),
            "ChargeCurrentLimit is -6.4 A: a limit is from 0 to 2000 A");
  EXPECT_EQ(implausible(0x351, {0xC2, 0x01, 0xC0, 0x12, 0xC0, 0x12, 0x14, 0x02}),
            "the pack is to be discharged to 53.2 V, but only charged to 45 V");
  EXPECT_EQ(implausible(0x351, Bytes(8, 0)), "") << "a pack that allows nothing";
  EXPECT_EQ(implausible(0x35E, {'P', 0x80, 'L', 'O', 'N'}), "NameChar1 is the byte 128, which is no character");
}

TEST(FrameDecoder, decodes_a_high_voltage_stack_in_tenths) {
  DecodeContext context = in(Dialect::sofar_amass);
  context.tenths_of_volts = true;
  context.charge_voltage_limit = 224.6;
  Decoder decode(context);
  EXPECT_EQ(decode(0x356, {0x36, 0x08, 0x10, 0x00, 0xD0, 0x00, 0x01, 0x00}).at("Voltage"), 210.2);
  EXPECT_TRUE(decode.frame.implausible.empty());
}

// The short way has to give the same numbers as the long one, bit for bit.
TEST(FrameDecoder, gives_the_same_numbers_alone_as_with_everything_around_them) {
  std::mt19937 random(5);
  for (const char* path : {"cases/gtx5000.dbc", "tests/dut/awkward.dbc"}) {
    const Dbc dbc = read_dbc(source_dir() + "/" + path);
    const FrameDecoder decoder(dbc, {});
    DecodedFrame frame;
    std::array<double, 64> numbers{};
    std::size_t compared = 0;
    for (int round = 0; round < 2000; ++round) {
      const DbcMessage& message = dbc.messages[random() % dbc.messages.size()];
      Bytes data(8);
      std::generate(data.begin(), data.end(), [&] { return static_cast<std::uint8_t>(random()); });
      const std::size_t count = decoder.decode_numbers(message.id, message.extended, data, numbers);
      decoder.decode(message.id, message.extended, data, frame);
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(frame.signals.at(i).value, numbers.at(i)) << message.name << "." << frame.signals[i].signal->name;
      }
      compared += count;
    }
    EXPECT_GT(compared, 3000u) << path;
    EXPECT_EQ(decoder.decode_numbers(dbc.messages[0].id, false, Bytes(7), numbers), 0u) << "short";
  }
}

TEST(FrameDecoder, gives_all_fields_of_the_DBC_without_a_dialect) {
  Decoder decode({});
  EXPECT_EQ(decode(0x355, {88, 0, 94, 0, 0xFF, 0xFF, 0, 0}).at("SOC_HiRes"), 655.35);
  EXPECT_EQ(decode(0x680, {1, 0xB2, 0x0C, 0, 0, 0, 0}).size(), 4u);
}
}  // namespace
}  // namespace rig
