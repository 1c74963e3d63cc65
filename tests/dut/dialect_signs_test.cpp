#include "rig/dut/dialect_signs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "rig/dut/dialect_evidence.hpp"

namespace rig {
namespace {
using Bytes = std::vector<std::uint8_t>;
using Frames = std::vector<std::pair<std::uint32_t, Bytes>>;

Bytes text(const std::string& word) { return {word.begin(), word.end()}; }

// The sets as published; the SOFAR one for a pack of 48 V.
Frames pylon() {
  return {{0x351, {0x14, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01}},
          {0x355, {0x58, 0x00, 0x5E, 0x00}},
          {0x356, {0x7A, 0x13, 0xF2, 0xFE, 0x6B, 0x01}},
          {0x359, {0, 0, 0, 0, 6, 'P', 'N'}},
          {0x35C, {0xC0, 0}},
          {0x35E, text("PYLON   ")}};
}
Frames sofar() {
  return {{0x351, {0x31, 0x02, 0xF4, 0x01, 0xEE, 0x02, 0xC8, 0x01}},  // 56.1 V, 50 A, 75 A, 45.6 V
          {0x355, {0x31, 0x00, 0x64, 0x00, 0xFF, 0xFF, 0xF6, 0x00}},
          {0x356, {0xA0, 0x14, 0x10, 0x00, 0xD0, 0x00, 0x01, 0x00}},  // 52.80 V
          {0x359, {0, 0, 0, 0, 1, 16, 0x27, 0x10}},
          {0x35A, {0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA}},
          {0x35E, text(std::string("AMASS\0\0\0", 8))},
          {0x35F, {0, 0, 0, 1, 100, 0, 0, 0}},
          {0x30F, {0, 3, 0, 0, 0, 0, 0, 0}}};
}
Bytes& of(Frames& frames, std::uint32_t id) {
  return std::find_if(frames.begin(), frames.end(), [id](const auto& f) { return f.first == id; })->second;
}
void swap_bytes(Bytes& data) {
  for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
    std::swap(data[i], data[i + 1]);
  }
}

DialectSigns heard(const Frames& frames, int times = 3) {
  DialectSigns signs;
  for (int i = 0; i < times; ++i) {
    for (const auto& [id, data] : frames) {
      signs.hear(TimePoint{std::chrono::seconds{i}}, id, false, data);
    }
  }
  return signs;
}

bool mentions(const std::vector<std::string>& list, const std::string& word) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& s) { return s.find(word) != std::string::npos; });
}

TEST(DialectSigns, name_the_published_sets) {
  EXPECT_EQ(heard(pylon()).dialect(), Dialect::pylon_v12);
  EXPECT_EQ(heard(sofar()).dialect(), Dialect::sofar_amass);
}

TEST(DialectSigns, do_not_hang_on_any_single_frame) {
  for (const auto& [frames, dialect] :
       {std::pair{pylon(), Dialect::pylon_v12}, std::pair{sofar(), Dialect::sofar_amass}}) {
    for (std::size_t missing = 0; missing < frames.size(); ++missing) {
      Frames fewer = frames;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(missing));
      EXPECT_EQ(heard(fewer).dialect(), dialect) << std::hex << frames[missing].first;
    }
  }
}

TEST(DialectSigns, do_not_hang_on_the_order_of_the_frames) {
  for (auto [frames, dialect] : {std::pair{pylon(), Dialect::pylon_v12}, std::pair{sofar(), Dialect::sofar_amass}}) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      std::rotate(frames.begin(), frames.begin() + 1, frames.end());
      EXPECT_EQ(heard(frames).dialect(), dialect);
    }
  }
}

TEST(DialectSigns, see_through_a_wrong_name) {
  Frames frames = pylon();
  of(frames, 0x35E) = text(std::string("AMASS\0\0\0", 8));
  EXPECT_EQ(heard(frames).dialect(), Dialect::pylon_v12);
  EXPECT_TRUE(mentions(dialect_evidence(heard(frames)).notes, "0x35E says 'AMASS', which is not the name"));
  frames = sofar();
  of(frames, 0x35E) = text("PYLON   ");
  EXPECT_EQ(heard(frames).dialect(), Dialect::sofar_amass);
  of(frames, 0x35E) = text("BATTERY");
  EXPECT_EQ(heard(frames).dialect(), Dialect::sofar_amass);
}

TEST(DialectSigns, name_no_dialect_while_two_are_spoken) {
  Frames both = pylon();
  const Frames more = sofar();
  both.insert(both.end(), more.begin(), more.end());
  EXPECT_EQ(heard(both).dialect(), Dialect::unknown);
  EXPECT_TRUE(mentions(dialect_evidence(heard(both)).notes, "AMASS and PYLON in turn"));
  DialectSigns signs = heard(sofar());
  const Bytes slip = text("PYLON   ");
  signs.hear({}, 0x35E, false, slip);
  EXPECT_EQ(signs.dialect(), Dialect::sofar_amass) << "one slip is none";
}

TEST(DialectSigns, take_padded_and_shortened_frames) {
  Frames frames = pylon();
  for (auto& [id, data] : frames) {
    data.resize(8, 0);
  }
  EXPECT_EQ(heard(frames).dialect(), Dialect::pylon_v12);
  frames = sofar();
  of(frames, 0x355).resize(4);
  of(frames, 0x356).resize(6);
  of(frames, 0x351).resize(6);
  EXPECT_EQ(heard(frames).dialect(), Dialect::sofar_amass);
}

TEST(DialectSigns, know_no_dialect_by_the_common_frames_alone) {
  Frames frames = pylon();
  frames.resize(3);
  EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
  EXPECT_EQ(heard(frames).doubt(), DialectDoubt::none);
  EXPECT_EQ(DialectSigns().dialect(), Dialect::unknown);
}

// Both are close to a dialect, and reading their alarms as that dialect's would be wrong.
TEST(DialectSigns, know_Pylontech_V1_3_and_SMA_type_sets_for_neither) {
  Frames v13 = {{0x351, {0x10, 0x02, 0xC0, 0x12, 0xC0, 0x12, 0xC2, 0x01}},
                {0x355, {0x54, 0x00, 0x60, 0x00, 0x00, 0x00}},
                {0x356, {0x7B, 0x13, 0xE9, 0xFE, 0x6B, 0x01}},
                {0x35A, Bytes(8, 0)},
                {0x35E, text("PYLON   ")},
                {0x35F, {0x4C, 0x49, 0x01, 0x03, 0x3C, 0x02, 0xAA, 0x00}}};
  EXPECT_EQ(heard(v13).dialect(), Dialect::unknown);
  EXPECT_NE(dialect_evidence(heard(v13)).resembles.find("V1.3"), std::string::npos);
  Frames sma = sofar();
  std::erase_if(sma, [](const auto& f) { return f.first == 0x30F || f.first == 0x359; });
  of(sma, 0x35E) = text("BYD");
  EXPECT_EQ(heard(sma).dialect(), Dialect::unknown);
  EXPECT_NE(dialect_evidence(heard(sma)).resembles.find("SMA"), std::string::npos);
}

TEST(DialectSigns, see_that_0x356_counts_in_tenths_of_a_volt) {
  for (Frames frames : {pylon(), sofar()}) {
    of(frames, 0x356)[0] = 0xF2;  // 498
    of(frames, 0x356)[1] = 0x01;
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::voltage_scale);
    EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
    EXPECT_TRUE(mentions(dialect_evidence(heard(frames)).notes, "0.1 V"));
    std::erase_if(frames, [](const auto& f) { return f.first == 0x351; });
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::voltage_scale) << "no pack of 48 V has 4.98 V";
  }
}

TEST(DialectSigns, know_the_high_voltage_stacks_of_the_SOFAR_sample) {
  Frames frames = sofar();
  of(frames, 0x351) = {0xC6, 0x08, 0xFA, 0x00, 0xFA, 0x00, 0x80, 0x07};
  of(frames, 0x356) = {0x36, 0x08, 0x10, 0x00, 0xD0, 0x00, 0x01, 0x00};
  of(frames, 0x359) = {0, 0, 0, 0, 4, 16, 0x27, 0x10};
  EXPECT_EQ(heard(frames).dialect(), Dialect::sofar_amass);
  EXPECT_TRUE(heard(frames).counts_tenths_of_volts());
  of(frames, 0x359)[4] = 1;  // 224.6 V of 16 cells
  EXPECT_FALSE(heard(frames).counts_tenths_of_volts());
  EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
}

TEST(DialectSigns, see_that_0x351_counts_in_hundredths_of_a_volt) {
  for (Frames frames : {pylon(), sofar()}) {
    of(frames, 0x351) = {0xEA, 0x15, 0xF4, 0x01, 0xEE, 0x02, 0xD0, 0x11};  // 5610 and 4560
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::limit_scale);
    EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
    std::erase_if(frames, [](const auto& f) { return f.first == 0x359; });
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::limit_scale) << "532 V of nobody knows how many cells";
  }
}

TEST(DialectSigns, see_that_0x355_is_not_in_per_cent) {
  for (Frames frames : {pylon(), sofar()}) {
    of(frames, 0x355)[0] = 0x6A;  // 874 in tenths
    of(frames, 0x355)[1] = 0x03;
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::soc_scale);
    of(frames, 0x355)[0] = of(frames, 0x355)[1] = 0xFF;
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::none) << "not supported";
  }
}

TEST(DialectSigns, see_that_only_0x356_has_the_high_byte_first_or_counts_in_millivolts) {
  for (Frames frames : {pylon(), sofar()}) {
    Frames swapped = frames;
    swap_bytes(of(swapped, 0x356));
    EXPECT_EQ(heard(swapped).doubt(), DialectDoubt::byte_order);
    of(frames, 0x356)[0] = 0xD0;  // 53200
    of(frames, 0x356)[1] = 0xCF;
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::voltage);
    EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
  }
}

TEST(DialectSigns, take_no_high_voltage_stack_for_a_pack_of_Pylontech) {
  Frames frames = pylon();
  of(frames, 0x351) = {0xC6, 0x08, 0xFA, 0x00, 0xFA, 0x00, 0x80, 0x07};
  of(frames, 0x356) = {0x1C, 0x52, 0x10, 0x00, 0xD0, 0x00};  // 210.20 V
  EXPECT_EQ(heard(frames).doubt(), DialectDoubt::high_voltage);
}

TEST(DialectSigns, see_that_the_high_byte_comes_first) {
  for (Frames frames : {pylon(), sofar()}) {
    for (const std::uint32_t id : {0x351u, 0x355u, 0x356u}) {
      swap_bytes(of(frames, id));
    }
    EXPECT_EQ(heard(frames).doubt(), DialectDoubt::byte_order);
    EXPECT_EQ(heard(frames).dialect(), Dialect::unknown);
  }
}

TEST(DialectSigns, see_identifiers_of_29_bits_with_the_number_of_the_pack) {
  DialectSigns signs;
  for (const auto& [id, data] : sofar()) {
    for (const std::uint32_t pack : {0u, 1u, 2u}) {
      signs.hear({}, id + (pack << 12), true, data);
    }
  }
  EXPECT_EQ(signs.doubt(), DialectDoubt::extended_ids);
  EXPECT_EQ(signs.highest_pack(), 2u);
  EXPECT_TRUE(mentions(dialect_evidence(signs).notes, "29-bit identifiers, pack numbers up to 2"));
}

// What healthy packs say in unusual moments must not make them strangers.
TEST(DialectSigns, stay_with_a_pack_that_allows_nothing_or_is_deeply_discharged) {
  for (Frames frames : {pylon(), sofar()}) {
    const Dialect dialect = heard(frames).dialect();
    of(frames, 0x351) = Bytes(8, 0);
    EXPECT_EQ(heard(frames).dialect(), dialect);
    of(frames, 0x351) = {0x31, 0x02, 0, 0, 0, 0, 0xC8, 0x01};
    for (const int hundredths : {3500, 4000, 5840}) {
      of(frames, 0x356)[0] = static_cast<std::uint8_t>(hundredths & 0xFF);
      of(frames, 0x356)[1] = static_cast<std::uint8_t>(hundredths >> 8);
      EXPECT_EQ(heard(frames).dialect(), dialect) << hundredths;
    }
    for (const int soc : {0, 1, 50, 100}) {
      of(frames, 0x355)[0] = static_cast<std::uint8_t>(soc);
      EXPECT_EQ(heard(frames).dialect(), dialect) << soc;
    }
  }
}

TEST(DialectSigns, survive_frames_of_every_length) {
  DialectSigns signs;
  for (std::uint32_t id = 0; id < 0x800; ++id) {
    for (std::size_t length = 0; length <= 8; ++length) {
      signs.hear({}, id, false, Bytes(length, 0xFF));
    }
  }
  EXPECT_EQ(signs.frame(0x356).shortest, 0u);
  EXPECT_EQ(signs.frame(0x356).longest, 8u);
  EXPECT_EQ(signs.frame(0x357).count, 0u);
}
}  // namespace
}  // namespace rig
