#include "rig/dut/dialect_signs.hpp"

#include <algorithm>

namespace rig {
namespace {
using Bytes = std::span<const std::uint8_t>;

// A dialect is named when it has so many points and is so many ahead of the other. The right name in 0x35E alone is
// enough while nothing speaks against it; the common frames alone never are.
constexpr int points_needed = 4;
constexpr int lead_needed = 3;

constexpr std::array<DialectSignInfo, dialect_sign_count> table{{
    {DialectSign::name_amass, 4, 0, "0x35E says AMASS"},
    {DialectSign::name_pylon, 0, 4, "0x35E says PYLON"},
    {DialectSign::command_frame, 3, -3, "0x30F is there, which only SOFAR packs send"},
    {DialectSign::alarm_pairs, 2, -3, "0x35A is there: pairs of alarm bits"},
    {DialectSign::info_frame, 1, -1, "0x35F is there: type and capacity"},
    {DialectSign::requests, -3, 3, "0x35C is there: request flags of Pylontech V1.2"},
    {DialectSign::short_request, 0, 1, "0x35C has 2 bytes"},
    {DialectSign::pylon_marker, -3, 3, "0x359 has 'PN' in bytes 5 and 6"},
    {DialectSign::counts, 2, -1, "0x359 has zeros and counts of modules and cells"},
    {DialectSign::seven_bytes, 0, 1, "0x359 has 7 bytes"},
    {DialectSign::short_soc, 0, 1, "0x355 has 4 bytes"},
    {DialectSign::full_soc, 1, 0, "0x355 has 8 bytes"},
    {DialectSign::short_measurement, 0, 1, "0x356 has 6 bytes"},
    {DialectSign::full_measurement, 1, 0, "0x356 has 8 bytes"},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].sign) != i) {
      return false;
    }
  }
  return true;
}
static_assert(is_in_order(), "the table has to follow the order of DialectSign");

// The frames that a pack of any of these sets sends. The last place is for all others.
constexpr std::array<std::uint32_t, 9> pack_frames{0x30F, 0x351, 0x355, 0x356, 0x359, 0x35A, 0x35C, 0x35E, 0x35F};
constexpr std::uint32_t pack_shift = 12;  // 29-bit ids of SOFAR's high-voltage variant: base + (pack << 12), 16 packs
constexpr std::uint32_t most_packs = 16;

}  // namespace

std::span<const DialectSignInfo> dialect_signs() noexcept { return table; }

DialectSigns::DialectSigns() noexcept {
  for (std::size_t i = 0; i < pack_frames.size(); ++i) {
    frames_[i].frame = pack_frames[i];
  }
}

const FrameCount& DialectSigns::frame(std::uint32_t id) const noexcept {
  const auto known =
      std::find_if(frames_.begin(), frames_.end() - 1, [id](const FrameCount& f) { return f.frame == id; });
  return *known;
}

void DialectSigns::hear(TimePoint time, std::uint32_t id, bool extended, Bytes data) noexcept {
  const std::uint32_t base = extended ? id & ((1u << pack_shift) - 1u) : id;
  const auto known =
      std::find_if(frames_.begin(), frames_.end() - 1, [base](const FrameCount& f) { return f.frame == base; });
  if (known == frames_.end() - 1) {
    return;
  }
  if (extended) {
    if ((id >> pack_shift) < most_packs) {
      ++extended_frames_;
      highest_pack_ = std::max(highest_pack_, id >> pack_shift);
    }
    return;
  }
  const auto length = static_cast<unsigned>(data.size());
  known->shortest = known->count == 0 ? length : std::min(known->shortest, length);
  known->longest = std::max(known->longest, length);
  known->first = known->count == 0 ? time : known->first;
  known->last = time;
  ++known->count;
  switch (base) {
    case 0x30F:
      set(DialectSign::command_frame);
      break;
    case 0x351:
      hear_limits(data);
      break;
    case 0x355:
      hear_soc(data);
      break;
    case 0x356:
      hear_measurement(data);
      break;
    case 0x359:
      hear_counts(data);
      break;
    case pair_frame:
      set(DialectSign::alarm_pairs);
      break;
    case request_frame:
      set(DialectSign::requests);
      set(DialectSign::short_request, data.size() == 2);
      break;
    case name_frame:
      hear_name(data);
      break;
    default:
      set(DialectSign::info_frame);
      break;
  }
}

void DialectSigns::hear_counts(Bytes data) noexcept {
  const bool marked = data.size() >= 7 && data[5] == 'P' && data[6] == 'N';
  const bool zeros = data.size() == 8 && (data[0] | data[1] | data[2] | data[3]) == 0;
  // 8 to 32 cells of a module: those of 24 to 96 V.
  const bool counts = !marked && zeros && data[4] >= 1 && data[4] <= 64 && data[5] >= 8 && data[5] <= 32;
  set(DialectSign::pylon_marker, marked);
  set(DialectSign::seven_bytes, data.size() == 7);
  set(DialectSign::counts, counts);
  cells_in_series_ = counts ? unsigned{data[4]} * data[5] : 0;
}

void DialectSigns::hear_name(Bytes data) noexcept {
  name_length_ = 0;
  for (std::size_t i = 0; i < std::min(data.size(), name_.size()); ++i) {
    const std::uint8_t byte = data[i];
    name_[i] = byte == 0 ? ' ' : (byte < 0x20 || byte > 0x7E ? '?' : static_cast<char>(byte));
    if (name_[i] != ' ') {
      name_length_ = i + 1;
    }
  }
  const Dialect named = dialect_of_name(data);
  named_sofar_ += named == Dialect::sofar_amass ? 1 : 0;
  named_pylon_ += named == Dialect::pylon_v12 ? 1 : 0;
  set(DialectSign::name_amass, named == Dialect::sofar_amass);
  set(DialectSign::name_pylon, named == Dialect::pylon_v12);
}

std::string_view DialectSigns::name() const noexcept { return {name_.data(), name_length_}; }

void DialectSigns::set(DialectSign sign, bool present) noexcept {
  bool& held = signs_[static_cast<std::size_t>(sign)];
  if (held == present) {
    return;
  }
  held = present;
  const int sofar = points(Dialect::sofar_amass);
  const int pylon = points(Dialect::pylon_v12);
  const bool decided =
      std::max(sofar, pylon) >= points_needed && std::max(sofar, pylon) - std::min(sofar, pylon) >= lead_needed;
  // SMA's set is that of SOFAR without the name, 0x30F and the counts: alarms alone are nobody's in particular.
  const bool is_sofar = has(DialectSign::name_amass) || has(DialectSign::command_frame) || has(DialectSign::counts);
  by_frames_ = !decided        ? Dialect::unknown
               : pylon > sofar ? Dialect::pylon_v12
               : is_sofar      ? Dialect::sofar_amass
                               : Dialect::unknown;
}

int DialectSigns::points(Dialect dialect) const noexcept {
  int sum = 0;
  for (const DialectSignInfo& info : table) {
    if (has(info.sign)) {
      sum += dialect == Dialect::sofar_amass ? info.sofar_amass : dialect == Dialect::pylon_v12 ? info.pylon_v12 : 0;
    }
  }
  return sum;
}

}  // namespace rig
