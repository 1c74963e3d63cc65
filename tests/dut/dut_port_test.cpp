#include "rig/dut/dut_port.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/core/error.hpp"
#include "tests/dut/pack_on_the_bus.hpp"

namespace rig {
namespace {
using test::at;
using test::PackOnTheBus;

constexpr double sofar = static_cast<double>(Dialect::sofar_amass);
constexpr double pylon = static_cast<double>(Dialect::pylon_v12);

// Captured from a Pylontech US5000 stack with V1.2 firmware (setfirelabs.com).
TEST(PublishedFrames, of_a_US5000_with_V1_2_firmware) {
  PackOnTheBus pack;
  pack.hear(0x35C, {0xC0, 0x00});
  pack.hear(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  pack.hear(0x355, {0x58, 0x00, 0x5E, 0x00});
  pack.hear(0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01});
  pack.hear(0x359, {0x00, 0x00, 0x00, 0x00, 0x06, 0x50, 0x4E});
  pack.say_pylon();
  EXPECT_TRUE(pack.is("dialect", pylon));
  EXPECT_TRUE(pack.is("name_ok", 1));
  EXPECT_TRUE(pack.is("charge_voltage_limit", 53.2));
  EXPECT_TRUE(pack.is("charge_current_limit", 480.0));
  EXPECT_TRUE(pack.is("discharge_current_limit", 480.0));
  EXPECT_TRUE(pack.is("discharge_voltage_limit", 45.0));
  EXPECT_TRUE(pack.is("soc", 0.88));
  EXPECT_TRUE(pack.is("soh", 0.94));
  EXPECT_TRUE(pack.is("voltage", 49.86));
  EXPECT_TRUE(pack.is("current", -27.0));
  EXPECT_TRUE(pack.is("temperature", 36.3));
  for (const char* flag : {"protection.over_voltage", "protection.system_error", "alarm.charge_oc", "force_charge",
                           "full_charge_request"}) {
    EXPECT_TRUE(pack.is(flag, 0)) << flag;
  }
  EXPECT_TRUE(pack.is("charge_allowed", 1));
  EXPECT_TRUE(pack.is("discharge_allowed", 1));
  for (const char* unsaid : {"soc_fine", "remaining_capacity", "cycles"}) {
    EXPECT_EQ(pack.quality(unsaid), Quality::never) << unsaid;
  }
  EXPECT_TRUE(pack.is("frame_errors", 0));
}

// V1.3 has no 0x359 and no 0x35C; its 0x35A says nothing that is to be taken: eight zeros are sixteen times "no
// change".
TEST(PublishedFrames, of_a_US5000_with_V1_3_firmware) {
  PackOnTheBus pack;
  pack.hear(0x35A, {0, 0, 0, 0, 0, 0, 0, 0});
  pack.say_pylon();
  pack.hear(0x351, {0x10, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  pack.hear(0x355, {0x54, 0x00, 0x60, 0x00, 0x00, 0x00});
  pack.hear(0x356, {0x7B, 0x13, 0xE9, 0xFE, 0x6B, 0x01});
  pack.hear(0x35F, {0x4C, 0x49, 0x01, 0x03, 0x3C, 0x02, 0xAA, 0x00});
  EXPECT_TRUE(pack.is("dialect", 0)) << "V1.3 is another dialect under the same name";
  EXPECT_TRUE(pack.is("charge_voltage_limit", 52.8));
  EXPECT_TRUE(pack.is("soc", 0.84));
  EXPECT_TRUE(pack.is("soh", 0.96));
  EXPECT_TRUE(pack.is("voltage", 49.87));
  EXPECT_TRUE(pack.is("current", -27.9));
  EXPECT_EQ(pack.quality("soc_fine"), Quality::never) << "the zeros there are no state of charge";
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::never);
  EXPECT_TRUE(pack.is("frame_errors", 0));
}

// The sample comes from a high-voltage stack that counts 0x356 in 0.1 V, which its limits in 0x351 give away.
TEST(PublishedFrames, of_the_SOFAR_AMASS_sample) {
  PackOnTheBus pack;
  pack.say_amass();
  pack.hear(0x351, {0xC6, 0x08, 0xFA, 0x00, 0xFA, 0x00, 0x80, 0x07});
  pack.hear(0x355, {0x31, 0x00, 0x64, 0x00, 0xFF, 0xFF, 0xF6, 0x00});
  pack.hear(0x356, {0x36, 0x08, 0x10, 0x00, 0xD0, 0x00, 0x01, 0x00});
  pack.hear(0x30F, {0x00, 0x03, 0, 0, 0, 0, 0, 0});
  pack.hear(0x359, {0x00, 0x00, 0x00, 0x00, 0x04, 0x10, 0x27, 0x10});
  pack.hear(0x35F, {0x00, 0x00, 0x24, 0x4E, 0x32, 0x00, 0x00, 0x00});
  EXPECT_TRUE(pack.is("dialect", sofar));
  EXPECT_TRUE(pack.is("charge_voltage_limit", 224.6));
  EXPECT_TRUE(pack.is("charge_current_limit", 25.0));
  EXPECT_TRUE(pack.is("discharge_current_limit", 25.0));
  EXPECT_TRUE(pack.is("discharge_voltage_limit", 192.0));
  EXPECT_TRUE(pack.is("soc", 0.49));
  EXPECT_TRUE(pack.is("soh", 1.0));
  EXPECT_EQ(pack.quality("soc_fine"), Quality::never) << "0xFFFF is no number";
  EXPECT_TRUE(pack.is("remaining_capacity", 24.6 * 3600));
  EXPECT_TRUE(pack.is("voltage", 210.2));
  EXPECT_TRUE(pack.is("current", 1.6));
  EXPECT_TRUE(pack.is("temperature", 20.8));
  EXPECT_TRUE(pack.is("cycles", 1));
  EXPECT_TRUE(pack.is("charge_allowed", 1));
  EXPECT_TRUE(pack.is("discharge_allowed", 1));
  EXPECT_TRUE(pack.is("force_charge", 0));
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::never) << "0x359 carries counts here";
  EXPECT_TRUE(pack.is("full_charge_request", 0));
  EXPECT_TRUE(pack.is("frame_errors", 0));
}

TEST(DutPort, gives_a_value_the_moment_at_which_its_frame_arrived) {
  PackOnTheBus pack;
  CanFrame frame = pack.frame(0x356, {0x88, 0x13, 0, 0, 0, 0});
  frame.time = at(9.7);
  pack.hear(frame);
  EXPECT_EQ(pack["voltage"].time, at(9.7));
  pack.now = at(11.0);
  frame.time = at(10.9);
  pack.hear(frame);
  EXPECT_EQ(pack["voltage"].time, at(10.9)) << "the same value again is news";
}

TEST(DutPort, lets_values_grow_stale_but_never_its_own_statements) {
  PackOnTheBus pack({.max_age = std::chrono::seconds{2}});
  pack.say_amass();
  pack.hear(0x356, {0x88, 0x13, 0, 0, 0, 0, 0, 0});
  pack.now = at(12.0);
  pack.silence();
  EXPECT_TRUE(pack.is("voltage", 50.0));
  EXPECT_TRUE(pack.is("online", 1));
  pack.now = at(12.001);
  pack.silence();
  EXPECT_EQ(pack.quality("voltage"), Quality::stale);
  EXPECT_TRUE(pack.is("online", 0));
  EXPECT_TRUE(pack.is("dialect", sofar));
  EXPECT_TRUE(pack.is("frame_errors", 0));
}

TEST(DutPort, says_from_the_first_tick_that_nothing_was_heard) {
  PackOnTheBus pack;
  pack.silence();
  EXPECT_TRUE(pack.is("online", 0));
  EXPECT_TRUE(pack.is("dialect", 0));
  EXPECT_TRUE(pack.is("frame_errors", 0));
  EXPECT_EQ(pack.quality("voltage"), Quality::never);
}

TEST(DutPort, writes_its_own_statements_only_when_they_change) {
  PackOnTheBus pack;
  pack.silence();
  pack.table.clear_changed();
  pack.now = at(11.0);
  pack.silence();
  EXPECT_THAT(pack.table.changed(), testing::Each(0u));
}

TEST(DutPort, leaves_alone_what_a_short_frame_does_not_hold) {
  PackOnTheBus pack;
  pack.say_amass();
  pack.hear(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12});
  pack.hear(0x355, {0x31, 0x00, 0x64});
  EXPECT_TRUE(pack.is("discharge_current_limit", 480.0));
  EXPECT_EQ(pack.quality("discharge_voltage_limit"), Quality::never);
  EXPECT_TRUE(pack.is("soc", 0.49));
  EXPECT_EQ(pack.quality("soh"), Quality::never) << "half of its bytes is not enough";
  EXPECT_TRUE(pack.is("frame_errors", 1)) << "6 bytes are allowed for 0x351, 3 for 0x355 are not";
}

TEST(DutPort, counts_frames_that_have_no_place_on_this_bus) {
  PackOnTheBus pack;
  pack.hear(0x123, {1, 2});
  EXPECT_TRUE(pack.is("frame_errors", 1));
  EXPECT_TRUE(pack.is("unknown_frames", 1));
  EXPECT_TRUE(pack.is("online", 0)) << "anybody may have sent it";
  CanFrame extended = pack.frame(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  extended.extended = true;
  pack.hear(extended);
  EXPECT_TRUE(pack.is("frame_errors", 2));
  EXPECT_EQ(pack.quality("charge_voltage_limit"), Quality::never);
  pack.hear(0x35C, {0xC0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("frame_errors", 2)) << "some packs send 0x35C with 8 bytes";
  pack.hear(0x355, {0x31});
  EXPECT_TRUE(pack.is("frame_errors", 3)) << "too short";
  EXPECT_TRUE(pack.is("unknown_frames", 2)) << "but not unknown";
}

TEST(DutPort, counts_a_frame_that_is_longer_than_its_message) {
  Dbc dbc = test::project_dbc();
  for (DbcMessage& message : dbc.messages) {
    message.length = message.id == 0x670 ? 6 : message.length;
  }
  PackOnTheBus pack({}, dbc);
  pack.hear(0x670, {1, 2, 3, 4, 5, 6});
  EXPECT_TRUE(pack.is("frame_errors", 0));
  pack.hear(0x670, {1, 2, 3, 4, 5, 6, 7});
  EXPECT_TRUE(pack.is("frame_errors", 1));
}

TEST(DutPort, does_not_take_the_inverter_for_the_pack) {
  PackOnTheBus pack;
  pack.hear(0x305, {0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("online", 0));
  EXPECT_TRUE(pack.is("frame_errors", 0));
}

TEST(DutPort, takes_back_a_value_that_the_pack_no_longer_supports) {
  PackOnTheBus pack;
  pack.say_amass();
  pack.hear(0x356, {0x88, 0x13, 0x0A, 0x00, 0xFA, 0x00, 0x05, 0x00});
  EXPECT_TRUE(pack.is("temperature", 25.0));
  pack.hear(0x356, {0x88, 0x13, 0xFF, 0xFF, 0x00, 0x80, 0xFF, 0xFF});
  EXPECT_TRUE(pack.is("current", -0.1)) << "0xFFFF marks nothing in a signed field";
  EXPECT_EQ(pack.quality("temperature"), Quality::invalid);
  EXPECT_EQ(pack.quality("cycles"), Quality::invalid);
}

TEST(DutPort, knows_no_unsupported_mark_in_the_Pylontech_dialect) {
  PackOnTheBus pack({.dialect = Dialect::pylon_v12});
  pack.hear(0x355, {0xFF, 0xFF, 0x64, 0x00});
  EXPECT_TRUE(pack.is("soc", 655.35)) << "nonsense, but it is what the pack says";
}

TEST(DutPort, tells_the_time_between_two_frames_of_a_kind) {
  PackOnTheBus pack;
  pack.hear(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  EXPECT_EQ(pack.quality("period.limits"), Quality::never);
  pack.now = at(10.4);
  pack.hear(0x355, {0x58, 0x00, 0x5E, 0x00});
  pack.now = at(11.25);
  pack.hear(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  EXPECT_TRUE(pack.is("period.limits", 1.25));
  EXPECT_EQ(pack.quality("period.soc"), Quality::never);
}

TEST(DutPort, declares_each_signal_as_measured_with_half_a_step_of_uncertainty) {
  PackOnTheBus pack;
  const auto spec = [&](const char* name) { return pack.table.spec(pack.table.require(name)); };
  EXPECT_EQ(pack.table.size(), dut_signal_count);
  for (const SignalSpec& each : pack.table.specs()) {
    EXPECT_EQ(each.origin, Origin::measured);
    EXPECT_EQ(each.source, "dut (CAN)");
    EXPECT_FALSE(each.help.empty()) << each.name;
  }
  EXPECT_DOUBLE_EQ(spec("dut.voltage").uncertainty.absolute, 0.005);
  EXPECT_DOUBLE_EQ(spec("dut.charge_current_limit").uncertainty.absolute, 0.05);
  EXPECT_DOUBLE_EQ(spec("dut.soc").uncertainty.absolute, 0.005);
  EXPECT_DOUBLE_EQ(spec("dut.remaining_capacity").uncertainty.absolute, 180.0);
  EXPECT_EQ(spec("dut.remaining_capacity").dimension, dimension::charge);
  EXPECT_EQ(spec("dut.temperature").dimension, dimension::temperature);
  EXPECT_EQ(spec("dut.soc").max_age, std::chrono::seconds{5});
  EXPECT_THAT(spec("dut.dialect").labels, testing::ElementsAre("unknown", "sofar_amass", "pylon_v12"));
}

TEST(DutPort, forgets_everything_between_cases) {
  PackOnTheBus pack;
  pack.say_pylon();
  pack.hear(0x35C, {0x00, 0x00});
  pack.hear(0x123, {});
  pack.port.reset();
  pack.table.reset();
  pack.now = at(0.5);
  pack.silence();
  EXPECT_TRUE(pack.is("dialect", 0));
  EXPECT_TRUE(pack.is("online", 0));
  EXPECT_TRUE(pack.is("frame_errors", 0));
  EXPECT_TRUE(pack.is("unknown_frames", 0));
  pack.say_amass();
  EXPECT_EQ(pack.quality("period.name"), Quality::never) << "no period across the cases";
  pack.hear(0x351, {0, 0, 10, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 1)) << "the enable bits of the case before no longer count";
}

TEST(DutPort, names_all_that_the_DBC_does_not_give_it) {
  Dbc dbc = test::project_dbc();
  std::erase_if(dbc.messages, [](const DbcMessage& message) { return message.id == 0x35A; });
  for (DbcMessage& message : dbc.messages) {
    std::erase_if(message.signals, [](const DbcSignal& signal) { return signal.name == "SOH"; });
    for (DbcSignal& signal : message.signals) {
      if (signal.name == "Voltage") {
        signal.unit = "A";
      }
    }
  }
  try {
    DutPort port(dbc);
    FAIL() << "took an incomplete DBC";
  } catch (const RigError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("dut.soh needs the signal 'SOH' in a message with the id 853 (0x355)"));
    EXPECT_THAT(error.what(), testing::HasSubstr("'Voltage' has the unit 'A', but dut.voltage is"));
    EXPECT_THAT(error.what(), testing::HasSubstr("dut.protection.over_voltage needs the signal 'A_HighVoltage'"));
  }
  EXPECT_THROW(DutPort(test::project_dbc(), {.max_age = Duration::zero()}), RigError);
  EXPECT_THROW(DutPort(test::project_dbc(), {.full_charge_command = 1}), RigError) << "that is forced charging";
  Dbc complete = test::project_dbc();
  std::erase_if(complete.messages, [](const DbcMessage& message) { return message.id == 0x35A; });
  EXPECT_NO_THROW(DutPort(complete, {.dialect = Dialect::pylon_v12})) << "that dialect does not need 0x35A";
}
// Frames of one second, two of which are found at once behind ticks that a busy machine missed.
TEST(FramePeriods, across_missed_ticks_are_those_of_an_adapter_with_a_clock_only) {
  const auto longest = [](Duration arrival_delay) {
    PackOnTheBus pack({.arrival_delay = arrival_delay});
    const auto hear = [&](double time, std::int64_t missed) {
      pack.now = at(time);
      FrameBatch batch;
      batch.push(pack.frame(0x355, {0x31, 0x00, 0x64, 0x00}));
      pack.port.decode({.start = pack.now, .missed = missed}, batch, pack.table);
      return pack.is_good("period.soc") ? pack.value("period.soc") : 0.0;
    };
    double result = 0.0;
    for (const double time : {0.0, 1.0, 2.0, 4.4, 5.0, 6.0}) {
      result = std::max(result, hear(time, time == 4.4 ? 20 : 0));
    }
    return result;
  };
  EXPECT_DOUBLE_EQ(longest(std::chrono::milliseconds(2)), 1.0);
  EXPECT_DOUBLE_EQ(longest({}), 2.4);
}

// One frame got lost on its way, and the next one was found together with what came behind it.
TEST(FramePeriods, are_none_across_frames_that_got_lost_or_came_late) {
  PackOnTheBus pack;
  std::vector<double> periods;
  const auto hear = [&](std::initializer_list<double> times, bool timely) {
    FrameBatch batch;
    for (const double time : times) {
      pack.now = at(time);
      batch.push(pack.frame(0x355, {0x31, 0x00, 0x64, 0x00}));
    }
    pack.port.decode({.start = pack.now}, batch, pack.table, timely);
    periods.push_back(pack.is_good("period.soc") ? pack.value("period.soc") : 0.0);
  };
  for (int i = 0; i < 6; ++i) {
    hear({0.0 + i}, true);
  }
  hear({7.9, 7.91}, false);
  hear({8.1}, true);
  EXPECT_EQ(periods.back(), 1.0);
  EXPECT_EQ(pack["period.soc"].time, at(5.0)) << "none was told since";
  EXPECT_EQ(pack.value("gaps.soc"), 0.0);
  hear({9.2}, true);
  EXPECT_NEAR(periods.back(), 1.1, 1e-9) << "from then on there are periods again";
  EXPECT_NEAR(pack.value("jitter.soc"), 0.0, 1e-9) << "of one there is no unevenness";
}

}  // namespace
}  // namespace rig
