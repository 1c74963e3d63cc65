// Faults: what a pack does not come back from by itself.
#include <gmock/gmock.h>

#include "tests/sim/firmware_scenarios.hpp"

namespace rig::sim {
namespace {

constexpr int system_error = 12;  // item of 0x35A

bool locked(const FirmwareStand& s) {
  return !s.firmware.charge_fet() && !s.firmware.discharge_fet() && s.firmware.charge_contact() &&
         s.firmware.discharge_contact() && s.charge_limit() == 0 && s.discharge_limit() == 0;
}

TEST(Faults, a_hot_pack_locks_after_its_delay_and_stays_locked_when_it_is_cold) {
  FirmwareStand s(exact_front_end());
  s.rest(0.5, 79.5);
  s.run(60, 0);
  EXPECT_FALSE(s.firmware.board().protection.system_error) << "below the threshold it only protects";
  s.rest(0.5, 80.5);
  const double took = s.run_until(20, 0, [&] { return s.firmware.board().protection.system_error; });
  EXPECT_NEAR(took, 5.0, 1.2);
  s.rest(0.5, 25);
  s.run(600, 5);
  EXPECT_TRUE(locked(s));
  EXPECT_EQ(s.firmware.lights().alarm, 1.0);
}

TEST(Faults, survive_the_loss_of_the_supply_and_go_with_the_service) {
  FirmwareStand s(exact_front_end());
  s.rest(-0.008, 25);
  s.run(10, 0);
  ASSERT_TRUE(s.firmware.board().protection.system_error);
  s.rest(0.5, 25);
  scenario::off_and_on(s);
  EXPECT_TRUE(s.firmware.board().awake);
  EXPECT_TRUE(s.firmware.board().protection.system_error);
  EXPECT_TRUE(locked(s));
  s.start({});
  s.run(10, 5);
  EXPECT_FALSE(s.firmware.board().protection.system_error);
  EXPECT_FALSE(locked(s));
}

// Without supply nothing is measured, so nothing may be concluded from what stands in the memory of the front end.
TEST(Faults, none_comes_while_the_pack_is_off) {
  FirmwareStand s(exact_front_end());
  s.start({.on = false});
  s.run(60, 0);
  scenario::press(s, 3.5);
  s.run(15, 0);
  EXPECT_TRUE(s.firmware.board().awake);
  EXPECT_FALSE(s.firmware.board().protection.system_error);
  EXPECT_TRUE(s.firmware.charge_fet() && s.firmware.discharge_fet());
}

TEST(Faults, an_interrupted_delay_begins_anew) {
  FirmwareStand s(exact_front_end());
  for (int i = 0; i < 5; ++i) {
    s.rest(0.5, 81);
    s.run(3, 0);
    s.rest(0.5, 70);
    s.run(3, 0);
  }
  EXPECT_FALSE(s.firmware.board().protection.system_error);
}

TEST(Faults, are_told_on_can_as_an_error_of_the_bms) {
  FirmwareStand s(exact_front_end());
  s.run(3, 0);
  const auto before = s.frames.at(0x35A).data;
  s.rest(1.02, 25);
  s.run(10, 0);
  EXPECT_TRUE(s.firmware.board().protection.system_error);
  EXPECT_NE(s.frames.at(0x35A).data, before);
  EXPECT_TRUE(s.protection(system_error));
}

}  // namespace
}  // namespace rig::sim
