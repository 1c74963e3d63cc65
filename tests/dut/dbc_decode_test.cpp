#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "rig/dut/dbc.hpp"
#include "rig/dut/dbc_encode.hpp"
#include "tests/dut/encode.hpp"
#include "tests/source_dir.hpp"

namespace rig {
namespace {
using Bytes = std::vector<std::uint8_t>;

DbcSignal field(unsigned start, unsigned length, bool motorola, bool is_signed) {
  DbcSignal signal;
  signal.field = {static_cast<std::uint8_t>(start), static_cast<std::uint8_t>(length), motorola, is_signed};
  return signal;
}

Bytes from_hex(const std::string& hex) {
  Bytes result;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    result.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return result;
}

Dbc project_dbc(const std::string& path) { return read_dbc(source_dir() + "/" + path); }

TEST(DbcDecode, reads_Intel_fields_from_the_least_significant_byte) {
  EXPECT_EQ(decode(field(0, 16, false, false), Bytes{0x34, 0x12}), 0x1234);
  EXPECT_EQ(decode(field(4, 8, false, false), Bytes{0xC0, 0x5A}), 0xAC);
  EXPECT_EQ(decode(field(16, 16, false, true), Bytes{0x7A, 0x13, 0xF2, 0xFE}), -270);
}

// By hand. A Motorola field runs from its start bit down to bit 0 of the byte and on at bit 7 of the next.
TEST(DbcDecode, reads_Motorola_fields_from_the_most_significant_bit) {
  EXPECT_EQ(decode(field(7, 16, true, false), Bytes{0x12, 0x34}), 0x1234);
  EXPECT_EQ(decode(field(3, 12, true, false), Bytes{0xF1, 0x23}), 0x123);
  EXPECT_EQ(decode(field(6, 3, true, false), Bytes{0b01010000}), 0b101);
  // 5 bits 10101 of byte 1, 5 bits 11000 of byte 2: 1010111000b = 696; as a signed number of 10 bits 696 - 1024.
  EXPECT_EQ(decode(field(12, 10, true, false), Bytes{0, 0x15, 0xC0}), 696);
  EXPECT_EQ(decode(field(12, 10, true, true), Bytes{0, 0x15, 0xC0}), -328);
  EXPECT_EQ(decode(field(7, 64, true, true), Bytes(8, 0xFF)), -1);
}

TEST(DbcDecode, extends_the_sign_of_a_single_bit) {
  EXPECT_EQ(decode(field(5, 1, false, true), Bytes{0x20}), -1);
  EXPECT_EQ(decode(field(5, 1, false, true), Bytes{0x00}), 0);
}

TEST(DbcDecode, gives_nothing_for_a_field_that_the_frame_does_not_wholly_hold) {
  EXPECT_EQ(decode(field(0, 16, false, false), Bytes{0x34}), std::nullopt);
  EXPECT_EQ(decode(field(15, 9, true, false), Bytes{0x00, 0xFF}), std::nullopt);
  EXPECT_EQ(decode(field(15, 8, true, false), Bytes{0x00, 0xFF}), 0xFF);
  EXPECT_EQ(decode(field(0, 1, false, false), Bytes{}), std::nullopt);
}

TEST(DbcDecode, makes_the_double_that_the_decimal_number_means) {
  DbcSignal percent = field(0, 8, false, false);
  percent.scale = LinearScale::of(0.01, 0.0);
  ASSERT_NE(35 * 0.01, 0.35) << "else this test shows nothing";
  EXPECT_EQ(decode(percent, Bytes{35}), 0.35);
  DbcSignal shifted = field(0, 8, false, false);
  shifted.scale = LinearScale::of(0.1, -40.0);
  EXPECT_EQ(decode(shifted, Bytes{3}), -39.7);
  EXPECT_EQ(LinearScale::of(1.0, 0.0).in_units_of(0.01).apply(35), 0.35);
  EXPECT_EQ(LinearScale::of(0.1, 0.0).in_units_of(3600).apply(246), 88560.0);
  EXPECT_EQ(LinearScale::of(-0.5, 0.0).step(), 0.5);
}

TEST(DbcDecode, leaves_the_pages_alone_that_the_multiplexer_does_not_select) {
  const Dbc dbc = project_dbc("tests/dut/awkward.dbc");
  const DbcMessage& message = *dbc.find("Multiplexed");
  const Bytes page_1 = {0x51, 0xF6, 0xFF, 0x34, 0x12, 0, 0, 0};
  EXPECT_EQ(decode(message, *message.find("Always"), page_1), 5);
  EXPECT_EQ(decode(message, *message.find("TempA"), page_1), -1.0);
  EXPECT_EQ(decode(message, *message.find("CellA"), page_1), std::nullopt);
  EXPECT_EQ(decode(message, *message.find("TempBig"), page_1), std::nullopt);
}

TEST(DbcDecode, reads_back_what_was_written_in_every_signal) {
  std::minstd_rand random(7);
  for (const char* path : {"cases/gtx5000.dbc", "tests/dut/awkward.dbc", "tests/dut/public_style.dbc"}) {
    for (const DbcMessage& message : project_dbc(path).messages) {
      for (const DbcSignal& signal : message.signals) {
        if (signal.number != DbcNumber::integer || signal.field.length > 48) {
          continue;  // beyond 2^53 a physical value no longer tells the bits
        }
        const auto before = static_cast<std::uint8_t>(random());
        Bytes data(message.length, before);
        const std::uint64_t raw = random() & ((std::uint64_t{1} << signal.field.length) - 1);
        test::walk_bits(signal.field, raw, data);
        EXPECT_EQ(raw_bits(signal.field, data), raw) << message.name << "." << signal.name;
        Bytes again(message.length, before);
        test::encode(signal, decode(signal, data).value(), again);
        EXPECT_EQ(again, data) << message.name << "." << signal.name;
      }
    }
  }
}

void expect_same_description(const DbcMessage& message, const nlohmann::json& about) {
  EXPECT_EQ(message.name, about["name"].get<std::string>());
  EXPECT_EQ(message.length, about["length"].get<unsigned>());
  EXPECT_EQ(message.sender, about["sender"].get<std::string>());
  EXPECT_EQ(message.cycle_time, std::chrono::milliseconds{about["cycle_time_ms"].get<int>()}) << message.name;
  ASSERT_EQ(message.signals.size(), about["signals"].size()) << message.name;
  for (const DbcSignal& signal : message.signals) {
    ASSERT_TRUE(about["signals"].contains(signal.name)) << signal.name;
    const auto& theirs = about["signals"][signal.name];
    EXPECT_EQ(signal.unit, theirs["unit"].get<std::string>());
    EXPECT_EQ(signal.minimum, theirs["minimum"].get<double>());
    EXPECT_EQ(signal.maximum, theirs["maximum"].get<double>());
    nlohmann::json labels = nlohmann::json::object();
    for (const DbcLabel& label : signal.labels) {
      labels[std::to_string(label.value)] = label.text;
    }
    EXPECT_EQ(labels, theirs["labels"]) << signal.name;
  }
}

// The vectors are made by tests/dut/make_vectors.py with cantools, which computes raw * factor + offset: it may differ
// in the last digits from ours, which is the nearest double.
void expect_same_values(const DbcMessage& message, const nlohmann::json& frame) {
  const Bytes data = from_hex(frame["data"].get<std::string>());
  for (const DbcSignal& signal : message.signals) {
    const auto ours = decode(message, signal, data);
    const auto theirs = frame["values"].find(signal.name);
    ASSERT_EQ(ours.has_value(), theirs != frame["values"].end()) << signal.name << " in " << frame["data"];
    if (ours) {
      const double value = theirs->get<double>();
      EXPECT_NEAR(*ours, value, 1e-14 * (std::abs(value) + std::abs(signal.offset))) << signal.name << " in " << frame;
    }
  }
}

// And the way back. Whole numbers of more than 53 bits do not pass through a double unharmed.
void expect_same_bytes(const DbcMessage& message, const nlohmann::json& frame) {
  std::vector<SignalValue> values;
  for (const auto& [name, value] : frame["values"].items()) {
    const DbcSignal& signal = *message.find(name);
    if (signal.number == DbcNumber::integer && signal.field.length > 53) {
      return;
    }
    values.push_back({name, value.get<double>()});
  }
  EXPECT_EQ(encode(message, values), from_hex(frame["encoded"].get<std::string>())) << message.name << frame["data"];
}

TEST(DbcDecode, agrees_with_cantools_on_every_message) {
  std::ifstream file(source_dir() + "/tests/dut/cantools_vectors.json");
  const nlohmann::json vectors = nlohmann::json::parse(file);
  ASSERT_EQ(vectors.size(), 3u);
  for (const auto& database : vectors) {
    const Dbc dbc = project_dbc(database["dbc"].get<std::string>());
    ASSERT_EQ(dbc.messages.size(), database["messages"].size());
    for (const auto& entry : database["messages"]) {
      const auto& about = entry["about"];
      const DbcMessage* message = dbc.find(about["id"].get<std::uint32_t>(), about["extended"].get<bool>());
      ASSERT_NE(message, nullptr) << about["name"];
      expect_same_description(*message, about);
      ASSERT_FALSE(entry["frames"].empty());
      for (const auto& frame : entry["frames"]) {
        expect_same_values(*message, frame);
        expect_same_bytes(*message, frame);
      }
    }
  }
}
}  // namespace
}  // namespace rig
