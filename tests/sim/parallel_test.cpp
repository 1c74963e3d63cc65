// Packs in parallel: coding over the link, what the master tells, what is lost, and who stops first.
#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "drivers/sim/world.hpp"

namespace rig::sim {
namespace {
using testing::ElementsAre;

struct System {
  explicit System(std::int64_t packs, const BankParameters& given = {}, const PackParameters& parameters = {}) {
    BankParameters bank = given;
    bank.packs = packs;
    world.configure(parameters, 3, bank);
  }
  void begin(const char* state, double soc = 0.5) {
    StartState start;
    start.state = state;
    start.soc = soc;
    world.preset(start);
    index = 0;
    run(0.01);
  }
  void run(double seconds) {
    for (auto left = static_cast<std::int64_t>(std::llround(seconds * 100)); left > 0; --left) {
      world.advance_to({index, TimePoint{index * world_step}, world_step});
      ++index;
      for (const CanFrame& frame : world.firmware().sent().frames()) {
        last[frame.id] = frame;
      }
      world.firmware().sent().clear();
    }
  }
  void press(std::size_t pack = 0, double seconds = 3.5) {
    world.pack(pack).button = true;
    run(seconds);
    world.pack(pack).button = false;
  }
  void draw(double amps) {
    world.load.set = {};
    world.load.rated_current = 340;
    world.load.rated_power = 20000;
    world.load.set.current = Amps{amps};
    world.load.set.input = amps > 0;
  }
  [[nodiscard]] std::vector<int> ids() {
    std::vector<int> result;
    for (std::size_t i = 0; i < world.packs(); ++i) {
      result.push_back(world.pack(i).firmware().link().id());
    }
    return result;
  }
  [[nodiscard]] PowerState power(std::size_t i) { return world.pack(i).firmware().power(); }
  [[nodiscard]] double limit(int byte) {  // A, 0x351: 2 charging, 4 discharging
    const auto& data = last[0x351].data;
    return (data[static_cast<std::size_t>(byte)] + 256 * data[static_cast<std::size_t>(byte) + 1]) * 0.1;
  }
  World world;
  std::int64_t index = 0;
  std::map<std::uint32_t, CanFrame> last;
};

BankParameters wired(std::vector<LinkCable> cables) {
  BankParameters bank;
  bank.link = std::move(cables);
  return bank;
}
LinkEnd in(int pack) { return {pack, true}; }
LinkEnd out(int pack) { return {pack, false}; }

TEST(Parallel, the_masters_button_starts_and_codes_them_in_the_order_of_the_cables) {
  System system(4);
  system.begin("off");
  system.press();
  system.run(15);
  EXPECT_THAT(system.ids(), ElementsAre(1, 2, 3, 4));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(system.power(i), PowerState::on) << i;
  }
}

TEST(Parallel, ids_follow_the_cables_and_not_the_shelf) {
  System system(3, wired({{out(1), in(3)}, {out(3), in(2)}}));
  system.begin("off");
  system.press();
  system.run(15);
  EXPECT_THAT(system.ids(), ElementsAre(1, 3, 2));
}

TEST(Parallel, all_lights_flash_purple_while_they_code) {
  System system(2);
  system.begin("off");
  system.press();
  bool purple = false;
  for (int i = 0; i < 500 && !purple; ++i) {
    system.run(0.01);
    const Lights& slave = system.world.pack(1).firmware().lights();
    purple = slave.run > 0.5 && slave.alarm > 0.5 && slave.level[0] > 0.5;
  }
  EXPECT_TRUE(purple);
}

TEST(Parallel, the_button_of_a_slave_neither_starts_nor_stops_the_system) {
  System system(2);
  system.begin("off");
  system.press(1);
  system.run(5);
  EXPECT_EQ(system.power(0), PowerState::off);
  EXPECT_NE(system.power(1), PowerState::on);
  system.press(0);
  system.run(15);
  EXPECT_EQ(system.power(0), PowerState::on);
  EXPECT_EQ(system.power(1), PowerState::on) << "it waited for its master";
  system.press(1);
  system.run(15);
  EXPECT_EQ(system.power(0), PowerState::on);
  EXPECT_EQ(system.power(1), PowerState::on);
}

TEST(Parallel, the_wrong_order_of_ports_is_recognised) {
  const std::vector<std::vector<LinkCable>> wrong{
      {{in(1), in(2)}},                    // the master's In
      {{out(1), out(2)}},                  // Out to Out
      {{in(1), out(2)}},                   // the other way round: the wrong pack is the master
      {{out(1), in(2)}, {out(2), in(1)}},  // a ring
      {{out(1), in(2), true}},             // no data
      {{.from = out(1), .to = in(2), .enable_broken = true}},
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    System system(2, wired(wrong[i]));
    system.begin("off");
    system.press();
    system.run(20);
    EXPECT_EQ(system.power(0), PowerState::refused) << i;
    EXPECT_NE(system.power(1), PowerState::on) << i;
    EXPECT_FALSE(system.world.firmware().discharge_fet()) << i;
    EXPECT_GT(system.world.firmware().lights().alarm, 0.5) << i;
    system.press();
    for (int k = 0; k < 300; ++k) {  // it stops without ever having been live
      system.run(0.01);
      ASSERT_FALSE(system.world.firmware().discharge_fet()) << i;
    }
    EXPECT_EQ(system.power(0), PowerState::off) << i;
  }
}

TEST(Parallel, a_fifth_pack_is_refused_and_four_are_not) {
  System system(5);
  system.begin("off");
  system.press();
  system.run(20);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NE(system.power(i), PowerState::on) << i;
  }
  EXPECT_EQ(system.power(0), PowerState::refused);
}

TEST(Parallel, the_master_tells_limits_and_current_of_all) {
  System system(4);
  system.begin("standby");
  system.run(5);
  EXPECT_NEAR(system.limit(2), 200, 1);
  EXPECT_NEAR(system.limit(4), 4 * 66, 8) << "3500 W each";
  system.draw(150);
  system.run(5);
  const auto& measured = system.last[0x356].data;
  EXPECT_NEAR(static_cast<std::int16_t>(measured[2] + 256 * measured[3]) * 0.1, -150, 2);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    sum += system.world.pack(i).current();
    EXPECT_GT(system.world.pack(i).current(), -75) << i;
    EXPECT_LT(system.world.pack(i).current(), -20) << i;
  }
  EXPECT_NEAR(sum, -150, 1e-6);
}

// The SOC on CAN is that of all, and the request follows what is told.
TEST(Parallel, the_master_asks_for_the_charge_that_all_of_them_need) {
  BankParameters bank;
  bank.parallel.resize(1);
  bank.parallel[0].soc_offset = Ratio{-0.08};
  const auto asks = [&](double soc) {
    System system(2, bank);
    system.begin("standby", soc);
    system.run(5);
    return system.last[0x30F].data[0] == 1;
  };
  EXPECT_TRUE(asks(0.115)) << "11.5 % and 3.5 %";
  EXPECT_FALSE(asks(0.13)) << "13 % and 5 %";
}

TEST(Parallel, a_slave_that_is_lost_is_told_and_the_limits_shrink) {
  System system(4);
  system.begin("standby");
  system.draw(150);
  system.run(10);
  system.world.wiring().unplug(3);
  system.run(4);
  EXPECT_EQ(system.power(3), PowerState::on) << "a moment is nothing";
  system.run(4);
  EXPECT_EQ(system.power(3), PowerState::refused);
  EXPECT_EQ(system.power(0), PowerState::on);
  EXPECT_NEAR(system.limit(2), 150, 1);
  EXPECT_NEAR(system.world.pack(3).current(), 0, 1e-9);
  EXPECT_NEAR(system.world.pack(0).current() + system.world.pack(1).current() + system.world.pack(2).current(), -150,
              1e-6);
  system.world.wiring().unplug(0);
  system.run(5);
  EXPECT_EQ(system.power(3), PowerState::on) << "it comes back";
}

TEST(Parallel, a_slave_whose_protection_acts_takes_the_limits_of_all_with_it) {
  BankParameters bank;
  bank.parallel.resize(1);
  bank.parallel[0].firmware.emplace();
  bank.parallel[0].firmware->pack_ov.threshold = Volts{52.0};
  bank.parallel[0].firmware->pack_ov.release = Volts{51.0};
  System system(3, bank);
  system.begin("standby", 0.6);
  system.run(10);
  EXPECT_EQ(system.limit(2), 0);
  EXPECT_TRUE(system.world.firmware().charge_contact());
  EXPECT_FALSE(system.world.firmware().discharge_contact());
}

TEST(Parallel, slaves_stop_before_their_master) {
  System system(3);
  system.begin("standby");
  system.run(5);
  system.press();
  std::array<double, 3> off{};
  for (int i = 0; i < 2000; ++i) {
    system.run(0.01);
    for (std::size_t k = 0; k < 3; ++k) {
      off[k] = off[k] == 0 && system.power(k) == PowerState::off ? i * 0.01 + 0.01 : off[k];
    }
  }
  EXPECT_GT(off[1], 0);
  EXPECT_GT(off[2], 0);
  EXPECT_GT(off[0], std::max(off[1], off[2]));
  EXPECT_LT(off[0], 10);
  EXPECT_EQ(system.power(1), PowerState::off) << "the enable line does not wake it again";
}

TEST(Parallel, a_pack_that_stands_apart_waits_until_it_is_near) {
  BankParameters bank;
  bank.parallel.resize(1);
  bank.parallel[0].soc_offset = Ratio{-0.45};  // near empty: more than a volt below
  System system(2, bank);
  system.begin("off", 0.5);
  system.press();
  system.run(20);
  EXPECT_EQ(system.power(0), PowerState::on);
  EXPECT_EQ(system.power(1), PowerState::precharge);
  EXPECT_EQ(system.world.pack(1).current(), 0);
}

// A system is started, loses and gets back its last pack, and is stopped; what it was at each moment.
std::string life_of(const LinkParameters& link, double gap) {
  PackParameters parameters;
  parameters.firmware.link = link;
  BankParameters bank;
  bank.parallel.resize(1);
  bank.parallel[0].soc_offset = Ratio{gap};
  System system(3, bank, parameters);
  system.begin("off", 0.5);
  system.press();
  std::string told;
  system.run(0.01);
  for (int i = 0; i < 4000; ++i) {
    system.world.wiring().unplug(i > 2000 && i < 2400 ? 2 : 0);
    system.world.pack(0).button = i > 3000 && i < 3400;
    system.run(0.01);
    for (std::size_t k = 0; k < 3; ++k) {
      told += static_cast<char>('a' + static_cast<int>(system.power(k)));
      told += static_cast<char>('0' + static_cast<int>(system.world.pack(k).firmware().link().message().kind));
    }
  }
  return told;
}

TEST(Parallel, each_number_of_the_link_changes_what_a_system_does) {
  const std::string near = life_of({}, 0), apart = life_of({}, -0.42);
  const auto changes = [&](const std::function<void(LinkParameters&)>& change) {
    LinkParameters link;
    change(link);
    return life_of(link, 0) != near || life_of(link, -0.42) != apart;
  };
  EXPECT_TRUE(changes([](LinkParameters& p) { p.poll *= 2; }));
  EXPECT_TRUE(changes([](LinkParameters& p) { p.retries = 8; }));
  EXPECT_TRUE(changes([](LinkParameters& p) { p.lost_after = std::chrono::seconds(2); }));
  EXPECT_TRUE(changes([](LinkParameters& p) { p.coding_timeout = std::chrono::milliseconds(200); }));
  EXPECT_TRUE(changes([](LinkParameters& p) { p.most_packs = 2; }));
  EXPECT_TRUE(changes([](LinkParameters& p) { p.join_voltage = Volts{50}; }));
  LinkParameters any_voltage, near_in_soc;
  any_voltage.join_voltage = near_in_soc.join_voltage = Volts{50};
  near_in_soc.join_soc = Ratio{0.1};
  EXPECT_NE(life_of(any_voltage, -0.42), life_of(near_in_soc, -0.42));
}

TEST(Parallel, packs_of_one_bench_are_drawn_apart) {
  System system(2);
  system.begin("standby");
  EXPECT_NE(system.world.pack(0).cells().drawn().capacity, system.world.pack(1).cells().drawn().capacity);
}

}  // namespace
}  // namespace rig::sim
