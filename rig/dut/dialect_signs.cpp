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

constexpr std::array<std::string_view, static_cast<std::size_t>(DialectDoubt::count)> doubt_texts{
    "none",
    "the frames come with 29-bit identifiers",
    "the high byte comes first",
    "0x356 counts in 0.1 V",
    "the voltage of 0x356 contradicts the limits of 0x351",
    "the limits of 0x351 are ten times too high for the voltage of 0x356",
    "the state of charge of 0x355 is not in per cent",
    "the limits are those of a high-voltage stack",
};

// The frames that a pack of any of these sets sends. The last place is for all others.
constexpr std::array<std::uint32_t, 9> pack_frames{0x30F, 0x351, 0x355, 0x356, 0x359, 0x35A, 0x35C, 0x35E, 0x35F};
constexpr std::uint32_t pack_shift = 12;  // 29-bit ids of SOFAR's high-voltage variant: base + (pack << 12), 16 packs
constexpr std::uint32_t most_packs = 16;

// Above this no low-voltage pack asks to be charged (SELV ends at 60 V DC; 16 cells of 3.65 V are 58.4 V).
constexpr double low_voltage_ends = 100.0;
constexpr double highest_limit = 1000.0;    // V; 1500 V is the end of low-voltage directives, home storage ends at 1000
constexpr double highest_current = 2000.0;  // A; the captured stack of six allows 480 A
// A pack's voltage against its charge voltage limit, from a cell at 2 V of 3.65 V to one above its limit.
constexpr double lowest_part = 0.5;
constexpr double highest_part = 1.25;
constexpr double usual_charge_limit = 56.0;  // 16 cells, while no 0x351 was heard

constexpr unsigned unsigned_at(Bytes data, std::size_t byte, bool high_first) noexcept {
  const unsigned low = data[high_first ? byte + 1 : byte];
  const unsigned high = data[high_first ? byte : byte + 1];
  return low | (high << 8);
}
constexpr int signed_at(Bytes data, std::size_t byte, bool high_first) noexcept {
  const unsigned raw = unsigned_at(data, byte, high_first);
  return raw < 0x8000u ? static_cast<int>(raw) : static_cast<int>(raw) - 0x10000;
}

bool limits_make_sense(Bytes data, bool high_first) noexcept {
  const double charge = unsigned_at(data, 0, high_first) / 10.0;
  const double in = signed_at(data, 2, high_first) / 10.0;
  const double out = signed_at(data, 4, high_first) / 10.0;
  const double discharge = data.size() >= 8 ? unsigned_at(data, 6, high_first) / 10.0 : 0.0;
  return charge >= 10.0 && charge <= highest_limit && in >= 0.0 && in <= highest_current && out >= 0.0 &&
         out <= highest_current && discharge < charge && (discharge == 0.0 || discharge > 0.4 * charge);
}

bool soc_makes_sense(Bytes data, bool high_first) noexcept {
  return unsigned_at(data, 0, high_first) <= 110 && unsigned_at(data, 2, high_first) <= 130;
}

bool fits(double volts, double charge_limit) noexcept {
  return volts >= lowest_part * charge_limit && volts <= highest_part * charge_limit;
}
}  // namespace

std::span<const DialectSignInfo> dialect_signs() noexcept { return table; }

std::string_view dialect_doubt_text(DialectDoubt doubt) noexcept {
  return doubt_texts[static_cast<std::size_t>(doubt)];
}

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

void DialectSigns::hear_limits(Bytes data) noexcept {
  if (data.size() < 6) {
    return;
  }
  const bool usual = limits_make_sense(data, false);
  limits_order_.count(usual, limits_make_sense(data, true));
  if (usual) {
    charge_limit_ = unsigned_at(data, 0, false) / 10.0;
    const double discharge = data.size() >= 8 ? unsigned_at(data, 6, false) / 10.0 : 0.0;
    discharge_limit_ = discharge > 0.0 ? std::optional(discharge) : std::nullopt;
    compare_voltages();
  }
}

void DialectSigns::hear_soc(Bytes data) noexcept {
  set(DialectSign::short_soc, data.size() == 4);
  set(DialectSign::full_soc, data.size() == 8);
  if (data.size() >= 4 && unsigned_at(data, 0, false) != 0xFFFFu) {  // that is SMA's mark of "not supported"
    soc_order_.count(soc_makes_sense(data, false), soc_makes_sense(data, true));
  }
}

void DialectSigns::hear_measurement(Bytes data) noexcept {
  set(DialectSign::short_measurement, data.size() == 6);
  set(DialectSign::full_measurement, data.size() == 8);
  if (data.size() >= 2) {
    raw_voltage_ = signed_at(data, 0, false);
    if (charge_limit_) {
      compare_voltages();
    }
  }
}

void DialectSigns::compare_voltages() noexcept {
  if (!raw_voltage_ || !charge_limit_ || *raw_voltage_ == 0) {
    return;
  }
  const auto raw = static_cast<unsigned>(*raw_voltage_) & 0xFFFFu;
  const double swapped = static_cast<double>(((raw & 0xFFu) << 8) | (raw >> 8)) / 100.0;
  const bool usual = fits(*raw_voltage_ / 100.0, *charge_limit_);
  const bool tenths = fits(*raw_voltage_ / 10.0, *charge_limit_);
  voltage_scale_.count(usual, tenths);
  voltage_order_.count(usual || tenths, fits(swapped, *charge_limit_));
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

bool DialectSigns::cells_fit() const noexcept {
  if (cells_in_series_ == 0 || !charge_limit_) {
    return true;  // nothing is known that could contradict
  }
  const double cell = *charge_limit_ / cells_in_series_;
  return cell >= 2.5 && cell <= 4.5;
}

bool DialectSigns::is_48_volts() const noexcept {
  return raw_voltage_ && fits(*raw_voltage_ / 100.0, usual_charge_limit);
}

// 53.20 V with limits of 561 V may be a pack of 48 V that counts its limits otherwise, or a stack of 532 V: then only
// the count of cells tells.
bool DialectSigns::counts_tenths_of_volts() const noexcept {
  return by_frames_ == Dialect::sofar_amass && charge_limit_ && *charge_limit_ > low_voltage_ends && cells_fit() &&
         (cells_in_series_ > 0 || !is_48_volts()) && voltage_scale_.speaks_against();
}

DialectDoubt DialectSigns::doubt() const noexcept {
  std::uint64_t standard = 0;
  for (const FrameCount& f : frames_) {
    standard += f.count;
  }
  if (extended_frames_ > standard) {
    return DialectDoubt::extended_ids;
  }
  if (limits_order_.speaks_against() || soc_order_.speaks_against() || voltage_order_.speaks_against()) {
    return DialectDoubt::byte_order;
  }
  if (soc_order_.neither > soc_order_.usual) {
    return DialectDoubt::soc_scale;
  }
  return counts_tenths_of_volts() ? DialectDoubt::none : voltage_doubt();
}

DialectDoubt DialectSigns::voltage_doubt() const noexcept {
  if (!charge_limit_) {
    const bool tenths = raw_voltage_ && !is_48_volts() && fits(*raw_voltage_ / 10.0, usual_charge_limit);
    return tenths ? DialectDoubt::voltage_scale : DialectDoubt::none;
  }
  const bool high = *charge_limit_ > low_voltage_ends;
  if (voltage_scale_.speaks_against()) {
    return high && is_48_volts() ? DialectDoubt::limit_scale : DialectDoubt::voltage_scale;
  }
  if (voltage_scale_.neither > voltage_scale_.usual) {
    return DialectDoubt::voltage;
  }
  return high && by_frames_ == Dialect::pylon_v12 ? DialectDoubt::high_voltage : DialectDoubt::none;
}

}  // namespace rig
