#include <gmock/gmock.h>

#include "tests/drivers/boxes.hpp"
#include "tests/drivers/scpi_fake.hpp"

namespace rig::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <class Act>
std::string complaint(const Act& act) {
  try {
    act();
  } catch (const LinkError& error) {
    return error.what();
  }
  return "no complaint";
}

constexpr const char* on = "3072";   // QUES: remote, output on
constexpr const char* off = "1024";  // QUES: remote

class EaPsb : public ::testing::Test {
 protected:
  EaPsb()
      : fake_({{"*IDN?", "EA Elektro-Automatik GmbH & Co.KG, PSB 9080-240 3U, 2830340017, V2.29"},
               {"SYST:ERR?", "0,\"No error\""},
               {"SYST:LOCK:OWNER?", "REMOTE"},
               {"STAT:QUES:COND?", off},
               {"STAT:OPER:COND?", "256"},
               {"OUTP?", "OFF"},
               {"SINK:CURR?", "240.00 A"},  // from the factory it sinks
               {"SINK:POW?", "10000 W"},
               {"MEAS:ARR?", "53.20 V, 0.00 A, 0 W"}}),
        peer_(fake_.script()),
        link_(make_transport(peer_.endpoint())),
        supply_(make_box_as<SupplyBox>("ea.psb", "model: PSB 9080-240 3U", *link_)),
        load_(make_box_as<LoadBox>("ea.psb_load", "model: PSB 9080-240 3U", *link_)) {
    link_->open(soon());
  }
  static PowerSupply::Setpoint supply_at(double volts, double amps, bool output) {
    return {.voltage = Volts{volts}, .current = Amps{amps}, .power = Watts{5000}, .output = output};
  }
  ScpiFake fake_;
  TcpPeer peer_;
  std::unique_ptr<Transport> link_;
  std::unique_ptr<SupplyBox> supply_;
  std::unique_ptr<LoadBox> load_;
};

TEST_F(EaPsb, connecting_identifies_and_takes_it_but_sets_nothing) {
  const Identity identity = supply_->connect();
  EXPECT_EQ(identity.serial, "2830340017");
  EXPECT_EQ(identity.firmware, "V2.29");
  EXPECT_THAT(fake_.take_commands(), ElementsAre("SYST:LOCK ON", "*CLS"));
}

TEST_F(EaPsb, looking_at_a_box_that_somebody_owns_takes_neither_its_lock_nor_its_watchdog) {
  supply_->connect();
  fake_.take_commands();
  supply_->release();
  supply_->read();  // what was told before a question has arrived when that is answered
  EXPECT_THAT(fake_.take_commands(), ::testing::IsEmpty());
}

TEST_F(EaPsb, a_box_that_was_armed_is_given_back_also_after_its_link_was_mended) {
  supply_->connect();
  supply_->arm({.over_voltage = 60.0, .over_current = 50.0});
  supply_->recover();
  fake_.take_commands();
  supply_->release();
  supply_->read();  // what was told before a question has arrived when that is answered
  EXPECT_THAT(fake_.take_commands(), Contains("SYST:LOCK OFF"));
}

TEST_F(EaPsb, connecting_refuses_another_model) {
  fake_.answer("*IDN?", "EA Elektro-Automatik GmbH & Co.KG, PSB 9080-360 3U, 2830340018, V2.29");
  EXPECT_THAT(complaint([&] { supply_->connect(); }),
              HasSubstr("found \"EA Elektro-Automatik GmbH & Co.KG PSB 9080-360 3U\""));
}

TEST_F(EaPsb, connecting_refuses_a_box_that_its_front_panel_owns) {
  fake_.answer("SYST:LOCK:OWNER?", "LOCAL");
  EXPECT_THAT(complaint([&] { supply_->connect(); }), HasSubstr("expected REMOTE, found LOCAL"));
}

TEST_F(EaPsb, connecting_refuses_a_box_whose_protection_has_tripped) {
  fake_.answer("STAT:QUES:COND?", "1025");
  EXPECT_THAT(complaint([&] { supply_->connect(); }), HasSubstr("tripped: over-voltage"));
}

TEST_F(EaPsb, arming_closes_the_sink_and_puts_the_voltage_down_before_the_protections) {
  supply_->connect();
  fake_.take_commands();
  supply_->arm({.over_voltage = 58.4, .under_voltage = 40, .over_current = 120});
  EXPECT_THAT(fake_.take_commands(),
              ElementsAre("SINK:CURR 0.00", "SINK:POW 0", "VOLT 0.00", "VOLT:PROT 58.40", "CURR:PROT 126.00",
                          "SYSTEM:COMMUNICATE:MONITORING:TIMEOUT 5", "SYSTEM:COMMUNICATE:MONITORING:ACTION ON"));
}

TEST_F(EaPsb, writes_only_what_changed_and_reads_it_back) {
  supply_->connect();
  supply_->write(supply_at(56.2, 50, false));
  EXPECT_THAT(fake_.take_commands(), ElementsAre("SYST:LOCK ON", "*CLS", "VOLT 56.20", "CURR 50.00", "POW 5000"));
  fake_.take_queries();
  supply_->write(supply_at(56.2, 40, false));
  EXPECT_THAT(fake_.take_commands(), ElementsAre("CURR 40.00"));
  EXPECT_THAT(fake_.take_queries(), ElementsAre("CURR?", "SYST:ERR?"));
}

TEST_F(EaPsb, a_set_point_that_was_clamped_without_a_word_is_an_error) {
  supply_->connect();
  fake_.clamp("CURR", "100.00 A");
  EXPECT_THAT(complaint([&] { supply_->write(supply_at(56.2, 110, false)); }),
              HasSubstr("'CURR 110.00' reads back as 100.0000 A"));
}

TEST_F(EaPsb, voltage_and_current_come_in_one_exchange) {
  supply_->connect();
  supply_->read();
  fake_.take_queries();
  fake_.answer("MEAS:ARR?", "56.20 V, 75.00 A, 4215 W");
  const SupplyReading reading = supply_->read();
  EXPECT_THAT(fake_.take_queries(), ElementsAre("MEAS:ARR?"));
  EXPECT_DOUBLE_EQ(reading.voltage.value(), 56.2);
  EXPECT_DOUBLE_EQ(reading.current.value(), 75.0);
}

TEST_F(EaPsb, what_has_no_value_is_not_valid) {
  supply_->connect();
  fake_.answer("MEAS:ARR?", "9.9E37 V, 0.00 A, 0 W");
  EXPECT_FALSE(supply_->read().valid);
}

TEST_F(EaPsb, a_reading_in_the_wrong_unit_is_an_error) {
  supply_->connect();
  fake_.answer("MEAS:ARR?", "56.20 A, 0.00 A, 0 W");
  EXPECT_THAT(complaint([&] { supply_->read(); }), HasSubstr("MEAS:ARR?: expected 3 numbers in their units"));
}

TEST_F(EaPsb, making_safe_works_first_and_twice_and_reads_back) {
  supply_->make_safe();
  supply_->make_safe();
  EXPECT_THAT(fake_.take_commands(), ElementsAre("OUTP OFF", "SINK:CURR 0.00", "SINK:POW 0", "OUTP OFF"));
  EXPECT_THAT(fake_.take_queries(), ElementsAre("OUTP?", "SINK:CURR?", "SINK:CURR?", "SINK:POW?", "SINK:POW?", "OUTP?",
                                                "SINK:CURR?", "SINK:POW?"));
}

TEST_F(EaPsb, making_safe_claims_the_box_again_when_it_does_not_obey) {
  fake_.clamp("OUTP", "ON");
  EXPECT_THAT(complaint([&] { supply_->make_safe(); }), HasSubstr("does not switch off"));
  EXPECT_THAT(fake_.take_commands(), ElementsAre("OUTP OFF", "SYST:LOCK ON", "OUTP OFF"));
}

TEST_F(EaPsb, the_load_waits_until_the_supply_has_let_go) {
  supply_->connect();
  load_->connect();
  supply_->write(supply_at(56.2, 50, true));
  fake_.answer("STAT:QUES:COND?", on);
  const ElectronicLoad::Setpoint sink{.current = Amps{75}, .input = true};
  fake_.take_commands();
  EXPECT_THAT(complaint([&] { load_->write(sink); }),
              HasSubstr("load role wants the box while its supply role holds it"));
  EXPECT_TRUE(fake_.take_commands().empty());

  supply_->write(supply_at(56.2, 50, false));
  fake_.answer("STAT:QUES:COND?", off);
  fake_.take_commands();
  load_->write(sink);
  EXPECT_THAT(fake_.take_commands(),
              ElementsAre("CURR 0.00", "VOLT 0.00", "SINK:CURR 75.00", "SINK:POW 10000", "OUTP ON"));
  EXPECT_THAT(complaint([&] { supply_->write(supply_at(56.2, 50, true)); }), HasSubstr("its load role holds it"));
}

TEST_F(EaPsb, the_sink_is_closed_again_when_the_load_lets_go) {
  load_->connect();
  supply_->connect();
  load_->write({.current = Amps{75}, .input = true});
  fake_.take_commands();
  load_->write({.current = Amps{75}, .input = false});
  EXPECT_THAT(fake_.take_commands(), ElementsAre("OUTP OFF", "SINK:CURR 0.00", "SINK:POW 0"));
  supply_->write(supply_at(56.2, 50, true));
  EXPECT_THAT(fake_.take_commands(), ElementsAre("VOLT 56.20", "CURR 50.00", "POW 5000", "OUTP ON"));
}

TEST_F(EaPsb, each_role_reads_only_its_own_current) {
  load_->connect();
  supply_->connect();
  load_->write({.current = Amps{75}, .input = true});
  fake_.answer("STAT:QUES:COND?", on);
  fake_.answer("MEAS:ARR?", "51.20 V, -75.00 A, -3840 W");
  EXPECT_DOUBLE_EQ(load_->read().current.value(), 75.0);
  EXPECT_TRUE(load_->read().input);
  const SupplyReading of_supply = supply_->read();
  EXPECT_DOUBLE_EQ(of_supply.current.value(), 0.0);
  EXPECT_FALSE(of_supply.output);
}

TEST_F(EaPsb, a_trip_shows_at_the_next_look) {
  supply_->connect();
  supply_->write(supply_at(56.2, 50, true));
  fake_.answer("STAT:QUES:COND?", "1025");
  EXPECT_THAT(complaint([&] { supply_->read(); }), HasSubstr("tripped: over-voltage"));
}

}  // namespace
}  // namespace rig::testing
