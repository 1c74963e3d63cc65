#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "rig/core/time.hpp"
#include "rig/dut/dialect.hpp"

namespace rig {

// What tells one dialect from another. No single sign decides: emulators send wrong names, packs pad or shorten frames.
enum class DialectSign : std::uint8_t {
  name_amass,
  name_pylon,
  command_frame,      // 0x30F
  alarm_pairs,        // 0x35A
  info_frame,         // 0x35F
  requests,           // 0x35C
  short_request,      // 0x35C of 2 bytes
  pylon_marker,       // 0x359 with "PN" in bytes 5 and 6
  counts,             // 0x359 with zeros and then the counts of modules and cells
  seven_bytes,        // 0x359 of 7 bytes
  short_soc,          // 0x355 of 4 bytes
  full_soc,           // 0x355 of 8 bytes
  short_measurement,  // 0x356 of 6 bytes
  full_measurement,   // 0x356 of 8 bytes
  count
};
inline constexpr std::size_t dialect_sign_count = static_cast<std::size_t>(DialectSign::count);

// For and against each dialect, in points.
struct DialectSignInfo {
  DialectSign sign{};
  int sofar_amass = 0;
  int pylon_v12 = 0;
  std::string_view text;
};
std::span<const DialectSignInfo> dialect_signs() noexcept;

// Why a set of frames that looks like a dialect is not taken for it: read so, its numbers contradict each other.
enum class DialectDoubt : std::uint8_t {
  none,
  extended_ids,   // the pack's frames come with 29-bit ids and the pack's number in them
  byte_order,     // 0x351 or 0x355 make sense only with the high byte first
  voltage_scale,  // 0x356 agrees with the limits of 0x351 in 0.1 V and not in 0.01 V
  voltage,        // 0x356 agrees with the limits of 0x351 in no way that is known
  limit_scale,    // 0x356 is that of a 48 V pack, the limits of 0x351 are ten times too high for it
  soc_scale,      // 0x355 holds no per cent
  high_voltage,   // limits of a high-voltage stack in a dialect that has none
  two_names,      // 0x35E says the names of both dialects: two packs speak, or an emulator sends both sets
  count
};
std::string_view dialect_doubt_text(DialectDoubt doubt) noexcept;

// How often a frame of the set came, and how.
struct FrameCount {
  std::uint32_t frame = 0;
  std::uint64_t count = 0;
  unsigned shortest = 0;
  unsigned longest = 0;
  TimePoint first{};
  TimePoint last{};
};

// Collects the signs while frames are heard. Knows no DBC: it looks at the places that all public texts of these frame
// sets agree on. hear() and everything after it neither allocate nor throw, so that it may run inside the loop.
class DialectSigns {
 public:
  DialectSigns() noexcept;
  void hear(TimePoint time, std::uint32_t id, bool extended, std::span<const std::uint8_t> data) noexcept;

  [[nodiscard]] bool has(DialectSign sign) const noexcept { return signs_[static_cast<std::size_t>(sign)]; }
  [[nodiscard]] int points(Dialect dialect) const noexcept;
  // The dialect whose set of frames this is; unknown while no dialect is well ahead of the other.
  [[nodiscard]] Dialect by_frames() const noexcept { return by_frames_; }
  [[nodiscard]] DialectDoubt doubt() const noexcept;
  // by_frames() where nothing contradicts it.
  [[nodiscard]] Dialect dialect() const noexcept {
    return doubt() == DialectDoubt::none ? by_frames_ : Dialect::unknown;
  }
  // A high-voltage stack of SOFAR's, whose 0x356 counts in 0.1 V (public sample: 210.2 V of 64 cells in series).
  [[nodiscard]] bool counts_tenths_of_volts() const noexcept;

  [[nodiscard]] std::span<const FrameCount> frames() const noexcept { return frames_; }
  [[nodiscard]] const FrameCount& frame(std::uint32_t id) const noexcept;  // a zero count for others
  [[nodiscard]] std::uint64_t extended_frames() const noexcept { return extended_frames_; }
  [[nodiscard]] unsigned highest_pack() const noexcept { return highest_pack_; }  // of the extended ids
  [[nodiscard]] std::string_view name() const noexcept;  // of 0x35E, without padding; what cannot be printed is '?'
  // Of the last 0x351 that makes sense.
  [[nodiscard]] std::optional<double> charge_voltage_limit() const noexcept { return charge_limit_; }
  [[nodiscard]] std::optional<double> discharge_voltage_limit() const noexcept { return discharge_limit_; }

 private:
  // Frames that make sense as they are, those that do so only in the other way, and those that do so in none.
  struct Tally {
    std::uint64_t usual = 0;
    std::uint64_t other = 0;
    std::uint64_t neither = 0;
    void count(bool makes_sense, bool other_way) noexcept { ++(makes_sense ? usual : other_way ? other : neither); }
    [[nodiscard]] bool speaks_against() const noexcept { return other > usual; }
  };
  void hear_limits(std::span<const std::uint8_t> data) noexcept;
  void hear_soc(std::span<const std::uint8_t> data) noexcept;
  void hear_measurement(std::span<const std::uint8_t> data) noexcept;
  void hear_counts(std::span<const std::uint8_t> data) noexcept;
  void hear_name(std::span<const std::uint8_t> data) noexcept;
  void compare_voltages() noexcept;
  void set(DialectSign sign, bool present = true) noexcept;
  [[nodiscard]] bool cells_fit() const noexcept;
  [[nodiscard]] bool is_48_volts() const noexcept;
  [[nodiscard]] bool has_two_names() const noexcept;
  [[nodiscard]] DialectDoubt voltage_doubt() const noexcept;

  std::array<bool, dialect_sign_count> signs_{};
  std::array<FrameCount, 10> frames_{};
  std::array<char, 8> name_{};
  std::size_t name_length_ = 0;
  std::uint64_t named_sofar_ = 0, named_pylon_ = 0;  // frames
  Dialect by_frames_ = Dialect::unknown;
  Tally limits_order_, soc_order_, voltage_order_, voltage_scale_;
  std::optional<double> charge_limit_, discharge_limit_;
  std::optional<int> raw_voltage_;
  unsigned cells_in_series_ = 0;  // by the counts of 0x359
  std::uint64_t extended_frames_ = 0;
  unsigned highest_pack_ = 0;
};

}  // namespace rig
