#include "rig/dut/dbc_encode.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "rig/core/error.hpp"
#include "tests/dut/encode.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {
using Bytes = std::vector<std::uint8_t>;

Dbc file(const std::string& path) { return read_dbc(source_dir() + "/" + path); }

std::string mistake(const DbcMessage& message, const std::vector<SignalValue>& values) {
  try {
    encode(message, values);
  } catch (const RigError& error) {
    return error.what();
  }
  return "encoded";
}

TEST(DbcEncode, makes_the_published_frame_of_its_values) {
  const Dbc dbc = file("cases/gtx5000.dbc");
  EXPECT_EQ(encode(*dbc.find("BMS_Measurements"),
                   std::vector<SignalValue>{{"Voltage", 49.86}, {"Current", -27.0}, {"Temperature", 36.3}}),
            (Bytes{0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01, 0, 0}));
}

// Against an independent writer that walks the field bit by bit.
TEST(DbcEncode, puts_bits_where_the_decoder_finds_them_up_to_64_bytes) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20000; ++round) {
    BitField field;
    field.motorola = random() % 2 == 0;
    field.length = static_cast<std::uint8_t>(1 + random() % 64);
    field.start = static_cast<std::uint16_t>(random() % 512);
    if (field.bytes_needed() > 64) {
      continue;
    }
    Bytes data(64, static_cast<std::uint8_t>(random()));
    Bytes expected = data;
    const std::uint64_t bits =
        random() & (field.length == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << field.length) - 1);
    put_bits(field, bits, data);
    test::walk_bits(field, bits, expected);
    ASSERT_EQ(data, expected) << field.start << "|" << +field.length << (field.motorola ? " Motorola" : " Intel");
    ASSERT_EQ(raw_bits(field, data), bits) << field.start << "|" << +field.length;
    ASSERT_EQ(raw_bits(field, std::span(data).first(field.bytes_needed() - 1)), std::nullopt);
  }
}

TEST(DbcEncode, begins_with_the_start_values) {
  const Dbc dbc = file("tests/dut/public_style.dbc");
  const DbcMessage& pack = *dbc.find("Pack");
  EXPECT_EQ(decode(*pack.find("Temperature"), encode(pack, {})), 25.0);
  EXPECT_EQ(decode(*pack.find("Temperature"), encode(pack, std::vector<SignalValue>{{"Temperature", -3.5}})), -3.5);
}

TEST(DbcEncode, sets_the_selectors_that_the_given_signals_need) {
  const Dbc dbc = file("tests/dut/public_style.dbc");
  const DbcMessage& diagnosis = *dbc.find("Diagnosis");
  const Bytes data = encode(diagnosis, std::vector<SignalValue>{{"CellTemp", 25.0}});
  EXPECT_EQ(data, (Bytes{1, 3, 250, 0, 0, 0, 0, 0}));
  EXPECT_EQ(encode(diagnosis, std::vector<SignalValue>{{"CellTemp", 25.0}, {"Group", 6}})[1], 6);
  EXPECT_EQ(mistake(diagnosis, {{"CellTemp", 25.0}, {"CellVoltage", 3.3}}),
            "'CellTemp' is not there while 'Group' is 0");
  EXPECT_EQ(mistake(diagnosis, {{"Speed", 25.0}, {"Service", 1}}), "'Speed' is not there while 'Service' is 1");
}

TEST(DbcEncode, refuses_what_does_not_fit) {
  const Dbc dbc = file("cases/gtx5000.dbc");
  const DbcMessage& limits = *dbc.find("BMS_Limits");
  EXPECT_EQ(mistake(limits, {{"ChargeVoltageLimit", 6553.6}}),
            "ChargeVoltageLimit = 6553.6 V does not fit into its 16 bits (0 to 6553.5)");
  EXPECT_EQ(mistake(limits, {{"ChargeVoltageLimit", -0.1}}),
            "ChargeVoltageLimit = -0.1 V does not fit into its 16 bits (0 to 6553.5)");
  EXPECT_EQ(mistake(limits, {{"ChargeCurrentLimit", 3276.8}}),
            "ChargeCurrentLimit = 3276.8 A does not fit into its 16 bits (-3276.8 to 3276.7)");
  EXPECT_EQ(mistake(limits, {{"ChargeVoltageLimi", 50.0}}),
            "message BMS_Limits has no signal 'ChargeVoltageLimi'; did you mean 'ChargeVoltageLimit'?");
  EXPECT_EQ(mistake(limits, {{"ChargeVoltageLimit", 50.0}, {"ChargeVoltageLimit", 51.0}}),
            "the signal 'ChargeVoltageLimit' is given twice");
}
}  // namespace
}  // namespace rig
