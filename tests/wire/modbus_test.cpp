#include "drivers/sim/wire_modbus.hpp"

#include <gtest/gtest.h>

#include <array>

namespace rig::sim {
namespace {

std::string bytes(std::initializer_list<unsigned> list) {
  std::string out;
  for (const unsigned byte : list) {
    out += static_cast<char>(byte);
  }
  return out;
}

class Registers final : public ModbusBox {
 public:
  explicit Registers(ModbusFraming framing) : ModbusBox(framing, 1, {}) {}
  void power_on(bool) override {}
  std::array<std::uint16_t, 10> words{};
  std::array<bool, 10> coils{};

 private:
  bool read_bit(std::uint8_t, std::uint16_t address) override {
    if (address >= coils.size()) {
      throw modbus_no_address;
    }
    return coils.at(address);
  }
  std::uint16_t read_word(std::uint8_t, std::uint16_t address) override {
    if (address >= words.size()) {
      throw modbus_no_address;
    }
    return words.at(address);
  }
  void write_coil(std::uint16_t address, std::uint16_t value) override { coils.at(address) = value == 0xFF00; }
  void write_words(std::uint16_t address, std::span<const std::uint16_t> values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      words.at(address + i) = values[i];
    }
  }
};

std::string answer_to(ModbusBox& box, std::string request) {
  const auto session = box.connect();
  const auto answer = session->take(request);
  return answer ? answer->bytes : "(waits)";
}

TEST(ModbusCrc, IsThatOfTheDocumentsExample) {
  // RTU, read eight coils: 01 01 0000 0008 3D CC.
  EXPECT_EQ(modbus_crc(bytes({0x01, 0x01, 0x00, 0x00, 0x00, 0x08})), 0xCC3D);
}

TEST(ModbusTcp, WritesAndReadsRegistersInOneTransaction) {
  Registers box(ModbusFraming::tcp);
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 11, 1, 0x10, 0, 2, 0, 2, 4, 0x12, 0x34, 0x56, 0x78})),
            bytes({0, 1, 0, 0, 0, 6, 1, 0x10, 0, 2, 0, 2}));
  EXPECT_EQ(answer_to(box, bytes({0xAB, 0xCD, 0, 0, 0, 6, 1, 3, 0, 2, 0, 2})),
            bytes({0xAB, 0xCD, 0, 0, 0, 7, 1, 3, 4, 0x12, 0x34, 0x56, 0x78}));
}

TEST(ModbusTcp, PacksCoilsLowestFirst) {
  Registers box(ModbusFraming::tcp);
  box.coils[0] = box.coils[3] = box.coils[8] = true;
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 1, 1, 0, 0, 0, 9})),
            bytes({0, 1, 0, 0, 0, 5, 1, 1, 2, 0x09, 0x01}));
}

TEST(ModbusTcp, RefusesWithTheCodeThatFits) {
  Registers box(ModbusFraming::tcp);
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 1, 3, 0, 9, 0, 2})), bytes({0, 1, 0, 0, 0, 3, 1, 0x83, 2}));
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 1, 7, 0, 0, 0, 0})), bytes({0, 1, 0, 0, 0, 3, 1, 0x87, 1}));
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 126})), bytes({0, 1, 0, 0, 0, 3, 1, 0x83, 3}));
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 9, 3, 0, 0, 0, 1})), bytes({0, 1, 0, 0, 0, 3, 9, 0x83, 11}));
}

TEST(ModbusTcp, WaitsForTheRestOfAFrame) {
  Registers box(ModbusFraming::tcp);
  EXPECT_EQ(answer_to(box, bytes({0, 1, 0, 0, 0, 6, 1, 3, 0})), "(waits)");
}

TEST(ModbusRtu, IsSilentAboutBrokenFramesAndOtherUnits) {
  Registers box(ModbusFraming::rtu);
  EXPECT_EQ(answer_to(box, bytes({0x01, 0x01, 0x00, 0x00, 0x00, 0x08, 0x3D, 0xCC})).size(), 6u);
  EXPECT_EQ(answer_to(box, bytes({0x01, 0x01, 0x00, 0x00, 0x00, 0x08, 0x3D, 0xCD})), "");
  std::string other = bytes({0x02, 0x01, 0x00, 0x00, 0x00, 0x08});
  const std::uint16_t crc = modbus_crc(other);
  other += static_cast<char>(crc & 0xFF);
  other += static_cast<char>(crc >> 8);
  EXPECT_EQ(answer_to(box, other), "");
}

TEST(ModbusFault, TheUnitIdOfAnAnswerCanBeWrongWithAGoodChecksum) {
  Registers box(ModbusFraming::rtu);
  const auto session = box.connect();
  std::string request = bytes({0x01, 0x01, 0x00, 0x00, 0x00, 0x08, 0x3D, 0xCC});
  const std::string wrong = session->with_wrong_unit(session->take(request)->bytes);
  EXPECT_EQ(wrong[0], 2);
  const std::uint16_t crc = modbus_crc(std::string_view(wrong).substr(0, wrong.size() - 2));
  EXPECT_EQ(static_cast<std::uint8_t>(wrong[wrong.size() - 2]), crc & 0xFF);
}

}  // namespace
}  // namespace rig::sim
