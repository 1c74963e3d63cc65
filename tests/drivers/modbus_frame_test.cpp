#include <gtest/gtest.h>

#include "drivers/modbus/codec.hpp"
#include "drivers/modbus/frame.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::modbus {
namespace {

Bytes bytes(std::string_view hex) {
  const std::string text = testing::from_hex(hex);
  return {text.begin(), text.end()};
}

// -25.0 is C1C80000 and stands in an F4T as 0000 C1C8.
TEST(ModbusCodec, a_float_stands_in_either_order_of_words) {
  EXPECT_EQ(words_of(-25.0F, WordOrder::low_first), (TwoWords{0x0000, 0xC1C8}));
  EXPECT_EQ(words_of(-25.0F, WordOrder::high_first), (TwoWords{0xC1C8, 0x0000}));
  EXPECT_EQ(float_of(TwoWords{0x0000, 0xC1C8}, WordOrder::low_first), -25.0F);
  EXPECT_EQ(float_of(TwoWords{0xC1C8, 0x0000}, WordOrder::high_first), -25.0F);
}

TEST(ModbusCodec, a_counter_of_32_bits_stands_in_either_order_of_words) {
  EXPECT_EQ(u32_of(TwoWords{0x5678, 0x1234}, WordOrder::low_first), 0x12345678U);
  EXPECT_EQ(u32_of(TwoWords{0x1234, 0x5678}, WordOrder::high_first), 0x12345678U);
  EXPECT_EQ(words_of(0x12345678U, WordOrder::low_first), (TwoWords{0x5678, 0x1234}));
}

TEST(ModbusFrame, a_tcp_frame_carries_transaction_length_and_unit) {
  const Message message{.transaction = 1, .unit = 1, .body = bytes("10 0ADE 0002 04 0000 C1C8")};
  EXPECT_EQ(frame_tcp(message), bytes("0001 0000 000B 01 10 0ADE 0002 04 0000C1C8"));
}

TEST(ModbusFrame, an_rtu_frame_ends_with_its_checksum_low_byte_first) {
  EXPECT_EQ(frame_rtu({.unit = 1, .body = bytes("01 0000 0008")}), bytes("01 01 0000 0008 3D CC"));
}

TEST(ModbusFrame, no_part_of_a_frame_is_taken_for_a_whole_one) {
  const Bytes tcp = bytes("0002 0000 0007 01 03 04 0000 41C8");
  const Bytes rtu = bytes("01 03 04 0000 41C8 CB F5");
  for (std::size_t i = 0; i < tcp.size(); ++i) {
    const Taken taken = take_tcp(std::span(tcp).first(i));
    EXPECT_FALSE(taken.message) << i;
    EXPECT_EQ(taken.garbled, "") << i;
  }
  EXPECT_EQ(take_tcp(tcp).length, tcp.size());
  for (std::size_t i = 0; i < rtu.size(); ++i) {
    EXPECT_FALSE(take_rtu(std::span(rtu).first(i)).message) << i;
  }
  EXPECT_EQ(take_rtu(rtu).message->body, bytes("03 04 0000 41C8"));
}

TEST(ModbusFrame, an_rtu_exception_and_an_rtu_echo_have_lengths_of_their_own) {
  EXPECT_EQ(take_rtu(frame_rtu({.unit = 1, .body = bytes("83 02")})).length, 5U);
  EXPECT_EQ(take_rtu(frame_rtu({.unit = 1, .body = bytes("10 0ADE 0002")})).length, 8U);
}

TEST(ModbusFrame, what_is_no_frame_says_what_was_expected) {
  EXPECT_NE(take_tcp(bytes("0001 0001 0003 01 83 02")).garbled, "");  // protocol 1
  EXPECT_NE(take_tcp(bytes("0001 0000 0001 01 83 02")).garbled, "");  // no room for a function code
  EXPECT_NE(take_tcp(bytes("4854 5450 2F31 2E30")).garbled, "");      // "HTTP/1.0"
  EXPECT_EQ(take_rtu(bytes("01 01 01 05 00 00")).garbled, "the checksum 91 8B");
  EXPECT_NE(take_rtu(bytes("01 41 01 05 00 00")).garbled, "");  // function 65
}

}  // namespace
}  // namespace rig::modbus
