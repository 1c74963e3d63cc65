// The service port's driver where the pack is not the simulated one: the dialect is found, and a wrong pack is named.
#include <gmock/gmock.h>

#include "drivers/service/codec.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// Of a real pack: 15 cells, address 2.
constexpr const char* analog =
    "~20024600F07A00020F0D170D140D150D150D180D170D140D150D150D180D170D140D150D150D18050C0B0BEF0BF00BED0C0B00C9C447FFFF0"
    "4"
    "FFFF00120172B90186A0E2D1\r";

std::string states() {
  service::Info info{0, 2, 15};
  info.resize(info.size() + 15);
  info.push_back(5);
  info.resize(info.size() + 5 + 3);
  info.insert(info.end(), {0x00, 0x06, 0, 0, 0});
  return service::encode({0x20, 2, 0x46, 0, info});
}

// Answers as a Pylontech master does, and everybody else with "version".
Script pylontech_pack() {
  return answer_lines(
      [](const std::string& question) {
        if (question.starts_with("~200246")) {
          const std::string command = question.substr(7, 2);
          if (command == "42" || command == "44") {
            return command == "42" ? std::string(analog) : states();
          }
          return service::encode({0x20, 2, 0x46, 0x04, {}});
        }
        const service::Frame asked = service::decode(question);
        return service::encode({asked.version, asked.address, 0x46, 0x01, {}});
      },
      '\r');
}

std::unique_ptr<ServiceBox> box_with(const std::string& parameters, Transport& link) {
  return make_box_as<ServiceBox>("bms.service", parameters + ", timeout: 5 s", link);
}

TEST(BmsService, finds_out_dialect_and_address_by_asking) {
  TcpPeer pack(pylontech_pack());
  const auto link = make_transport(pack.endpoint());
  const auto box = box_with("cells: 15", *link);
  link->open(soon());
  EXPECT_EQ(box->connect().maker, "pylontech");
  const ServicePort::Reading reading = box->read();
  EXPECT_TRUE(reading.valid);
  EXPECT_EQ(reading.cell_count, 15U);
  EXPECT_DOUBLE_EQ(reading.cells[0], 3.351);
  EXPECT_TRUE(reading.charge_switch.value());
}

TEST(BmsService, a_pack_with_another_number_of_cells_is_not_this_pack) {
  TcpPeer pack(pylontech_pack());
  const auto link = make_transport(pack.endpoint());
  const auto box = box_with("dialect: pylontech, address: 2", *link);
  link->open(soon());
  try {
    (void)box->connect();
    FAIL() << "it was taken";
  } catch (const LinkError& error) {
    EXPECT_EQ(error.trouble(), LinkTrouble::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("16 cells, the pack tells of 15"));
  }
}

TEST(BmsService, a_pack_that_speaks_none_of_them_is_told_with_what_was_tried) {
  TcpPeer pack(answer_lines([](const std::string&) { return std::string("what?\r~00\r"); }, '\r'));
  const auto link = make_transport(pack.endpoint());
  const auto box = box_with("cells: 16", *link);
  link->open(soon());
  try {
    (void)box->connect();
    FAIL() << "it was taken";
  } catch (const LinkError& error) {
    EXPECT_EQ(error.trouble(), LinkTrouble::mismatch);
    EXPECT_THAT(error.what(), HasSubstr("pace at 0, pace at 1"));
  }
}

}  // namespace
}  // namespace rig::testing
