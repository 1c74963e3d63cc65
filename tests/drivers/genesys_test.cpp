#include <gmock/gmock.h>

#include "drivers/transport/replay.hpp"
#include "tests/drivers/boxes.hpp"
#include "tests/drivers/peer.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

// A conversation in which each command and each answer ends with CR: "PV 56.20 = OK".
std::string dialogue(const std::vector<std::pair<std::string, std::string>>& exchanges) {
  std::string out;
  for (const auto& [sent, answered] : exchanges) {
    out += "> \"" + sent + "\\r\"\n";
    out += "< \"" + answered + "\\r\"\n";
  }
  return out;
}

using Exchanges = std::vector<std::pair<std::string, std::string>>;

struct Genesys {
  explicit Genesys(const std::vector<std::pair<std::string, std::string>>& exchanges)
      : link("replay://genesys", "genesys", dialogue(exchanges)),
        box(make_box_as<SupplyBox>("tdk.genesys", "model: GEN80-65, address: 6", link)) {
    link.open(soon());
  }
  ReplayLink link;
  std::unique_ptr<SupplyBox> box;
};

template <class Act>
std::string complaint(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return error.what();
  }
  return "no complaint";
}

const std::pair<std::string, std::string> quiet{"STT?", "MV(00.000),PV(00.00),MC(00.000),PC(00.00),SR(04),FR(40)"};

TEST(TdkGenesys, connecting_addresses_identifies_and_takes_it) {
  Genesys genesys({{"ADR 6", "OK"},
                   {"IDN?", "LAMBDA,GEN80-65"},
                   {"SN?", "S/N:123456"},
                   {"REV?", "REV:1U:5.0"},
                   {"RMT 1", "OK"},
                   {"RMT?", "REM"},
                   {"CLS", "OK"},
                   quiet,
                   {"OUT?", "OFF"}});
  EXPECT_EQ(genesys.box->connect().serial, "123456");  // as its LAN option says it
  EXPECT_EQ(genesys.link.left_over(), std::nullopt);
}

TEST(TdkGenesys, connecting_refuses_another_model) {
  Genesys genesys({{"ADR 6", "OK"}, {"IDN?", "LAMBDA,GEN60-85"}});
  EXPECT_THAT(complaint([&] { genesys.box->connect(); }), HasSubstr("expected GEN80-65, found \"LAMBDA GEN60-85\""));
}

TEST(TdkGenesys, each_set_point_is_answered_and_read_back) {
  Genesys genesys({{"PV 56.20", "OK"},
                   {"PV?", "56.20"},
                   {"PC 50.00", "OK"},
                   {"PC?", "50.00"},
                   {"OUT 1", "OK"},
                   {"OUT?", "ON"},
                   {"PC 40.00", "OK"},
                   {"PC?", "40.00"},
                   {"OUT 0", "OK"},
                   {"OUT?", "OFF"}});
  PowerSupply::Setpoint setpoint{.voltage = Volts{56.2}, .current = Amps{50}, .output = true};
  genesys.box->write(setpoint);
  setpoint.current = Amps{40};
  genesys.box->write(setpoint);
  setpoint.output = false;
  genesys.box->write(setpoint);
  EXPECT_EQ(genesys.link.left_over(), std::nullopt);
}

TEST(TdkGenesys, arming_lowers_the_voltage_before_what_is_coupled_to_it) {
  Genesys genesys({{"UVL 0", "OK"},
                   {"PV 0.00", "OK"},
                   {"PV?", "0.00"},
                   {"OVP 61.48", "OK"},
                   {"OVP?", "61.48"},
                   {"FLD OFF", "OK"},
                   {"AST OFF", "OK"}});
  genesys.box->arm({.over_voltage = 58.0});
  EXPECT_EQ(genesys.link.left_over(), std::nullopt);
}

TEST(TdkGenesys, an_error_code_is_told_with_its_meaning) {
  Genesys genesys(Exchanges{{"PV 79.00", "E01"}});
  EXPECT_THAT(complaint([&] { genesys.box->write({.voltage = Volts{79}}); }),
              HasSubstr("95 % of the over-voltage protection"));
}

TEST(TdkGenesys, one_exchange_reads_values_status_and_faults) {
  Genesys genesys({{"STT?", "MV(56.180),PV(56.2),MC(43.257),PC(50),SR(05),FR(00)"},
                   {"STT?", "MV(55.900),PV(56.2),MC(50.010),PC(50),SR(06),FR(00)"},
                   quiet,
                   {"OUT?", "OFF"},
                   quiet,
                   {"OUT?", "ON"}});
  SupplyReading reading = genesys.box->read();
  EXPECT_DOUBLE_EQ(reading.voltage.value(), 56.18);
  EXPECT_DOUBLE_EQ(reading.current.value(), 43.257);
  EXPECT_EQ(reading.regulation, Regulation::constant_voltage);
  EXPECT_TRUE(reading.output);
  EXPECT_EQ(genesys.box->read().regulation, Regulation::constant_current);
  reading = genesys.box->read();
  EXPECT_FALSE(reading.output);
  EXPECT_EQ(reading.regulation, Regulation::off);
  EXPECT_TRUE(genesys.box->read().output) << "on, and set below the pack: it regulates nothing";
  EXPECT_EQ(genesys.link.left_over(), std::nullopt);
}

TEST(TdkGenesys, a_fault_and_the_front_panel_are_seen) {
  Genesys tripped(Exchanges{{"STT?", "MV(00.000),PV(56.2),MC(00.000),PC(50),SR(08),FR(50)"}});
  EXPECT_THAT(complaint([&] { tripped.box->read(); }), HasSubstr("tripped: over-voltage"));
  Genesys local(Exchanges{{"STT?", "MV(00.000),PV(56.2),MC(00.000),PC(50),SR(84),FR(40)"}});
  EXPECT_THAT(complaint([&] { local.box->read(); }), HasSubstr("local mode"));
}

TEST(TdkGenesys, making_safe_works_first_and_twice) {
  Genesys genesys(
      {{"ADR 6", "OK"}, {"OUT 0", "OK"}, {"OUT?", "OFF"}, {"ADR 6", "OK"}, {"OUT 0", "OK"}, {"OUT?", "OFF"}});
  genesys.box->make_safe();
  genesys.box->make_safe();
  EXPECT_EQ(genesys.link.left_over(), std::nullopt);
}

TEST(TdkGenesys, a_service_request_in_between_is_no_answer) {
  PtyPeer peer([](PeerSide& side, int) {
    while (!side.is_over()) {
      const std::string line = side.read_until('\r');
      side.send_bytewise(line == "OUT?\r" ? "!06\rOFF\r" : "OK\r");
    }
  });
  const auto link = make_transport(peer.endpoint());
  const auto box = make_box_as<SupplyBox>("tdk.genesys", "model: GEN80-65", *link);
  link->open(soon());
  EXPECT_NO_THROW(box->make_safe());
}

}  // namespace
}  // namespace rig::testing
