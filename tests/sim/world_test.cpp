#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "drivers/sim/world.hpp"
#include "tests/sim/pack_probe.hpp"

namespace rig::sim {
namespace {

Tick tick_of(std::int64_t index, Duration step = std::chrono::milliseconds(10)) {
  return {index, TimePoint{index * step}, step};
}

PackParameters equal_pack() {
  PackParameters p;
  p.cells = equal_cells();
  // A front end without error, so that a trip can be compared with the truth.
  AfeParameters& afe = p.firmware.afe;
  afe.cell_gain_spread = afe.current_gain_spread = Ratio{0};
  afe.cell_offset_spread = afe.cell_noise = Volts{0};
  afe.current_offset_spread = afe.current_noise = Amps{0};
  afe.voltage_filter = {};
  return p;
}

World world_at(double soc, const PackParameters& parameters = equal_pack(), std::uint64_t seed = 1) {
  World world;
  world.configure(parameters, seed);
  StartState start;
  start.soc = soc;
  world.preset(start);
  world.advance_to(tick_of(0));
  return world;
}

void run(World& world, std::int64_t& index, double seconds) {
  for (const auto end = index + std::llround(seconds * 100); index < end;) {
    world.advance_to(tick_of(++index));
  }
}

TEST(World, the_second_call_in_a_tick_changes_nothing) {
  World world = world_at(0.5);
  World asked_often = world_at(0.5);
  for (World* each : {&world, &asked_often}) {
    each->supply.set = {Volts{57}, Amps{20}, Watts{10000}, true};
  }
  for (std::int64_t i = 1; i < 500; ++i) {
    world.advance_to(tick_of(i));
    for (int again = 0; again < 7; ++again) {
      asked_often.advance_to(tick_of(i));
    }
    ASSERT_EQ(world.node().voltage, asked_often.node().voltage) << i;
    ASSERT_EQ(world.cells().mean_soc(), asked_often.cells().mean_soc()) << i;
  }
}

TEST(World, two_worlds_in_one_process_do_not_meet) {
  World alone = world_at(0.5, {}, 3);
  World one = world_at(0.5, {}, 3);
  World other = world_at(0.2, {}, 4);
  alone.load.set.current = one.load.set.current = Amps{30};
  alone.load.set.input = one.load.set.input = true;
  other.supply.set = {Volts{57}, Amps{50}, Watts{10000}, true};
  std::int64_t a = 0, b = 0, c = 0;
  run(alone, a, 20);
  for (int i = 0; i < 2000; ++i) {
    one.advance_to(tick_of(++b));
    other.advance_to(tick_of(++c));
  }
  EXPECT_EQ(alone.node().voltage, one.node().voltage);
  EXPECT_GT(other.node().pack_current, 49.0);
}

// The rig's base step is the rig's affair: a pack does not decide earlier because somebody looks more often.
TEST(World, the_packs_timing_does_not_depend_on_the_rigs_tick) {
  const auto opens_after = [](Duration step) {
    PackParameters p = equal_pack();
    p.firmware.pack_ov.threshold = Volts{10};
    World world = world_at(0.5, p);
    std::int64_t index = 0;
    while (world.firmware().charge_fet() && index < 1000000) {
      world.advance_to(tick_of(++index, step));
    }
    return index * step;
  };
  using std::chrono::milliseconds;
  const Duration nominal = opens_after(milliseconds(10));
  EXPECT_EQ(opens_after(milliseconds(1)), nominal);
  EXPECT_EQ(opens_after(milliseconds(2)), nominal);
  for (const auto step : {milliseconds(7), milliseconds(25), milliseconds(100)}) {
    EXPECT_GE(opens_after(step), nominal);
    EXPECT_LT(opens_after(step), nominal + step) << "seen at the first tick after it happened";
  }
}

TEST(World, that_begins_again_is_as_on_its_first_day) {
  World again = world_at(0.5);
  std::int64_t index = 0;
  run(again, index, 101.3);
  StartState start;
  start.soc = 0.5;
  again.preset(start);
  again.advance_to(tick_of(0));
  World fresh = world_at(0.5);
  for (std::int64_t i = 1; i < 1000; ++i) {
    again.advance_to(tick_of(i));
    fresh.advance_to(tick_of(i));
    ASSERT_EQ(again.node().voltage, fresh.node().voltage) << i;
    ASSERT_EQ(again.firmware().lights().run, fresh.firmware().lights().run) << i;
    ASSERT_EQ(again.firmware().sent().frames().size(), fresh.firmware().sent().frames().size()) << i;
    again.firmware().sent().clear();
    fresh.firmware().sent().clear();
  }
}

TEST(World, the_electronics_drain_the_cells_while_the_shunt_shows_nothing) {
  PackParameters parameters = equal_pack();
  parameters.cells.self_discharge = Ratio{0};
  World world = world_at(0.5, parameters);
  const double before = world.cells().mean_soc();
  std::int64_t index = 0;
  run(world, index, 3600);
  EXPECT_EQ(world.node().pack_current, 0.0);
  EXPECT_NEAR((before - world.cells().mean_soc()) * 103.0, 0.020, 1e-5);  // Ah
}

TEST(World, a_power_limit_of_zero_gives_no_current) {
  World world = world_at(0.5);
  world.supply.set = {Volts{57}, Amps{20}, Watts{0}, true};
  std::int64_t index = 0;
  run(world, index, 2);
  EXPECT_EQ(world.node().supply_current, 0.0);
}

TEST(World, the_power_limit_of_the_supply_holds) {
  World world = world_at(0.5);
  world.supply.set = {Volts{57}, Amps{100}, Watts{1000}, true};
  std::int64_t index = 0;
  run(world, index, 5);
  EXPECT_NEAR(world.node().voltage * world.node().supply_current, 1000.0, 0.1);
}

// A load in constant power finds no voltage while the pack blocks; it must not wind up and jump when it comes back.
TEST(World, a_load_never_takes_more_than_it_is_rated_for) {
  PackParameters p = equal_pack();
  p.firmware.pack_uv.threshold = Volts{80};
  p.firmware.pack_uv.release = Volts{0};
  p.firmware.pack_uv.release_delay = std::chrono::seconds(5);
  World world = world_at(0.5, p);
  world.load.set = {LoadMode::constant_power, Amps{0}, Watts{3000}, Volts{0}, true};
  double most = 0;
  bool blocked = false;
  for (std::int64_t i = 1; i < 3000; ++i) {
    world.advance_to(tick_of(i));
    most = std::max(most, world.node().load_current);
    blocked = blocked || !world.firmware().discharge_fet();
  }
  EXPECT_TRUE(blocked);
  EXPECT_LE(most, world.load.rated_current);
}

TEST(World, over_voltage_ends_the_charge_and_the_terminals_rise_to_the_set_voltage) {
  World world = world_at(0.99);
  world.supply.set = {Volts{57}, Amps{20}, Watts{10000}, true};
  std::int64_t index = 0;
  // Equal cells are all rounded the same way: the sum of the readings is off by up to half a step of each.
  const double rounding = 16 * 0.5e-3;
  std::int64_t perhaps_since = 0, surely_since = 0;
  while (world.firmware().charge_fet() && index < 200000) {
    const double battery =
        world.cells().source_voltage() + world.node().pack_current * world.cells().series_resistance();
    perhaps_since = perhaps_since == 0 && battery > 56.0 - rounding ? index : perhaps_since;
    surely_since = surely_since == 0 && battery > 56.0 + rounding ? index : surely_since;
    world.advance_to(tick_of(++index));
  }
  ASSERT_GT(surely_since, 0);
  EXPECT_GE(static_cast<double>(index - perhaps_since) * 0.01, 2.0);
  EXPECT_LE(static_cast<double>(index - surely_since) * 0.01, 2.0 + 0.1 + 0.05) << "delay, one scan, the FET";
  run(world, index, 0.2);
  EXPECT_EQ(world.node().pack_current, 0.0);
  EXPECT_NEAR(world.node().voltage, 57.0, 1e-6);
  EXPECT_TRUE(world.node().supply_regulates_voltage);
  EXPECT_TRUE(world.firmware().charge_contact());
  EXPECT_FALSE(world.firmware().discharge_contact());
}

// 50 A for 1.5 s, nothing for 0.5 s: never two seconds in one piece.
TEST(World, the_delay_counts_only_time_without_interruption) {
  PackParameters p = equal_pack();
  p.firmware.pack_ov.threshold = Volts{53.1};
  World world = world_at(0.5, p);
  std::int64_t index = 0;
  for (int pulse = 0; pulse < 10; ++pulse) {
    world.supply.set = {Volts{57}, Amps{50}, Watts{10000}, true};
    run(world, index, 1.5);
    ASSERT_GT(world.node().voltage, 53.2);
    world.supply.set = {};
    run(world, index, 0.5);
    ASSERT_LT(world.node().voltage, 53.1);
    ASSERT_TRUE(world.firmware().charge_fet()) << pulse;
  }
  world.supply.set = {Volts{57}, Amps{50}, Watts{10000}, true};
  run(world, index, 3.0);
  EXPECT_FALSE(world.firmware().charge_fet()) << "the same current in one piece trips";
}

struct ReleaseCase {
  ReleaseWord policy;
  bool lets_go;  // with a reversed current, high voltage, 50 % SOC
};

TEST(World, each_release_policy_listens_to_its_own_quantity_alone) {
  for (const auto& [policy, lets_go] :
       {ReleaseCase{ReleaseWord::voltage, false}, ReleaseCase{ReleaseWord::current, true},
        ReleaseCase{ReleaseWord::soc, true}, ReleaseCase{ReleaseWord::any, true}}) {
    PackParameters p = equal_pack();
    p.firmware.pack_ov.threshold = Volts{52.0};
    p.firmware.pack_ov.release = Volts{40.0};
    p.firmware.pack_ov.release_policy = policy;
    World world = world_at(0.5, p);
    std::int64_t index = 0;
    while (world.firmware().charge_fet() && index < 1000) {
      world.advance_to(tick_of(++index));
    }
    world.load.set.current = Amps{5};
    world.load.set.input = true;
    bool went = false;
    for (int i = 0; i < 300; ++i) {
      world.advance_to(tick_of(++index));
      went = went || world.firmware().charge_fet();
    }
    EXPECT_EQ(went, lets_go) << static_cast<int>(policy);
  }
}

TEST(World, a_short_period_queues_frames_and_none_overtakes_another) {
  for (const int ms : {10, 20, 1000}) {
    PackParameters p = equal_pack();
    p.firmware.can.period = std::chrono::milliseconds(ms);
    World world = world_at(0.5, p);
    TimePoint last{};
    std::size_t count = 0;
    for (std::int64_t i = 1; i < 500; ++i) {
      world.advance_to(tick_of(i));
      for (const CanFrame& frame : world.firmware().sent().frames()) {
        EXPECT_GT(frame.time, last);
        EXPECT_LE(frame.time, tick_of(i).start);
        last = frame.time;
        ++count;
      }
      world.firmware().sent().clear();
    }
    EXPECT_GE(count, 32u);
  }
}

// The pack's memory survives the night: a case can say how old its last full charge is.
TEST(World, a_start_puts_the_month_timer) {
  const auto command_after = [](double seconds, std::optional<double> since_full) {
    World world;
    world.configure(equal_pack(), 1);
    StartState start;
    start.since_full = since_full;
    world.preset(start);
    int command = -1;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(seconds * 100); ++i) {
      world.advance_to(tick_of(i));
      for (const CanFrame& frame : world.firmware().sent().frames()) {
        command = frame.id == 0x30F ? frame.data[0] : command;
      }
      world.firmware().sent().clear();
    }
    return command;
  };
  constexpr double month = 30.0 * 86400;
  EXPECT_EQ(command_after(15, month - 10), 3);
  EXPECT_EQ(command_after(8, month - 10), 0);
  EXPECT_EQ(command_after(15, std::nullopt), 0);
}

// Months in a shelf: each cell loses what it leaks, a pack that is on also what its electronics take, and the firmware
// knows of neither. A month as one step is the month in steps.
TEST(World, a_pack_that_was_stored_has_lost_what_leaks) {
  constexpr double month = 30.0 * 86400;
  const auto left = [](const char* state, double seconds, double celsius = 25) {
    World world;
    world.configure(equal_pack(), 1);
    StartState start;
    start.soc = 0.5;
    start.state = state;
    start.temperature = celsius;
    start.stored = seconds;
    world.preset(start);
    return world.cells().mean_soc();
  };
  EXPECT_NEAR(left("off", month), 0.48, 1e-4) << "2 % in 30 days";
  EXPECT_NEAR(left("off", month, 35), 0.46, 1e-4) << "twice as fast ten kelvin warmer";
  EXPECT_NEAR(left("standby", month), 0.48 - 0.02 * month / equal_pack().cells.capacity.value(), 2e-4);
  EXPECT_GT(left("off", 100 * month), -0.06) << "what is empty cannot leak";

  PackCells slow = pack_of(equal_cells(), 0.5), fast = pack_of(equal_cells(), 0.5);
  for (int i = 0; i < 24 * 3600; ++i) {
    slow.step(0, 1.0);
  }
  fast.store(24 * 3600, 0);
  EXPECT_NEAR(fast.mean_soc(), slow.mean_soc(), 1e-6);
  EXPECT_NEAR(fast.source_voltage(), slow.source_voltage(), 2e-4);
}

TEST(World, a_pack_of_an_age_has_less_capacity_and_more_resistance) {
  const auto resistance_at = [](const char* age) {
    World world;
    world.configure(equal_pack(), 1);
    StartState start;
    start.age = age;
    world.preset(start);
    return world.cells().series_resistance();
  };
  const double fresh = resistance_at("");
  EXPECT_EQ(resistance_at("bol"), fresh);
  EXPECT_NEAR(resistance_at("label_500"), 1.08 * fresh, 0.01 * fresh);
  EXPECT_NEAR(resistance_at("eol_60"), 1.8 * fresh, 0.1 * fresh) << "joints do not age";

  EXPECT_NEAR(resistance_at("250 cycles"), 1.04 * fresh, 0.01 * fresh);
  EXPECT_NEAR(resistance_at("6000 cycles"), resistance_at("eol_60"), 1e-9);

  PackCells worn = pack_of(equal_cells(), 0.9);
  worn.age_to(0.63, 1.8);
  carry(worn, -20, 3600);
  EXPECT_NEAR(worn.mean_soc(), 0.9 - 20.0 * 3600 / (0.63 * equal_cells().capacity.value()), 1e-3);
}

// Off it is silent and its terminals are dead; the button brings it back.
TEST(World, a_pack_that_starts_off_wakes_by_its_button) {
  World world;
  world.configure(equal_pack(), 1);
  StartState start;
  start.state = "off";
  world.preset(start);
  std::int64_t index = 0;
  world.advance_to(tick_of(0));
  run(world, index, 5);
  EXPECT_LT(world.node().voltage, 1.0);
  EXPECT_TRUE(world.firmware().sent().frames().empty());
  world.pack(0).button = true;
  run(world, index, 3.2);
  world.pack(0).button = false;
  run(world, index, 10);
  EXPECT_GT(world.node().voltage, 50.0);
  EXPECT_FALSE(world.firmware().sent().frames().empty());
}

}  // namespace
}  // namespace rig::sim
