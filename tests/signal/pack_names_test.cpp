#include "rig/signal/pack_names.hpp"

#include <gtest/gtest.h>

#include "rig/signal/signal_table.hpp"

namespace rig {
namespace {

TEST(PackNames, of_all_packs_are_the_plain_ones) {
  EXPECT_EQ(PackNames().name("pack.current"), "pack.current");
  EXPECT_EQ(PackNames().text("io.button was on"), "io.button was on");
}

TEST(PackNames, the_first_pack_shares_its_contacts_and_lights_with_the_bench) {
  const PackNames first(1);
  EXPECT_EQ(first.name("pack.current"), "pack1.current");
  EXPECT_EQ(first.name("model.dut.charge_allowed.may"), "model1.dut.charge_allowed.may");
  EXPECT_EQ(first.name("io.charge_prohibited"), "io.charge_prohibited");
  EXPECT_EQ(first.name("lights.panel"), "lights.panel");
}

TEST(PackNames, a_later_pack_has_all_its_own) {
  const PackNames third(3);
  EXPECT_EQ(third.name("pack.current"), "pack3.current");
  EXPECT_EQ(third.name("dut.online"), "dut3.online");
  EXPECT_EQ(third.name("io.charge_prohibited"), "io3.charge_prohibited");
  EXPECT_EQ(third.name("lights.panel"), "lights3.panel");
}

TEST(PackNames, what_no_pack_has_stays) {
  const PackNames second(2);
  for (const char* name : {"supply.voltage", "script.step", "judge.conformance", "iot.led1", "pack2.current", "pack"}) {
    EXPECT_EQ(second.name(name), name);
  }
}

TEST(PackNames, in_a_sentence_only_names_change) {
  EXPECT_EQ(
      PackNames(2).text("io.discharge_prohibited said so (-0.5 A at 51.2 V), by the pack. It is model.rule.pack_ov."),
      "io2.discharge_prohibited said so (-0.5 A at 51.2 V), by the pack. It is model2.rule.pack_ov.");
  EXPECT_EQ(PackNames(2).text("pack.current > 3 A"), "pack2.current > 3 A");
}

TEST(PackNames, a_scope_declares_and_finds_those_of_its_pack_and_ends) {
  SignalTable table;
  const SignalId of_all = table.declare({.name = "pack.current"});
  {
    const SignalTable::Scope scope(table, PackNames(2));
    EXPECT_FALSE(table.find("pack.current"));
    const SignalId own = table.declare({.name = "pack.current"});
    EXPECT_EQ(table.find("pack.current"), own);
    EXPECT_EQ(table.spec(own).name, "pack2.current");
  }
  EXPECT_EQ(table.find("pack.current"), of_all);
}

}  // namespace
}  // namespace rig
