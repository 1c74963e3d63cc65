// Several packs in parallel: how the current splits.
#include "drivers/sim/bank.hpp"

#include <gtest/gtest.h>

#include <random>

namespace rig::sim {
namespace {

PackPort pack_at(double source, double resistance = 0.014) { return {.source = source, .resistance = resistance}; }
SupplyPort off() { return {}; }
LoadPort draws(double amps) { return {.on = true, .current = amps}; }
SupplyPort gives(double volts, double amps) { return {.on = true, .voltage = volts, .current = amps}; }

Bank bank_of(std::vector<PackPort> ports, double cable = 0.5e-3) {
  Bank bank;
  bank.configure(ports.size(), cable);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    bank.packs()[i].port = ports[i];
  }
  return bank;
}

double sum_of(const Bank& bank) {
  double sum = 0;
  for (const BankPack& pack : bank.packs()) {
    sum += pack.current;
  }
  return sum;
}

TEST(Bank, one_pack_is_the_pack_alone) {
  for (const double amps : {0.0, 5.0, 75.0}) {
    Bank bank = bank_of({pack_at(52.8)});
    const CircuitNode of_bank = bank.solve(off(), draws(amps), {}), alone = solve(pack_at(52.8), off(), draws(amps));
    EXPECT_NEAR(of_bank.voltage, alone.voltage, 1e-9);
    EXPECT_NEAR(bank.packs()[0].current, alone.pack_current, 1e-9);
  }
}

TEST(Bank, equal_packs_share_equally_and_the_ends_a_little_more) {
  Bank bank = bank_of({pack_at(52.8), pack_at(52.8), pack_at(52.8), pack_at(52.8)});
  const CircuitNode node = bank.solve(off(), draws(150), {});
  EXPECT_NEAR(sum_of(bank), -150, 1e-6);
  EXPECT_NEAR(node.pack_current, -150, 1e-9);
  for (const BankPack& pack : bank.packs()) {
    EXPECT_NEAR(pack.current, -37.5, 2.5);
  }
  // P+ at the first, P- at the last: the ladder is the same from both ends.
  EXPECT_NEAR(bank.packs()[0].current, bank.packs()[3].current, 1e-6);
  EXPECT_LT(bank.packs()[0].current, bank.packs()[1].current) << "in the middle there is more cable on both sides";
}

TEST(Bank, without_cables_it_is_resistances_in_parallel) {
  Bank bank = bank_of({pack_at(53.0, 0.010), pack_at(52.8, 0.020)}, 0.0);
  const CircuitNode node = bank.solve(off(), draws(60), {});
  const double v = (53.0 / 0.010 + 52.8 / 0.020 - 60) / (1 / 0.010 + 1 / 0.020);
  EXPECT_NEAR(node.voltage, v, 1e-9);
  EXPECT_NEAR(bank.packs()[0].current, (v - 53.0) / 0.010, 1e-6);
}

TEST(Bank, packs_apart_charge_each_other_while_nobody_looks) {
  Bank bank = bank_of({pack_at(53.2), pack_at(52.8)}, 1e-3);
  const CircuitNode node = bank.solve(off(), {}, {});
  EXPECT_NEAR(node.pack_current, 0, 1e-9);
  const double between = (53.2 - 52.8) / (0.014 + 0.014 + 2e-3);
  EXPECT_NEAR(bank.packs()[0].current, -between, 1e-6);
  EXPECT_NEAR(bank.packs()[1].current, between, 1e-6);
}

TEST(Bank, a_pack_that_refuses_charge_takes_none_and_gives_through_its_diode) {
  PackPort full = pack_at(53.2);
  full.charge_fet = false;
  Bank bank = bank_of({pack_at(52.8), full, pack_at(52.8)});
  bank.solve(gives(58, 60), {}, {});
  EXPECT_EQ(bank.packs()[1].current, 0);
  EXPECT_NEAR(sum_of(bank), 60, 1e-6);
  bank.solve(off(), draws(90), {});
  EXPECT_LT(bank.packs()[1].current, 0) << "its discharge bank is closed";
  EXPECT_NEAR(sum_of(bank), -90, 1e-6);
}

TEST(Bank, where_no_pack_conducts_the_load_finds_nothing_and_a_supply_holds_its_voltage) {
  PackPort open = pack_at(52.8);
  open.charge_fet = open.discharge_fet = false;
  Bank bank = bank_of({open, open});
  EXPECT_NEAR(bank.solve(off(), draws(10), {}).voltage, 0, 1e-9);
  EXPECT_NEAR(bank.solve(gives(55, 10), {}, {}).voltage, 55, 1e-9);
  EXPECT_EQ(bank.solve(off(), {}, {}).voltage, 0);
  EXPECT_EQ(sum_of(bank), 0);
}

// Whatever opens and closes: currents balance, no diode conducts backwards, and no pack that could conduct is left out.
TEST(Bank, the_choice_that_is_found_is_one_that_diodes_allow) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  std::uniform_real_distribution<double> unit(0, 1);
  for (int i = 0; i < 20000; ++i) {
    std::vector<PackPort> ports(1 + random() % 5);
    for (PackPort& port : ports) {
      port = pack_at(50 + 4 * unit(random), 0.008 + 0.02 * unit(random));
      port.charge_fet = random() % 3 != 0;
      port.discharge_fet = random() % 3 != 0;
      port.precharge = !port.discharge_fet && random() % 3 == 0 ? 50 : 0;
    }
    Bank bank = bank_of(ports, 1e-3 * unit(random));
    const SupplyPort supply = random() % 2 == 0 ? gives(45 + 15 * unit(random), 200 * unit(random)) : off();
    const CircuitNode node = bank.solve(supply, random() % 2 == 0 ? draws(200 * unit(random)) : LoadPort{}, {});
    ASSERT_NEAR(sum_of(bank), node.pack_current, 1e-6) << i;
    const auto told = [&] {
      std::string text = std::to_string(i) + ": supply " + std::to_string(supply.on) + " " +
                         std::to_string(supply.voltage) + " V " + std::to_string(supply.current) + " A, node " +
                         std::to_string(node.voltage) + " V " + std::to_string(node.pack_current) + " A;";
      for (const BankPack& pack : bank.packs()) {
        text += " [" + std::to_string(pack.port.source) + (pack.port.charge_fet ? " c" : " -") +
                (pack.port.discharge_fet ? "d " : "- ") + std::to_string(pack.port.precharge) + " at " +
                std::to_string(pack.voltage) + " V " + std::to_string(pack.current) + " A]";
      }
      return text;
    };
    SCOPED_TRACE(told());
    for (const BankPack& pack : bank.packs()) {
      ASSERT_TRUE(pack.current <= 1e-9 || pack.port.charge_fet) << i;
      ASSERT_TRUE(pack.current >= -1e-9 || pack.port.discharge_fet || pack.port.precharge > 0) << i;
      const double above = pack.voltage - pack.port.source;
      if (pack.current == 0.0) {
        ASSERT_TRUE(!pack.port.charge_fet || above <= body_diode + 1e-6) << i;
        ASSERT_TRUE(!pack.port.discharge_fet || above >= -body_diode - 1e-6) << i;
      }
    }
  }
}

}  // namespace
}  // namespace rig::sim
