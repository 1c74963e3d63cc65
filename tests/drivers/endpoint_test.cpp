#include "drivers/transport/endpoint.hpp"

#include <gmock/gmock.h>

namespace rig {
namespace {

using ::testing::HasSubstr;

std::string complaint(const std::string& text) {
  try {
    parse_endpoint(text);
  } catch (const RigError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(Endpoint, a_tcp_address_has_a_host_and_a_port) {
  const Endpoint endpoint = parse_endpoint("tcp://192.168.0.30:5025");
  EXPECT_EQ(endpoint.kind, Endpoint::Kind::tcp);
  EXPECT_EQ(endpoint.host, "192.168.0.30");
  EXPECT_EQ(endpoint.port, 5025);
}

TEST(Endpoint, an_ipv6_address_stands_in_brackets) {
  EXPECT_EQ(parse_endpoint("tcp://[fe80::1]:502").host, "fe80::1");
  EXPECT_THAT(complaint("tcp://fe80::1:502"), HasSubstr("brackets"));
}

TEST(Endpoint, a_serial_line_says_how_it_is_set) {
  const Endpoint endpoint = parse_endpoint("serial:///dev/ttyUSB0?baud=115200&framing=7E2");
  EXPECT_EQ(endpoint.path, "/dev/ttyUSB0");
  EXPECT_EQ(endpoint.serial.baud, 115200U);
  EXPECT_EQ(endpoint.serial.data_bits, 7U);
  EXPECT_EQ(endpoint.serial.parity, Parity::even);
  EXPECT_EQ(endpoint.serial.stop_bits, 2U);
}

TEST(Endpoint, a_serial_line_without_options_is_9600_8n1) {
  const Endpoint endpoint = parse_endpoint("serial:///dev/ttyS1");
  EXPECT_EQ(endpoint.serial.baud, 9600U);
  EXPECT_EQ(endpoint.serial.data_bits, 8U);
  EXPECT_EQ(endpoint.serial.parity, Parity::none);
}

TEST(Endpoint, usb_ids_are_hexadecimal_and_the_serial_number_may_be_missing) {
  const Endpoint endpoint = parse_endpoint("usbtmc://2ec7:6000/8001230A");
  EXPECT_EQ(endpoint.vendor, 0x2EC7);
  EXPECT_EQ(endpoint.product, 0x6000);
  EXPECT_EQ(endpoint.serial_number, "8001230A");
  EXPECT_EQ(parse_endpoint("usbtmc://2ec7:6000").serial_number, "");
}

TEST(Endpoint, a_mistake_says_what_was_expected_what_was_found_and_what_to_try) {
  EXPECT_THAT(complaint("192.168.0.30:5025"), HasSubstr("begins with tcp://"));
  EXPECT_THAT(complaint("gpib://5"), HasSubstr("found 'gpib'"));
  EXPECT_THAT(complaint("tcp://192.168.0.30"), HasSubstr("expected a host and a port"));
  EXPECT_THAT(complaint("tcp://192.168.0.30:70000"), HasSubstr("found '70000'"));
  EXPECT_THAT(complaint("tcp://192.168.0.30:0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(complaint("tcp://:5025"), HasSubstr("expected a host"));
  EXPECT_THAT(complaint("serial://ttyUSB0"), HasSubstr("path of a device"));
  EXPECT_THAT(complaint("serial:///dev/ttyUSB0?baud=fast"), HasSubstr("found 'fast'"));
  EXPECT_THAT(complaint("serial:///dev/ttyUSB0?framing=8X1"), HasSubstr("8N1"));
  EXPECT_THAT(complaint("serial:///dev/ttyUSB0?parity=even"), HasSubstr("expected baud=... or framing=..."));
  EXPECT_THAT(complaint("usbtmc://0x2ec7"), HasSubstr("two hexadecimal ids"));
  EXPECT_THAT(complaint("replay://"), HasSubstr("transcript"));
}

TEST(Endpoint, making_a_link_touches_nothing_yet) {
  const auto link = make_transport("tcp://192.0.2.1:5025");
  EXPECT_FALSE(link->is_open());
  EXPECT_FALSE(link->is_local());
  EXPECT_EQ(link->endpoint(), "tcp://192.0.2.1:5025");
  EXPECT_TRUE(make_transport("tcp://127.0.0.1:5025")->is_local());
}

}  // namespace
}  // namespace rig
