#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rig/dut/dut_signals.hpp"

namespace rig {

// How a pack uses the frames of the DBC. The value is that of the signal dut.dialect.
//   sofar_amass  0x351 0x355 0x356 0x35A 0x35E "AMASS" 0x35F 0x30F (an SMA-type set with additions)
//   pylon_v12    0x351 0x355 0x356 0x359 0x35C 0x35E "PYLON", and 0x305 back each second
// `unknown` as a choice means: find out from the frames. While it lasts, only what both have in common is decoded.
enum class Dialect : std::uint8_t { unknown, sofar_amass, pylon_v12 };
inline constexpr std::size_t dialect_count = 3;

std::string_view dialect_name(Dialect dialect) noexcept;
// "auto" (gives unknown), "sofar_amass", "pylon_v12"; nothing for other words.
std::optional<Dialect> parse_dialect(std::string_view word) noexcept;

enum class DutCoding : std::uint8_t {
  number,        // the DBC's physical value, brought to the base unit
  bit,           // raised while not 0
  command_one,   // raised while exactly 1: 0x30F byte 0, forced charging
  command_full,  // raised while exactly DutOptions::full_charge_command: 0x30F byte 0
  pair,          // 01 raised, 10 cleared, 00 no change, 11 ignored (SMA technical information, Sunny Island)
  enable,        // bit that permits a direction
};

// One line of a dialect: this field of this frame feeds that signal. Lines with the same target stand together and
// belong to one frame; the target is raised while any of them is. A field may feed several targets.
struct DialectRow {
  std::string_view field;  // name in the DBC
  std::uint32_t frame = 0;
  DutSignal to{};
  DutCoding coding = DutCoding::number;
};

// What all dialects share (for `unknown`), or what this one adds to it.
std::span<const DialectRow> dialect_rows(Dialect dialect) noexcept;

// True where 0xFFFF in an unsigned and 0x8000 in a signed field of 16 bits mean "not supported" (SMA's rule). Not so
// for pylon_v12: there such a number is what the pack says.
bool marks_unsupported(Dialect dialect) noexcept;

// Lengths in which a frame is seen in the field, and the signal that tells its period.
struct FrameRule {
  std::uint32_t frame = 0;
  unsigned shortest = 8;
  unsigned longest = 8;
  DutSignal period = DutSignal::count;
};
std::span<const FrameRule> frame_rules() noexcept;

inline constexpr std::uint32_t name_frame = 0x35E;
inline constexpr std::uint32_t request_frame = 0x35C;
inline constexpr std::uint32_t pair_frame = 0x35A;
inline constexpr std::uint32_t keep_alive_frame = 0x305;

// The dialect whose packs send this name in 0x35E (padded with blanks or zeros); unknown for any other.
Dialect dialect_of_name(std::span<const std::uint8_t> data) noexcept;

}  // namespace rig
