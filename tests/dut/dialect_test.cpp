#include "rig/dut/dialect.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/dut/pack_on_the_bus.hpp"

namespace rig {
namespace {
using test::at;
using test::PackOnTheBus;

constexpr double sofar = static_cast<double>(Dialect::sofar_amass);
constexpr double pylon = static_cast<double>(Dialect::pylon_v12);

const std::set<std::string> flag_names = {"over_voltage", "under_voltage", "over_temperature", "under_temperature",
                                          "charge_ot",    "charge_ut",     "discharge_ot",     "discharge_ut",
                                          "charge_oc",    "discharge_oc",  "cell_difference",  "system_error"};

// The flags of dut.protection and dut.alarm that are good and raised.
std::set<std::string> raised(const PackOnTheBus& pack) {
  std::set<std::string> result;
  for (const std::string kind : {"protection.", "alarm."}) {
    for (const std::string& name : flag_names) {
      if (pack.is(kind + name, 1)) {
        result.insert(kind + name);
      }
    }
  }
  return result;
}

TEST(Dialect, is_chosen_by_word) {
  EXPECT_EQ(parse_dialect("auto"), Dialect::unknown);
  EXPECT_EQ(parse_dialect("sofar_amass"), Dialect::sofar_amass);
  EXPECT_EQ(parse_dialect("pylon_v12"), Dialect::pylon_v12);
  EXPECT_EQ(parse_dialect("unknown"), std::nullopt);
}

// Byte and bit of each flag, from Pylontech's text of V1.2.
TEST(PylonV12, has_each_flag_at_its_bit) {
  const std::map<std::pair<int, int>, std::string> bits = {{{0, 1}, "protection.over_voltage"},
                                                           {{0, 2}, "protection.under_voltage"},
                                                           {{0, 3}, "protection.over_temperature"},
                                                           {{0, 4}, "protection.under_temperature"},
                                                           {{0, 7}, "protection.discharge_oc"},
                                                           {{1, 0}, "protection.charge_oc"},
                                                           {{1, 3}, "protection.system_error"},
                                                           {{2, 1}, "alarm.over_voltage"},
                                                           {{2, 2}, "alarm.under_voltage"},
                                                           {{2, 3}, "alarm.over_temperature"},
                                                           {{2, 4}, "alarm.under_temperature"},
                                                           {{2, 7}, "alarm.discharge_oc"},
                                                           {{3, 0}, "alarm.charge_oc"},
                                                           {{3, 3}, "alarm.system_error"}};
  PackOnTheBus pack({.dialect = Dialect::pylon_v12});
  for (int byte = 0; byte < 7; ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      CanFrame frame = pack.frame(0x359, {0, 0, 0, 0, 0, 0, 0});
      frame.data[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(1 << bit);
      pack.hear(frame);
      const auto expected = bits.find({byte, bit});
      EXPECT_EQ(raised(pack),
                expected == bits.end() ? std::set<std::string>{} : std::set<std::string>{expected->second})
          << "byte " << byte << " bit " << bit;
    }
  }
}

// The frame has one bit for each side of temperature, so nobody can know which direction it stopped.
TEST(PylonV12, tells_no_direction_of_a_temperature_and_no_cell_difference) {
  PackOnTheBus pack({.dialect = Dialect::pylon_v12});
  pack.hear(0x359, {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0});
  EXPECT_TRUE(pack.is("protection.over_temperature", 1));
  for (const std::string kind : {"protection.", "alarm."}) {
    for (const char* name : {"charge_ot", "charge_ut", "discharge_ot", "discharge_ut", "cell_difference"}) {
      EXPECT_EQ(pack.quality(kind + name), Quality::never) << kind << name;
    }
  }
}

TEST(PylonV12, has_requests_and_permissions_in_0x35C) {
  PackOnTheBus pack({.dialect = Dialect::pylon_v12});
  const auto hears = [&](int byte) {
    pack.hear(0x35C, {byte, 0});
    return std::string(pack.is("charge_allowed", 1) ? "C" : "-") + (pack.is("discharge_allowed", 1) ? "D" : "-") +
           (pack.is("force_charge", 1) ? "F" : "-") + (pack.is("full_charge_request", 1) ? "M" : "-");
  };
  EXPECT_EQ(hears(0x80), "C---");
  EXPECT_EQ(hears(0x40), "-D--");
  EXPECT_EQ(hears(0x20), "--F-");
  EXPECT_EQ(hears(0x10), "--F-");
  EXPECT_EQ(hears(0x08), "---M");
  EXPECT_EQ(hears(0x07), "----");
}

TEST(PylonV12, lets_the_enable_bits_overrule_the_limits_once_they_come) {
  PackOnTheBus pack({.dialect = Dialect::pylon_v12});
  pack.hear(0x351, {0, 0, 10, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 1));
  EXPECT_TRUE(pack.is("discharge_allowed", 0));
  pack.hear(0x35C, {0x40, 0});
  pack.hear(0x351, {0, 0, 10, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 0));
  EXPECT_TRUE(pack.is("discharge_allowed", 1));
}

// Pairs 1 to 16 of SMA's text, counted from 0 here; the halves "alarms" and "warnings" as protections and alarms.
TEST(SofarAmass, has_each_flag_at_its_pair) {
  const std::map<int, std::set<std::string>> pairs = {{1, {"over_voltage"}},
                                                      {2, {"under_voltage"}},
                                                      {3, {"discharge_ot", "over_temperature"}},
                                                      {4, {"discharge_ut", "under_temperature"}},
                                                      {5, {"charge_ot", "over_temperature"}},
                                                      {6, {"charge_ut", "under_temperature"}},
                                                      {7, {"discharge_oc"}},
                                                      {8, {"charge_oc"}},
                                                      {11, {"system_error"}},
                                                      {12, {"cell_difference"}}};
  for (int pair = 0; pair < 32; ++pair) {
    PackOnTheBus pack({.dialect = Dialect::sofar_amass});
    CanFrame frame = pack.frame(0x35A, {0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA});
    auto& byte = frame.data[static_cast<std::size_t>(pair / 4)];
    byte = static_cast<std::uint8_t>(byte ^ (3 << (2 * (pair % 4))));  // cleared (10) becomes raised (01)
    pack.hear(frame);
    std::set<std::string> expected;
    if (const auto names = pairs.find(pair % 16); names != pairs.end()) {
      for (const std::string& name : names->second) {
        expected.insert((pair < 16 ? "protection." : "alarm.") + name);
      }
    }
    EXPECT_EQ(raised(pack), expected) << "pair " << pair;
  }
}

TEST(SofarAmass, keeps_a_flag_over_pairs_that_say_nothing) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  const auto hears = [&](int pair) { pack.hear(0x35A, {pair << 2, 0, 0, 0, 0, 0, 0, 0}); };
  hears(0);
  hears(3);
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::never) << "nothing was said yet";
  hears(1);
  EXPECT_TRUE(pack.is("protection.over_voltage", 1));
  pack.now = at(11.0);
  hears(3);
  EXPECT_EQ(pack["protection.over_voltage"].time, at(10.0)) << "an ignored pair is no news";
  hears(0);
  EXPECT_TRUE(pack.is("protection.over_voltage", 1));
  EXPECT_EQ(pack["protection.over_voltage"].time, at(11.0)) << "'no change' is news";
  hears(2);
  EXPECT_TRUE(pack.is("protection.over_voltage", 0));
  EXPECT_EQ(pack.quality("protection.under_voltage"), Quality::never);
}

TEST(SofarAmass, clears_a_flag_of_two_pairs_when_neither_is_raised) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  const auto hears = [&](int high, int high_charging) {
    pack.hear(0x35A, {high << 6, high_charging << 2, 0, 0, 0, 0, 0, 0});
  };
  hears(1, 1);
  hears(2, 0);
  EXPECT_TRUE(pack.is("protection.over_temperature", 1)) << "the pair for charging still stands";
  EXPECT_TRUE(pack.is("protection.discharge_ot", 0));
  EXPECT_TRUE(pack.is("protection.charge_ot", 1));
  hears(0, 2);
  EXPECT_TRUE(pack.is("protection.over_temperature", 0));
  EXPECT_TRUE(pack.is("protection.charge_ot", 0));
}

TEST(SofarAmass, takes_permissions_from_0x30F_once_one_was_seen_set) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  const auto hears_command = [&](int command, int enables) { pack.hear(0x30F, {command, enables, 0, 0, 0, 0, 0, 0}); };
  hears_command(0, 0);
  EXPECT_EQ(pack.quality("charge_allowed"), Quality::never);
  pack.hear(0x351, {0, 0, 10, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 1)) << "the bits may not be in use";
  hears_command(0, 1);
  EXPECT_TRUE(pack.is("charge_allowed", 0));
  EXPECT_TRUE(pack.is("discharge_allowed", 1));
  hears_command(0, 0);
  pack.hear(0x351, {0, 0, 10, 0, 10, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 0)) << "now they are";
  EXPECT_TRUE(pack.is("discharge_allowed", 0));
}

TEST(SofarAmass, takes_only_command_1_for_a_forced_charge) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  for (const int command : {0, 1, 2, 3}) {
    pack.hear(0x30F, {command, 0, 0, 0, 0, 0, 0, 0});
    EXPECT_TRUE(pack.is("force_charge", command == 1 ? 1 : 0)) << command;
  }
}

TEST(SofarAmass, takes_the_full_charge_command_of_its_bench_file_and_no_other) {
  PackOnTheBus usual({.dialect = Dialect::sofar_amass});
  PackOnTheBus other({.dialect = Dialect::sofar_amass, .full_charge_command = 16});
  EXPECT_EQ(usual.quality("full_charge_request"), Quality::never);
  for (const int command : {3, 0, 1, 2, 16}) {
    usual.hear(0x30F, {command, 0, 0, 0, 0, 0, 0, 0});
    other.hear(0x30F, {command, 0, 0, 0, 0, 0, 0, 0});
    EXPECT_TRUE(usual.is("full_charge_request", command == 3 ? 1 : 0)) << command;
    EXPECT_TRUE(other.is("full_charge_request", command == 16 ? 1 : 0)) << command;
  }
}

TEST(DialectDetection, decodes_what_all_have_in_common_before_it_knows) {
  PackOnTheBus pack;
  pack.hear(0x356, {0x88, 0x13, 0x0A, 0x00, 0xFA, 0x00, 0x05, 0x00});
  pack.hear(0x359, {0x02, 0, 0, 0, 1, 0, 0});
  EXPECT_TRUE(pack.is("dialect", 0));
  EXPECT_TRUE(pack.is("voltage", 50.0));
  EXPECT_EQ(pack.quality("cycles"), Quality::never);
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::never) << "it may be a count";
}

TEST(DialectDetection, decides_by_the_set_of_frames_while_no_name_is_known) {
  PackOnTheBus first;
  first.hear(0x35C, {0xC0, 0});
  EXPECT_TRUE(first.is("dialect", pylon));
  EXPECT_TRUE(first.is("charge_allowed", 1)) << "the deciding frame is decoded too";
  PackOnTheBus second;
  second.hear(0x35A, {0x04, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(second.is("dialect", 0)) << "SMA, Victron and Pylontech's V1.3 send 0x35A too";
  second.hear(0x30F, {0, 3, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(second.is("dialect", sofar));
}

TEST(DialectDetection, follows_what_is_heard_and_takes_back_what_the_old_dialect_said) {
  PackOnTheBus pack;
  pack.say_amass();
  pack.hear(0x35A, {0x04, 0, 0, 0, 0, 0, 0, 0});
  pack.hear(0x356, {0x88, 0x13, 0x0A, 0x00, 0xFA, 0x00, 0x05, 0x00});
  EXPECT_TRUE(pack.is("protection.over_voltage", 1));
  pack.say_pylon();
  EXPECT_TRUE(pack.is("dialect", 0)) << "PYLON with 0x35A is V1.3, which is none of these";
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::invalid);
  EXPECT_EQ(pack.quality("cycles"), Quality::invalid);
  EXPECT_TRUE(pack.is("voltage", 50.0)) << "the same in all";
  pack.say_amass();
  EXPECT_TRUE(pack.is("dialect", sofar));
  pack.hear(0x35A, {0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(pack.quality("protection.over_voltage"), Quality::invalid) << "'no change' since when? forgotten";
}

TEST(DialectDetection, forgets_with_the_dialect_that_it_had_enable_bits) {
  PackOnTheBus pack;
  pack.say_pylon();
  pack.hear(0x35C, {0x00, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 0));
  pack.say_amass();
  pack.hear(0x30F, {0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("dialect", sofar));
  EXPECT_EQ(pack.quality("charge_allowed"), Quality::invalid);
  pack.hear(0x351, {0, 0, 10, 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("charge_allowed", 1));
}

TEST(DialectDetection, takes_names_padded_with_blanks_or_zeros_and_no_others) {
  PackOnTheBus pack;
  pack.hear(0x35E, {'P', 'Y', 'L', 'O', 'N', 'X', ' ', ' '});
  EXPECT_TRUE(pack.is("dialect", 0));
  EXPECT_EQ(pack.quality("name_ok"), Quality::never) << "there is no dialect that it could belong to";
  pack.hear(0x35E, {'A', 'M', 'A', 'S', 'S'});
  EXPECT_TRUE(pack.is("dialect", sofar));
  EXPECT_TRUE(pack.is("name_ok", 1));
  pack.hear(0x30F, {0, 3, 0, 0, 0, 0, 0, 0});
  pack.hear(0x35A, {0, 0, 0, 0, 0, 0, 0, 0});
  pack.hear(0x35E, {'S', 'M', 'A', 0, 0, 0, 0, 0});
  EXPECT_TRUE(pack.is("dialect", sofar)) << "an unknown name decides nothing against the other signs";
  EXPECT_TRUE(pack.is("name_ok", 0));
}

TEST(DialectDetection, says_so_when_the_frames_are_not_those_that_the_bench_file_names) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  pack.say_pylon();
  pack.hear(0x35C, {0xC0, 0});
  EXPECT_EQ(pack.port.dialect_trouble(), "") << "not all of a set was heard";
  pack.say_pylon();
  EXPECT_EQ(pack.port.dialect_trouble(),
            "The bench file says that the pack speaks sofar_amass, but its frames are those of pylon_v12");
  PackOnTheBus healthy;
  healthy.say_pylon();
  healthy.say_pylon();
  EXPECT_EQ(healthy.port.dialect_trouble(), "");
}

TEST(DialectDetection, says_so_when_the_numbers_contradict_each_other_but_decodes_them) {
  PackOnTheBus pack;
  pack.say_pylon();
  pack.hear(0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01});
  pack.hear(0x356, {0xF2, 0x01, 0xF2, 0xFE, 0x6B, 0x01});  // 49.8 V in tenths
  EXPECT_TRUE(pack.is("dialect_doubt", static_cast<double>(DialectDoubt::voltage_scale)));
  EXPECT_TRUE(pack.is("voltage", 4.98)) << "a judge has to see what the pack says";
  pack.say_pylon();
  EXPECT_NE(pack.port.dialect_trouble().find("0x356 counts in 0.1 V"), std::string::npos);
}

TEST(DialectDetection, names_packs_that_speak_with_29_bit_identifiers) {
  PackOnTheBus pack;
  for (int i = 0; i < 2; ++i) {
    CanFrame frame = pack.frame(0x1351, {0xC6, 0x08, 0xFA, 0x00, 0xFA, 0x00, 0x80, 0x07});
    frame.extended = true;
    pack.hear(frame);
  }
  EXPECT_TRUE(pack.is("dialect_doubt", static_cast<double>(DialectDoubt::extended_ids)));
  EXPECT_NE(pack.port.dialect_trouble().find("29-bit"), std::string::npos) << pack.port.dialect_trouble();
}

TEST(DialectDetection, is_off_when_the_dialect_is_given) {
  PackOnTheBus pack({.dialect = Dialect::sofar_amass});
  pack.say_pylon();
  pack.hear(0x35C, {0xC0, 0});
  EXPECT_TRUE(pack.is("dialect", sofar));
  EXPECT_TRUE(pack.is("name_ok", 0));
  EXPECT_EQ(pack.quality("charge_allowed"), Quality::never);
}
}  // namespace
}  // namespace rig
