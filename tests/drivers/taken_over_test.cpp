// A box that somebody else sets, frees or switches off and on while it is ours.
#include <gmock/gmock.h>

#include "tests/drivers/boxes.hpp"
#include "tests/drivers/scpi_fake.hpp"

namespace rig::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* on = "3072";  // QUES: remote, output on

class TakenOver : public ::testing::Test {
 protected:
  TakenOver()
      : fake_({{"*IDN?", "EA Elektro-Automatik GmbH & Co.KG, PSB 9080-240 3U, 2830340017, V2.29"},
               {"SYST:ERR?", "0,\"No error\""},
               {"SYST:LOCK:OWNER?", "REMOTE"},
               {"STAT:QUES:COND?", "1024"},
               {"STAT:OPER:COND?", "256"},
               {"SYSTEM:COMMUNICATE:MONITORING:ACTION?", "ON"},
               {"OUTP?", "OFF"},
               {"SINK:CURR?", "0.00 A"},
               {"SINK:POW?", "0 W"},
               {"MEAS:ARR?", "53.20 V, 0.00 A, 0 W"}}),
        peer_(fake_.script()),
        link_(make_transport(peer_.endpoint())),
        supply_(make_box_as<SupplyBox>("ea.psb", "model: PSB 9080-240 3U", *link_)) {
    link_->open(soon());
    supply_->connect();
    supply_->arm({.over_voltage = 60.0, .over_current = 100.0});
    supply_->write({.voltage = Volts{54}, .current = Amps{5}, .power = Watts{1000}, .output = true});
    fake_.answer("STAT:QUES:COND?", on);
  }
  // What the readings say once the box differs; each thing is asked now and then.
  std::string complaint() {
    const WallTime deadline = soon();
    while (WallTime::clock::now() < deadline) {
      try {
        supply_->read();
      } catch (const LinkError& error) {
        EXPECT_EQ(error.trouble(), LinkTrouble::rejected);
        return error.what();
      }
    }
    return "no complaint";
  }
  std::string complaint_of_armed() {
    try {
      supply_->check_armed();
    } catch (const LinkError& error) {
      EXPECT_EQ(error.trouble(), LinkTrouble::rejected);
      return error.what();
    }
    return "no complaint";
  }
  ScpiFake fake_;
  TcpPeer peer_;
  std::unique_ptr<Transport> link_;
  std::unique_ptr<SupplyBox> supply_;
};

TEST_F(TakenOver, levels_that_somebody_else_sets_are_told) {
  fake_.answer("CURR?", "40.00 A");
  EXPECT_THAT(complaint(), HasSubstr("CURR stands at 40.00 A, it was set to 5.00 A"));
}

TEST_F(TakenOver, a_watchdog_that_somebody_switches_off_is_told) {
  fake_.answer("SYSTEM:COMMUNICATE:MONITORING:ACTION?", "OFF");
  EXPECT_THAT(complaint(), HasSubstr("watchdog is off"));
}

TEST_F(TakenOver, a_box_that_has_another_owner_is_told) {
  fake_.answer("SYST:LOCK:OWNER?", "NONE");
  EXPECT_THAT(complaint(), HasSubstr("expected REMOTE, found NONE"));
}

TEST_F(TakenOver, a_box_that_leaves_remote_control_by_itself_is_told) {
  fake_.answer("STAT:QUES:COND?", "2048");
  EXPECT_THAT(complaint(), HasSubstr("no longer in remote control"));
}

// The output's own answer is asked now and then only; a current that breaks off does not wait for that.
TEST_F(TakenOver, a_current_that_is_gone_has_the_box_looked_at_before_the_reading_is_believed) {
  fake_.answer("MEAS:ARR?", "53.20 V, 40.00 A, 2128 W");
  supply_->read();
  fake_.answer("MEAS:ARR?", "53.20 V, 0.00 A, 0 W");
  fake_.answer("STAT:QUES:COND?", "3073");
  std::string told = "no complaint";
  try {
    supply_->read();
  } catch (const LinkError& error) {
    told = error.what();
  }
  EXPECT_THAT(told, HasSubstr("tripped: over-voltage"));
}

TEST_F(TakenOver, a_current_that_is_gone_because_the_pack_took_no_more_is_a_reading) {
  fake_.answer("MEAS:ARR?", "53.20 V, 40.00 A, 2128 W");
  supply_->read();
  fake_.answer("MEAS:ARR?", "54.00 V, 0.00 A, 0 W");
  EXPECT_EQ(supply_->read().current.value(), 0.0);
}

TEST_F(TakenOver, protections_that_stand_as_armed_are_fine_and_others_are_not) {
  EXPECT_EQ(complaint_of_armed(), "no complaint");
  fake_.answer("VOLT:PROT?", "88.00 V");
  EXPECT_THAT(complaint_of_armed(), HasSubstr("VOLT:PROT stands at 88.00 V, it was set to 60.00 V"));
  fake_.answer("VOLT:PROT?", "60.00 V");
  fake_.answer("CURR:PROT?", "264.00 A");
  EXPECT_THAT(complaint_of_armed(), HasSubstr("CURR:PROT stands at 264.00 A, it was set to 105.00 A"));
}

}  // namespace
}  // namespace rig::testing
