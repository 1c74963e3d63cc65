#include <gmock/gmock.h>

#include "drivers/can/gs_usb.hpp"
#include "drivers/transport/printable.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::gs_usb {
namespace {

using rig::testing::from_hex;
using rig::testing::to_hex;

template <class Bytes>
std::string hex(const Bytes& bytes) {
  return to_hex(text_of(std::span<const std::byte>(bytes)));
}
std::string hex(const HostFrame& frame) {
  std::array<std::byte, longest_frame> bytes{};
  const std::size_t size = encode(frame, bytes);
  return hex(std::span<const std::byte>(bytes).first(size));
}
std::optional<HostFrame> frame_of(std::string_view digits, bool stamped = false) {
  const std::string text = from_hex(digits);
  return decode_frame(bytes_of(text), stamped);
}
std::string spaced(std::string digits) {
  std::erase(digits, ' ');
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    out += (i > 0 ? " " : "") + digits.substr(i, 2);
  }
  return out;
}

TEST(GsUsbCodec, requests_are_written_byte_for_byte) {
  EXPECT_EQ(hex(encode_host_format()), spaced("EFBE0000"));
  EXPECT_EQ(hex(encode(can::BitTiming{6, 7, 2, 1, 6})), spaced("0600000007000000020000000100000006000000"));
  EXPECT_EQ(hex(encode(Mode::start, feature::hardware_timestamp)), spaced("0100000010000000"));
  EXPECT_EQ(hex(encode(Mode::reset, 0)), spaced("0000000000000000"));
  EXPECT_EQ(hex(encode_number(1)), spaced("01000000"));
}

TEST(GsUsbCodec, a_frame_is_sent_byte_for_byte) {
  EXPECT_EQ(hex({.echo = 3, .frame = {.id = 0x123, .length = 2, .data = {0xDE, 0xAD}}}),
            spaced("03000000 23010000 02000000 DEAD000000000000"));
  EXPECT_EQ(hex({.echo = 9, .channel = 1, .frame = {.id = 0x18FF50E5, .extended = true, .length = 1, .data = {0x7E}}}),
            spaced("09000000 E550FF98 01010000 7E00000000000000"));
  EXPECT_EQ(hex({.echo = 0, .frame = {.id = 0x351, .remote = true, .length = 8, .data = {1, 2}}}),
            spaced("00000000 51030040 08000000 0000000000000000"));
}

TEST(GsUsbCodec, what_stands_behind_the_length_is_not_sent) {
  EXPECT_EQ(hex({.echo = 1, .frame = {.id = 0x1, .length = 1, .data = {0xAA, 0xBB, 0xCC}}}),
            spaced("01000000 01000000 01000000 AA00000000000000"));
}

TEST(GsUsbCodec, an_fd_frame_has_all_its_64_bytes_and_its_length_as_a_code) {
  HostFrame host{.echo = 2, .frame = {.id = 0x7FF, .fd = true, .bit_rate_switch = true, .length = 12}};
  host.frame.data[11] = 0x5A;
  const std::string text = hex(host);
  EXPECT_EQ(text.substr(0, 35), spaced("02000000 FF070000 09000600"));
  EXPECT_EQ(text.size(), std::size_t{3} * 76 - 1);
  EXPECT_EQ(text.substr(std::size_t{3} * 23, 2), "5A");
}

TEST(GsUsbCodec, a_received_frame_is_read_with_its_time_stamp) {
  const auto host = frame_of("FFFFFFFF E550FF98 08000000 0102030405060708 40420F00", true);
  ASSERT_TRUE(host);
  EXPECT_EQ(host->echo, received);
  EXPECT_EQ(host->frame.id, 0x18FF50E5U);
  EXPECT_TRUE(host->frame.extended);
  EXPECT_EQ(host->frame.length, 8);
  EXPECT_EQ(host->frame.data[7], 8);
  EXPECT_EQ(host->stamp, 1'000'000U);
}

TEST(GsUsbCodec, an_error_frame_keeps_its_classes) {
  const auto host = frame_of("FFFFFFFF 0C000020 08000000 0010021900000000");
  ASSERT_TRUE(host);
  EXPECT_TRUE(host->frame.error);
  EXPECT_EQ(host->frame.id, 0x00CU);
  EXPECT_EQ(host->frame.data[1], 0x10);
}

TEST(GsUsbCodec, an_fd_frame_is_read_with_its_flags_and_length) {
  const std::string data(128, 'A');
  const auto host = frame_of("FFFFFFFF 01000000 0F000E00" + data + "78563412", true);
  ASSERT_TRUE(host);
  EXPECT_TRUE(host->frame.fd && host->frame.bit_rate_switch && host->frame.sender_passive);
  EXPECT_EQ(host->frame.length, 64);
  EXPECT_EQ(host->frame.data[63], 0xAA);
  EXPECT_EQ(host->stamp, 0x12345678U);
}

TEST(GsUsbCodec, a_length_code_beyond_8_means_8_bytes_in_a_classic_frame) {
  EXPECT_EQ(frame_of("FFFFFFFF 01000000 0F000000 0102030405060708")->frame.length, 8);
  EXPECT_EQ(frame_of("FFFFFFFF 01000000 00000000 0102030405060708")->frame.data[0], 0)
      << "no data is read from padding";
}

TEST(GsUsbCodec, a_transfer_that_is_too_short_for_its_frame_is_none) {
  const std::string whole = "FFFFFFFF 23010000 02000000 DEAD000000000000 40420F00";
  EXPECT_TRUE(frame_of(whole, true));
  EXPECT_TRUE(frame_of(whole + std::string(80, '0'), true)) << "padded to the packet size";
  EXPECT_FALSE(frame_of("FFFFFFFF 23010000 02000000 DEAD000000000000", true)) << "its time stamp is missing";
  EXPECT_FALSE(frame_of("FFFFFFFF 23010000 02000000 DEAD0000000000"));
  EXPECT_FALSE(frame_of("FFFFFFFF 23010000 02000200 DEAD000000000000")) << "an FD frame has 64 bytes";
  EXPECT_FALSE(frame_of("FFFF"));
  EXPECT_FALSE(frame_of(""));
}

TEST(GsUsbCodec, what_the_adapter_says_of_itself_is_read) {
  const std::string limits = "01000000 10000000 01000000 08000000 04000000 01000000 00040000 01000000";
  const std::string text = from_hex("53000000 006CDC02" + limits);
  const auto constants = decode_constants(bytes_of(text));
  ASSERT_TRUE(constants);
  EXPECT_EQ(constants->clock_hz, 48'000'000U);
  EXPECT_TRUE(constants->can(feature::listen_only | feature::hardware_timestamp));
  EXPECT_FALSE(constants->can(feature::fd));
  EXPECT_EQ(constants->nominal.segment1_max, 16U);
  EXPECT_EQ(constants->nominal.prescaler_max, 1024U);
  EXPECT_FALSE(constants->data);
  const std::string longer = from_hex("53010000 006CDC02" + limits + limits);
  EXPECT_EQ(decode_constants(bytes_of(longer))->data->segment2_max, 8U);
  EXPECT_FALSE(decode_constants(bytes_of(text).first(39)));

  const std::string config = from_hex("00000001 02000000 01000000");
  EXPECT_EQ(decode_device_config(bytes_of(config))->channels, 2U);
  EXPECT_EQ(decode_device_config(bytes_of(config))->software, 2U);
  EXPECT_FALSE(decode_device_config(bytes_of(config).first(11)));
  const std::string state = from_hex("02000000 7F000000 80000000");
  EXPECT_EQ(decode_state(bytes_of(state))->transmit_errors, 128U);
  EXPECT_FALSE(decode_state(bytes_of(state).first(8)));
  EXPECT_FALSE(decode_number(bytes_of(state).first(3)));
}

TEST(CanLength, codes_and_lengths_of_fd_frames_belong_together) {
  for (std::uint8_t code = 0; code < 16; ++code) {
    EXPECT_EQ(can::code_of(can::length_of(code, true), true), code);
  }
  EXPECT_EQ(can::code_of(9, true), 9) << "the next length that there is";
  EXPECT_EQ(can::code_of(64, false), 8);
  EXPECT_EQ(can::length_of(15, false), 8);
}

}  // namespace
}  // namespace rig::gs_usb
