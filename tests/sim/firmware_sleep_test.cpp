// A pack that nobody needs goes to sleep, and what wakes it.
#include <gmock/gmock.h>

#include "tests/sim/firmware_scenarios.hpp"

namespace rig::sim {
namespace {

FirmwareParameters sleepy() {
  FirmwareParameters p = exact_front_end();
  p.start.sleep_after = std::chrono::seconds(100);
  return p;
}

TEST(Sleep, comes_after_a_time_without_current_and_without_an_inverter) {
  FirmwareStand s(sleepy());
  s.run(150, 0);
  EXPECT_EQ(s.firmware.power(), PowerState::on) << "an inverter speaks";
  s.inverter_speaks = false;
  s.start({});
  s.run(90, 0);
  s.run(20, -1);
  const double took = s.run_until(300, 0.2, [&] { return s.firmware.power() != PowerState::on; });
  EXPECT_NEAR(took, 100, 1) << "a current in between begins anew";
  EXPECT_EQ(s.firmware.power(), PowerState::asleep);
  s.run(1, 0);
  EXPECT_FALSE(s.firmware.charge_fet() || s.firmware.discharge_fet());
}

TEST(Sleep, ends_by_charger_inverter_and_button) {
  for (const char* by : {"charger", "inverter", "button"}) {
    FirmwareStand s(sleepy());
    s.inverter_speaks = false;
    s.start({});
    s.run_until(300, 0, [&] { return s.firmware.power() == PowerState::asleep; });
    s.run(30, 0);
    ASSERT_EQ(s.firmware.power(), PowerState::asleep);
    s.outside = by == std::string("charger") ? 54 : 0;
    s.inverter_speaks = by == std::string("inverter");
    if (by == std::string("button")) {
      scenario::press(s, 3.5);
    }
    s.run(15, 5);
    EXPECT_EQ(s.firmware.power(), PowerState::on) << by;
  }
}

TEST(Sleep, counts_anew_in_a_pack_that_was_off_meanwhile) {
  FirmwareStand s(sleepy());
  s.inverter_speaks = false;
  s.start({});
  s.run(90, 0);
  scenario::press(s, 3.5);
  s.run(120, 0);
  ASSERT_EQ(s.firmware.power(), PowerState::off);
  scenario::press(s, 3.5);
  s.run_until(30, 0, [&] { return s.firmware.power() == PowerState::on; });
  const double took = s.run_until(300, 0, [&] { return s.firmware.power() != PowerState::on; });
  EXPECT_NEAR(took, 100, 1);
}

}  // namespace
}  // namespace rig::sim
